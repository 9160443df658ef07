"""Evidence packs of breaches: what a courier is shown, as PDF and as CSV, without personal data."""

"""Ekart, known by name and codes only: canonical files and aggregators' carriers."""

from pathlib import Path

from couriers.contract import Courier

COURIER = Courier(
    slug="ekart",
    name="Ekart",
    folder=Path(__file__).parent,
    carrier_names=("Ekart",),
)

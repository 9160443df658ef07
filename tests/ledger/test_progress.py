"""How far the warehouse is behind, as metrics tell it."""

from __future__ import annotations

from datetime import timedelta

from ledger.database import Ledger
from ledger.progress import Backlog, backlog, note_progress
from ledger.receipts import keep
from tests.ledger.test_database import NOW, receipt


def test_what_waits_is_what_came_after_the_note(ledger: Ledger) -> None:
    """Documents are not loaded, so they do not wait."""
    assert backlog(ledger) == Backlog(0, None, 0)
    kept = keep(ledger, [receipt(received_at=NOW + timedelta(minutes=number)) for number in range(3)])
    keep(ledger, [receipt(kind="document")])
    assert backlog(ledger) == Backlog(3, NOW, 0)
    note_progress(ledger, kept[0].id, 0, NOW)
    assert backlog(ledger) == Backlog(2, NOW + timedelta(minutes=1), 0)
    note_progress(ledger, kept[2].id, 7, NOW)
    assert backlog(ledger) == Backlog(0, None, 7)

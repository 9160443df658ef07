"""How far the warehouse is behind, as metrics tell it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from ledger.database import Ledger, open_ledger
from ledger.identity import identity
from ledger.progress import Backlog, Heads, backlog, heads, note_progress
from ledger.receipts import keep
from ledger.tables import receipts
from settings import Settings
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


def test_ids_that_were_given_stay_known_when_their_rows_are_gone(ledger: Ledger) -> None:
    assert heads(ledger).given == (0, 0, 0)
    keep(ledger, [receipt(), receipt(b"2")])
    with ledger.write() as connection:
        connection.execute(sa.delete(receipts))
    found = heads(ledger)
    assert (found, found.given) == (Heads(), (2, 0, 0))
    assert not found.is_beyond(Heads(2))
    assert found.is_beyond(Heads(3))
    assert found.is_beyond(Heads(0, 1)) and found.is_beyond(Heads(0, 0, 1))


def test_a_ledger_knows_itself(settings: Settings, ledger: Ledger, tmp_path: Path) -> None:
    again, another = open_ledger(settings), open_ledger(Settings(data_dir=tmp_path / "another"))
    assert identity(again) == identity(ledger)
    assert identity(another).ledger_id != identity(ledger).ledger_id
    again.close()
    another.close()

"""Receipts for a reader who stands anywhere, also before what left for the archive: each once, in order of ids.

A reader who is up to date finds no file after its position and reads the ledger alone. For a holder of the writer's
lock, so that nothing leaves the ledger between the look at the archive and the look at the ledger.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ledger import archive
from ledger.database import Ledger
from ledger.receipts import SCAN_KINDS, scans_after
from ledger.tables import archives

#: A receipt of the ledger (`sqlalchemy.Row`) or of the archive (`ledger.archive.Archived`): the same columns.
Row = Any


def all_scans_after(ledger: Ledger, folder: Path, position: int, limit: int, most_bytes: int) -> list[Row]:
    """As `ledger.receipts.scans_after`, those included that left for `folder`.

    Raises ArchiveBroken, LedgerUnavailable.
    """
    where = archives.c.kind.in_(SCAN_KINDS) & (archives.c.last_id > position)
    with ledger.read() as connection:
        files = connection.execute(sa.select(archives).where(where)).all()
    kept: list[Row] = scans_after(ledger, position, limit, most_bytes)
    if not files:
        return kept
    sources = [(file.first_id, archive.read(folder / file.name, position, file.receipts)) for file in files]
    if kept:
        sources.append((kept[0].id, iter(kept)))
    group: list[Row] = []
    for row in _in_order(sources):
        most_bytes -= len(row.body)
        if group and (len(group) == limit or most_bytes < 0):
            break
        group.append(row)
    return group


def _in_order(sources: Iterable[tuple[int, Iterator[Row]]]) -> Iterator[Row]:
    """Merge sources that are in order themselves. One is opened when its first id is due: there may be thousands."""
    heap: list[tuple[int, int, Row | None, Iterator[Row]]] = [
        (first_id, number, None, rows) for number, (first_id, rows) in enumerate(sources)
    ]
    heapq.heapify(heap)
    while heap:
        _, number, row, rows = heap[0]
        if row is not None:
            yield row
        following = next(rows, None)
        if following is None:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, (following.id, number, following, rows))

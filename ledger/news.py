"""Which parcels the ledger has news of that a build has not seen.

A receipt is news of every parcel whose AWB stands in its body: cheaper than reading it, and where that is wrong, an
order waits for the next build and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from ledger.receipts import SCAN_KINDS
from ledger.tables import entries, receipts

#: A parcel: the courier whose AWB it is, and the AWB.
Key = tuple[str, str]


def parcels_with_news(
    connection: sa.Connection, parcels: Collection[Key], receipt_id: int, entry_id: int
) -> set[Key]:
    """Those of the parcels that receipts after `receipt_id` or entries after `entry_id` speak of."""
    if not parcels:
        return set()
    named: set[Key] = {(courier, awb.upper()) for courier, awb in parcels}
    of = entries.c
    entered = connection.execute(
        sa.select(of.courier, of.awb).where(of.id > entry_id, sa.tuple_(of.courier, of.awb).in_(named))
    )
    told: set[Key] = {(row.courier, row.awb) for row in entered}
    where = (receipts.c.id > receipt_id) & receipts.c.kind.in_(SCAN_KINDS)
    sought = {key: key[1].encode() for key in named - told}
    bodies: Iterable[bytes] = connection.scalars(sa.select(receipts.c.body).where(where))
    for body in bodies:
        text = body.upper()
        found = [key for key, awb in sought.items() if awb in text]
        told.update(found)
        for key in found:
            del sought[key]
        if not sought:
            break
    return {key for key in parcels if (key[0], key[1].upper()) in told}

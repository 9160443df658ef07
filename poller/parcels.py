"""The parcels that are under way, from the published build; read only, a connection a question."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb

from poller.plan import OPEN_CASE, OUT_FOR_DELIVERY, UNDER_WAY, Parcel
from settings import Settings

#: The last life of an AWB that has not ended. A parcel of which nothing was heard for long is asked about no more,
#: unless its case is open: some never get an end.
_SQL = f"""
with lives as (
    select *, coalesce(last_scan_at, manifested_at) as news_at from marts.dim_shipments
),
latest as (select shipment_key, max(epoch) as epoch from lives group by shipment_key)
select courier, awb, via,
    case
        when first_ndr_at is not null then {OPEN_CASE}
        when tracking_status = 'out_for_delivery' then {OUT_FOR_DELIVERY}
        else {UNDER_WAY}
    end as urgency,
    news_at
from lives join latest using (shipment_key, epoch)
where shipment_outcome = 'open' and (first_ndr_at is not null or news_at >= ?)
"""


def under_way(settings: Settings, now: datetime) -> list[Parcel]:
    """The parcels of the published build that have not ended; empty where nothing is published yet."""
    path = settings.published_dir / "warehouse.duckdb"
    if not path.exists():
        return []
    # By way of memory: a connection by path would be given the instance of the build before.
    escaped = str(path).replace("'", "''")
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute(f"attach '{escaped}' as published (read_only)")
        connection.execute("use published; set TimeZone = 'UTC'")
        rows = connection.execute(_SQL, [now - timedelta(days=settings.poll_days)]).fetchall()
    return [Parcel(*row) for row in rows]

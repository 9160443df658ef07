"""What the published build knows of one parcel.

Opened for each request, so that a new build is seen at once and nothing is kept of the last one; the files are
attached to a connection in memory, as DuckDB would hand out a replaced file's old content for the same path.
Refuses: writing, and full phone numbers and addresses, which are masked before they leave this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from customers.links import Parcel
from customers.masks import mask_address, mask_phone
from ingestion.values import shipment_key
from settings import Settings

_LIFE = """
select d.shipment_id, coalesce(c.name, d.courier) as carrier, coalesce(d.via, d.courier) as booked_with,
    d.shipment_outcome, d.tracking_status, d.closed_at, d.first_ndr_at, d.manifested_at, d.promised_on,
    d.city, d.pincode, d.order_id, d.epoch = max(d.epoch) over () as is_latest, b.as_of
from marts_file.marts.dim_shipments as d
left join marts_file.marts.dim_couriers as c on c.slug = d.courier
cross join marts_file.marts.rpt_build as b
where d.shipment_key = $key
qualify d.epoch = $epoch
"""

_LATEST = """
select awb, epoch from marts_file.marts.dim_shipments
where shipment_key = $key order by epoch desc limit 1
"""

_STATUS_AT = """
select max(occurred_at) as status_at from marts_file.marts.fct_case_events
where shipment_key = $key and case_id = $id and lane = 'courier' and kind = $status
"""

_FAILURE = """
select opened_at as failed_at, reason_bucket from marts_file.marts.fct_ndr_cycles
where shipment_key = $key and case_id = $id order by cycle_number desc limit 1
"""

_ANSWER = """
select instructed_at, customer_response, requested_on, window_start, window_end
from marts_file.marts.fct_instructions
where shipment_key = $key and case_id = $id and source = 'customer' and customer_response is not null
order by instructed_at desc, instruction_id limit 1
"""

_CONTACT = """
select customer_phone, new_phone, address, new_address, new_pincode
from personal_file.personal.prs_case_contacts where shipment_key = $key and case_id = $id
"""


@dataclass(frozen=True)
class Told:
    """The customer's last answer in the build; requested_on is the date that is judged. Instants in UTC."""

    given_at: datetime
    response: str
    requested_on: date | None
    window_start: str | None
    window_end: str | None


@dataclass(frozen=True)
class News:
    """What is known of a parcel as of the instant `as_of`, all instants in UTC.

    `booked_with`: who takes actions for it, the aggregator where it came through one. `status` is the latest of
    couriers.contract.STATUSES, `outcome` is shipment_outcome of the marts (open while nothing is decided).
    `status_at` is None where the build does not hold it: it keeps the instants of parcels that failed, and of few
    others. `failed_at` and `reason` are those of the last failure. `phone` and `address` are masked. `is_latest`: no
    other parcel has had the AWB since.
    """

    carrier: str
    booked_with: str
    status: str
    outcome: str
    as_of: datetime
    is_latest: bool
    status_at: datetime | None = None
    order_id: str | None = None
    promised_on: date | None = None
    failed_at: datetime | None = None
    reason: str | None = None
    phone: str | None = None
    address: str | None = None
    told: Told | None = None


def read(settings: Settings, parcel: Parcel) -> News | None:
    """What the last build knows; None where it has no such parcel, or nothing is published yet.

    Raises duckdb.Error when a published file cannot be read.
    """
    with _published(settings) as connection:
        if connection is None:
            return None
        key = shipment_key(parcel.courier, parcel.awb)
        life = _row(connection, _LIFE, key=key, epoch=parcel.epoch)
        return _news(connection, life, key) if life else None


def latest(settings: Settings, courier: str, awb: str) -> Parcel:
    """The latest life of an AWB in the last build; its earliest where the build has none. Raises duckdb.Error."""
    with _published(settings) as connection:
        row = _row(connection, _LATEST, key=shipment_key(courier, awb)) if connection else {}
    return Parcel(courier, row.get("awb", awb), row.get("epoch", 0))


@contextmanager
def _published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection | None]:
    files = {name: settings.shown_dir / f"{name}.duckdb" for name in ("warehouse", "operations")}
    if not all(path.exists() for path in files.values()):
        yield None
        return
    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "512MB"}) as connection:
        for schema, name in (("marts", "warehouse"), ("personal", "operations")):
            escaped = str(files[name]).replace("'", "''")
            connection.execute(f"attach '{escaped}' as {schema}_file (read_only)")
        connection.execute("set timezone = 'UTC'")
        yield connection


def _news(connection: duckdb.DuckDBPyConnection, life: dict[str, Any], key: int) -> News:
    status = life["tracking_status"] or "order_created"
    known = {
        "carrier": life["carrier"], "booked_with": life["booked_with"], "status": status,
        "outcome": life["shipment_outcome"], "as_of": life["as_of"], "is_latest": life["is_latest"],
        "order_id": life["order_id"], "promised_on": life["promised_on"],
    }  # fmt: skip
    if life["first_ndr_at"] is None:
        places = [life["city"], life["pincode"]]
        return News(**known, status_at=_plain_status_at(life, status), address=mask_address(None, *places))
    case = {"id": life["shipment_id"], "key": key}
    at = life["closed_at"] or _row(connection, _STATUS_AT, **case, status=status).get("status_at")
    contact, told = _row(connection, _CONTACT, **case), _row(connection, _ANSWER, **case)
    address = contact.get("new_address") or contact.get("address")
    pincode = contact.get("new_pincode") or life["pincode"]
    failure = _row(connection, _FAILURE, **case)
    return News(
        **known,
        status_at=at,
        failed_at=failure.get("failed_at"),
        reason=failure.get("reason_bucket"),
        phone=mask_phone(contact.get("new_phone") or contact.get("customer_phone")),
        address=mask_address(address, life["city"], pincode),
        told=Told(*told.values()) if told else None,
    )


def _plain_status_at(life: dict[str, Any], status: str) -> datetime | None:
    """Of a parcel that never failed the build keeps few instants; a later dispatch than the first would be wrong."""
    found: datetime | None = life["closed_at"] or (
        life["manifested_at"] if status == "order_created" else None
    )
    return found


def _row(connection: duckdb.DuckDBPyConnection, sql: str, **given: object) -> dict[str, Any]:
    cursor = connection.execute(sql, given)
    names, row = [column[0] for column in cursor.description or []], cursor.fetchone()
    return dict(zip(names, row, strict=True)) if row else {}

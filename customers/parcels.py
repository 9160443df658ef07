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

from customers import queries
from customers.links import Parcel
from customers.masks import mask_address, mask_phone
from ingestion.values import shipment_key
from settings import Settings


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
        life = _row(connection, queries.LIFE, key=key, epoch=parcel.epoch)
        return _news(connection, life, key) if life else None


def latest(settings: Settings, courier: str, awb: str) -> Parcel:
    """The latest life of an AWB in the last build; its earliest where the build has none. Raises duckdb.Error."""
    with _published(settings) as connection:
        row = _row(connection, queries.LATEST, key=shipment_key(courier, awb)) if connection else {}
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
    at = _decided_at(life) or _row(connection, queries.STATUS_AT, **case, status=status).get("status_at")
    contact, told = _row(connection, queries.CONTACT, **case), _row(connection, queries.ANSWER, **case)
    address = contact.get("new_address") or contact.get("address")
    pincode = contact.get("new_pincode") or life["pincode"]
    failure = _row(connection, queries.FAILURE, **case)
    return News(
        **known,
        status_at=at,
        failed_at=failure.get("failed_at"),
        reason=failure.get("reason_bucket"),
        phone=mask_phone(contact.get("new_phone") or contact.get("customer_phone")),
        address=mask_address(address, life["city"], pincode),
        told=Told(*told.values()) if told else None,
    )


def _decided_at(life: dict[str, Any]) -> datetime | None:
    """When the outcome came; a return has statuses of its own after it began."""
    return None if life["shipment_outcome"] == "rto" else life["closed_at"]


def _plain_status_at(life: dict[str, Any], status: str) -> datetime | None:
    """Of a parcel that never failed the build keeps few instants; a later dispatch than the first would be wrong."""
    return _decided_at(life) or (life["manifested_at"] if status == "order_created" else None)


def _row(connection: duckdb.DuckDBPyConnection, sql: str, **given: object) -> dict[str, Any]:
    cursor = connection.execute(sql, given)
    names, row = [column[0] for column in cursor.description or []], cursor.fetchone()
    return dict(zip(names, row, strict=True)) if row else {}

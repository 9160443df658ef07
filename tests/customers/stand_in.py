"""A published build of a few parcels, with the columns that the tracking page reads and no others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from customers.links import Parcel
from ingestion.values import shipment_key
from settings import IST, Settings

#: Sunday 22 November 2026, 14:10 IST; the build is as of ten minutes before.
NOW = datetime(2026, 11, 22, 14, 10, tzinfo=IST)
AS_OF = datetime(2026, 11, 22, 14, 0, tzinfo=IST)
FAILED_AT = datetime(2026, 11, 22, 13, 5, tzinfo=IST)

SECRET = "a secret of the tests, long enough"  # noqa: S105
OLD_SECRET = "the secret before, long enough too"  # noqa: S105


class At(Settings):
    """Settings whose clock stands at its start."""

    def now(self) -> datetime:
        """`clock_start`."""
        assert self.clock_start is not None
        return self.clock_start


@dataclass(frozen=True)
class Stood:
    """One parcel of the build; a failed one unless `failed_at` is None."""

    courier: str = "shiprocket"
    awb: str = "AW1"
    epoch: int = 0
    via: str | None = None
    status: str = "failed_delivery"
    status_at: datetime | None = FAILED_AT
    outcome: str = "open"
    failed_at: datetime | None = FAILED_AT
    reason: str = "customer_unavailable"
    closed_at: datetime | None = None
    address: str | None = "12, Fourth Cross, Indiranagar"
    told_at: datetime | None = None
    told_day: date | None = None

    @property
    def parcel(self) -> Parcel:
        return Parcel(self.courier, self.awb, self.epoch)

    @property
    def key(self) -> int:
        return shipment_key(self.courier, self.awb)


_MARTS = """
create schema marts;
use marts;
create table rpt_build (as_of timestamptz);
create table dim_couriers as select * from (values ('shiprocket', 'Shiprocket'), ('delhivery', 'Delhivery'),
    ('ekart', 'Ekart')) t(slug, name);
create table dim_shipments (shipment_key bigint,
    shipment_id varchar, courier varchar, awb varchar, epoch int, via varchar,
    shipment_outcome varchar, tracking_status varchar, closed_at timestamptz, first_ndr_at timestamptz,
    manifested_at timestamptz, promised_on date, city varchar, pincode varchar, order_id varchar);
create table fct_case_events (shipment_key bigint,
    case_id varchar, occurred_at timestamptz, lane varchar, kind varchar);
create table fct_ndr_cycles (shipment_key bigint,
    case_id varchar, cycle_number int, opened_at timestamptz, reason_bucket varchar);
create table fct_instructions (shipment_key bigint,
    instruction_id varchar, case_id varchar, source varchar, instructed_at timestamptz,
    customer_response varchar, requested_on date, window_start varchar, window_end varchar);
"""

_PERSONAL = """
create schema personal;
create table personal.prs_case_contacts (shipment_key bigint,
    case_id varchar, customer_phone varchar, new_phone varchar, address varchar,
    new_address varchar, new_pincode varchar);
"""


def publish(folder: Path, *parcels: Stood) -> None:
    """Write both files into `folder/published`, as a new build does: beside the old ones, then by rename."""
    published = folder / "published"
    published.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(published / "new.duckdb")) as marts:
        marts.execute(_MARTS)
        marts.execute("insert into rpt_build values (?)", [AS_OF])
        for one in parcels:
            _insert(marts, one)
    with duckdb.connect(str(published / "fresh.duckdb")) as personal:
        personal.execute(_PERSONAL)
        for one in (one for one in parcels if one.failed_at):
            row = [one.key, one.parcel.id, "+919876543210", None, one.address, None, None]
            personal.execute("insert into personal.prs_case_contacts values (?, ?, ?, ?, ?, ?, ?)", row)
    (published / "fresh.duckdb").replace(published / "operations.duckdb")
    (published / "new.duckdb").replace(published / "warehouse.duckdb")


def _insert(marts: duckdb.DuckDBPyConnection, one: Stood) -> None:
    case_id = one.parcel.id
    life = [
        one.key, case_id, one.courier, one.awb, one.epoch, one.via, one.outcome, one.status, one.closed_at,
        one.failed_at, FAILED_AT.replace(day=18), date(2026, 11, 23), "Bengaluru", "560038", "ORD-77",
    ]  # fmt: skip
    marts.execute("insert into dim_shipments values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", life)
    if one.failed_at is None:
        return
    marts.execute(
        "insert into fct_case_events values (?, ?, ?, 'courier', ?)",
        [one.key, case_id, one.status_at, one.status],
    )
    marts.execute(
        "insert into fct_ndr_cycles values (?, ?, 1, ?, ?)", [one.key, case_id, one.failed_at, one.reason]
    )
    if one.told_at:
        told = [one.key, f"{case_id}:1", case_id, one.told_at, one.told_day]
        marts.execute(
            "insert into fct_instructions values (?, ?, ?, 'customer', ?, 'reattempt', ?, '17:00', '20:00')",
            told,
        )

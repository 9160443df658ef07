"""How values are read: instants, precision, numbers, words, what is unknown, and the same in every format."""

# ruff: noqa: DTZ001 -- a time without a zone is what is tested
from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.feeds import FEEDS, raw_columns
from ingestion.files import load_file
from ingestion.raw import connect
from ingestion.values import MACROS, shipment_key
from settings import Settings

Query = Callable[[str], list[tuple[Any, ...]]]
IST = timezone(timedelta(hours=5, minutes=30))


@pytest.fixture(scope="module")
def session() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(MACROS)
    return connection


def value(session: duckdb.DuckDBPyConnection, macro: str, text: str) -> Any:
    row = session.execute(f"select {macro}($1)", [text]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T14:05:00+05:30", "2026-03-02T08:35:00+00:00"),
        ("2026-03-02T14:05:00+0530", "2026-03-02T08:35:00+00:00"),
        ("2026-03-02T14:05:00", "2026-03-02T08:35:00+00:00"),
        ("2026-03-02 14:05", "2026-03-02T08:35:00+00:00"),
        ("2026-03-02T14:05:00.123456", "2026-03-02T08:35:00.123456+00:00"),
        ("2026-03-02T14:05:00Z", "2026-03-02T14:05:00+00:00"),
        ("2026-03-02 14:05:00+00", "2026-03-02T14:05:00+00:00"),
        ("2026-03-02T14:05+05", "2026-03-02T09:05:00+00:00"),
        ("2026-03-02T14:05:00-08:00", "2026-03-02T22:05:00+00:00"),
        ("2026-03-02", "2026-03-02T18:29:59.999999+00:00"),
    ],
)
def test_an_instant_without_offset_is_ist_and_a_bare_date_its_last_microsecond(
    session: duckdb.DuckDBPyConnection, text: str, expected: str
) -> None:
    assert value(session, "ndr_instant", text).isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        *("03-04-2026", "03/04/2026 10:00", "2026-02-30", "2026-2-3", "20260302", "2026-03-02T24:00:00"),
        *("2026-03-02T25:00", "2026-03-02T10:61", "2026-03-02T10:00:00+05:3", "2026-03-02T10:00:00 IST"),
        *("2026-03-02T10", "10:00", "46083", "46083.5", "Mon Mar 2 2026", "2026-03-02T10:00:00+25:00"),
    ],
)
def test_what_is_no_iso_instant_is_never_guessed(session: duckdb.DuckDBPyConnection, text: str) -> None:
    assert value(session, "ndr_instant", text) is None
    assert value(session, "ndr_date", text) is None


@given(
    moment=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    minutes=st.integers(-14 * 60, 14 * 60),
)
@hypothesis_settings(deadline=None)
def test_every_instant_that_python_writes_is_read_back(
    session: duckdb.DuckDBPyConnection, moment: datetime, minutes: int
) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert value(session, "ndr_instant", aware.isoformat()) == aware
    assert value(session, "ndr_instant", str(moment)) == moment.replace(tzinfo=IST)


@pytest.mark.parametrize(
    ("macro", "text", "expected"),
    [
        ("ndr_integer", "2", 2),
        ("ndr_integer", "2.0", 2),
        ("ndr_integer", "7.6", None),
        ("ndr_integer", "1e3", None),
        ("ndr_integer", "1,000", None),
        ("ndr_decimal", "1499.5", Decimal("1499.50")),
        ("ndr_decimal", "-1", Decimal("-1.00")),
        ("ndr_decimal", "1.5E3", None),
        ("ndr_decimal", "₹499", None),
        ("ndr_decimal", "nan", None),
        ("ndr_number", "12.97", 12.97),
        ("ndr_number", "inf", None),
        ("ndr_time", "9:00", "09:00"),
        ("ndr_time", "18:00:00", "18:00"),
        ("ndr_time", "6 pm", "6 pm"),
        ("ndr_pincode", "560 001", "560001"),
        ("ndr_pincode", "560001.0", "560001"),
        ("ndr_single_spaced", "EOD-  146", "EOD- 146"),
    ],
)
def test_values_are_matched_before_they_are_cast(
    session: duckdb.DuckDBPyConnection, macro: str, text: str, expected: object
) -> None:
    assert value(session, macro, text) == expected


def test_the_key_is_the_hash_that_was_agreed(session: duckdb.DuckDBPyConnection) -> None:
    """shipment_key = md5_number_lower(courier, unit separator, upper(awb)) >> 1."""
    assert session.execute("""
        select count(*) from (select 'aWb ' || i as awb from range(1000) as numbers(i))
        where ndr_key('generic', awb)
            <> (md5_number_lower('generic' || chr(31) || upper(awb)) >> 1)::bigint
    """).fetchone() == (0,)


@pytest.mark.parametrize("awb", ["AW1000014798", "aw1000014798", " 1 2 ", "ü1"])
def test_the_key_of_one_parcel_is_the_same_outside_of_sql(
    session: duckdb.DuckDBPyConnection, awb: str
) -> None:
    assert session.execute("select ndr_key('ekart', ?)", [awb]).fetchone() == (shipment_key("ekart", awb),)


def test_raw_tables_have_the_columns_of_their_feeds(settings: Settings) -> None:
    with connect(settings) as connection:
        for feed in FEEDS.values():
            found = connection.execute(f"describe raw.{feed.name}").fetchall()
            names = {
                name: kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ") for name, kind, *_ in found
            }
            assert names == raw_columns(feed)


#: One shipment and one action with every column, as Python values.
SHIPMENT = {
    "courier": "generic",
    "awb": "S1",
    "order_id": "O1",
    "manifested_at": datetime(2026, 3, 1, 2, 30, tzinfo=UTC),
    "payment_mode": "COD",
    "order_value": Decimal("1499.00"),
    "brand": "Kulfi",
    "product_category": None,
    "weight_grams": 500,
    "customer_id": "C1",
    "customer_name": "Test Person",
    "customer_phone": "9999900000",
    "customer_email": None,
    "address": "12, “A” Block\nFirst floor",
    "city": "Bengaluru",
    "state": "Karnataka",
    "pincode": "560001",
    "origin_pincode": "110001",
    "promised_on": date(2026, 3, 5),
    "via": "shiprocket",
    "parent_awb": "S0",
}


def test_the_three_formats_mean_the_same(inbox: Path, settings: Settings, query: Query) -> None:
    frame = pl.DataFrame([SHIPMENT], infer_schema_length=None)
    frame.write_parquet(inbox / "shipments_1.parquet")
    text = frame.with_columns(pl.col("manifested_at").dt.strftime("%Y-%m-%dT%H:%M:%S%:z"))
    text.write_csv(inbox / "shipments_2.csv")
    text.with_columns(pl.col("order_value").cast(pl.Float64)).write_ndjson(inbox / "shipments_3.ndjson")

    results = [load_file(path, settings) for path in sorted(inbox.iterdir())]

    assert [(result.rows_loaded, result.rows_duplicate) for result in results] == [(1, 0), (0, 1), (0, 1)]
    (row,) = query(f"select {', '.join(set(SHIPMENT) - {'courier', 'awb'})} from raw.shipments")
    assert dict(zip(set(SHIPMENT) - {"courier", "awb"}, row, strict=True)) == {
        name: value for name, value in SHIPMENT.items() if name not in ("courier", "awb")
    }
    assert query("select parent_key = ndr from raw.shipments, (select (md5_number_lower('generic' || "
                 "chr(31) || 'S0') >> 1)::bigint as ndr)") == [(True,)]  # fmt: skip


def test_parquet_types_are_taken_as_they_are(inbox: Path, settings: Settings, query: Query) -> None:
    """TIMESTAMPTZ as is, naive TIMESTAMP is IST, DATE has date precision; whole floats are whole."""
    day = datetime(2026, 3, 2, 10, 0)
    base = {"courier": ["generic"], "native_code": ["lost"], "attempt_number": pa.array([2.0])}
    kinds = {
        "aware": pa.array([day.replace(tzinfo=UTC)], pa.timestamp("ns", "Asia/Kolkata")),
        "naive": pa.array([day], pa.timestamp("ms")),
        "date": pa.array([day.date()], pa.date32()),
        "text": pa.array(["2026-03-02 10:00"]),
        "dictionary": pa.array(["2026-03-02"]).dictionary_encode(),
        "bytes": pa.array([b"2026-03-02T10:00Z"], pa.binary()),
    }
    for name, column in kinds.items():
        table = pa.table({**base, "awb": [name], "scanned_at": column, "pincode": pa.array([560001])})
        pq.write_table(table, inbox / f"scans_{name}.parquet")
        assert load_file(inbox / f"scans_{name}.parquet", settings).rows_loaded == 1

    found = query("""
        select awb, strftime(scanned_at, '%d %H:%M'), is_date_only, attempt_number, pincode
        from raw.scans join raw.shipment_keys using (shipment_key) order by awb
    """)
    assert found == [
        ("aware", "02 10:00", False, 2, "560001"),
        ("bytes", "02 10:00", False, 2, "560001"),
        ("date", "02 18:29", True, 2, "560001"),
        ("dictionary", "02 18:29", True, 2, "560001"),
        ("naive", "02 04:30", False, 2, "560001"),
        ("text", "02 04:30", False, 2, "560001"),
    ]


def test_unknown_columns_are_kept_in_extra_and_nulls_are_not(
    inbox: Path, settings: Settings, query: Query
) -> None:
    (inbox / "scans.ndjson").write_text(
        '{"AWB":"A1","courier":"generic","scanned_at":"2026-03-02","native_code":"lost",'
        '"hub":{"id":7},"rider\'s \\"tag\\"":"x","empty":null}\n'
        '{"awb":"A2","courier":"generic","scanned_at":"2026-03-02","native_code":"lost"}\n'
    )
    (inbox / "scans.csv").write_text(
        "awb,courier,scanned_at,native_code,Hub ID,\nA3,generic,2026-03-02,lost,7,\n"
    )
    for path in sorted(inbox.iterdir()):
        load_file(path, settings)

    extra = dict(
        query("select awb, extra from raw.scans join raw.shipment_keys using (shipment_key) order by awb")
    )
    assert json.loads(extra["A1"]) == {"hub": {"id": 7}, 'rider\'s "tag"': "x"}
    assert extra["A2"] is None
    assert json.loads(extra["A3"]) == {"hub id": "7"}


def test_known_at_is_the_receipt_or_else_the_happening(inbox: Path, settings: Settings, query: Query) -> None:
    (inbox / "ops_feedback.csv").write_text(
        "courier,awb,acted_at,agent,entry,window_start,received_at\n"
        "generic,A1,2026-03-02T10:00,asha,Reattempt,9:00,2026-03-02T11:00\n"
        "generic,A2,2026-03-02,asha,NOTE,,\n"
    )

    load_file(inbox / "ops_feedback.csv", settings)

    assert query(
        "select entry, is_date_only, strftime(known_at, '%H:%M'), window_start from raw.ops_feedback order by 1"
    ) == [("note", True, "18:29", None), ("reattempt", False, "05:30", "09:00")]


def test_codes_are_counted_once_however_they_are_spaced(
    inbox: Path, settings: Settings, query: Query
) -> None:
    (inbox / "scans.csv").write_text(
        "courier,awb,scanned_at,native_code,reason_code,via\n"
        "delhivery,A1,2026-03-02,UD|Pending,EOD-  146,Shiprocket\n"
        "delhivery,A2,2026-03-02, UD|Pending ,EOD- 146,shiprocket\n"
        "delhivery,A3,2026-03-02,UD|Pending,,\n"
    )

    load_file(inbox / "scans.csv", settings)

    assert query("select courier, via, native_code, reason_code from raw.codes order by all") == [
        ("delhivery", "shiprocket", "UD|Pending", "EOD- 146"),
        ("delhivery", None, "UD|Pending", None),
    ]
    assert query("select count(distinct code_id), count(*) from raw.scans") == [(2, 3)]


def test_times_of_day_may_be_typed(inbox: Path, settings: Settings, query: Query) -> None:
    table = pa.table(
        {
            **{"courier": ["generic"], "awb": ["A1"], "channel": ["sms"], "response": ["reattempt"]},
            "responded_at": ["2026-03-02T10:00"],
            "window_start": pa.array([time(18, 0)], pa.time64("us")),
            "requested_on": pa.array([datetime(2026, 3, 4)], pa.timestamp("us")),
        }
    )
    pq.write_table(table, inbox / "customer_feedback.parquet")

    load_file(inbox / "customer_feedback.parquet", settings)

    assert query("select window_start, requested_on from raw.customer_feedback") == [
        ("18:00", date(2026, 3, 4))
    ]

"""Every kind of bad file and bad row gets one clear line; nothing is lost and nothing half loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion.files import load_file
from settings import Settings
from tests.ingestion.bad_files import BAD, Bad

Query = Callable[[str], list[tuple[Any, ...]]]
FEEDS = ("scans", "shipments", "customer_feedback")


@pytest.mark.parametrize("bad", BAD, ids=[bad.id for bad in BAD])
def test_bad_input_gets_one_line_and_is_accounted_for(
    bad: Bad, inbox: Path, settings: Settings, query: Query
) -> None:
    path = inbox / bad.name
    path.write_bytes(bad.content)

    result = load_file(path, settings)

    assert result.line() == bad.line
    assert result.status == bad.status
    counts = (result.rows_read, result.rows_loaded, result.rows_duplicate, result.rows_quarantined)
    assert counts == bad.counts
    assert counts[0] == sum(counts[1:])
    assert result.problems == ((bad.problem,) if bad.problem else ())
    stored = sum(query(f"select count(*) from raw.{feed}")[0][0] for feed in FEEDS)
    assert stored == bad.counts[1]
    kept = query("select expectation, source, row_json from raw.quarantine")
    assert [name for name, _, _ in kept] == ([bad.expectation] if bad.expectation else [])
    for _, source, row_json in kept:
        assert source == bad.name
        assert json.loads(row_json)


def test_the_table_shows_at_least_twenty_four_kinds() -> None:
    assert len({bad.id for bad in BAD}) >= 24


@pytest.mark.parametrize("bad", [bad for bad in BAD if bad.status == "refused"], ids=lambda bad: bad.id)
def test_a_refused_file_stores_only_its_line_and_may_be_repeated(
    bad: Bad, inbox: Path, settings: Settings, query: Query
) -> None:
    path = inbox / bad.name
    path.write_bytes(bad.content)

    assert load_file(path, settings) == load_file(path, settings)

    assert query("select count(*) from raw.quarantine") == [(0,)]
    assert query("select count(*) from raw.shipment_keys") == [(0,)]
    assert {status for (status,) in query("select status from raw.loads")} <= {"refused"}
    assert not settings.archive_dir.exists() or not list(settings.archive_dir.iterdir())


def test_the_whole_row_is_kept_and_personal_values_are_in_no_message(
    inbox: Path, settings: Settings, query: Query
) -> None:
    header = "courier,awb,responded_at,channel,response,new_phone,text\n"
    good = "generic,A{0},2026-03-02T10:00:00+05:30,sms,refuse,98765{0},no\n"
    bad = f"generic,A3,2026-03-02T10:00:00+05:30,sms,refuse,{'9' * 70_000},Asha here\n"
    path = inbox / "customer_feedback.csv"
    path.write_text(header + good.format(1) + good.format(2) + bad)

    result = load_file(path, settings)

    assert result.problems == ("customer_feedback.csv row 3, new_phone: expected at most 64 KiB of text",)
    (row,) = [json.loads(text) for (text,) in query("select row_json from raw.quarantine")]
    assert row["text"] == "Asha here"
    assert row["new_phone"] == "9" * 70_000


def test_a_missing_or_unreadable_file_is_one_line(inbox: Path, settings: Settings) -> None:
    missing = load_file(inbox / "scans.csv", settings)
    assert missing.line() == (
        "scans.csv: expected a file that can be read, got: no such file or directory; nothing of it was loaded"
    )
    (inbox / "scans.parquet").symlink_to(inbox / "scans.parquet")
    looping = load_file(inbox / "scans.parquet", settings)
    assert looping.status == "refused"
    assert looping.message.startswith("scans.parquet: expected a file that can be read, got: ")


def test_an_odd_location_or_coordinate_never_costs_a_scan(
    inbox: Path, settings: Settings, query: Query
) -> None:
    path = inbox / "scans.csv"
    path.write_text(
        "courier,awb,scanned_at,native_code,location,pincode,latitude,longitude\n"
        "generic,A1,2026-03-02,lost,?? 💥,n/a,912.5,east\n"
    )

    assert load_file(path, settings).rows_loaded == 1

    (row,) = query("select location, pincode, latitude, longitude, extra from raw.scans")
    assert row[:4] == ("?? 💥", "n/a", None, None)
    assert json.loads(row[4]) == {"latitude": "912.5", "longitude": "east"}


def test_rows_that_could_not_be_read_are_in_the_judgement(inbox: Path, settings: Settings) -> None:
    path = inbox / "scans.csv"
    path.write_bytes(next(bad for bad in BAD if bad.id == "too few fields").content)

    load_file(path, settings)

    note = json.loads((settings.quality_dir / "door" / "scans.csv.json").read_text())
    assert {
        "expectation": "expect_rows_to_have_the_fields_of_the_header",
        "field": "",
        "evaluated": 5,
        "unexpected": 1,
    } in note["expectations"]


def test_the_judgement_of_each_file_is_noted(inbox: Path, settings: Settings) -> None:
    path = inbox / "scans.csv"
    path.write_bytes(next(bad for bad in BAD if bad.id == "unknown courier").content)

    load_file(path, settings)

    note = json.loads((settings.quality_dir / "door" / "scans.csv.json").read_text())
    assert note["success"] is False
    assert note["rows_quarantined"] == 1
    failed = [found for found in note["expectations"] if found["unexpected"]]
    assert failed == [
        {
            "expectation": "expect_column_values_to_be_in_set",
            "field": "courier",
            "evaluated": 5,
            "unexpected": 1,
        }
    ]

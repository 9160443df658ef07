"""Native payloads, one body a line, go through the courier's reader and the same door."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from couriers import registry
from ingestion.errors import UnknownFile
from ingestion.files import load_file
from ingestion.kinds import recognise
from settings import Settings

Query = Callable[[str], list[tuple[Any, ...]]]
READERS = [
    (slug, channel)
    for slug, courier in registry().items()
    for channel, reader in (("webhook", courier.push_reader), ("track", courier.track_reader))
    if reader is not None and courier.has_native_files
]


@pytest.mark.parametrize(("slug", "channel"), READERS)
def test_every_sample_body_is_loaded_or_quarantined(
    slug: str, channel: str, inbox: Path, settings: Settings, query: Query
) -> None:
    samples = [
        path
        for path in sorted(registry()[slug].samples_dir.glob(f"{channel}_*.json"))
        if not path.name.endswith(".expected.json")
    ]
    bodies = [json.dumps(json.loads(path.read_text())) for path in samples]
    expected = [json.loads(path.with_suffix(".expected.json").read_text()) for path in samples]
    rows = {
        (row["awb"], row["scanned_at"], row["native_code"], row.get("remark"), row.get("location"))
        for sample in expected
        for row in sample["rows"]
    }
    rejected = sum(len(sample["rejected"]) for sample in expected)
    name = f"{'scans' if channel == 'webhook' else 'tracking'}_{slug}_samples.ndjson"
    (inbox / name).write_text("\n\n".join(bodies) + "\n")

    # Samples of unknown parcels are rejected, which is most of a short file.
    result = load_file(inbox / name, settings.model_copy(update={"refuse_share": 1.0}))

    assert result.status == "loaded", result.line()
    assert result.rows_quarantined == rejected
    assert result.rows_read == result.rows_loaded + result.rows_duplicate + result.rows_quarantined
    assert query("select count(*) from raw.scans") == [(len(rows),)]
    assert query("select distinct file_format from raw.loads") == [
        (f"{'push' if channel == 'webhook' else 'tracking'}:{slug}",)
    ]
    kept = {text for (text,) in query("select row_json from raw.quarantine")}
    assert kept <= set(bodies)


def test_a_body_that_is_no_json_is_quarantined_whole(inbox: Path, settings: Settings, query: Query) -> None:
    sample = registry()["delhivery"].samples_dir / "webhook_scan_manifested.json"
    body = json.dumps(json.loads(sample.read_text()))
    path = inbox / "scans_delhivery_push.ndjson"
    path.write_text(f'{body}\n\n{{"Shipment": {{"AWB": \n')

    result = load_file(path, settings)

    assert (result.rows_read, result.rows_loaded, result.rows_quarantined) == (2, 1, 1)
    ((row_number, expectation, row_json),) = query(
        "select row_number, expectation, row_json from raw.quarantine"
    )
    assert (row_number, expectation) == (3, "expect_bodies_to_be_readable")
    assert json.loads(row_json) == '{"Shipment": {"AWB": '
    assert result.problems[0].startswith("scans_delhivery_push.ndjson row 3")


def test_a_native_scan_passes_the_same_door(inbox: Path, settings: Settings, query: Query) -> None:
    """A scan of the future is quarantined with its whole body."""
    sample = registry()["delhivery"].samples_dir / "webhook_scan_manifested.json"
    body = json.loads(sample.read_text())
    late = json.loads(json.dumps(body))
    late["Shipment"]["Status"]["StatusDateTime"] = "2062-01-09T17:10:42.767"
    path = inbox / "scans_delhivery_push.ndjson"
    path.write_text(f"{json.dumps(body)}\n{json.dumps(late)}\n")

    result = load_file(path, settings)

    assert (result.rows_loaded, result.rows_quarantined) == (1, 1)
    ((expectation, field, row_json),) = query("select expectation, field, row_json from raw.quarantine")
    assert (expectation, field) == ("expect_column_values_not_in_the_future", "scanned_at")
    assert json.loads(row_json) == late


@pytest.mark.parametrize(
    ("name", "feed", "file_format"),
    [
        ("scans.csv", "scans", "csv"),
        ("SCANS-march.Parquet", "scans", "parquet"),
        ("scans_2026_03.ndjson", "scans", "ndjson"),
        ("scans_delhivery_2026.csv", "scans", "csv"),
        ("scans_delhivery_2026.ndjson", "scans", "push:delhivery"),
        ("tracking_shiprocket_1.jsonl", "scans", "tracking:shiprocket"),
        ("scans_ecom_express_1.ndjson", "scans", "push:ecom_express"),
        ("scans_generic_1.ndjson", "scans", "ndjson"),
        ("customer_feedback_1.ndjson", "customer_feedback", "ndjson"),
    ],
)
def test_a_name_tells_feed_and_reader(name: str, feed: str, file_format: str) -> None:
    kind = recognise(name, registry())
    assert (kind.feed.name, kind.file_format) == (feed, file_format)
    assert (kind.reader is not None) == (":" in file_format)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tracking_fedex_1.ndjson", "expected tracking_<courier>_*.ndjson of one of bluedart, "),
        ("tracking_bluedart_1.ndjson", "no reader for tracking answers of Blue Dart"),
        ("orders.csv", "expected a name that starts with shipments, "),
        ("scans.txt", "and ends with .csv, .ndjson or .parquet"),
    ],
)
def test_a_name_of_nothing_says_what_was_expected(name: str, message: str) -> None:
    with pytest.raises(UnknownFile, match=message.replace("*", r"\*")):
        recognise(name, registry())

"""A courier described in a TOML file: what its reader reads, what its codes mean, and what is wrong with a file."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couriers import known_couriers, registry
from couriers.codes import CODES_SCHEMA, codes_of, read_codes
from couriers.contract import Courier, ReadResult
from couriers.mapping import mapped_courier
from couriers.mapping_errors import MappingError
from couriers.mapping_reader import FIELDS
from tests.couriers.test_readers import BAD_BODIES, all_samples, mutations, whole

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "mappings.md").read_text(encoding="utf-8")
DTDC, BODY = (re.findall(rf"```{kind}\n(.*?)```", GUIDE, flags=re.S)[0] for kind in ("toml", "json"))
HEAD = 'name = "New"\n[webhook]\nscheme = "token"\n'
PUSH = HEAD + '[push]\nawb = "awb"\nscanned_at = "at"\nnative_code = "code"\n'
SCAN = {"awb": "1", "at": "2026-03-05T10:00:00", "code": "X"}


def courier(content: str, known: Courier | None = None, name: str = "new") -> Courier:
    return mapped_courier(f"{name}.toml", content, known, Path("mappings"))


def read(content: str, *bodies: Any) -> ReadResult:
    reader = courier(content).push_reader
    assert reader is not None
    result = reader(pl.Series([json.dumps(body) for body in bodies], dtype=pl.String))
    whole(list(bodies), result)
    return result


def test_the_example_of_the_guide_reads_its_body() -> None:
    reader = courier(DTDC, name="dtdc").push_reader
    assert reader is not None
    rows = reader(pl.Series([BODY])).rows
    assert rows.select("courier", "awb", "scanned_at", "native_code", "location", "reason_text").rows() == [
        ("dtdc", "D1000000001", datetime(2026, 3, 5, 3, 45, tzinfo=UTC), "OUTDLV", "PUNE", None),
        ("dtdc", "D1000000001", datetime(2026, 3, 5, 10, 12, tzinfo=UTC), "NONDLV", "PUNE", "Office closed (CIR)"),
    ]  # fmt: skip


def test_the_guide_names_every_key() -> None:
    found = set(re.findall(r"`(?:push)?\.(\w+)`", GUIDE)) - {"header"}
    assert found == {*FIELDS, "scans"}


def test_a_body_is_one_scan_where_no_list_is_named() -> None:
    rows = read(
        PUSH + 'location = ["place.city", "$.place.state"]',
        {**SCAN, "place": {"city": "Pune", "state": "MH"}},
    ).rows
    assert rows.select("courier", "awb", "native_code", "location").row(0) == ("new", "1", "X", "Pune MH")
    assert rows["scanned_at"].item() == datetime(2026, 3, 5, 4, 30, tzinfo=UTC)


def test_a_body_may_be_the_list_itself() -> None:
    result = read(
        PUSH.replace("[push]", '[push]\nscans = "$"'), [SCAN, {**SCAN, "awb": None}], {"awb": 1}, []
    )
    assert result.rows["awb"].to_list() == ["1"]
    assert result.rejected.select("body_index", "field").rows() == [(0, "$[1].awb"), (1, "$"), (2, "$")]


def test_lists_join_and_a_missing_part_is_no_value() -> None:
    joined = PUSH.replace('"code"', '{ path = ["kind", "lines[1].word"], separator = "|" }')
    bodies = [
        {**SCAN, "kind": "UD", "lines": [{"word": "a"}, {"word": "b"}]},
        {**SCAN, "kind": "UD", "lines": []},
    ]
    result = read(joined, *bodies)
    assert result.rows["native_code"].to_list() == ["UD|b"]
    assert result.rejected["message"].to_list() == [
        "kind + lines[1].word: expected a code, found nothing usable"
    ]


def test_numbers_words_and_constants() -> None:
    more = """
        attempt_number = "n"
        latitude = "lat"
        native_text = { value = "a scan" }
        leg = { path = "flow", forward = ["FWD"], return = ["RTO", "back"] }
    """
    bodies = [
        {**SCAN, "n": "2", "lat": 19.5, "flow": "Back"},
        {**SCAN, "n": 3, "lat": "x", "flow": "fwd"},
        {**SCAN, "n": "second", "flow": "?"},
    ]
    rows = read(PUSH + more, *bodies).rows
    assert rows.select("attempt_number", "latitude", "native_text", "leg").rows() == [
        (2, 19.5, "a scan", "return"), (3, None, "a scan", "forward"), (None, None, "a scan", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clock", "value", "expected", "is_date"),
    [
        ('"at"', "2026-03-05T10:00:00Z", datetime(2026, 3, 5, 10, tzinfo=UTC), False),
        ('{ path = "at", zone = "UTC" }', "2026-03-05 10:00:00", datetime(2026, 3, 5, 10, tzinfo=UTC), False),
        ('{ path = "at", zone = "+04:00" }', "2026-03-05 10:00", datetime(2026, 3, 5, 6, tzinfo=UTC), False),
        ('"at"', "2026-03-05", datetime(2026, 3, 5, 18, 29, 59, 999999, tzinfo=UTC), True),
        (
            '{ path = "at", format = "%d-%b-%Y" }',
            "05-Mar-2026",
            datetime(2026, 3, 5, 18, 29, 59, 999999, tzinfo=UTC),
            True,
        ),
        (
            '{ path = "at", format = "%d/%m/%Y %I:%M %p" }',
            "05/03/2026 03:42 PM",
            datetime(2026, 3, 5, 10, 12, tzinfo=UTC),
            False,
        ),
        (
            '{ path = "at", format = "epoch_milliseconds" }',
            1772705520000,
            datetime(2026, 3, 5, 10, 12, tzinfo=UTC),
            False,
        ),
    ],
)
def test_times_are_read_as_the_file_says(clock: str, value: Any, expected: datetime, is_date: bool) -> None:
    row = read(PUSH.replace('scanned_at = "at"', f"scanned_at = {clock}"), {**SCAN, "at": value}).rows
    assert row.select("scanned_at", "is_date_only").row(0) == (expected, is_date)


def test_its_codes_are_rows_like_those_of_a_folder() -> None:
    codes = codes_of(courier(DTDC, name="dtdc"))
    assert dict(codes.schema) == CODES_SCHEMA
    assert (
        dict(codes.drop_nulls("native_code").select("native_code", "status").rows())["NONDLV"]
        == "failed_delivery"
    )
    own = courier(PUSH + '[codes]\nA = { status = "held", reason = "other" }\n[reasons]\n7 = "address_issue"')
    assert codes_of(own).select("native_code", "native_reason", "status", "reason_bucket").rows() == [
        ("A", None, "held", "other"), (None, "7", None, "address_issue"),
    ]  # fmt: skip


def test_a_known_courier_keeps_what_the_file_does_not_say() -> None:
    known = registry()["delhivery"]
    described = courier('[codes]\n"ud|manifested" = "picked_up"\nNEW = "held"', known, "delhivery")
    assert described.push_reader is known.push_reader and described.webhook == known.webhook
    before, after = (codes_of(one).drop_nulls("native_code") for one in (known, described))
    assert before.equals(read_codes(known.codes_path).drop_nulls("native_code"))
    assert after.height == before.height + 1
    meanings = after.filter(pl.col("native_code").str.to_lowercase() == "ud|manifested")
    assert meanings["status"].to_list() == ["picked_up"]


def test_a_folder_of_mappings_adds_couriers_in_order(tmp_path: Path) -> None:
    (tmp_path / "dtdc.toml").write_text(DTDC)
    (tmp_path / "ithink.toml").write_text(PUSH)
    (tmp_path / "notes.txt").write_text("not a mapping")
    found = known_couriers(tmp_path)
    assert list(found) == sorted([*registry(), "dtdc"])
    assert (
        found["ithink"].push_reader and found["ithink"].track_reader and not registry()["ithink"].push_reader
    )
    assert known_couriers(tmp_path / "missing") == registry()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name = ", "expected TOML, found a mistake: "),
        ("push = 1", "name: expected a value, as no courier of this name is known, found nothing"),
        (HEAD, "push: expected a value, "),
        ('name = "New"\npush = 1\nwebhook = { scheme = "token" }', "push: expected a table, found 1"),
        (PUSH + 'colour = "x"', "push.colour: expected one of the keys scans, awb, "),
        (
            HEAD + '[push]\nawb = "a"\nnative_code = "c"',
            "push.scanned_at: expected where it stands in the body",
        ),
        (PUSH.replace('"awb"', '"a..b"'), "push.awb: expected a path like shipment.awb, "),
        (PUSH.replace('"awb"', "7"), "push.awb: expected a path like shipment.awb, "),
        (PUSH.replace('"awb"', '"*"'), "push.awb: expected a path like shipment.awb, "),
        (
            HEAD + '[push]\nscans = "s"\nawb = "$.a"\nscanned_at = "$.t"\nnative_code = "$.c"',
            "push.scans: expected that some path begins at the scan, ",
        ),
        (PUSH.replace('"awb"', "[]"), "push.awb: expected a path like shipment.awb, "),
        (
            PUSH.replace('"awb"', '{ value = "1" }'),
            "push.awb: expected a path, as it differs from scan to scan",
        ),
        (PUSH.replace('"awb"', '{ path = "a", value = "1" }'), "push.awb: expected either a path or a value"),
        (
            PUSH.replace('"awb"', '{ path = "a", zone = "UTC" }'),
            "push.awb.zone: expected one of the keys path, ",
        ),
        (PUSH.replace('"awb"', '"code.awb"'), "push.code: expected a value at this path, "),
        (
            PUSH.replace('"awb"', '"body_index"'),
            "push.body_index: expected paths that begin with another name",
        ),
        (
            PUSH.replace("[push]", '[push]\nscans = "$"').replace('"code"', '"$.code"'),
            "push.native_code: expected a path in the scan, ",
        ),
        (
            PUSH.replace('"at"', '{ path = "at", zone = "Mars" }'),
            "push.scanned_at.zone: expected IST, UTC or an offset like +05:30, found 'Mars'",
        ),
        (
            PUSH.replace('"at"', '{ path = "at", format = "%d%m" }'),
            "push.scanned_at.format: expected iso, epoch_seconds, ",
        ),
        (
            PUSH.replace('"at"', '{ path = "at", format = "%d%m%Y %I:%M" }'),
            "push.scanned_at.format: expected iso, ",
        ),
        (
            PUSH.replace('"at"', '{ path = "at", format = "%d%m%Y %H:%M %Z" }'),
            "push.scanned_at.format: expected iso, ",
        ),
        (PUSH + 'leg = "flow"', "push.leg: expected a path, and the courier's words of each leg"),
        (
            PUSH + 'leg = { path = "flow", return = "RTO" }',
            "push.leg.return: expected a list of texts, found 'RTO'",
        ),
        (
            PUSH.replace("token", "password"),
            "webhook.scheme: expected one of token, body_hmac, standard, found 'password'",
        ),
        (PUSH.replace("token", "body_hmac"), "webhook.header: expected the name of the header "),
        (PUSH + '[codes]\nX = "lost in space"', "codes.X: expected one of order_created, "),
        (
            PUSH + '[codes]\nX = { status = "held", reason = "why" }',
            "codes.X.reason: expected one of customer_unavailable, ",
        ),
        (PUSH + '[codes]\nX = "held"\n"x " = "lost"', "codes.x : expected a code that no other line has"),
        (PUSH + '[texts]\ngone = "away"', "texts.gone: expected one of customer_unavailable, "),
    ],
)
def test_a_mistake_is_one_line_with_file_key_and_what_was_expected(content: str, message: str) -> None:
    with pytest.raises(MappingError, match=re.escape(f"new.toml: {message}")) as raised:
        courier(content)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["DTDC", "9x", "a-b", "", "a b"])
def test_the_files_name_is_a_slug(name: str) -> None:
    with pytest.raises(MappingError, match="expected a name like dtdc"):
        courier(PUSH, name=name)


def test_bytes_that_are_no_text_are_one_line_too(tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(MappingError, match=r"new\.toml: expected UTF-8, found other bytes"):
        known_couriers(tmp_path)


@pytest.mark.parametrize("scans", ["", 'scans = "$"\n', 'scans = "shipmentStatus"\n'])
def test_no_body_crashes_a_mapped_reader_and_none_is_lost(scans: str) -> None:
    reader = courier(PUSH.replace("[push]\n", f"[push]\n{scans}")).push_reader
    assert reader is not None
    given_bodies: list[str | None] = [
        *BAD_BODIES,
        *all_samples(reader),
        json.dumps([SCAN, SCAN]),
        json.dumps(SCAN),
    ]
    whole(given_bodies, reader(pl.Series(given_bodies, dtype=pl.String)))
    documents = st.one_of(
        mutations({"shipmentStatus": [SCAN, SCAN]}), mutations(SCAN), mutations([SCAN, SCAN])
    )

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.one_of(documents.map(json.dumps), st.sampled_from(BAD_BODIES)), max_size=6))
    def check(batch: list[str | None]) -> None:
        whole(batch, reader(pl.Series(batch, dtype=pl.String)))

    check()

"""What the couriers of the live world say is read back as the scan that they speak of."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from couriers import registry
from couriers.contract import Reader, ReadResult
from simulator.codes import phrasebook
from simulator.couriers import SPEAKERS
from simulator.couriers.speaking import Answer, Asked, Find, Scan, same_meaning
from simulator.rates import Rates
from simulator.telling import REMARKS, UNKNOWN_CODE
from tests.simulator.live import ask_about

PHRASES = phrasebook(list(Rates().courier_shares))
ASKED = sorted(slug for slug, speaker in SPEAKERS.items() if speaker.answer)
TO_THE_MINUTE = {"xpressbees", "bluedart"}
SPACES = {"shiprocket": "shipment_status:", "clickpost": "status:"}


def _json(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


@st.composite
def scans(draw: st.DrawFn, slug: str) -> Scan:
    """A scan that this courier may tell of in the stand-in world, or one of a code that nobody knows."""
    voice = PHRASES.voices.index(slug)
    first, count = PHRASES.first[voice].ravel(), PHRASES.count[voice].ravel()
    rows = [row for start, many in zip(first, count, strict=True) for row in range(start, start + many)]
    said = draw(st.sampled_from([*sorted(set(rows)), None]))
    code, reason, text, reason_text = (
        (UNKNOWN_CODE, None, None, None) if said is None else PHRASES.codes.row(int(said))
    )
    carrier = draw(st.sampled_from(["delhivery", "bluedart", "ekart"])) if slug in SPACES else slug
    return {
        "courier": carrier,
        "awb": f"AW{draw(st.integers(10**9, 2 * 10**9))}",
        "scanned_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 10**8))),
        "native_code": code,
        "native_text": text,
        "reason_code": reason,
        "reason_text": reason_text,
        "leg": draw(st.sampled_from([None, "forward", "return"])),
        "attempt_number": draw(st.none() | st.integers(1, 3)),
        "location": draw(st.sampled_from(["Pune", "Bengaluru_Koramangala (Karnataka)", 'O"Hara\\', "पुणे"])),
        "remark": draw(st.none() | st.sampled_from([*REMARKS.values(), "NOT AT HOME", "कल आना"])),
        "via": slug if slug in SPACES else None,
    }


def _read(reader: Reader | None, body: Any) -> ReadResult:
    assert reader is not None
    return reader(pl.Series([json.dumps(body)], dtype=pl.String))


def _ask(slug: str, asked: Asked, find: Find) -> Answer:
    answer = SPEAKERS[slug].answer
    assert answer is not None
    return answer(asked, find)


def _native(slug: str, scan: Scan) -> str:
    """The code under which the reader knows what the courier says."""
    code = scan["native_code"]
    if slug == "ekart":
        return str(same_meaning(slug, "shipment_").get(code, code))
    meaning = same_meaning(slug, SPACES[slug]).get(code) if slug in SPACES else None
    if code == UNKNOWN_CODE or (slug == "shiprocket" and meaning is None):
        prefixes = {"delhivery": "UD|", "shiprocket": "courier:", "clickpost": "status:"}
        return prefixes.get(slug, "") + code
    return meaning or code


def _is_told(slug: str, scan: Scan, row: dict[str, Any], *, is_push: bool) -> None:
    said = scan["reason_text"] or scan["remark"]
    assert row["awb"] == scan["awb"]
    assert row["courier"] == scan["courier"] and row["via"] == scan["via"]
    at = scan["scanned_at"]
    assert row["scanned_at"] == (at.replace(second=0) if slug in TO_THE_MINUTE else at)
    assert not row["is_date_only"]
    assert row["native_code"] == _native(slug, scan)
    assert row["location"] == scan["location"]
    if slug == "delhivery":
        assert row["reason_code"] == scan["reason_code"] and row["remark"] == (said or scan["native_text"])
    elif slug == "clickpost":
        is_reason = is_push and row["native_code"] == "status:9"
        assert row["reason_code"] == (scan["reason_code"] if is_reason else None)
        assert row["remark"] == scan["remark"]
    elif slug == "shadowfax":
        assert row["reason_code"] == scan["reason_code"]
        assert row["remark"] == (scan["reason_code"] or said)
    elif slug == "xpressbees":
        is_failed = scan["native_code"] == "UD"
        assert row["remark"] == (said or (None if is_failed else scan["native_text"]))
        assert row["reason_text"] == (said if is_failed else None)
    elif slug == "bluedart":
        assert row["remark"] == said
        assert row["leg"] == ("return" if scan["leg"] == "return" else None)
    elif slug == "ecom_express":
        assert row["remark"] == said
        # A code without a text is its own text.
        assert row["native_text"] == (scan["native_text"] or said or scan["native_code"])
    elif slug == "ekart":
        assert row["reason_code"] == scan["reason_code"] and row["remark"] == scan["remark"]
    elif row["native_code"] == "shipment_status:21":
        assert row["reason_text"] == (said or scan["native_text"])
        assert row["attempt_number"] == scan["attempt_number"]
    if is_push and slug == "shadowfax":
        assert row["attempt_number"] == scan["attempt_number"]


@pytest.mark.parametrize("slug", sorted(SPEAKERS))
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_push_is_read_back_as_its_scan(slug: str, data: st.DataObject) -> None:
    scan = data.draw(scans(slug))
    # Blue Dart's codes begin with a group, and only its known groups have a return leg.
    assume(slug != "bluedart" or scan["native_code"] != UNKNOWN_CODE or scan["leg"] != "return")
    body = SPEAKERS[slug].push(scan, [scan])
    if body is None:
        assert _native(slug, scan).startswith("courier:")
        return
    read = _read(registry()[slug].push_reader, body)
    assert read.rejected.is_empty()
    assert read.rows.height == 1
    _is_told(slug, scan, read.rows.row(0, named=True), is_push=True)


@pytest.mark.parametrize("slug", ASKED)
@given(data=st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_tracking_answer_is_read_back_as_its_scans(slug: str, data: st.DataObject) -> None:
    """All scans of the parcel, and each as the push has it, so that seen both ways it is one."""
    first = data.draw(scans(slug))
    later = {**data.draw(scans(slug)), "awb": first["awb"], "courier": first["courier"]}
    story = sorted([first, later], key=lambda scan: scan["scanned_at"])
    status, body = _ask(slug, ask_about(slug, first["awb"]), lambda _: story)
    assert status == 200
    read = _read(registry()[slug].track_reader, body)
    assert read.rejected.is_empty()
    told = read.rows.sort("scanned_at", maintain_order=True).rows(named=True)
    if story[0]["scanned_at"] < story[1]["scanned_at"]:
        for scan, row in zip(story, told, strict=True):
            _is_told(slug, scan, row, is_push=False)
    body = SPEAKERS[slug].push(later, story)
    pushed = _read(registry()[slug].push_reader, body or {}).rows
    same = ["awb", "native_code", "scanned_at", "location", "remark"]
    assert pushed.join(read.rows, on=same, how="semi", nulls_equal=True).height == pushed.height


@pytest.mark.parametrize("slug", ASKED)
def test_an_unknown_awb_gives_no_scan_and_says_so(slug: str) -> None:
    status, body = _ask(slug, ask_about(slug, "NOBODY"), lambda _: [])
    assert status == 200
    read = _read(registry()[slug].track_reader, body)
    assert read.rows.is_empty() and read.rejected.height == 1


@pytest.mark.parametrize(
    ("slug", "many", "status"),
    [("delhivery", 51, 400), ("clickpost", 11, 400), ("shiprocket", 51, 422), ("shadowfax", 51, 400)],
)
def test_too_many_awbs_are_refused(slug: str, many: int, status: int) -> None:
    awbs = [f"A{number}" for number in range(many)]
    asked = {
        "shiprocket": Asked("POST", "/v1/external/courier/track/awbs", {}, _json(awbs=awbs)),
        "shadowfax": Asked("POST", "/v4/clients/bulk_track/", {}, _json(awb_numbers=awbs)),
    }.get(slug) or ask_about(slug, ",".join(awbs))
    assert _ask(slug, asked, lambda _: [])[0] == status


def test_a_push_of_shiprocket_repeats_what_was_lost_before_it() -> None:
    story = [
        {
            "courier": "bluedart", "awb": "AW1", "native_code": code, "native_text": text, "reason_code": None,
            "scanned_at": datetime(2026, 3, 1, hour, tzinfo=UTC), "reason_text": None, "attempt_number": None,
            "location": "Pune", "remark": None, "via": "shiprocket",
        }
        for hour, code, text in ((5, "shipment_status:17", "Out For Delivery"), (9, "shipment_status:7", "Delivered"))
    ]  # fmt: skip
    read = _read(registry()["shiprocket"].push_reader, SPEAKERS["shiprocket"].push(story[1], story))
    assert read.rows["native_code"].to_list() == ["shipment_status:17", "shipment_status:7"]

"""The couriers' desks: what they take has one effect, what they refuse has none and says why in their own words."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from couriers import registry
from simulator.couriers.speaking import Asked
from simulator.desks.couriers import DESKS
from simulator.desks.couriers.delhivery import NOTHING
from simulator.desks.effects import Effect, Effects
from tests.simulator.desks import (
    AWB,
    BEARER,
    NOW,
    TODAY,
    TOKEN,
    TOMORROW,
    Watched,
    ecom,
    office,
    post,
    reattempt,
    rto,
    upl,
)
from tests.simulator.live import ask_about

NO_RETURN = {"xpressbees", "nimbuspost"}
#: Couriers that see a second return when it comes; the others take it, which a count of effects shows.
ONCE = {"delhivery", "shiprocket", "ekart", "shadowfax", "ithink"}


def _is_refused(slug: str, status: int, said: Any) -> bool:
    """As somebody reads it who knows the courier."""
    if status >= 400:
        return True
    results: dict[str, Any] = {
        "xpressbees": lambda: said[0]["status"], "nimbuspost": lambda: said[0]["status"],
        "ekart": lambda: said["status"], "ecom_express": lambda: said[0]["status"] == "true",
        "ithink": lambda: said["data"][AWB]["status"] == "success", "delhivery": lambda: said.get("status", True),
        "bluedart": lambda: str(said["CustALTInstructionUpdateResult"]["IsError"]).lower() == "false",
    }  # fmt: skip
    return slug in results and not results[slug]()


@pytest.mark.parametrize("slug", sorted(DESKS))
def test_a_reattempt_of_a_failed_parcel_takes_place_once(slug: str) -> None:
    one = office(slug=slug)
    assert not _is_refused(slug, *one.send(slug, reattempt(slug)))
    on = None if slug in ("delhivery", "shadowfax") else TOMORROW
    assert [(each.courier, each.awb, each.action, each.on) for each in one.effects] == [
        (slug, AWB, "reattempt", on)
    ]
    assert one.words == []


@pytest.mark.parametrize("slug", sorted(set(DESKS) - NO_RETURN))
def test_a_return_takes_place_once(slug: str) -> None:
    one = office(slug=slug)
    assert not _is_refused(slug, *one.send(slug, rto(slug)))
    assert [each.action for each in one.effects] == ["rto"]
    assert _is_refused(slug, *one.send(slug, rto(slug))) == (slug in ONCE)
    assert len(one.effects) == 1 + (slug not in ONCE)


@pytest.mark.parametrize("slug", sorted(DESKS))
@pytest.mark.parametrize("status", ["delivered", "rto_in_transit", None])
def test_nothing_is_done_to_a_parcel_that_is_gone_or_unknown(slug: str, status: str | None) -> None:
    one = office()
    if status:
        one.store.put({"courier": slug, "awb": AWB, "status": status, "attempts": 1})
    for call in [reattempt(slug), *([] if slug in NO_RETURN else [rto(slug)])]:
        answer = one.send(slug, call)
        assert _is_refused(slug, *answer) or slug == "delhivery"
    assert one.effects == [] and one.words


@pytest.mark.parametrize("slug", sorted(set(DESKS) - {"delhivery", "shadowfax", "clickpost", "ecom_express"}))
def test_a_day_that_is_over_is_refused(slug: str) -> None:
    one = office(slug=slug)
    assert _is_refused(slug, *one.send(slug, reattempt(slug, on=TODAY)))
    assert one.effects == []


@pytest.mark.parametrize("slug", sorted(set(DESKS) - {"ithink", "ecom_express"}))
def test_who_does_not_prove_who_they_are_is_turned_away(slug: str) -> None:
    one, asked = office(slug=slug), reattempt(slug)
    assert one.send(slug, Asked(asked.method, asked.path, {}, asked.body))[0] == 401
    assert one.effects == []


def _job(one: Watched, items: list[dict[str, str]]) -> str:
    status, said = one.send("delhivery", post("/api/p/update", {"data": items}, TOKEN))
    assert status == 200
    return str(said["request_id"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"native_code": "UD|Pending", "reason_code": "EOD-11", "attempts": 1}, None),
        ({"native_code": "UD|Pending", "reason_code": "EOD-11", "attempts": 2}, None),
        ({"native_code": "UD|Pending", "reason_code": "EOD-11", "attempts": 3},
         "Shipment has reached max attempt count"),
        ({"native_code": "UD|Pending", "reason_code": "EOD-3", "reason_text": "Asked to reschedule", "attempts": 1},
         "Rescheduling is not allowed as Asked to reschedule"),
        ({"native_code": "UD|Dispatched", "attempts": 1}, "Package in incorrect status"),
        ({"native_code": "RT|In Transit", "attempts": 1}, "Package in incorrect status"),
    ],
)  # fmt: skip
def test_delhivery_goes_again_only_for_its_codes_and_counts(given: dict[str, Any], words: str | None) -> None:
    one = office(None, "delhivery", **given)
    _, said = one.send("delhivery", upl(_job(one, [{"waybill": AWB, "act": "RE-ATTEMPT"}])))
    assert said["status"] == ("Failure" if words else "Success")
    assert [each["message"] for each in said["failed_wbns"]] == ([words] if words else [])
    assert len(one.effects) == (words is None)


def test_a_job_of_delhivery_settles_later_and_may_fail_in_part() -> None:
    one = office(slug="delhivery", settle=0.05)
    items = [
        {"waybill": awb, "act": act}
        for awb, act in ((AWB, "RE-ATTEMPT"), ("NOBODY", "RE-ATTEMPT"), (AWB, "X"))
    ]
    name = _job(one, items)
    status, said = one.send("delhivery", upl(name))
    assert (status, said["remark"]) == (200, "Package action is being performed")
    assert one.effects == []
    time.sleep(0.06)
    _, said = one.send("delhivery", upl(name))
    assert said["status"] == "Failure" and said["success_wbns"] == [{"waybill": AWB, "action": "RE-ATTEMPT"}]
    assert [each["message"] for each in said["failed_wbns"]] == ["Incorrect waybill", "Action is not valid"]
    assert len(one.effects) == 1
    assert one.send("delhivery", upl("UPL1")) == (404, NOTHING)


def test_delhivery_is_judged_when_the_job_is_done_not_when_it_is_taken() -> None:
    one = office(slug="delhivery", settle=0.05)
    name = _job(one, [{"waybill": AWB, "act": "RE-ATTEMPT"}])
    one.store.scan({"courier": "delhivery", "awb": AWB, "status": "out_for_delivery"})
    time.sleep(0.06)
    assert one.send("delhivery", upl(name))[1]["failed_wbns"][0]["message"] == "Package in incorrect status"
    assert one.effects == []


def test_a_cancellation_turns_delhiverys_parcel_round_at_once() -> None:
    one = office(slug="delhivery")
    one.send("delhivery", rto("delhivery"))
    _, said = one.send("delhivery", ask_about("delhivery", AWB))
    assert said["ShipmentData"][0]["Shipment"]["Status"]["StatusType"] == "RT"
    edit = post("/api/p/edit", {"waybill": AWB, "phone": "9000000001"}, TOKEN)
    assert one.send("delhivery", edit)[1]["status"] is False


def test_details_change_at_delhivery_until_it_is_out() -> None:
    one = office(slug="delhivery")
    edit = post("/api/p/edit", {"waybill": AWB, "phone": "9000000001", "add": "1 Test Street"}, TOKEN)
    assert one.send("delhivery", edit)[1]["status"] is True
    one.store.scan({"courier": "delhivery", "awb": AWB, "status": "out_for_delivery"})
    assert one.send("delhivery", edit)[1]["remark"].startswith("Package is part of dispatch.")
    assert [each.changes for each in one.effects] == [("address", "phone")]


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({"action": "re-attempt"}, "comments"),
        ({"action": "again", "comments": "c"}, "action"),
        ({"action": "re-attempt", "comments": "c", "deferred_date": TODAY.isoformat()}, "deferred_date"),
        ({"action": "fake-attempt", "comments": "c", "remarks": "r"}, "proof_image"),
    ],
)
def test_shiprocket_wants_its_fields(order: dict[str, Any], field: str) -> None:
    one = office(slug="shiprocket")
    status, said = one.send("shiprocket", post(f"/v1/external/ndr/{AWB}/action", order, BEARER))
    assert (status, list(said["errors"])) == (422, [field])
    assert one.effects == []


def test_shiprockets_list_tells_attempts_and_what_it_was_told() -> None:
    one = office(slug="shiprocket")
    listed = Asked("GET", f"/v1/external/ndr/{AWB}", headers=BEARER)
    assert [row["action_by"] for row in one.send("shiprocket", listed)[1]["data"][0]["history"]] == [3]
    assert one.send("shiprocket", reattempt("shiprocket")) == (202, {"status": "Data Updated Sucessfully"})
    record = one.send("shiprocket", listed)[1]["data"][0]
    assert [row["action_by"] for row in record["history"]] == [3, 2] and record["attempts"] == 1
    one.send("shiprocket", rto("shiprocket"))
    assert one.send("shiprocket", rto("shiprocket"))[0] == 400
    assert one.send("shiprocket", Asked("GET", "/v1/external/ndr/X", headers=BEARER))[0] == 404


def test_version_one_of_clickpost_fails_by_item_in_a_success() -> None:
    one = office(slug="clickpost")
    items = [{"waybill": awb, "act": "RE-ATTEMPT", "action_data": {}} for awb in (AWB, "NOBODY")]
    status, said = one.send("clickpost", post("/api/v1/ndr/update/", items, username="u", key="k"))
    assert (status, said["meta"]["success"]) == (200, True)
    assert [item["status"] for item in said["result"]["ndr_update_status"]] == [True, False]
    assert len(one.effects) == 1


def test_version_two_of_clickpost_wants_a_date() -> None:
    one = office(slug="clickpost")
    order = {"action": "REATTEMPT", "waybill": AWB, "cp_id": 4}
    assert one.send("clickpost", post("/api/v2/ndr/update/", order, username="u", key="k"))[0] == 400
    assert one.effects == []


@pytest.mark.parametrize(("days", "is_taken"), [(0, False), (1, True), (7, True), (8, False)])
def test_ekart_takes_the_next_seven_days(days: int, is_taken: bool) -> None:
    one = office(slug="ekart")
    _, said = one.send("ekart", reattempt("ekart", on=TODAY + timedelta(days=days)))
    assert said["status"] is is_taken and len(one.effects) == is_taken


@pytest.mark.parametrize("slug", ["ekart", "xpressbees", "shiprocket"])
def test_only_a_failed_parcel_is_reattempted(slug: str) -> None:
    one = office("out_for_delivery", slug)
    assert _is_refused(slug, *one.send(slug, reattempt(slug)))


@pytest.mark.parametrize(
    ("code", "is_taken"), [("on_hold", True), ("cancelled_by_customer", True), ("nc", False), ("ofd", False)]
)
def test_shadowfax_reopens_and_returns_only_what_it_holds(code: str, is_taken: bool) -> None:
    for call in (reattempt, rto):
        one = office(None, "shadowfax", native_code=code)
        assert (one.send("shadowfax", call("shadowfax"))[0] == 200) is is_taken
        assert len(one.effects) == is_taken


def test_shadowfax_changes_a_pincode_twice() -> None:
    one = office(None, "shadowfax", native_code="on_hold")
    order = {"awb_number": AWB, "delivery_details": {"pincode": 560008}, "status_update": {"status": None}}
    change = post("/api/v3/clients/order_update/", order, TOKEN)
    assert [one.send("shadowfax", change)[0] for _ in range(3)] == [200, 200, 400]
    issue = post("/v1/clients/support/issue/", {"awb_number": AWB, "issue_category": 4}, TOKEN)
    assert one.send("shadowfax", issue)[0] == 200
    assert [each.action for each in one.effects] == ["update_details", "update_details", "fake_attempt"]


def test_ecom_express_refuses_behind_a_lock_and_wants_a_slot() -> None:
    locked = office(None, "ecom_express", native_code="77")
    _, said = locked.send("ecom_express", rto("ecom_express"))
    assert (
        said == [{"awb": AWB, "status": "false", "reason": locked.words[0]}]
        and "RTO Lock" in said[0]["reason"]
    )
    one = office(slug="ecom_express")
    one.send(
        "ecom_express", ecom([{"awb": AWB, "instruction": "RAD", "scheduled_delivery_date": "2026-03-12"}])
    )
    assert one.effects == [] and "slot" in one.words[0]


def test_a_list_is_answered_item_by_item() -> None:
    one = office(slug="xpressbees")
    data = {"re_attempt_date": TOMORROW.isoformat()}
    items = [{"awb": awb, "action": "re-attempt", "action_data": data} for awb in (AWB, "NOBODY")]
    items += [{"awb": AWB, "action": "change_phone", "action_data": {"phone": "9000000001"}}]
    _, said = one.send("xpressbees", post("/api/ndr/create", items, BEARER))
    assert [item["status"] for item in said] == [True, False, True]
    assert [each.action for each in one.effects] == ["reattempt", "update_details"]


@pytest.mark.parametrize("slug", ["delhivery", "shiprocket", "clickpost", "shadowfax"])
def test_the_head_is_read_again_after_a_scan(slug: str) -> None:
    """By the courier's own reader, and the parcel is then refused."""
    one = office(slug=slug, location="Pune")
    one.store.scan(
        {"courier": slug, "awb": AWB, "status": "delivered", "at": (NOW + timedelta(minutes=5)).isoformat()}
    )
    status, said = one.send(slug, ask_about(slug, AWB))
    reader = registry()[slug].track_reader
    assert status == 200 and reader is not None
    rows = reader(pl.Series([json.dumps(said)], dtype=pl.String)).rows.sort("scanned_at")
    assert (rows.height, rows["awb"].unique().to_list()) == (2, [AWB])
    one.send(slug, reattempt(slug))
    assert one.effects == []


def test_two_of_the_same_are_counted(tmp_path: Any) -> None:
    effects = Effects(tmp_path / "effects.ndjson")
    one = Effect("ekart", AWB, "reattempt", TOMORROW, NOW, "d", ("phone",), None)
    effects.add(one)
    effects.add(one)
    assert effects.counted() == {("ekart", AWB, "reattempt", TOMORROW.isoformat()): 2}
    lines = (tmp_path / "effects.ndjson").read_text().splitlines()
    assert [Effect.from_row(json.loads(line)) for line in lines] == [one, one]

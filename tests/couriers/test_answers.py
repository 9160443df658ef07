"""What couriers answer to orders: verdicts and reasons from their own words, whole and partial."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from couriers.actions import Answer, Order, Verdict
from settings import IST
from tests.couriers.orders import ACTIONS_OF, OWN, TOKEN, back_of, order
from tests.couriers.samples import order_sample

ONE, TWO = order(awb="A1"), order(awb="A2")
SENT_AT = datetime(2021, 3, 17, 18, 0, tzinfo=UTC)


def answers(slug: str, name: str, said: Any, *orders: Order, status: int = 200) -> list[Answer]:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return list(ACTIONS_OF[slug].by_name[name].read(orders or (ONE,), status, body))


def words(slug: str, name: str, said: Any, *orders: Order, status: int = 200) -> list[str]:
    """Each verdict, with its reason where there is one."""
    found = answers(slug, name, said, *orders, status=status)
    return [f"{one.verdict}/{one.reason}" if one.reason else str(one.verdict) for one in found]


# What a status says anywhere


@pytest.mark.parametrize("slug", sorted(ACTIONS_OF))
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, "later/unauthorised"),
        (403, "later/unauthorised"),
        (405, "later"),
        (408, "unknown"),
        (422, "rejected/invalid_request"),
        (429, "later"),
        (301, "unknown"),
        (500, "unknown"),
        (502, "unknown"),
        (503, "unknown"),
        (504, "unknown"),
        (200, "unknown"),
    ],
)
def test_a_status_without_a_body(slug: str, status: int, expected: str) -> None:
    """5xx and 408 may have come after the deed; 401, 403, 405 and 429 say nothing against the order."""
    for name in ACTIONS_OF[slug].by_name:
        assert words(slug, name, b"", status=status) == [expected]


def test_an_order_is_not_refused_for_those_beside_it() -> None:
    for slug, actions in ACTIONS_OF.items():
        if actions.by_name["reattempt"].most > 1:
            said = words(slug, "reattempt", b"", ONE, TWO, status=400)
            assert said == ["later/invalid_request"] * 2


def test_a_wrong_address_refuses_nothing_but_an_awb_in_it() -> None:
    assert words("delhivery", "reattempt", b"", status=404) == ["later"]
    assert words("shiprocket", "reattempt", {"message": "Invalid AWB"}, status=404) == [
        "rejected/invalid_request"
    ]


# Delhivery


def test_delhiverys_job_is_taken_and_not_done() -> None:
    said = {"message": "Status will be updated shortly", "request_id": "UPL1"}
    found = answers("delhivery", "reattempt", said, ONE, TWO, status=201)
    assert [(one.verdict, one.reference) for one in found] == [(Verdict.processing, "UPL1")] * 2
    assert words("delhivery", "reattempt", {"message": "ok"}) == ["unknown"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shipment has reached max attempt count", "rejected/attempts_exhausted"),
        ("Package in incorrect status", "rejected/ineligible_status"),
        ("Package should be in Canceled status", "rejected/ineligible_status"),
        ("Rescheduling is not allowed as EOD-11", "rejected/ineligible_status"),
        ("Invalid data provided", "rejected/invalid_request"),
        ("Action is not valid", "rejected/invalid_request"),
        ('"waybill" is missing', "rejected/invalid_request"),
        ("Incorrect waybill", "rejected/invalid_request"),
        ("Unauthorized client/user", "later/unauthorised"),
        ("Package is part of dispatch. Cannot update the information now", "later/ineligible_status"),
        ("Package action is being performed", "later/ineligible_status"),
    ],
)
def test_delhiverys_errors(text: str, expected: str) -> None:
    """At once, as an object or as one bare text, and as the failure of one waybill in a job."""
    assert words("delhivery", "reattempt", {"error": text}, status=400) == [expected]
    assert words("delhivery", "reattempt", text, status=400) == [expected]
    in_a_job = {
        "Unauthorized client/user": "rejected/unauthorised",
        "Package action is being performed": "processing",
    }
    job = {"status": "Failure", "failed_wbns": [{"waybill": "A1", "message": text}], "success_wbns": []}
    assert read_back("delhivery", job) == in_a_job.get(text, expected)


def test_more_than_it_takes_are_asked_in_smaller_calls() -> None:
    said = {"error": "Can not update more than 1000 records"}
    assert words("delhivery", "reattempt", said, ONE, TWO, status=400) == ["later/invalid_request"] * 2


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"status": True, "waybill": "A1"}, "accepted"),
        (b"<root><status>Success</status><waybill>A1</waybill></root>", "accepted"),
        (
            b"<root><status>Failure</status><error>Incorrect waybill</error></root>",
            "rejected/invalid_request",
        ),
        ({"status": False, "error": "Package is part of dispatch"}, "later/ineligible_status"),
        ({"status": "Failure", "remark": "Package has been delivered"}, "rejected/already_delivered"),
        (b"<html>We are back soon</html>", "unknown"),
    ],
)
def test_delhiverys_edit_call(said: Any, expected: str) -> None:
    for name in ("edit", "rto"):
        assert words("delhivery", name, said) == [expected]


def read_back(slug: str, said: Any, awb: str = "A1", status: int = 200, sent_at: datetime = SENT_AT) -> str:
    back = back_of(slug)
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    found = back.read(order(awb=awb), sent_at, status, body)
    return f"{found.verdict}/{found.reason}" if found.reason else str(found.verdict)


def test_delhiverys_job_is_read_by_its_id() -> None:
    back = back_of("delhivery")
    assert back.needs_reference
    request = back.ask(ONE, "UPL/1", OWN, TOKEN)
    assert (request.method, request.path, request.params) == (
        "GET",
        "/api/cmu/get_bulk_upl/UPL%2F1",
        {"verbose": "true"},
    )


def test_a_failed_job_may_have_failed_for_others_only() -> None:
    said = {
        "status": "Failure",
        "failed_wbns": [{"waybill": "A1", "message": "Incorrect waybill"}],
        "success_wbns": ["A2", {"waybill": 3}],
    }
    found = {awb: read_back("delhivery", said, awb) for awb in ("A1", "A2", "3", "A4")}
    assert found == {"A1": "rejected/invalid_request", "A2": "accepted", "3": "accepted", "A4": "unknown"}


def test_delhiverys_documented_job() -> None:
    said = order_sample("delhivery", "answer_job_failed")
    assert read_back("delhivery", said, "227410150021") == "rejected/ineligible_status"
    assert read_back("delhivery", said, "another") == "unknown"


def test_a_waybill_on_both_sides_of_a_job_is_unknown() -> None:
    said = {"status": "Failure", "failed_wbns": [{"waybill": "A1", "message": "x"}], "success_wbns": ["A1"]}
    assert read_back("delhivery", said) == "unknown"


def test_a_job_under_way_is_asked_again() -> None:
    assert read_back("delhivery", {"status": "Pending", "request_id": "UPL1"}) == "processing"
    assert read_back("delhivery", "Package action is being performed", status=400) == "processing"
    assert read_back("delhivery", {"status": "Success", "success_wbns": []}) == "unknown"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_delhiverys_one_bare_text_says_nothing_of_an_order(status: int) -> None:
    assert read_back("delhivery", order_sample("delhivery", "answer_plain_text"), status=status) == "unknown"


@pytest.mark.parametrize("slug", ["delhivery", "shiprocket"])
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 408, 429, 500, 503])
def test_an_answer_that_could_not_be_had_settles_nothing(slug: str, status: int) -> None:
    """Above all not `absent` or `later`: the order would be given a second time."""
    rows = history(("courier", 1, SENT_AT - timedelta(hours=3)))
    job = {"status": "Failure", "failed_wbns": [{"waybill": "A1", "message": "Incorrect waybill"}]}
    assert read_back(slug, {**job, **rows}, status=status) == "unknown"


# Shiprocket


def test_shiprockets_accepts_without_an_id() -> None:
    found = answers("shiprocket", "reattempt", order_sample("shiprocket", "answer_accepted"), status=202)
    assert [(one.verdict, one.reference) for one in found] == [(Verdict.accepted, None)]


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ({"message": "The given data was invalid.", "status_code": 422}, 422, "rejected/invalid_request"),
        ({"message": "Shipment already delivered", "status_code": 400}, 200, "rejected/already_delivered"),
        ({"message": "Token expired", "status_code": 401}, 401, "later/unauthorised"),
        ({"status": "Something else"}, 202, "unknown"),
        ({"message": "Oops! Invalid data", "status_code": 500}, 200, "unknown"),
    ],
)
def test_shiprockets_other_answers(said: Any, status: int, expected: str) -> None:
    assert words("shiprocket", "rto", said, status=status) == [expected]


def history(*rows: tuple[str, int, datetime], awb: str = "A1") -> dict[str, Any]:
    """A list of NDRs with one AWB, its rows as Shiprocket writes them."""
    written = [
        {
            "action_by": {"courier": 3, "seller": 2}[who],
            "ndr_attempt": attempt,
            "ndr_raised_at": at.astimezone(IST).strftime("%Y-%m-%d %H:%M:%S"),
        }
        for who, attempt, at in rows
    ]
    return {"data": [{"awb_code": awb, "customer_phone": "Not Authorized", "history": written}]}


RAISED = SENT_AT - timedelta(hours=3)
AFTER = SENT_AT + timedelta(seconds=2)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("courier", 1, RAISED)], "absent"),
        ([("courier", 1, RAISED), ("seller", 1, AFTER)], "accepted"),
        # The seller's row repeats the courier's time: it may be an earlier order's.
        ([("courier", 1, RAISED), ("seller", 1, RAISED)], "unknown"),
        # What was asked for the attempt before is not what was asked now.
        ([("courier", 1, RAISED - timedelta(days=1)), ("seller", 1, RAISED - timedelta(days=1)),
          ("courier", 2, RAISED)], "absent"),
        # Another attempt failed meanwhile, and was answered: that is a later order.
        ([("courier", 1, RAISED), ("courier", 2, AFTER), ("seller", 2, AFTER)], "absent"),
        ([("courier", 1, AFTER)], "unknown"),
        ([], "unknown"),
    ],
)  # fmt: skip
def test_shiprockets_history(rows: list[tuple[str, int, datetime]], expected: str) -> None:
    assert read_back("shiprocket", history(*rows)) == expected


def test_shiprockets_documented_history() -> None:
    """Its attempt 2 has no seller's row, its attempt 1 has one that repeats the time of the courier's."""
    said = order_sample("shiprocket", "answer_ndr_list")
    awb = "784613220808"
    second, first = (datetime(2021, 3, day, 23, 30, tzinfo=IST) for day in (17, 16))
    assert read_back("shiprocket", said, awb, sent_at=second) == "absent"
    assert read_back("shiprocket", said, awb, sent_at=first) == "unknown"
    assert read_back("shiprocket", said, "another", sent_at=second) == "unknown"
    request = back_of("shiprocket").ask(ONE, None, OWN, TOKEN)
    assert (request.method, request.path) == ("GET", "/v1/external/ndr/A1")


def test_what_shiprocket_writes_for_a_persons_number_goes_nowhere() -> None:
    back = back_of("shiprocket")
    for said in (history(("courier", 1, RAISED)), history(("courier", 1, RAISED), ("seller", 1, AFTER))):
        found = back.read(ONE, SENT_AT, 200, json.dumps(said).encode())
        assert "Not Authorized" not in f"{vars(found)}"


# ClickPost


def test_clickposts_yes_of_the_call_is_not_one_of_the_item() -> None:
    found = answers(
        "clickpost",
        "reattempt",
        order_sample("clickpost", "answer_version_1"),
        order(awb="278382"),
        order(awb="1278728"),
        order(awb="another"),
    )
    assert [(one.verdict, one.reason, one.reference) for one in found] == [
        (Verdict.accepted, None, "UPL15970567163944112616"),
        (Verdict.rejected, "invalid_request", None),
        (Verdict.unknown, None, None),
    ]


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ({"meta": {"success": True, "message": "SUCCESS", "status": 200}}, 200, "accepted"),
        (
            {"meta": {"success": False, "message": "bad request", "status": 400}},
            200,
            "rejected/invalid_request",
        ),
        ({"meta": {"success": False, "message": "Unauthorized"}}, 200, "later/unauthorised"),
        ({"meta": {"success": "perhaps"}}, 200, "unknown"),
        ({"meta": {"success": True}}, 500, "unknown"),
        ({"meta": {"success": True}}, 400, "unknown"),
    ],
)
def test_clickposts_version_2(said: Any, status: int, expected: str) -> None:
    assert words("clickpost", "rto", said, status=status) == [expected]


# The others


@pytest.mark.parametrize("slug", ["xpressbees", "nimbuspost"])
def test_lists_are_read_item_by_item(slug: str) -> None:
    said = [
        {"awb": "A2", "status": False, "message": "Maximum attempts reached"},
        {"awb": "A1", "status": True, "message": "ok"},
        {"awb": 3, "status": True},
        {"awb": "A4", "status": "queued"},
        {"awb": "A5", "status": True},
        {"awb": "A5", "status": False},
    ]
    orders = [order(awb=awb) for awb in ("A1", "A2", "3", "A4", "A5", "A6")]
    assert words(slug, "reattempt", said, *orders) == [
        "accepted", "rejected/attempts_exhausted", "accepted", "unknown", "unknown", "unknown",
    ]  # fmt: skip
    refusal = {"status": False, "message": "Invalid token"}
    assert words(slug, "reattempt", refusal, ONE, TWO) == ["later/unauthorised"] * 2
    assert (
        words(slug, "reattempt", {"status": False, "message": "Bad"}, ONE, TWO)
        == ["later/invalid_request"] * 2
    )


def test_a_refused_call_that_took_one_of_its_orders_is_unknown_of_it() -> None:
    said = [{"awb": "A1", "status": True}, {"awb": "A2", "status": False, "message": "Invalid AWB"}]
    assert words("xpressbees", "reattempt", said, ONE, TWO, status=422) == [
        "unknown",
        "rejected/invalid_request",
    ]


def test_ekart() -> None:
    said = order_sample("ekart", "answer_accepted")
    assert words("ekart", "reattempt", said, order(awb="EKARTMOCK123")) == ["accepted"]
    assert words("ekart", "reattempt", said, order(awb="another")) == ["unknown"]
    refused = {"status": False, "remark": "Shipment already RTO", "tracking_id": "A1"}
    assert words("ekart", "rto", refused) == ["rejected/already_rto"]


@pytest.mark.parametrize("is_error", [True, "True", "true"])
@pytest.mark.parametrize(
    "shape",
    [
        lambda reason: {"Status": [reason]},
        lambda reason: {"status": {"e": reason}},
        lambda reason: {"Status": {"e": reason}},
    ],
)
def test_blue_darts_spellings_of_no(is_error: Any, shape: Any) -> None:
    reason = {"StatusCode": "Invalid", "StatusInformation": "Shipment has been delivered"}
    result = {"AWBNo": "A1", "IsError": is_error, **shape(reason)}
    said = {"CustALTInstructionUpdateResult": result}
    assert words("bluedart", "rto", said) == ["rejected/already_delivered"]


def test_blue_darts_yes() -> None:
    said = order_sample("bluedart", "answer_accepted")
    assert words("bluedart", "reattempt", said, order(awb="59500670843")) == ["accepted"]
    assert words("bluedart", "reattempt", said, order(awb="another")) == ["unknown"]
    assert words("bluedart", "rto", {"CustALTInstructionUpdateResult": {"IsError": "No idea"}}) == ["unknown"]
    spelled = {"CustALTInstructionUpdateResult": {"IsError": "False", "Status": {"e": {}}}}
    assert words("bluedart", "rto", spelled) == ["accepted"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"message": "Success", "errors": None}, "accepted"),
        ({"success": True, "issue_id": 7}, "accepted"),
        ({"message": "Failure", "errors": "Invalid state transition"}, "rejected/ineligible_status"),
        ({"message": "Failure", "errors": {"awb_number": ["?"]}}, "rejected/invalid_request"),
        ({"message": "Order updated"}, "unknown"),
        ({"success": True, "message": "Failure"}, "unknown"),
    ],
)
def test_shadowfax(said: Any, expected: str) -> None:
    for name in ("reattempt", "fake_attempt"):
        assert words("shadowfax", name, said) == [expected]


def test_ecoms_yes_is_a_word() -> None:
    said = [
        {"awb": "A1", "status": "true"},
        {"awb": "A2", "status": "false", "error": "Shipment Cannot Be Cancelled As RTO Lock Already Applied"},
    ]
    assert words("ecom_express", "rto", said, ONE, TWO) == ["accepted", "rejected/already_rto"]


def test_ithinks_items_are_keyed_by_awb() -> None:
    said = order_sample("ithink", "answer_accepted")
    assert words("ithink", "reattempt", said, order(awb="AWB123"), ONE) == ["accepted", "unknown"]
    no = {"status": "error", "remark": "Invalid AWB"}
    mixed = {"status": "success", "data": {"A1": no, "A2": {"status": "success"}}}
    assert words("ithink", "rto", mixed, ONE, TWO) == ["rejected/invalid_request", "accepted"]
    for data in ({"1": {"status": "success"}}, [{"status": "success"}]):
        assert words("ithink", "rto", {"status": "success", "data": data}) == ["accepted"]
        assert words("ithink", "rto", {"status": "success", "data": data}, ONE, TWO) == ["unknown"] * 2
    assert (
        words("ithink", "rto", {"status": "error", "message": "Invalid token"}, ONE, TWO)
        == ["later/unauthorised"] * 2
    )


def test_a_couriers_words_are_no_part_of_a_repr() -> None:
    (found,) = answers("ekart", "rto", {"status": False, "remark": "call Asha Rao"})
    assert found.said == "call Asha Rao" and "Asha" not in repr(found)

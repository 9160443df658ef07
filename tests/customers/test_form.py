"""What may be typed, what may be chosen, and until when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from couriers.capabilities import Capability
from customers.answers import Answer, Noted
from customers.form import check
from customers.masks import mask_address, mask_phone
from customers.offers import Offer, offer, state
from customers.parcels import News
from settings import IST
from tests.customers.stand_in import AS_OF, FAILED_AT, NOW

DATED = Offer(Capability("reattempt", date="yes", window="remarks", days_ahead=3, change_deadline="18:00"))
BARE = Offer(Capability("reattempt", change_deadline="21:00"))
TODAY = date(2026, 11, 22)
ADDRESS = {"address": "12, Fourth Cross, Indiranagar", "pincode": "560038"}


def wish(noted: Noted | None = None, offered: Offer = BARE, **typed: str) -> Answer | dict[str, str]:
    """The answer, else the errors."""
    checked = check({"answer": "again", **typed}, offered, noted, NOW)
    assert bool(checked.errors) == (checked.answer is None)
    return checked.answer or checked.errors


@pytest.mark.parametrize(
    "phone",
    [
        "9876543210", "+91 98765 43210", "+919876543210", "919876543210", "09876543210", "98765-43210",
        "(98765) 43210", " 9876543210 ", "९८७६५४३२१०", "98765\u201143210", "98765\u00a043210",
    ],
)  # fmt: skip
def test_a_mobile_number_in_any_of_its_forms(phone: str) -> None:
    assert wish(phone=phone) == Answer("update_details", new_phone="9876543210")


@pytest.mark.parametrize(
    "phone",
    [
        "5876543210", "987654321", "98765432100", "+1 9876543210", "call me", "0000000000", "98765x43210",
        "9876543210<script>", "9876543210\x00", "+92 9876543210", "00919876543210", "²876543210", "𝟗x",
    ],
)  # fmt: skip
def test_no_other_number(phone: str) -> None:
    assert wish(phone=phone) == {"phone": "error_phone"}


@pytest.mark.parametrize(("pincode", "is_good"), [
    ("560038", True), ("560 038", True), ("५६००३८", True), ("060038", False), ("56003", False), ("5600388", False),
    ("abcdef", False), ("-60038", False),
])  # fmt: skip
def test_a_pincode_has_six_digits(pincode: str, is_good: bool) -> None:
    typed = {**ADDRESS, "pincode": pincode}
    good = Answer("update_details", new_address=ADDRESS["address"], new_pincode="560038")
    assert wish(**typed) == (good if is_good else {"pincode": "error_pincode"})


def test_an_address_is_one_line_with_its_pincode() -> None:
    typed = {
        "address": " 12,\r\nFourth   Cross \n\nIndiranagar, ",
        "landmark": "near the temple",
        "pincode": "560038",
    }
    assert wish(**typed) == Answer(
        "update_details",
        new_address="12, Fourth Cross, Indiranagar",
        new_pincode="560038",
        landmark="near the temple",
    )
    assert wish(address="12, Fourth Cross") == {"pincode": "error_pincode_missing"}
    assert wish(pincode="560038") == {"address": "error_address_missing"}
    assert wish(landmark="near the temple") == Answer("update_details", landmark="near the temple")


@pytest.mark.parametrize(("address", "error"), [
    ("12", "error_address"),
    ("x" * 301, "error_long"),
    ("12, Fourth Cross\x07 Indiranagar", "error_characters"),
    ("12, Fourth \u202eCross Indiranagar", "error_characters"),
    ("12, Fourth \u2066Cross Indiranagar", "error_characters"),
    ("12, Fourth \ud800Cross Indiranagar", "error_characters"),
    ("12, Fourth \u2028Cross Indiranagar", "error_characters"),
    ("12, Fourth \ufffdross Indiranagar", "error_characters"),
])  # fmt: skip
def test_an_address_that_cannot_be_used(address: str, error: str) -> None:
    assert wish(address=address, pincode="560038") == {"address": error}


def test_hindi_keeps_its_joiners() -> None:
    address = "मकान १२, क्\u200dष गली, इंदिरा नगर"
    found = wish(address=address, pincode="560038")
    assert isinstance(found, Answer) and found.new_address == address


def test_every_error_is_told_at_once() -> None:
    typed = {
        "day": "2026-11-30",
        "window": "night",
        "phone": "1",
        "address": "x",
        "landmark": "y" * 101,
        "pincode": "1",
    }
    assert set(wish(offered=DATED, **typed)) == {*typed}  # type: ignore[arg-type]


def test_nothing_chosen_or_something_made_up() -> None:
    for chosen in ("", "rto", "other"):
        assert wish(answer=chosen) == {"answer": "error_answer"}


def test_what_is_refused_or_received_takes_nothing_else_along() -> None:
    assert wish(answer="refuse", phone="1", day="never") == Answer("refuse")
    assert wish(answer="received", address="x") == Answer("already_delivered")


def test_a_date_and_a_time_where_the_courier_takes_them() -> None:
    assert wish(offered=DATED, day="2026-11-23") == Answer("reattempt", date(2026, 11, 23))
    assert wish(offered=DATED, day="2026-11-25", window="evening") == Answer(
        "reattempt", date(2026, 11, 25), "17:00", "20:00"
    )
    for day in ("", "2026-11-22", "2026-11-26", "tomorrow"):
        assert wish(offered=DATED, day=day) == {"day": "error_day"}
    assert wish(day="2026-11-23", window="evening") == Answer("reattempt")  # where it does not


def test_a_correction_that_is_not_typed_again_still_stands() -> None:
    before = Noted(Answer("update_details", new_phone="9876543210", landmark="temple"), NOW)
    assert wish(before, DATED, day="2026-11-24") == Answer(
        "update_details", date(2026, 11, 24), new_phone="9876543210", landmark="temple"
    )
    assert wish(before, phone="6000000000") == Answer(
        "update_details", new_phone="6000000000", landmark="temple"
    )


@pytest.mark.parametrize(("hour", "first"), [(17, 23), (18, 24), (23, 24)])
def test_a_day_is_offered_while_it_could_still_be_changed(hour: int, first: int) -> None:
    days = DATED.days(NOW.replace(hour=hour, minute=0))
    assert days == [date(2026, 11, day) for day in range(first, 26)]


def test_days_are_counted_in_indian_time() -> None:
    """20:00 UTC is the next day in India."""
    assert DATED.days(datetime(2026, 11, 22, 20, 0, tzinfo=IST) + timedelta(hours=5))[0] == date(2026, 11, 24)


def news(**given: object) -> News:
    known = {
        "carrier": "Shiprocket", "booked_with": "shiprocket", "status": "failed_delivery", "outcome": "open",
        "as_of": AS_OF, "is_latest": True, "status_at": FAILED_AT, "failed_at": FAILED_AT,
    }  # fmt: skip
    return News(**{**known, **given})  # type: ignore[arg-type]


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=IST)


def test_the_form_is_there_after_a_failure_and_while_nothing_is_decided() -> None:
    assert state(news(), None, NOW) == "form"
    assert state(news(failed_at=None), None, NOW) == "none"
    assert state(news(is_latest=False), None, NOW) == "none"
    for outcome in ("delivered", "partially_delivered", "rto", "lost", "damaged", "disposed", "cancelled"):
        assert state(news(outcome=outcome), None, NOW) == "closed"


def test_nothing_is_asked_while_the_courier_is_on_its_way() -> None:
    """The same day; one that never said what became of it is no reason to wait longer."""
    out = news(status="out_for_delivery", status_at=at(22, 9))
    assert state(out, None, at(22, 23)) == "out"
    assert state(out, None, at(23, 0)) == "form"


@pytest.mark.parametrize(("instant", "expected"), [
    (at(23, 17), "form"), (at(23, 18), "late"), (at(24, 23), "late"), (at(25, 0), "form"),
])  # fmt: skip
def test_what_was_said_for_a_day_is_locked_from_its_deadline_to_its_end(
    instant: datetime, expected: str
) -> None:
    asked = Noted(Answer("reattempt", date(2026, 11, 24)), NOW)
    assert state(news(), asked, instant) == expected


@pytest.mark.parametrize(
    ("given_at", "visit"), [(at(22, 14), 23), (at(22, 20), 23), (at(22, 21), 24), (at(22, 23), 24)]
)
def test_without_a_day_it_is_the_first_that_could_still_be_changed(given_at: datetime, visit: int) -> None:
    """So that nobody is locked out at the moment of answering."""
    noted = Noted(Answer("refuse"), given_at)
    assert offer(news(booked_with="delhivery")).visit_on(noted) == date(2026, 11, visit)
    assert state(news(booked_with="delhivery"), noted, given_at) == "form"


def test_a_courier_of_whom_nothing_is_known_is_promised_nothing() -> None:
    unknown = offer(news(booked_with="somebody"))
    assert (unknown.days(NOW), unknown.has_window) == ([], False)


def test_masks_show_enough_for_the_owner_alone() -> None:
    assert mask_phone("+91 98765 43210") == "•••••• 3210"
    assert mask_phone("12345") is mask_phone(None) is None
    assert (
        mask_address("12, 4th Cross, Asha Nivas", "Bengaluru", "560038")
        == "1•• 4•• C•• A•• N••, Bengaluru 560038"
    )
    assert mask_address("A 1", None, None) == "•• ••"
    assert mask_address(None, None, None) is None

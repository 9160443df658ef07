"""What an agent types is checked before it is kept, and kept in the words of the feed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dashboards import formats
from dashboards.entering.decisions import DECISIONS, Wish, problems, tomorrow
from ingestion.feeds import FEEDS

#: 15:30 IST.
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
TODAY = date(2026, 11, 22)
TOMORROW = date(2026, 11, 23)


def visit(**changes: object) -> Wish:
    """Another attempt tomorrow evening."""
    asked = {"requested_on": TOMORROW, "window_start": "17:00", "window_end": "20:00", **changes}
    return Wish("reattempt", "picked", **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wish",
    [
        visit(),
        visit(requested_on=TODAY),
        visit(window_start=None, window_end=None),
        visit(requested_on=TODAY, window_start="06:00", window_end=None),
        visit(new_phone="+91 98450-12345", new_pincode="560 001", new_address="7, 2nd Main"),
        visit(new_phone="09845012345"),
        Wish("hold"),
        Wish("hold", requested_on=TOMORROW),
        Wish("rto", "picked"),
        Wish("note", remark="asked for the bill"),
        Wish("follow_up", "ringing"),
    ],
)
def test_what_makes_sense_is_taken(wish: Wish) -> None:
    assert problems(wish, NOW) == []


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (visit(requested_on=date(2026, 11, 21)), "That day is over"),
        (visit(requested_on=None), "Choose the day"),
        (visit(window_start="20:00", window_end="17:00"), "from 20:00 to 17:00: the end must be after"),
        (visit(window_start="17:00", window_end="17:00"), "the end must be after the start"),
        (visit(requested_on=TODAY, window_start="12:00", window_end="15:30"), "15:30 has passed today"),
        (visit(new_phone="12345"), "ten digits"),
        (visit(new_phone="98450123456"), "ten digits"),
        (visit(new_pincode="0560001"), "six digits"),
        (Wish("hold", requested_on=TODAY), "A hold ends at 00:00 of its day"),
        (Wish("note", remark="  "), "A note needs its text"),
        (visit(new_pincode="5६०००"), "six digits"),
        (visit(new_phone="-"), "ten digits"),
        (visit(new_address="7, 2nd M\ufffdin"), "The address has a character that cannot be read"),
        (Wish("note", remark="call \u202eback"), "The remark has a character that cannot be read"),
    ],
)
def test_what_does_not_is_refused_in_a_sentence(wish: Wish, told: str) -> None:
    (problem,) = problems(wish, NOW)
    assert told in problem


def test_the_default_day_is_the_ist_day_after() -> None:
    assert tomorrow(NOW) == TOMORROW
    assert tomorrow(datetime(2026, 11, 22, 19, tzinfo=UTC)) == date(2026, 11, 24)


def test_the_content_has_the_columns_of_the_feed() -> None:
    content = visit(new_phone="+91 98450 12345", remark=" after six ").content("c-1")
    assert content == {
        "call_outcome": "picked", "call_id": "c-1", "requested_on": "2026-11-23", "window_start": "17:00",
        "window_end": "20:00", "new_phone": "9845012345", "new_address": None, "new_pincode": None,
        "remark": "after six",
    }  # fmt: skip
    columns = {column.name: column for column in FEEDS["ops_feedback"].columns}
    assert set(content) < set(columns)
    assert {*DECISIONS, "follow_up", "note"} == set(columns["entry"].words)


def test_digits_of_any_script_are_kept_as_plain_ones() -> None:
    """Mixed too: the door takes no pincode of other digits."""
    wish = visit(new_pincode="5६०००१", new_phone="९८४50 १२345")
    assert problems(wish, NOW) == []
    content = wish.content("c-1")
    assert (content["new_pincode"], content["new_phone"]) == ("560001", "9845012345")


def test_a_place_in_words() -> None:
    assert [formats.ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "111th",
    ]  # fmt: skip

"""The words: every one in both languages, with the same blanks, and all that the program asks for."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

import customers
from couriers.contract import REASON_BUCKETS, STATUSES
from customers.answers import RESPONSES
from customers.form import CHOICES, FIELDS
from customers.offers import WINDOWS
from customers.words import LANGUAGES, Words, language, table
from settings import IST
from tests.customers.stand_in import NOW

SECTIONS = ("time", "page", "status", "reason", "form", "said", "thanks", "sure", "state", "error", "problem")


def entries() -> Iterator[tuple[str, dict[str, str]]]:
    for section in SECTIONS:
        for name, texts in table()[section].items():
            yield f"{section}.{name}", texts


def test_every_word_is_there_in_every_language() -> None:
    assert set(table()) == {*SECTIONS, "languages", "weekdays", "months"}
    for key, texts in entries():
        assert set(texts) == set(LANGUAGES), key
        assert all(text.strip() == text != "" for text in texts.values()), key
    for language_name in LANGUAGES:
        assert len(table()["weekdays"][language_name]) == 7
        assert len(table()["months"][language_name]) == 12
        assert table()["languages"][language_name]


def test_every_language_fills_in_the_same_blanks() -> None:
    for key, texts in entries():
        blanks = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()
        ]
        if key != "time.day":
            assert blanks[0] == blanks[1], key


def test_hindi_is_written_in_hindi() -> None:
    """No Latin letters but the blanks, and no sentence that was forgotten in English."""
    for key, texts in entries():
        plain = re.sub(r"{\w+}", "", texts["hi"])
        assert not re.search(r"[A-Za-z]", plain), key
        if plain.strip(" ,.:()"):
            assert re.search(r"[\u0900-\u097f]", plain), key


def test_what_the_program_can_say_is_there() -> None:
    """Whatever a build or a visitor brings up has words."""
    words = table()
    assert set(words["status"]) == set(STATUSES)
    assert set(words["reason"]) == set(REASON_BUCKETS)
    assert set(RESPONSES) <= set(words["said"]) & set(words["thanks"])
    assert set(CHOICES) | set(FIELDS) - {"answer"} | {f"window_{name}" for name in WINDOWS} <= set(
        words["form"]
    )
    source = "".join(path.read_text() for path in Path(customers.__path__[0]).rglob("*.[ph][yt]*"))
    for key in re.findall(r"""\bw(?:ords)?\(["'](\w+\.\w+)["']""", source):
        section, name = key.split(".")
        assert name in words[section], key
    for key in re.findall(r'"error_(\w+)"', source):
        assert key in words["error"], key
    for name in ("unknown", "expired", "limited", "too_large", "broken_off", "unavailable"):
        assert {name, f"{name}_title"} <= set(words["problem"])


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [
        (None, "", "en"),
        (None, "hi", "hi"),
        (None, "hi-IN,hi;q=0.9,en;q=0.8", "hi"),
        (None, "en-IN,en;q=0.9,hi;q=0.8", "en"),
        (None, "ta-IN,hi;q=0.7,en;q=0.5", "hi"),
        (None, "hi;q=0.3,en;q=0.5", "en"),
        (None, "hi;q=0", "en"),
        (None, "hi;q=many", "en"),
        (None, "hil, enm", "en"),
        ("hi", "en", "hi"),
        ("en", "hi", "en"),
        ("xx", "hi", "hi"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_phones(
    asked: str | None, accepted: str, expected: str
) -> None:
    assert language(asked, accepted) == expected


@pytest.mark.parametrize(
    ("at", "english", "hindi"),
    [
        (time(0, 5), "12:05 am", "रात 12:05 बजे"),
        (time(3, 59), "3:59 am", "रात 3:59 बजे"),
        (time(4, 0), "4 am", "सुबह 4 बजे"),
        (time(12, 0), "12 pm", "दोपहर 12 बजे"),
        (time(15, 30), "3:30 pm", "दोपहर 3:30 बजे"),
        (time(16, 0), "4 pm", "शाम 4 बजे"),
        (time(21, 0), "9 pm", "रात 9 बजे"),
    ],
)
def test_a_time_is_said_as_people_say_it(at: time, english: str, hindi: str) -> None:
    assert (Words("en").clock(at), Words("hi").clock(at)) == (english, hindi)


def test_an_instant_is_told_in_indian_time_and_a_bare_date_without_one() -> None:
    late = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert Words("en").moment(late, NOW) == "Monday 23 November, 1:30 am"
    assert Words("hi").moment(NOW, NOW) == "आज, दोपहर 2:10 बजे"
    dated = datetime.combine(date(2026, 11, 20), time(23, 59, 59, 999999), IST)
    assert Words("en").moment(dated, NOW) == "Friday 20 November"

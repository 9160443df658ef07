"""Every word of a seed has plain words and, where it is drawn, a colour of its own."""

from __future__ import annotations

import csv
from pathlib import Path

from dashboards import palette, words
from dashboards.queries import narrowings

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"


def _column(seed: str, column: str) -> set[str]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as lines:
        return {row[column] for row in csv.DictReader(lines)}


def test_statuses_reasons_and_bands_are_those_of_the_seeds() -> None:
    assert set(words.STATUSES) == _column("statuses", "status")
    assert set(words.REASONS) == _column("reasons", "reason_bucket")
    assert set(words.BANDS) == _column("response_bands", "response_band")


def test_the_bands_begin_where_those_of_the_seed_do() -> None:
    with (SEEDS / "response_bands.csv").open(encoding="utf-8", newline="") as lines:
        begins = {row["response_band"]: row["over_minutes"] for row in csv.DictReader(lines)}
    assert begins.pop("none") == ""
    assert {band: str(minutes) for band, minutes in narrowings.BEGINS.items()} == begins
    assert list(words.WAITING) == list(narrowings.BEGINS) == list(begins)


def test_every_stage_reason_of_the_playbook_has_words() -> None:
    assert _column("stage_actions", "stage_reason") <= set(words.STAGE_REASONS)


def test_every_reason_has_a_colour_of_its_own() -> None:
    assert set(palette.REASON_COLOURS) == set(words.REASONS)
    assert len(set(palette.REASON_COLOURS.values())) == len(palette.REASON_COLOURS)


def test_a_courier_without_a_colour_keeps_the_same_one() -> None:
    assert palette.courier_colour("some_new_courier") == palette.courier_colour("some_new_courier")


def test_an_unknown_word_is_shown_readable() -> None:
    assert words.plain("brand_new_word") == "Brand new word"
    assert words.judgement("not_honoured", "attempted_early") == "Not honoured: came early"
    assert words.judgement("pending", "awaiting_attempt") == "Awaited"


def test_what_people_told_has_the_words_of_the_timeline() -> None:
    """What is on its way reads as it will when the warehouse tells it."""
    with (SEEDS / "event_words.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for subject, told in (
        ("customer_response", words.RESPONSES),
        ("ops_entry", words.ENTRIES),
        ("call_outcome", words.CALLS),
    ):
        assert told == {row["word"]: row["label"] for row in rows if row["subject"] == subject}
    assert set(words.UNANSWERED) == set(words.CALLS) - {"picked"}
    assert set(words.CHOICES) == set(words.CHOICE_HELP) == set(words.ENTRIES) - {"note", "undo"}

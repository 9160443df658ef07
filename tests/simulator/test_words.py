"""The world's words are the product's words, and its codes mean what they are used for."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from couriers.codes import read_codes
from settings import PROJECT_DIR
from simulator.codes import INSTEAD, Phrasebook, phrasebook
from simulator.fates import BANDS, End
from simulator.rates import Rates
from simulator.turns import Move
from simulator.words import Reason, Status

SEEDS = PROJECT_DIR / "dbt_project" / "seeds"


def test_statuses_and_reasons_are_those_of_the_seeds() -> None:
    assert [word.name for word in Status] == pl.read_csv(SEEDS / "statuses.csv")["status"].to_list()
    known = set(pl.read_csv(SEEDS / "reasons.csv")["reason_bucket"]) - {"unmapped"}
    assert {word.name for word in Reason} == known


def test_rates_name_words_that_exist() -> None:
    rates = Rates()
    assert set(rates.reason_shares) | set(rates.reason_weights) <= {word.name for word in Reason}
    assert list(rates.response_bands) == BANDS
    assert set(rates.other_endings) <= {word.name for word in End}
    for moves in (rates.moves_failed, rates.moves_delivered, rates.moves_returned):
        assert set(moves) <= {word.name for word in Move}


def test_every_share_is_a_share() -> None:
    for name, value in dataclasses.asdict(Rates()).items():
        if isinstance(value, float) and name != "parcels_per_customer":
            assert 0 <= value <= 1, name


@pytest.fixture(scope="module")
def phrases() -> Phrasebook:
    return phrasebook(list(Rates().courier_shares))


def _said(phrases: Phrasebook, voice: int) -> list[tuple[Status, Reason | None, tuple[str | None, ...]]]:
    said = []
    for status in Status:
        for reason in (None, *Reason):
            column = 0 if reason is None else reason + 1
            first, count = phrases.first[voice, status, column], phrases.count[voice, status, column]
            said += [(status, reason, row) for row in phrases.codes[int(first) : int(first + count)].rows()]
    return said


def test_every_phrase_means_what_it_is_said_for(phrases: Phrasebook) -> None:
    """Looked up as the warehouse does: the pair, else the code alone, else the reason or text that says why."""
    for voice, slug in enumerate(phrases.voices):
        table = read_codes(PROJECT_DIR / "couriers" / slug / "codes.csv").rows(named=True)
        exact = {(row["native_code"], row["native_reason"]): row for row in table}
        texts = {row["native_text"]: row for row in table if not (row["native_code"] or row["native_reason"])}
        for status, reason, (code, reason_code, _, text) in _said(phrases, voice):
            row = exact.get((code, reason_code)) or exact[(code, None)]
            why = texts[text] if text else exact.get((None, reason_code), row) if slug == "generic" else row
            assert row["status"] in {status.name, INSTEAD.get(status, status).name}
            assert reason is None or why["reason_bucket"] == reason.name


def test_couriers_speak_their_own_codes_and_an_aggregators(phrases: Phrasebook) -> None:
    assert phrases.couriers[-1] == "generic"
    assert {"clickpost", "shiprocket"} < set(phrases.voices)
    assert (phrases.count[phrases.voices.index("delhivery")] > 0).sum() > 10

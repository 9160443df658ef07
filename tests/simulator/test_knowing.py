"""One world seen at two instants: the earlier sight has nothing of the future, and nothing that the later denies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pytest

from simulator.history import generate
from simulator.knowing import TOLD_AT, known_at
from tests.simulator.conftest import FEEDS, World

END = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
SEEN = END - timedelta(days=10)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("whole")
    generate(3000, 40, 3, folder, END)
    return World(folder, 3000, 0)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("seen")
    generate(3000, 40, 3, folder, SEEN, end=END)
    return World(folder, 3000, 0)


@pytest.mark.parametrize("name", FEEDS)
def test_nothing_of_the_future_is_seen(seen: World, name: str) -> None:
    instants = seen.feed(name).select(cs.datetime())
    assert seen.feed(name).height > 0
    assert all(latest is None or latest <= SEEN for latest in instants.max().row(0))


@pytest.mark.parametrize("name", sorted(TOLD_AT))
def test_what_is_told_once_is_told_alike_later(whole: World, seen: World, name: str) -> None:
    later, earlier = whole.feed(name), seen.feed(name)
    assert 0 < earlier.height < later.height
    assert earlier.join(later, on=later.columns, how="anti", nulls_equal=True).is_empty()


@pytest.mark.parametrize("name", ["courier_actions", "messages"])
def test_what_grows_only_grows(whole: World, seen: World, name: str) -> None:
    """Each row is there later too, with the same words wherever it had any."""
    key = "action_id" if name == "courier_actions" else "message_id"
    later, earlier = whole.feed(name), seen.feed(name)
    assert 0 < earlier.height < later.height
    both = earlier.with_row_index().join(later, on=key, suffix="_later")
    same = pl.all_horizontal(
        pl.col(column).is_null() | (pl.col(column) == pl.col(f"{column}_later"))
        for column in earlier.columns
        if column != key
    )
    assert both.filter(same)["index"].n_unique() == earlier.height


@pytest.mark.parametrize("name", FEEDS)
def test_at_its_end_all_of_a_world_is_known(whole: World, name: str) -> None:
    assert known_at(name, whole.feed(name), END).equals(whole.feed(name))


def test_the_truth_is_that_of_the_instant(whole: World, seen: World) -> None:
    """Every instruction that can be known is in a feed, and no case has opened yet that opens later."""
    given = seen.truth("fct_instructions").filter(~pl.col("is_unknowable"))
    told = pl.concat(
        [
            seen.feed("customer_feedback").select("awb", pl.col("responded_at").alias("instructed_at")),
            seen.feed("ops_feedback").select("awb", pl.col("acted_at").alias("instructed_at")),
            seen.feed("courier_actions").select("awb", "instructed_at"),
        ]
    )
    assert given.join(told, on=["awb", "instructed_at"], how="anti").is_empty()
    first, last = seen.truth("fct_ndr_cases"), whole.truth("fct_ndr_cases")
    opened = last.filter(pl.col("first_ndr_at") <= SEEN)
    assert first.height == opened.height < last.height
    assert 0 < first["is_unknowable"].sum() < 0.1 * first.height


def test_a_world_of_a_long_past_end_needs_a_zone(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        generate(1, 1, 1, tmp_path, SEEN.replace(tzinfo=None), end=END)

"""Whom to ask first, and in which calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couriers import registry
from couriers.tracking import Tracking
from poller.plan import OPEN_CASE, OUT_FOR_DELIVERY, UNDER_WAY, Batch, Parcel, asked_of, batches, in_order
from tests.poller.conftest import NOW, parcel

some_parcels = st.lists(
    st.builds(
        parcel,
        st.integers(0, 5000),
        st.sampled_from([OPEN_CASE, OUT_FOR_DELIVERY, UNDER_WAY]),
        st.integers(0, 10_000),
    ),
    unique_by=lambda one: one.awb,
    max_size=120,
)


def tracking(slug: str, most_awbs: int) -> Tracking:
    found = registry()[slug].tracking
    assert found is not None
    return replace(found, most_awbs=most_awbs)


def asked_in(calls: Sequence[Batch]) -> list[Parcel]:
    return [one for call in calls for one in call.parcels]


@given(some_parcels, st.integers(1, 9), st.integers(0, 12), st.data())
def test_under_a_budget_the_order_is_the_promised_priority(
    parcels: list[Parcel], most_awbs: int, most_calls: int, data: st.DataObject
) -> None:
    """Whoever is within the budget stands before whoever is not: by class, then by the oldest news, where having been
    asked is news. Every call but the last of a class is full."""
    minutes = data.draw(st.lists(st.integers(0, 10_000), min_size=len(parcels), max_size=len(parcels)))
    is_asked = data.draw(st.lists(st.booleans(), min_size=len(parcels), max_size=len(parcels)))
    asked = {
        one.key: NOW - timedelta(minutes=age)
        for one, age, is_it in zip(parcels, minutes, is_asked, strict=True)
        if is_it
    }
    calls = batches(in_order(parcels, asked), "delhivery", tracking("delhivery", most_awbs), most_calls)
    if len(parcels) > most_calls * most_awbs:
        places = [(one.urgency, max(one.news_at, asked.get(one.key, one.news_at))) for one in asked_in(calls)]
        assert places == sorted(places)
    classes = [call.parcels[0].urgency for call in calls]
    assert classes == sorted(classes)
    assert sorted(one.key for one in asked_in(calls)) == sorted(one.key for one in parcels)
    assert all(1 <= len(call.parcels) <= most_awbs for call in calls)


@given(some_parcels, st.integers(1, 9))
def test_calls_that_fit_the_budget_are_of_one_class_each(parcels: list[Parcel], most_awbs: int) -> None:
    calls = batches(in_order(parcels, {}), "delhivery", tracking("delhivery", most_awbs), 10_000)
    assert all(len({one.urgency for one in call.parcels}) == 1 for call in calls)


def test_a_parcel_that_comes_or_goes_leaves_most_questions_as_they_were() -> None:
    """So that most answers are the same bytes as in the round before, and need no keeping."""
    parcels = [parcel(number) for number in range(2000)]
    limits = tracking("delhivery", 50)

    def questions(some: list[Parcel]) -> set[str]:
        return {call.digest for call in batches(in_order(some, {}), "delhivery", limits, 675)}

    before = questions(parcels)
    after = questions([*parcels[:700], *parcels[701:], parcel(5000)])
    assert len(before) <= 2000 / 50 * 1.8
    assert len(after - before) <= 8


def test_the_same_parcels_are_the_same_question_in_any_order() -> None:
    one, other = parcel(1), parcel(2)
    assert Batch((one, other), None).digest == Batch((other, one), None).digest
    assert Batch((one, other), None).digest != Batch((one, other), "4").digest


@pytest.mark.parametrize(
    ("via", "ready", "expected"),
    [
        (None, {"delhivery"}, "delhivery"),
        (None, {"shiprocket"}, None),
        ("shiprocket", {"delhivery", "shiprocket"}, "shiprocket"),
        ("shiprocket", {"delhivery"}, "delhivery"),
        ("clickpost", {"clickpost"}, "clickpost"),
        ("somebody", {"delhivery"}, "delhivery"),
    ],
)
def test_the_aggregator_is_asked_before_the_carrier(
    via: str | None, ready: set[str], expected: str | None
) -> None:
    assert asked_of(parcel(1, via=via), ready) == expected


def test_an_aggregator_that_wants_a_carriers_id_is_not_asked_without() -> None:
    known, unknown = parcel(1, via="clickpost"), parcel(2, courier="ekart", via="clickpost")
    assert asked_of(known, {"clickpost"}) == "clickpost"
    assert asked_of(unknown, {"clickpost"}) is None
    (call,) = batches([known], "clickpost", tracking("clickpost", 10), 100)
    assert call.carrier == "4"

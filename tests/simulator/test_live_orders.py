"""Orders to the couriers of the live world: what they take happens next, and is pushed like everything else."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from couriers import registry
from settings import IST
from simulator.couriers import SPEAKERS
from simulator.desks.effects import Effect, Effects
from simulator.desks.parcel import Parcel
from simulator.desks.saying import status_of
from simulator.live.answering import Desk
from simulator.live.filing import file_news
from simulator.live.plots import plot
from simulator.live.pushing import Pusher
from simulator.live.world import Stories, World, live_world, without_orders
from simulator.rates import Rates
from tests.simulator.desks import reattempt, rto
from tests.simulator.live import END, MADE, SINCE, WATCHED, give_secrets
from tests.simulator.test_live import answering

#: Blue Dart's own codes cannot tell a failure's story: its parcels are booked through ClickPost.
TOLD = sorted(set(SPEAKERS) - {"bluedart"})
#: A world whose couriers do as they are told.
OBEDIENT = Rates(orders_kept=1.0, lost_pushes=0.0)


@pytest.fixture(scope="module")
def world() -> World:
    return live_world(25_000, **MADE, end=END)


@pytest.fixture(scope="module")
def failed(world: World) -> list[Parcel]:
    """The parcels whose courier would go again at WATCHED."""
    stories = Stories(world)
    keys = (
        world.pushed.filter(pl.col("scanned_at") <= WATCHED)
        .select("voice", "awb")
        .unique(maintain_order=True)
    )
    parcels = (Parcel(voice, awb, stories.until(voice, awb, WATCHED)) for voice, awb in keys.rows())
    return [parcel for parcel in parcels if parcel.has_failed and parcel.attempts < 3]


@pytest.fixture
def stories(world: World) -> Stories:
    return Stories(world)


def _ordered(failed: list[Parcel], slug: str, desk: Desk, *, back: bool = False) -> Parcel:
    """The first parcel of a courier that takes the order."""
    for parcel in failed:
        if parcel.slug == slug:
            desk.answer(slug, rto(slug, parcel.awb) if back else reattempt(slug, parcel.awb, _day(2)))
            desk.books.settle()
            if desk.books.effects.of(slug, parcel.awb):
                return parcel
    raise AssertionError(f"{slug} took no order")


def _day(after: int) -> date:
    return WATCHED.astimezone(IST).date() + timedelta(days=after)


def _desk(stories: Stories, effects: Effects | None = None) -> Desk:
    desk = Desk(stories, lambda: WATCHED, effects, 7, OBEDIENT)
    desk.books.settle_seconds = 0
    return desk


def _told(parcel: Parcel, stories: Stories) -> list[tuple[str, object]]:
    """The statuses and Indian days of what happens to a parcel after WATCHED, if nobody tells it anything more."""
    after = stories.until(parcel.slug, parcel.awb, WATCHED + timedelta(days=30))[len(parcel.story) :]
    return [
        (status_of(parcel.slug, scan), scan["scanned_at"].astimezone(IST).date())
        for scan in after
        if scan["scanned_at"] > WATCHED - timedelta(seconds=1)
    ]


@pytest.mark.parametrize("slug", TOLD)
def test_a_reattempt_that_is_taken_is_made_on_its_day(
    failed: list[Parcel], stories: Stories, slug: str
) -> None:
    """On the next one where the courier takes no date."""
    parcel = _ordered(failed, slug, _desk(stories))
    day = _day(1 if slug in ("delhivery", "shadowfax") else 2)
    told = [fact for fact in _told(parcel, stories) if fact[0] != "reattempt_scheduled"]
    assert told == [("out_for_delivery", day), ("delivered", day)]


@pytest.mark.parametrize("slug", [slug for slug in TOLD if slug != "xpressbees"])
def test_a_return_that_is_taken_begins(failed: list[Parcel], stories: Stories, slug: str) -> None:
    parcel = _ordered(failed, slug, _desk(stories), back=True)
    statuses = [status for status, _ in _told(parcel, stories)]
    assert statuses[-1] == "rto_delivered" and len(statuses) > 2
    assert set(statuses) <= {"rto_initiated", "rto_in_transit", "rto_delivered"}


def test_couriers_mostly_do_what_they_are_told(failed: list[Parcel]) -> None:
    """By the shares of the rates, the same for the same seed, and never before the order."""
    ends: Counter[str] = Counter()
    for parcel in failed:
        effect = Effect(parcel.slug, parcel.awb, "reattempt", _day(1), WATCHED, "d")
        scans = plot(effect, parcel.story, 7)
        assert scans is not None and scans == plot(effect, parcel.story, 7)
        assert all(scan["scanned_at"] > WATCHED for scan in scans)
        days = {status_of(parcel.slug, s): s["scanned_at"].astimezone(IST).date() for s in scans}
        is_late = days.get("delivered", _day(1)) > _day(1)
        end = next((word for word in ("delivered", "failed_delivery") if word in days), "returned")
        ends["late" if is_late else end] += 1
    assert 0.7 < ends["delivered"] / len(failed) < 0.95
    assert set(ends) == {"delivered", "late", "failed_delivery", "returned"}


def test_details_alone_change_nothing(failed: list[Parcel]) -> None:
    parcel = failed[0]
    effect = Effect(parcel.slug, parcel.awb, "update_details", None, WATCHED, "d", ("phone",))
    assert plot(effect, parcel.story, 7) is None


def test_the_last_order_counts_and_outlives_a_stop(
    world: World, failed: list[Parcel], tmp_path: Path
) -> None:
    first, path = Stories(world), tmp_path / "effects.ndjson"
    desk = _desk(first, Effects(path))
    parcel = _ordered(failed, "clickpost", desk)
    desk.answer("clickpost", rto("clickpost", parcel.awb))
    told = _told(parcel, first)
    assert "out_for_delivery" not in dict(told) and told[-1][0] == "rto_delivered"
    with path.open("a") as file:
        file.write('{"courier": "clickp')
    again = Stories(world)
    _desk(again, Effects(path))
    assert _told(parcel, again) == told
    assert len(path.read_text().splitlines()) == 2


def test_what_follows_an_order_is_pushed_and_what_was_to_come_is_not(
    world: World, failed: list[Parcel], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body that its courier's reader takes for each new scan; after a stop none comes twice."""
    give_secrets(monkeypatch)
    stories = Stories(world)
    parcel = _ordered(failed, "shadowfax", _desk(stories))
    mine = world.pushed.filter(pl.col("awb") == parcel.awb, pl.col("voice") == "shadowfax")
    one = replace(world, pushed=mine)
    bodies: list[bytes] = []
    with answering([]) as (port, _):
        pusher = Pusher(one, stories, WATCHED, lambda: WATCHED + timedelta(days=9), port)
        send = pusher._send
        monkeypatch.setattr(pusher, "_send", lambda *given: (bodies.append(given[2]), send(*given)))
        pusher.push_due(WATCHED + timedelta(days=9))
    ahead = mine.filter(pl.col("scanned_at") > WATCHED).height
    late = mine.filter(
        pl.col("scanned_at") <= WATCHED, pl.col("received_at") > WATCHED, ~pl.col("is_lost")
    ).height
    reader = registry()["shadowfax"].push_reader
    assert reader is not None
    read = reader(pl.Series([body.decode() for body in bodies], dtype=pl.String))
    assert read.rejected.is_empty()
    assert read.rows["native_code"].to_list()[late:] == ["reopen_ndr", "ofd", "delivered"]
    assert pusher.done["changed"] == ahead and pusher.done["taken"] == late + 3
    later = Pusher(one, stories, WATCHED + timedelta(days=9), lambda: END, port)
    later.push_due(WATCHED + timedelta(days=20))
    assert not later.done["taken"]


def test_nothing_is_heard_any_more_of_what_does_not_happen(world: World, tmp_path: Path) -> None:
    answered = world.files["customer_feedback"].filter(pl.col("received_at") > SINCE)
    silent = answered.select("courier", "awb").head(1)
    for folder, given in (("all", None), ("less", silent)):
        file_news(world, tmp_path / folder, SINCE, END, given)
    lines = {
        folder: [json.loads(line) for path in (tmp_path / folder).glob("customer_f*") for line in path.open()]
        for folder in ("all", "less")
    }
    mine = [row for row in lines["all"] if (row["courier"], row["awb"]) == silent.row(0)]
    assert mine and [row for row in lines["all"] if row not in mine] == lines["less"]


def test_only_couriers_without_a_desk_are_told_by_the_world_itself(world: World) -> None:
    own = without_orders(world, SINCE).files["courier_actions"]
    all_of_them = world.files["courier_actions"]
    left_out = all_of_them.join(own, on=all_of_them.columns, how="anti", nulls_equal=True)
    via = world.files["shipments"].select("courier", "awb", voice=pl.coalesce("via", "courier")).unique()
    assert left_out.height > 20 and own.height > 20
    assert set(left_out.join(via, on=["courier", "awb"])["voice"]) <= set(SPEAKERS)
    assert (left_out.select(pl.coalesce("submitted_at", "instructed_at").min()).item()) > SINCE
    later = own.filter(pl.coalesce("submitted_at", "instructed_at") > SINCE).join(via, on=["courier", "awb"])
    assert set(later["voice"]) == {"generic"}


def test_a_stranger_is_told_nothing(stories: Stories) -> None:
    desk = _desk(stories)
    assert desk.answer("ekart", reattempt("ekart", "NOBODY"))[1]["status"] is False
    assert desk.answer("ithink", reattempt("ithink", "NOBODY"))[0] == 404
    assert desk.books.effects.all() == []

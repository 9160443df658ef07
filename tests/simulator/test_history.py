"""A generated history: repeatable, shaped by its rates, and seen at `until`."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pytest

from simulator import history
from simulator.history import generate
from simulator.rates import Rates
from tests.simulator.conftest import FEEDS, TRUTH, UNTIL, World


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(folder.rglob("*.parquet"))
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        generate(2000, 30, 1, tmp_path / name, UNTIL)
    assert _hashes(tmp_path / "a") == _hashes(tmp_path / "b")
    assert set(_hashes(tmp_path / "a")) == {f"{name}.parquet" for name in FEEDS} | {
        f"truth/{name}.parquet" for name in TRUTH
    }


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    for seed in (1, 2):
        generate(2000, 30, seed, tmp_path / str(seed), UNTIL)
    first, second = _hashes(tmp_path / "1"), _hashes(tmp_path / "2")
    assert all(first[name] != second[name] for name in first)


def test_a_world_is_the_sum_of_its_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Identifiers are unique over blocks, and an airway bill is used twice only by parcels of one courier."""
    monkeypatch.setattr(history, "BLOCK", 1000)
    generate(3500, 30, 4, tmp_path, UNTIL)
    shipments = pl.read_parquet(tmp_path / "shipments.parquet")
    assert shipments["order_id"].n_unique() == shipments.height == 3500
    assert shipments.group_by("awb").agg(pl.col("courier").n_unique())["courier"].max() == 1
    actions = pl.read_parquet(tmp_path / "courier_actions.parquet")
    assert actions.group_by("action_id").agg(pl.col("awb").n_unique())["awb"].max() == 1
    assert pl.read_parquet(tmp_path / "messages.parquet")["message_id"].is_unique().all()


@pytest.mark.parametrize(("shipments", "days"), [(1, 1), (50, 1), (50, 400)])
def test_small_worlds_are_worlds(tmp_path: Path, shipments: int, days: int) -> None:
    generate(shipments, days, 1, tmp_path, UNTIL)
    assert pl.read_parquet(tmp_path / "shipments.parquet").height == shipments


def test_what_cannot_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="counts of one or more"):
        generate(0, 1, 1, tmp_path, UNTIL)
    with pytest.raises(ValueError, match="time zone"):
        generate(1, 1, 1, tmp_path, datetime(2026, 3, 31, tzinfo=UTC).replace(tzinfo=None))


def test_until_may_have_any_zone(tmp_path: Path) -> None:
    in_india = UNTIL.astimezone(tz=None)
    for name, until in (("utc", UNTIL), ("local", in_india)):
        generate(500, 10, 1, tmp_path / name, until)
    assert _hashes(tmp_path / "utc") == _hashes(tmp_path / "local")


@pytest.mark.parametrize("name", FEEDS)
def test_nothing_is_later_than_until(world: World, name: str) -> None:
    instants = world.feed(name).select(cs.datetime())
    assert instants.width > 0
    assert all(latest is None or latest <= UNTIL for latest in instants.max().row(0))


def test_news_comes_after_the_fact(world: World) -> None:
    scans, rates = world.feed("scans"), Rates()
    key = ["courier", "awb", "native_code", pl.col("scanned_at").dt.truncate("1m").alias("minute")]
    seen = scans.group_by(key).agg(lag=pl.col("received_at").min() - pl.col("scanned_at").min())
    late = seen["lag"]
    assert late.min() > timedelta(0)
    assert _within((late > timedelta(hours=1)).mean(), rates.late_hours + rates.late_days, late.len())
    assert (late > timedelta(days=1)).sum() > 0
    assert not scans["scanned_at"].is_sorted()


def test_manifests_lie_in_the_days_asked_for(world: World) -> None:
    manifested = world.feed("shipments")["manifested_at"]
    assert manifested.min() >= UNTIL - timedelta(days=60)
    assert manifested.max() > UNTIL - timedelta(days=1)


def _within(share: float, expected: float, n: int) -> bool:
    """Whether a share of n draws lies within five standard deviations (binomial) of what was expected."""
    return abs(share - expected) <= 5 * (expected * (1 - expected) / n) ** 0.5 + 1 / n


def test_shares_are_near_their_rates(world: World) -> None:
    rates, cases = Rates(), world.truth("fct_ndr_cases")
    attempts = world.truth("fct_delivery_attempts").filter(pl.col("attempt_number") == 1)
    visited = attempts.filter(pl.col("opened_at") < UNTIL - timedelta(days=2)).height
    failed = cases.filter(pl.col("first_ndr_at") < UNTIL - timedelta(days=2)).height
    assert _within(failed / visited, rates.ndr_share, visited)
    total = sum(rates.reason_shares.values())
    mended = rates.reason_shares["not_attempted"] * rates.reason_mended
    for reason, share in rates.reason_shares.items():
        found = cases.filter(pl.col("reason_bucket") == reason).height / cases.height
        slack = mended if reason != "not_attempted" else -mended
        assert _within(found, share / total, cases.height) or _within(
            found, share / total + slack, cases.height
        )


def test_recovery_is_as_its_rates_have_it(world: World) -> None:
    """Of cases old enough to be closed: the mean over response bands, and the order of the reasons."""
    old = world.truth("fct_ndr_cases").filter(pl.col("first_ndr_at") < UNTIL - timedelta(days=15))
    bands = Rates().response_bands.values()
    expected = sum(share * recovery for share, recovery in bands) / sum(share for share, _ in bands)
    assert _within(old["is_recovered"].mean(), expected, old.height)
    by_reason = dict(old.group_by("reason_bucket").agg(pl.col("is_recovered").mean()).rows())
    assert (
        by_reason["customer_refused"] < 0.2 < by_reason["address_issue"] < by_reason["customer_unavailable"]
    )


def test_rates_are_settings(tmp_path: Path) -> None:
    generate(4000, 40, 1, tmp_path, UNTIL, rates=Rates(ndr_share=0.5, reused_awbs=0.0, duplicated=0.0))
    assert pl.read_parquet(tmp_path / "truth" / "fct_ndr_cases.parquet").height > 1200
    assert pl.read_parquet(tmp_path / "shipments.parquet")["awb"].is_unique().all()


def test_customers_have_more_than_one_parcel_and_one_home(world: World) -> None:
    homes = (
        world.feed("shipments")
        .group_by("customer_id")
        .agg(
            pl.len(),
            pl.col("address").n_unique(),
            pl.col("customer_phone").n_unique(),
            pl.col("pincode").n_unique(),
        )
    )
    assert homes.filter(pl.col("len") > 1).height > 1000
    assert homes.select(pl.col("address", "customer_phone", "pincode").max()).row(0) == (1, 1, 1)


def test_twenty_thousand_parcels_take_seconds(world: World) -> None:
    """Two seconds when measured alone on two cores; the bound only catches a loop over rows."""
    print(f"20,000 parcels in {world.seconds:.1f} s")
    assert world.seconds < 30

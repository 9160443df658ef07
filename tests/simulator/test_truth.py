"""The truth beside the feeds: at one with itself, and with every story that was promised."""

from __future__ import annotations

import polars as pl
import pytest

from tests.simulator.conftest import TRUTH, World

REATTEMPTS = [
    ("honoured", "delivered"),
    ("honoured", "delivered_early"),
    ("honoured", "delivered_late"),
    ("honoured", "attempted"),
    ("not_honoured", "attempted_early"),
    ("not_honoured", "attempted_late"),
    ("not_honoured", "not_attempted"),
    ("not_honoured", "external_factor"),
    ("not_honoured", "outside_window"),
    ("not_honoured", "customer_unavailable"),
    ("not_honoured", "attempts_exhausted"),
    ("not_honoured", "unverified_attempt"),
    ("not_honoured", "shipment_lost"),
    ("not_honoured", "shipment_damaged"),
    ("not_honoured", "overdue"),
    ("not_applicable", "already_rto"),
    ("not_applicable", "already_delivered"),
    ("superseded", "newer_instruction"),
    ("superseded", "newer_cycle"),
    ("superseded", "outranked"),
    ("superseded", "return_requested"),
    ("sla_breached", "direct_rto"),
    ("pending", "awaiting_attempt"),
]
COURIERS_FAULT = {
    "attempted_early",
    "attempted_late",
    "not_attempted",
    "outside_window",
    "overdue",
    "direct_rto",
    "unverified_attempt",
}


@pytest.mark.parametrize(("outcome", "reason"), REATTEMPTS)
def test_each_end_of_a_reattempt_occurs(world: World, outcome: str, reason: str) -> None:
    given = world.truth("fct_instructions").filter(pl.col("action") == "reattempt")
    assert given.filter(pl.col("outcome") == outcome, pl.col("outcome_reason") == reason).height > 0


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("source", {"customer", "operations", "rule", "default"}),
        ("action", {"reattempt", "rto", "mark_delivered", "hold", "fake_attempt"}),
        ("submission", {"pending", "submitted", "failed", "unknown"}),
    ],
)
def test_each_word_of_an_instruction_occurs(world: World, column: str, words: set[str]) -> None:
    assert set(world.truth("fct_instructions")[column]) == words


def test_each_story_of_a_shipment_occurs(world: World) -> None:
    cases, attempts = world.truth("fct_ndr_cases"), world.truth("fct_delivery_attempts")
    assert set(cases["shipment_outcome"]) == {
        "open", "delivered", "partially_delivered", "rto", "lost", "damaged", "disposed", "cancelled",
    }  # fmt: skip
    assert cases["is_rto_reversed"].sum() > 0
    assert cases["is_delivery_reversed"].sum() > 0
    assert set(attempts["result"]) == {"failed", "delivered", "unverified", "open"}
    assert attempts["is_without_ofd"].sum() > 0
    assert attempts["restated_reason"].is_not_null().sum() > 0
    assert set(cases["cycles"]) == {1, 2, 3, 4}
    healed = attempts.filter(pl.col("result") == "delivered", pl.col("reason_bucket").is_not_null())
    assert healed.height > 0
    dated = cases.filter(pl.col("first_ndr_at").dt.microsecond() == 999_999)
    assert dated.height > 0


def test_each_disturbance_of_the_news_occurs(world: World) -> None:
    scans, dated = world.feed("scans"), world.feed("scans_mis")
    assert scans.filter(pl.col("native_code") == "ZX-417").height > 0
    minute = pl.col("scanned_at").dt.truncate("1m").alias("minute")
    twice = scans.group_by("courier", "awb", "native_code", minute).agg(
        pl.len(), pl.col("scanned_at").n_unique()
    )
    assert twice.filter(pl.col("len") > 1).height > 1000
    assert twice.filter(pl.col("scanned_at") > 1).height > 1000
    assert dated["scanned_at"].str.contains(r"^\d{4}-\d\d-\d\d$").all()
    again = dated.join(scans, on=["courier", "awb", "native_code"], how="semi")
    assert 0 < again.height < dated.height
    actions = world.feed("courier_actions")
    assert (actions.group_by("action_id").len()["len"] > 1).sum() > 0


def test_an_airway_bill_is_used_again_after_its_end(world: World) -> None:
    cases, shipments = world.truth("fct_ndr_cases"), world.feed("shipments")
    lives = (
        shipments.sort("manifested_at")
        .group_by("awb", maintain_order=True)
        .agg("order_id", "manifested_at", "courier")
    )
    again = lives.filter(pl.col("order_id").list.len() > 1)
    assert again.height > 20
    assert again["order_id"].list.len().max() == 2
    assert cases.filter(pl.col("epoch") > 0).height > 0
    second = cases.filter(pl.col("epoch") > 0).join(again, on="awb")
    ist_date = pl.col("manifested_at").list.get(1).dt.convert_time_zone("Asia/Kolkata").dt.strftime("%Y%m%d")
    assert second.select((ist_date.cast(pl.Int64) == pl.col("epoch")).all()).item()


def test_unknowable_rows_are_few_and_marked(world: World) -> None:
    for name in TRUTH:
        marked = world.truth(name)["is_unknowable"]
        assert 0 < marked.mean() < 0.02


def test_cases_are_at_one_with_themselves(world: World) -> None:
    cases = world.truth("fct_ndr_cases")
    is_open = pl.col("shipment_outcome") == "open"
    wrong = cases.filter(
        (pl.col("is_recovered") != (pl.col("shipment_outcome") == "delivered"))
        | (is_open != pl.col("closed_at").is_null())
        | (pl.col("closed_at") < pl.col("first_ndr_at"))
        | (pl.col("cycles") < 1)
        | (pl.col("is_delivery_reversed") & (pl.col("shipment_outcome") != "rto"))
        | (pl.col("is_rto_reversed") & ~pl.col("is_recovered"))
    )
    assert wrong.height == 0
    assert cases.select("courier", "awb", "epoch").is_unique().all()


def test_cases_are_at_one_with_their_attempts(world: World) -> None:
    """Cycles are the failed visits, a healed one among them; attempts leave out admitted no-visits."""
    attempts = world.truth("fct_delivery_attempts")
    failed = pl.col("reason_bucket").is_not_null()
    counted = (pl.col("result") == "delivered") | (failed & (pl.col("reason_bucket") != "not_attempted"))
    key = ["courier", "awb", "epoch"]
    told = attempts.group_by(key).agg(failed.sum().alias("failed"), counted.sum().alias("counted"))
    joined = world.truth("fct_ndr_cases").join(told, on=key, how="left")
    assert (
        joined.filter(
            (pl.col("cycles") != pl.col("failed")) | (pl.col("attempts") != pl.col("counted"))
        ).height
        == 0
    )


def test_instructions_are_at_one_with_themselves(world: World) -> None:
    given = world.truth("fct_instructions")
    is_submitted, fault = pl.col("submission") == "submitted", pl.col("fault")
    judged = pl.col("outcome").is_in(["honoured", "not_honoured", "sla_breached", "pending"])
    wrong = given.filter(
        (is_submitted != pl.col("accepted_at").is_not_null())
        | ((pl.col("submission") == "failed") != pl.col("submission_reason").is_not_null())
        | (judged & ~is_submitted)
        | (pl.col("accepted_at") < pl.col("instructed_at"))
    )
    assert wrong.height == 0
    assert given.select("courier", "awb", "source", "action", "instructed_at").is_unique().all()
    blamed = given.filter(pl.col("outcome").is_in(["not_honoured", "sla_breached"]))
    expected = (
        pl.when(pl.col("outcome_reason").is_in(sorted(COURIERS_FAULT)))
        .then(pl.lit("courier"))
        .when(pl.col("outcome_reason") == "customer_unavailable")
        .then(pl.lit("customer"))
        .otherwise(pl.lit("none"))
    )
    assert blamed.filter(fault.ne_missing(expected)).height == 0
    assert given.join(blamed, on=given.columns, how="anti", nulls_equal=True)["fault"].is_null().all()


def test_every_instruction_is_in_a_feed(world: World) -> None:
    """Of people in their feedback, of rules and defaults in the rows of the courier's interface."""
    given = world.truth("fct_instructions").filter(~pl.col("is_unknowable"))
    told = pl.concat(
        [
            world.feed("customer_feedback").select("awb", pl.col("responded_at").alias("instructed_at")),
            world.feed("ops_feedback").select("awb", pl.col("acted_at").alias("instructed_at")),
            world.feed("courier_actions").select("awb", "instructed_at"),
        ]
    )
    assert given.join(told, on=["awb", "instructed_at"], how="anti").height == 0

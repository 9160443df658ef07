"""Case: every judgement says its rule, its fault and its proof, and the proof is a line of the timeline."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards import store
from dashboards.views.verdicts import judged, verdicts
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_screens import opened, text_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ASKED: dict[str, Any] = {
    "instruction_id": "i1", "source": "customer", "action": "reattempt", "instructed_at": NOW - timedelta(days=2),
    "requested_on": NOW.date(), "window_start": "17:00", "window_end": None, "submission": "submitted",
    "submission_reason": None, "accepted_at": NOW - timedelta(days=1), "acceptance_evidence": "job_id",
    "outcome": "sla_breached", "outcome_reason": "direct_rto", "judged_by": "The parcel went back without a visit.",
    "fault": "courier", "decided_at": NOW, "tab": "sla_breached", "is_stale_basis": False, "attempts_before": 1,
    "courier_attempt_number": 2, "max_attempts": 3, "notice_minutes": 0, "sla_rule_of": "default",
    "sla_rule_begins_at": None,
}  # fmt: skip
PROOF: dict[str, Any] = {
    "instruction_id": "i1", "role": "decided", "event_id": "s9", "occurred_at": NOW, "learnt_after_minutes": 180.0,
    "summary": "Return started",
}  # fmt: skip


def told(*proofs: dict[str, Any], **changes: object) -> str:
    """The words of one card."""
    html = verdicts([{**ASKED, **changes}], proofs, NOW)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_judgement_says_its_rule_its_fault_and_when_we_learnt_what_decided_it() -> None:
    text = told(PROOF)
    assert "Reattempt today, 17:00 to any time SLA breached: returned without an attempt" in text
    assert "Customer, 20 Nov 14:30; accepted yesterday 14:30, with a job number" in text
    assert "Judged by The parcel went back without a visit. Fault The courier's" in text
    assert "Decided today 14:30, learnt 3 h later" in text
    assert "Proof Decided today 14:30: Return started" in text


def test_what_the_courier_owed_says_where_the_rule_comes_from() -> None:
    text = told()
    assert "3 attempts, no notice period; 1 made by the acceptance, the courier counts 2" in text
    assert "The rule for all couriers" in text
    own = told(
        max_attempts=1, notice_minutes=120, courier_attempt_number=None, sla_rule_of="courier",
        sla_rule_begins_at=datetime(2026, 1, 31, 18, 30, tzinfo=UTC),
    )  # fmt: skip
    assert (
        "1 attempt, 2 h of notice; 1 made by the acceptance The courier's own rule, since 01 Feb 2026" in own
    )


def test_an_instruction_that_is_not_judged_claims_no_rule_and_no_fault() -> None:
    text = told(
        submission="failed", submission_reason="ineligible_status", judged_by=None, fault=None, decided_at=None,
        accepted_at=None, max_attempts=None, outcome="not_applicable", tab="failed",
    )  # fmt: skip
    assert "Refused: not at this status" in text
    assert not re.search("Judged by|Fault|Decided|Courier owed|Proof|accepted", text)


def test_a_replaced_instruction_counts_nothing_against_the_courier() -> None:
    assert "Courier owed" not in told(outcome="superseded", outcome_reason="newer_instruction", fault=None)


def test_an_instruction_sent_after_the_end_says_that_we_learnt_the_end_later() -> None:
    assert "sent after the parcel had ended, which we learnt later" in told(is_stale_basis=True)


@pytest.fixture(scope="module")
def case_page(stand_in_dir: Path) -> str:
    """The page of a breached case."""
    case_id = store.fetch("select min(case_id) from marts.rpt_sla_breaches").item()
    return text_of(opened("case", case=case_id))


def test_every_proof_points_to_a_line_of_the_timeline(case_page: str) -> None:
    points = re.findall(r'data-point="(\w+)"', case_page)
    assert points
    lines = re.findall(r'data-event="([\w ]+)"', case_page)
    assert set(points) <= set(" ".join(lines).split())


def test_the_line_that_decided_says_what_it_decided(case_page: str) -> None:
    assert "decides: SLA breached: returned without an attempt" in case_page


def test_another_life_of_the_awb_is_a_link_where_it_failed_too(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC), cases=20)
    with duckdb.connect(str(data_dir / "published" / "warehouse.duckdb")) as connection:
        connection.execute("use marts")
        connection.execute(
            "insert into dim_shipments select shipment_id || '1', courier, awb, 1, 'ORD-LATER', first_ndr_at, 'rto'"
            " from dim_shipments order by shipment_id limit 1"
        )
    case_id = store.fetch("select min(case_id) from marts.fct_ndr_cases").item()
    told = unescape(text_of(opened("case", case=case_id)))
    assert "ORD-LATER (returned (rto))" in told
    assert f"case={case_id}1" in told.replace("%3A", ":")


def test_what_is_on_its_way_is_told_by_its_submission() -> None:
    assert judged({**ASKED, "submission": "pending"}) == "Not sent"
    assert judged({**ASKED, "submission": "unknown", "submission_reason": "timeout"}) == "Unclear: timeout"

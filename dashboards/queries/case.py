"""One case for the people who work on it: facts, timeline, instructions, the customer's other parcels.

Reads the agents' file; what a person wrote is in the schema `personal` and nowhere else.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.store import fetch, first


def facts(case_id: str) -> dict[str, Any] | None:
    """The case with its queue entry, its contact and whether no later parcel has its AWB (is_latest_life), or None
    when there is no such case."""
    frame = fetch(
        """
        select c.*, q.priority, q.priority_reason, q.deadline_at, q.suggested_action, q.advice,
            o.* exclude (case_id), l.last_failed_at, l.last_reason_bucket, not exists (
                select 1 from marts.dim_shipments as s
                where s.courier = c.courier and s.awb = c.awb and s.epoch > c.epoch
            ) as is_latest_life
        from marts.fct_ndr_cases as c
        left join marts.rpt_ndr_queue as q using (case_id)
        left join personal.prs_case_contacts as o using (case_id)
        left join (
            select case_id, max(opened_at) as last_failed_at,
                max_by(reason_bucket, cycle_number) as last_reason_bucket
            from marts.fct_ndr_cycles where case_id = ? group by 1
        ) as l using (case_id)
        where c.case_id = ?
        """,
        (case_id, case_id),
        "operations",
    )
    return None if frame.is_empty() else first(frame)


def events(case_id: str) -> pl.DataFrame:
    """The timeline, newest first: event_id, occurred_at, received_at, learnt_after_minutes (null for a bare date),
    lane, kind, summary, text (what a person wrote)."""
    return fetch(
        """
        select e.event_id, e.occurred_at, e.received_at, e.learnt_after_minutes, e.lane, e.kind, e.summary, t.text
        from marts.fct_case_events as e
        left join personal.prs_case_texts as t using (case_id, event_id)
        where e.case_id = ?
        order by e.occurred_at desc, e.received_at desc, length(e.event_id) desc, e.event_id desc
        """,
        (case_id,),
        "operations",
    )


def instructions(case_id: str) -> pl.DataFrame:
    """What was asked of the courier, newest first, with its judgement, the rule that made it (judged_by) and what the
    courier owed where a return overtook it."""
    return fetch(
        """
        select instruction_id, source, action, instructed_at, requested_on, window_start, window_end, submission,
            submission_reason, accepted_at, acceptance_evidence, outcome, outcome_reason, judged_by, fault, decided_at,
            tab, is_stale_basis, attempts_before, courier_attempt_number, max_attempts, notice_minutes, sla_rule_of,
            sla_rule_begins_at
        from marts.fct_instructions where case_id = ? order by instructed_at desc, instruction_id
        """,
        (case_id,),
        "operations",
    )


def proofs(case_id: str) -> pl.DataFrame:
    """The facts on which the judgements stand, in order of time: instruction_id, role, event_id and the event's
    occurred_at, learnt_after_minutes and summary."""
    return fetch(
        """
        select p.instruction_id, p.role, p.event_id, e.occurred_at, e.learnt_after_minutes, e.summary
        from marts.fct_instruction_proofs as p join marts.fct_case_events as e using (case_id, event_id)
        where p.case_id = ? order by e.occurred_at, length(p.event_id), p.event_id
        """,
        (case_id,),
        "operations",
    )


def other_lives(case_id: str) -> pl.DataFrame:
    """Other parcels that had the same AWB of the courier: shipment_id, order_id, shipment_outcome, is_case."""
    return fetch(
        """
        select s.shipment_id, s.order_id, s.shipment_outcome, s.first_ndr_at is not null as is_case
        from marts.dim_shipments as s join marts.fct_ndr_cases as c using (courier, awb)
        where c.case_id = ? and s.shipment_id <> c.case_id order by s.epoch
        """,
        (case_id,),
        "operations",
    )


def other_parcels(case_id: str, customer_id: str | None) -> pl.DataFrame:
    """Other open cases of the same customer, oldest first."""
    return fetch(
        """
        select c.case_id, c.awb, c.courier, c.stage, c.reason_bucket, c.order_value, c.first_ndr_at, not exists (
                select 1 from marts.dim_shipments as s
                where s.courier = c.courier and s.awb = c.awb and s.epoch > c.epoch
            ) as is_latest_life
        from marts.fct_ndr_cases as c join personal.prs_case_contacts as o using (case_id)
        where o.customer_id = ? and c.case_id <> ? and c.stage <> 'closed' order by c.first_ndr_at, c.case_id
        """,
        (customer_id, case_id),
        "operations",
    )

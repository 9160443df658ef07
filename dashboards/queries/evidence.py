"""What proves a breach: the instruction, its acceptance, the clock, the rule and the courier's scans around it.

No personal data: an AWB and an order are all that leads to a person.
"""

from __future__ import annotations

from typing import Any

from dashboards.filters import Filters
from dashboards.queries import breaches
from dashboards.store import fetch

#: Breaches of one pack: a courier reads no more at once, and a PDF of them is made in seconds.
MOST = 200


def of_breach(instruction_id: str) -> dict[str, Any] | None:
    """One breach with the columns of rpt_sla_breaches, and from fct_instructions submitted_at, judged_by, sla_rule_of
    and sla_rule_begins_at; None where there is none of this name."""
    found = _proofs([instruction_id])
    return found[0] if found else None


def of_view(filters: Filters, state: str, later: dict[str, str]) -> list[dict[str, Any]]:
    """The breaches of a view, newest first, at most MOST, with the columns of `of_breach`."""
    shown = breaches.export(filters, state, later)["instruction_id"].to_list()[:MOST]
    found = {row["instruction_id"]: row for row in _proofs(shown)}
    return [found[name] for name in shown]


def scans(instruction_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The courier's scans around each breach in the order of facts, with the columns of rpt_breach_scans."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in instruction_ids}
    rows = fetch(
        "select * from marts.rpt_breach_scans where list_contains(?::varchar[], instruction_id)"
        " order by instruction_id, scan_number",
        (list(instruction_ids),),
    )
    for row in rows.iter_rows(named=True):
        found[row["instruction_id"]].append(row)
    return found


def _proofs(instruction_ids: list[str]) -> list[dict[str, Any]]:
    return fetch(
        """
        select b.*, i.submitted_at, i.judged_by, i.sla_rule_of, i.sla_rule_begins_at
        from marts.rpt_sla_breaches as b
        join marts.fct_instructions as i using (instruction_id)
        where list_contains(?::varchar[], b.instruction_id)
        order by b.return_started_at desc, b.instruction_id
        """,
        (list(instruction_ids),),
    ).to_dicts()

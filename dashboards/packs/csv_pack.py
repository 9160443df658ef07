"""The evidence pack as CSV: one line a fact of a breach, in the order of time. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards import exports, words
from dashboards.packs.facts import Breach

COLUMNS = (
    "Courier", "AWB", "Order", "Our instruction", "Fact", "At (IST)", "Courier's code", "Courier's reason", "In words",
    "Place", "Leg", "Courier's attempt number", "Learnt (IST)", "Reference",
)  # fmt: skip


def csv_pack(
    rows: Sequence[Breach], scans: Mapping[str, Sequence[Mapping[str, Any]]], names: Mapping[str, str]
) -> bytes:
    """The pack of these breaches; no cell is a formula."""
    lines: list[Sequence[object]] = []
    for row in rows:
        lines += _lines(row, scans.get(row["instruction_id"], ()), words.plain(row["courier"], dict(names)))
    return exports.csv_bytes(COLUMNS, lines)


def _lines(row: Breach, scans: Sequence[Mapping[str, Any]], courier: str) -> list[Sequence[object]]:
    head = (courier, row["awb"], row["order_id"], row["instruction_id"])
    evidence = words.plain(row["acceptance_evidence"] or "not_stated", words.EVIDENCE)
    asked = f"{words.plain(row['action'], words.ACTIONS)} on {row['requested_on']}"
    facts: list[tuple[Any, ...]] = [
        ("Asked", row["instructed_at"], None, None, asked, None, None, None, None, None),
        ("Accepted", row["accepted_at"], None, None, evidence, None, None, None, None, row["acceptance_reference"]),
        *(
            (
                "Scan", scan["scanned_at"], scan["native_code"], scan["native_reason_code"], scan["summary"],
                scan["location"], scan["leg"], scan["courier_attempt_number"], scan["received_at"], None,
            )
            for scan in scans
        ),
        ("Return started", row["return_started_at"], None, None, _owed(row), None, None, None, None, None),
    ]  # fmt: skip
    return [(*head, *fact) for fact in sorted(facts, key=lambda fact: fact[1])]


def _owed(row: Breach) -> str:
    made = f"{row['attempts_before']} of {row['max_attempts']} attempts made"
    return f"{made}, {row['hours_to_return']:.1f} h after acceptance"

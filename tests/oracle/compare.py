"""Histories through the real commands and through the oracle, and where the two disagree.

Owns: the warehouse of many histories and the comparison. Refuses: any rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.cases.command_runs import Warehouse
from tests.oracle.expected import Tables, expected
from tests.oracle.facts import Row, instant
from tests.oracle.histories import History, history
from tests.oracle.wishes import AS_OF

KEYS = {
    "shipments": ("epoch",),
    "cases": ("epoch",),
    "attempts": ("epoch", "attempt_number"),
    "cycles": ("epoch", "cycle_number"),
    "instructions": ("source", "action", "instructed_at"),
}


def random_histories(count: int, seed: int) -> dict[str, History]:
    """AWB -> history; a history depends on its own AWB only."""
    awbs = [f"ORACLE-{seed}-{number}" for number in range(count)]
    return {awb: history(Random(awb), awb) for awb in awbs}


def disagreements(histories: dict[str, History], folder: Path, as_of: str = AS_OF) -> Iterator[str]:
    """One text for each history on which the warehouse and the oracle differ: AWB, columns, rows."""
    warehouse = Warehouse(folder, as_of)
    warehouse.load([pair for rows in histories.values() for pair in rows])
    warehouse.build()
    published = warehouse.published()
    for awb, rows in histories.items():
        lines = differences(expected(rows, as_of), published.get(awb, {}))
        if lines:
            yield "\n".join([awb, *(f"  {line}" for line in lines), *_told(rows)])


def differences(wanted: Tables, published: Tables) -> list[str]:
    """Each differing column, as `kind key column: SQL … oracle …`."""
    lines = []
    epochs = {row["case_id"]: row["epoch"] for row in published.get("cases", [])}
    for kind, key in KEYS.items():
        got = [{"epoch": epochs.get(row.get("case_id")), **row} for row in published.get(kind, [])]
        for row in got:
            row["instructed_at"] = instant(row.get("instructed_at"))
        theirs = {tuple(row[name] for name in key): row for row in got}
        ours = {tuple(row[name] for name in key): row for row in wanted[kind]}
        if len(theirs) != len(got):
            lines.append(f"{kind}: SQL has a key twice")
        for at in sorted(ours.keys() | theirs.keys()):
            if at not in ours or at not in theirs:
                lines.append(f"{kind} {at}: only in {'SQL' if at in theirs else 'the oracle'}")
                continue
            lines += [
                f"{kind} {at} {name}: SQL {theirs[at][name]}, oracle {value}"
                for name, value in ours[at].items()
                if not _is_equal(theirs[at][name], value)
            ]
    return lines


def _is_equal(published: Any, wanted: Any) -> bool:
    if isinstance(published, datetime):
        return published == wanted
    if published is not None and isinstance(wanted, datetime):
        return instant(published) == wanted
    if published is not None and isinstance(wanted, date):
        return date.fromisoformat(published[:10]) == wanted
    return bool(published == wanted)


def _told(rows: History) -> list[str]:
    return [f"    {feed} {json.dumps(_short(row))}" for feed, row in sorted(rows, key=_when)]


def _short(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in {"courier", "awb"}}


def _when(pair: tuple[str, Row]) -> str:
    times = ("scanned_at", "manifested_at", "responded_at", "acted_at", "instructed_at")
    return next(str(pair[1][name]) for name in times if name in pair[1])

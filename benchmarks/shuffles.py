"""Order does not matter: the same histories, told in any order, twice, in any batches and with any builds between.

A warehouse holds many copies of the same recorded histories under AWBs of their own, so that one run is as many
shuffles: each copy's rows are put in an order and cut into batches of its own. It is compared, table by table and row
by row, with a warehouse that loaded all copies at once and built once.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.published import differing_tables
from orchestration.build import run_build
from orchestration.load import load_files
from settings import Settings
from tests.oracle.histories import History, history
from tests.oracle.wishes import AS_OF

HISTORIES = 30
"""Histories of a copy."""
_BATCHES = 4
_TOLD_TWICE = 0.1


def tables_that_order_changed(folder: Path, copies: int, seed: int) -> list[str]:
    """The published tables that differ after one run of `copies` shuffles from those of one load and one build."""
    told = list(_copies(copies, seed))
    whole = _warehouse(folder / "whole")
    _load(whole, [row for rows in told for row in rows], "all")
    _build(whole, AS_OF)
    shuffled = _warehouse(folder / "shuffled")
    chance = random.Random(seed)
    batches: list[History] = [[] for _ in range(_BATCHES)]
    for rows in told:
        chance.shuffle(rows)
        for row in rows:
            first = chance.randrange(_BATCHES)
            batches[first].append(row)
            if chance.random() < _TOLD_TWICE:
                batches[chance.randrange(_BATCHES)].append(row)
    for number, batch in enumerate(batches):
        chance.shuffle(batch)
        _load(shuffled, batch, str(number))
        # Some batches meet no build, an incremental one, or a full one, as of an instant that only moves on.
        kind = chance.choice(["none", "incremental", "incremental", "full"])
        if kind != "none":
            earlier = datetime.fromisoformat(AS_OF) - timedelta(hours=12 * (_BATCHES - number))
            _build(shuffled, earlier.isoformat(), full_refresh=kind == "full")
    _build(shuffled, AS_OF)
    one, other = (each.published_dir / "warehouse.duckdb" for each in (whole, shuffled))
    return differing_tables(one, other)


def _copies(copies: int, seed: int) -> Iterator[History]:
    """Every copy has the same histories: what happens hangs on the number, the AWB only names it."""
    for copy in range(copies):
        rows: History = []
        for number in range(HISTORIES):
            rows += history(random.Random(f"{seed}-{number}"), f"SHUFFLED-{number}-{copy}")
        yield rows


def _warehouse(folder: Path) -> Settings:
    later = datetime.fromisoformat(AS_OF) + timedelta(days=30)
    return Settings(data_dir=folder, clock_start=later)


def _load(warehouse: Settings, rows: History, name: str) -> None:
    inbox = warehouse.data_dir / f"feeds_{name}"
    inbox.mkdir(parents=True)
    lines: dict[str, list[str]] = {}
    for feed, row in rows:
        lines.setdefault(feed, []).append(json.dumps(row) + "\n")
    for feed, written in lines.items():
        (inbox / f"{feed}_{name}.ndjson").write_text("".join(written), encoding="utf-8")
    refused = [result.line() for result in load_files(warehouse, [inbox]) if result.status != "loaded"]
    if refused:
        raise SystemExit("; ".join(refused))


def _build(warehouse: Settings, as_of: str, *, full_refresh: bool = False) -> None:
    result = run_build(warehouse, as_of=datetime.fromisoformat(as_of), full_refresh=full_refresh)
    if result.failures:
        raise SystemExit("; ".join(node.line() for node in result.failures))

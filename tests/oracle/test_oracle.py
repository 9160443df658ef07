"""The warehouse and the oracle agree on random histories and on a stand-in world, and the oracle on the worked cases.

`python -m tests.oracle.run N` compares more of them.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.worked_cases import WorkedCase, read_cases
from tests.oracle.compare import disagreements, random_histories
from tests.oracle.expected import expected
from tests.oracle.histories import history
from tests.oracle.stand_in import world_histories
from tests.oracle.wishes import AS_OF

CASES = read_cases(sorted((Path(__file__).parents[1] / "cases").glob("*.yaml")))


def test_warehouse_agrees_with_the_oracle(tmp_path: Path) -> None:
    """Two thousand random histories in one build: no row differs."""
    found = list(disagreements(random_histories(2000, seed=1), tmp_path))
    assert not found, f"{len(found)} disagreements\n\n" + "\n\n".join(found[:5])


def test_warehouse_agrees_with_the_oracle_on_the_stand_in_world(tmp_path: Path) -> None:
    """Parcels of a likely world, where the random histories are mostly absurd ones."""
    histories = world_histories(1500, 31, datetime.fromisoformat(AS_OF), tmp_path / "world")
    assert len(histories) > 200
    assert list(disagreements(histories, tmp_path / "warehouse")) == []


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**9), order=st.randoms(use_true_random=False))
def test_the_oracle_itself_minds_no_order(seed: int, order: Random) -> None:
    rows = history(Random(seed), "ANY")
    told = expected(rows, AS_OF)
    order.shuffle(rows)
    assert expected(rows, AS_OF) == told


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_oracle_agrees_with_the_worked_case(case: WorkedCase) -> None:
    """The cases were written by hand: what they expect, the oracle says too, as far as it goes."""
    rows = [(feed, row) for feed, rows in case.feed_rows().items() for row in rows]
    Random(case.id).shuffle(rows)
    told = expected(rows, case.as_of)
    as_told = {kind: [_as_json(row) for row in rows] for kind, rows in told.items()}
    names = {kind: set().union(*rows) for kind, rows in as_told.items()}
    as_told["case"], names["case"] = as_told["cases"], names["cases"]
    wanted = {kind: _only(value, names[kind]) for kind, value in case.expect.items() if kind in names}
    assert WorkedCase(case.id, case.as_of, [], wanted).disagreements(as_told) == []


def _as_json(row: dict[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _only(value: object, names: set[str]) -> object:
    """The expectation without the columns that the oracle does not know."""
    if isinstance(value, list):
        return [_only(row, names) for row in value]
    return {n: v for n, v in value.items() if n in names} if isinstance(value, dict) and names else value

"""Every worked case of this folder comes out of `ndr load`, `ndr build --as-of` and `ndr query` as written.

One warehouse is built for each as_of and shared by its cases. The format is in worked_cases.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.cases.command_runs import Published, by_as_of, run_in_disorder, run_together
from tests.cases.worked_cases import WorkedCase, read_cases

CASES = read_cases(sorted(Path(__file__).parent.glob("*.yaml")))
GROUPS = by_as_of(CASES)
DISORDERED_AS_OF = "2026-03-12T12:00:00+05:30"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Published]:
    """The published rows of all cases of an as_of; each warehouse is built once, when it is first asked for."""
    return cache(lambda as_of: run_together(GROUPS[as_of], tmp_path_factory.mktemp("cases")))


@pytest.fixture(scope="module")
def published_from_disorder(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The published rows of one as_of, told shuffled, in part twice, in two builds a day apart."""
    return run_in_disorder(GROUPS[DISORDERED_AS_OF], tmp_path_factory.mktemp("disorder"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case_is_well_written(case: WorkedCase) -> None:
    """A case names the sentence that it tests, and only columns and words of the contract."""
    assert case.mistakes() == []
    assert case.rule
    assert case.expect


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case_comes_out_as_written(published: Callable[[str], Published], case: WorkedCase) -> None:
    """The published rows of the AWB are the expected ones."""
    assert case.disagreements(published(case.as_of).get(case.id.upper(), {})) == []


@pytest.mark.parametrize("case", GROUPS[DISORDERED_AS_OF], ids=lambda case: case.id)
def test_order_of_arrival_changes_nothing(published_from_disorder: Published, case: WorkedCase) -> None:
    """The same set of events gives the same result in any order, in any batches, with duplicates."""
    assert case.disagreements(published_from_disorder.get(case.id.upper(), {})) == []

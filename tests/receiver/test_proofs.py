"""What `make prove` shows of the receiver, at a fiftieth of its size."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import full_disk
from benchmarks.full_disk import prove_full_disk
from benchmarks.fuzz import prove_fuzz
from benchmarks.receiver_kills import prove_receiver
from benchmarks.webhooks import measure
from tests import postgres


def test_what_was_acknowledged_is_published_once_whenever_the_receiver_is_killed(tmp_path: Path) -> None:
    assert prove_receiver(tmp_path, 20)


def test_a_fuzzed_body_breaks_nothing_and_is_accepted_or_kept_out(tmp_path: Path) -> None:
    assert prove_fuzz(tmp_path, 2_000)


@pytest.mark.parametrize("may_mount", [True, False])
def test_a_disk_that_fills_is_told_and_costs_nothing_that_was_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, may_mount: bool
) -> None:
    """On a file system of its own where one may be mounted, and under a bound on its files."""
    if not may_mount:
        monkeypatch.setattr(full_disk.os, "getuid", lambda: 1)
    assert prove_full_disk(tmp_path, 2)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_benchmark_of_webhooks_runs_and_finds_all_in_the_ledger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], database: str, request: pytest.FixtureRequest
) -> None:
    """What it measures hangs on the machine."""
    is_postgres = database == "postgresql"
    url = postgres.database(request.getfixturevalue("postgres_folder")) if is_postgres else ""
    measure(tmp_path, url, 20, 2, is_highest=False)
    assert "100.00% of 40, 100.00% of these once in the ledger" in capsys.readouterr().out

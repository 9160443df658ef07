"""The benchmark at a fiftieth of its published size: every step runs, and what does not hang on the machine holds."""

from __future__ import annotations

from pathlib import Path

from benchmarks.run import WARM_SCANS, measure, table


def test_the_benchmark_runs_every_step_and_memory_does_not_follow_the_size(tmp_path: Path) -> None:
    rows = measure(scans=400_000, new_scans=4_000, folder=tmp_path)
    steps = {row.step: row.cost for row in rows}
    assert max(cost.peak_gb for cost in steps.values()) < 3
    warm = f"build of {WARM_SCANS} new scans in a warm process"
    assert steps[f"{warm}: publishing"].seconds < steps[warm].seconds < steps["full build"].seconds
    assert table(rows).count("\n") == len(rows) + 1

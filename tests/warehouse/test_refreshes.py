"""The proof of killed refreshes, at a fiftieth of its size."""

from __future__ import annotations

from pathlib import Path

from benchmarks.refreshes import prove_refreshes


def test_receipts_are_published_once_though_refreshes_are_killed(tmp_path: Path) -> None:
    assert prove_refreshes(tmp_path, 4, shipments=100)

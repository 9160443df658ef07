"""The proofs of orders at a fiftieth of their size, side by side, as they wait more than they work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.orders import prove_orders
from benchmarks.races import prove_races
from tests import postgres


def test_orders_have_one_effect_none_is_lost_and_none_leaves_too_late(
    tmp_path: Path, postgres_folder: str
) -> None:
    """Without Delhivery: a dead dispatcher's claim on its slow interface holds for minutes."""
    url = postgres.database(postgres_folder)
    with ThreadPoolExecutor() as pool:
        alone = pool.submit(prove_orders, tmp_path / "alone", 200, left_out="delhivery")
        shared = pool.submit(prove_orders, tmp_path / "shared", 200, 3, url, left_out="delhivery")
        races = pool.submit(prove_races, tmp_path, 100)
        assert (alone.result(), shared.result(), races.result()) == (True, True, True)

"""The order of the tests: the files that build warehouses first, so that no worker is left with one at the end.

And the one stand-in world that tests of several folders only read, published by the product's own command.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from settings import PROJECT_DIR
from tests import postgres

# One commit, one answer: every run draws the same examples; HYPOTHESIS_PROFILE=default draws others.
settings.register_profile("same", derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

_LONGEST_FIRST = ("warehouse", "orchestration", "oracle", "cases", "dashboards")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by folder, keeping the order within each."""

    def place(item: pytest.Item) -> int:
        folder = item.path.parent.name
        return _LONGEST_FIRST.index(folder) if folder in _LONGEST_FIRST else len(_LONGEST_FIRST)

    items.sort(key=place)


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[str]:
    """The folder of a PostgreSQL server's socket; each worker that asks has a server of its own."""
    with postgres.server() as folder:
        yield folder


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder published by `ndr demo --no-serve` from a fixed seed, once for all workers: read it only."""
    base = tmp_path_factory.getbasetemp()
    # A worker's folder is in that of the whole run, which the others know too.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    folder.mkdir(exist_ok=True)
    with (folder / ".tests.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not (folder / "published" / "warehouse.duckdb").exists():
            _publish_demo(folder)
    return folder


def _publish_demo(folder: Path) -> None:
    installed = Path(sys.executable).with_name("ndr")
    ndr = [str(installed)] if installed.exists() else [sys.executable, "-m", "orchestration.cli"]
    command = [*ndr, "demo", "--no-serve"]
    size = ["--shipments", "4000", "--days", "40", "--seed", "7"]
    environment = {**os.environ, "NDR_DATA_DIR": str(folder), "PYTHONPATH": str(PROJECT_DIR)}
    done = subprocess.run(
        [*command, *size], cwd=PROJECT_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

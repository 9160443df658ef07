"""What the pages show in tests: a stand-in by SQL for the quick ones; for the browser a world that is made, built and
published once, by the product's own command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from settings import PROJECT_DIR, get_settings
from tests.dashboards.stand_in import make_published


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    """The settings are read anew, and forgotten when the environment is put back."""
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, which the pages show."""
    monkeypatch.setenv("NDR_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def stand_in_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with a stand-in published as of now, which the pages show for all tests of a module."""
    folder = tmp_path_factory.mktemp("stand_in")
    make_published(folder / "published", datetime.now(UTC))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDR_DATA_DIR", str(folder))
        yield folder


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder published by `ndr demo --no-serve` from a fixed seed."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "orchestration.cli", "demo", "--no-serve"]
    size = ["--shipments", "4000", "--days", "40", "--seed", "7"]
    environment = {**os.environ, "NDR_DATA_DIR": str(folder), "PYTHONPATH": str(PROJECT_DIR)}
    done = subprocess.run(
        [*command, *size], cwd=PROJECT_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder

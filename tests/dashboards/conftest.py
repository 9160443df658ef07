"""The stand-in world of the browser test: made, built and published once, by the product's own command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import PROJECT_DIR


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

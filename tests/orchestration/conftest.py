"""A data folder of its own for each test, with a clock that stands long after the tests' events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import Settings, get_settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings over an empty folder; the environment says the same, for code that asks it."""
    folder = tmp_path / "data"
    monkeypatch.setenv("NDR_DATA_DIR", str(folder))
    monkeypatch.setenv("NO_COLOR", "1")
    get_settings.cache_clear()
    yield Settings(data_dir=folder)
    get_settings.cache_clear()

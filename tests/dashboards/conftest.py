"""What the pages show in tests: a stand-in by SQL; the browser gets the stand-in world of all tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from settings import get_settings
from tests.dashboards import served
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


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A browser for all tests of a module; each visit has a history of its own."""
    with sync_playwright() as playwright:
        found = served.browser(playwright)
        yield found
        found.close()

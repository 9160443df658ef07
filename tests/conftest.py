"""The order of the tests: the files that build warehouses first, so that no worker is left with one at the end."""

from __future__ import annotations

import pytest

_LONGEST_FIRST = ("warehouse", "orchestration", "oracle", "cases", "dashboards")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by folder, keeping the order within each."""

    def place(item: pytest.Item) -> int:
        folder = item.path.parent.name
        return _LONGEST_FIRST.index(folder) if folder in _LONGEST_FIRST else len(_LONGEST_FIRST)

    items.sort(key=place)

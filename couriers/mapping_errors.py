"""Reading the tables of a mapping: a mistake is one line that says file, key, what was expected and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from settings import BadSetting

#: Longest part of a value that a line repeats.
_SHOWN = 80


class MappingError(BadSetting):
    """A mapping cannot be used; the message is one line for whoever wrote it."""


@dataclass(frozen=True)
class Table:
    """One table of a mapping: its file, its key (empty: the file itself) and its items."""

    file: str
    key: str
    items: dict[str, Any]

    def fail(self, key: str, expected: str, found: object) -> NoReturn:
        """Raise the MappingError of this key; `found` None is nothing."""
        shown = "nothing" if found is None else repr(found)[:_SHOWN]
        raise MappingError(f"{self.file}: {self._path(key)}: expected {expected}, found {shown}")

    def only(self, *known: str) -> None:
        """Raises MappingError when the table holds another key."""
        for key in self.items:
            if key not in known:
                self.fail(key, f"one of the keys {', '.join(known)}", key)

    def text(self, key: str) -> str:
        """The text at `key`, which may not be blank. Raises MappingError."""
        value = self.items.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(key, "a text", value)
        return value.strip()

    def texts(self, key: str) -> list[str]:
        """The list of texts at `key`, empty where it is missing. Raises MappingError."""
        value = self.items.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.fail(key, "a list of texts", value)
        return [item.strip() for item in value]

    def table(self, key: str) -> Table:
        """The table at `key`, empty where it is missing. Raises MappingError."""
        value = self.items.get(key, {})
        if not isinstance(value, dict):
            self.fail(key, "a table", value)
        return Table(self.file, self._path(key), value)

    def _path(self, key: str) -> str:
        return f"{self.key}.{key}" if self.key else key

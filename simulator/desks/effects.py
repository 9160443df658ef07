"""What really took place at the couriers, so that a test can count it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Effect:
    """An order that took effect.

    `courier`: the slug whose desk took it; `action`: reattempt, rto, update_details or fake_attempt; `on`: the IST day
    that the order names, None without one; `at`: UTC; `digest`: of the order as it came; `changes`: the details that it
    changed; `becomes`: the status that the parcel has at once, None where it keeps its own.
    """

    courier: str
    awb: str
    action: str
    on: date | None
    at: datetime
    digest: str
    changes: tuple[str, ...] = ()
    becomes: str | None = None

    def row(self) -> dict[str, Any]:
        """The effect as JSON has it; `from_row` reads it back."""
        return {
            **asdict(self),
            "on": self.on.isoformat() if self.on else None,
            "at": self.at.isoformat(),
        }

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Effect:
        """The effect of a row. Raises KeyError, TypeError or ValueError for another row."""
        on = date.fromisoformat(row["on"]) if row["on"] else None
        return cls(
            **{
                **row,
                "on": on,
                "at": datetime.fromisoformat(row["at"]),
                "changes": tuple(row["changes"]),
            }
        )


Key = tuple[str, str, str, str | None]
"""Courier, awb, action, and the day as ISO."""


class Effects:
    """All effects in the order in which they took place, by many threads; each a line of JSON in `path` too, which is
    read first: a process that was killed goes on where it was."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._all: list[Effect] = []
        self._of: defaultdict[tuple[str, str], list[Effect]] = defaultdict(list)
        self._refused: Counter[tuple[str, str, str, str]] = Counter()
        for effect in _written(path) if path else []:
            self._all.append(effect)
            self._of[effect.courier, effect.awb].append(effect)
        self._file = path.open("a", encoding="utf-8") if path else None

    def add(self, effect: Effect) -> None:
        """It took place."""
        with self._lock:
            self._all.append(effect)
            self._of[effect.courier, effect.awb].append(effect)
            if self._file:
                self._file.write(json.dumps(effect.row(), ensure_ascii=False) + "\n")
                self._file.flush()

    def refuse(self, courier: str, awb: str, action: str, words: str) -> None:
        """It was asked for and refused, in these words."""
        with self._lock:
            self._refused[courier, awb, action, words] += 1

    def all(self) -> list[Effect]:
        """Every effect until now."""
        with self._lock:
            return list(self._all)

    def of(self, courier: str, awb: str) -> Sequence[Effect]:
        """The effects on one parcel."""
        with self._lock:
            return tuple(self._of.get((courier, awb), ()))

    def counted(self) -> Counter[Key]:
        """How often each action took place on a parcel, by the day it names; more than once is a duplicate."""
        return Counter(
            (one.courier, one.awb, one.action, one.on.isoformat() if one.on else None) for one in self.all()
        )

    def refused(self) -> Counter[tuple[str, str, str, str]]:
        """How often what was refused, by courier, awb, action and the courier's words."""
        with self._lock:
            return self._refused.copy()


def _written(path: Path) -> list[Effect]:
    """The effects of a file; a line that a kill cut off, which is the last, is cut off the file too."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    whole, _, rest = text.rpartition("\n")
    if rest:
        path.write_text(f"{whole}\n" if whole else "", encoding="utf-8")
    return [Effect.from_row(json.loads(line)) for line in whole.splitlines()]


def digest(order: Any) -> str:
    """A short hash of an order's JSON, whatever the order of its keys."""
    text = json.dumps(order, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

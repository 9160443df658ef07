"""What a desk works with: its courier's parcels, the clock, jobs that settle later, and the book of effects."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from settings import IST
from simulator.couriers.speaking import Answer, Asked, Scan
from simulator.desks.effects import Effect, Effects, digest
from simulator.desks.parcel import Parcel


class Stories(Protocol):
    """Whoever knows what happened to the parcels."""

    def story(self, slug: str, awb: str) -> Sequence[Scan]:
        """The scans of an AWB until now, the oldest first; none where this courier does not know it."""

    def changed(self, effect: Effect) -> None:
        """Let the parcel live with what it was told."""


@dataclass(frozen=True)
class Wanted:
    """What an order asks for: an action of `Effect`, on what day, changing which details, and what the parcel becomes
    at once where it takes effect."""

    action: str
    order: Any
    on: date | None = None
    changes: tuple[str, ...] = ()
    becomes: str | None = None


@dataclass
class Job:
    """Orders that were taken and are judged later: `items` until `due` (monotonic seconds), then `results`."""

    due: float
    items: Sequence[Any]
    judge: Callable[[Any], Any]
    results: list[Any] | None = None


@dataclass
class Books:
    """What all desks share. `settle_seconds`: real seconds until a job is judged."""

    stories: Stories
    clock: Callable[[], datetime]
    effects: Effects
    settle_seconds: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)
    jobs: dict[str, Job] = field(default_factory=dict)
    waiting: deque[str] = field(default_factory=deque)

    def settle(self) -> None:
        """Judge the jobs that are due; the oldest are the first."""
        with self.lock:
            while self.waiting and self.jobs[self.waiting[0]].due <= time.monotonic():
                job = self.jobs[self.waiting.popleft()]
                job.results = [job.judge(item) for item in job.items]


@dataclass(frozen=True)
class Window:
    """One courier's desk over the books."""

    slug: str
    books: Books

    @property
    def now(self) -> datetime:
        """The clock of the world, UTC."""
        return self.books.clock()

    @property
    def today(self) -> date:
        """The day in India."""
        return self.now.astimezone(IST).date()

    def find(self, awb: object) -> Parcel | None:
        """The parcel of an AWB; None where this courier does not know it."""
        key = str(awb)
        story = self.books.stories.story(self.slug, key)
        return Parcel(self.slug, key, story, self.books.effects.of(self.slug, key)) if story else None

    def give(self, awb: object, wanted: Wanted, refusal: str | None) -> str | None:
        """Note the refusal of an order, or let it take effect where there is none; returns the refusal."""
        key = str(awb)
        if refusal is not None:
            self.books.effects.refuse(self.slug, key, wanted.action, refusal)
            return refusal
        effect = Effect(
            self.slug, key, wanted.action, wanted.on, self.now, digest(wanted.order), wanted.changes, wanted.becomes
        )  # fmt: skip
        self.books.effects.add(effect)
        self.books.stories.changed(effect)
        return None

    def later(self, prefix: str, items: Sequence[Any], judge: Callable[[Any], Any]) -> str:
        """Take orders that are judged later; returns the name of the job."""
        with self.books.lock:
            name = f"{prefix}{17_749_083_484_755_923_441 + len(self.books.jobs)}"
            self.books.jobs[name] = Job(time.monotonic() + self.books.settle_seconds, items, judge)
            self.books.waiting.append(name)
            return name


Take = Callable[[Asked, Window], Answer | None]
"""A desk: its answer to a call; None for a call that is not one of orders."""


def fields(order: Any) -> Mapping[str, Any]:
    """An order as a mapping; empty for anything else."""
    return order if isinstance(order, Mapping) else {}


def day(text: object) -> date | None:
    """A day as YYYY-MM-DD; None for anything else."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def said(order: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    """The details, by our words, whose fields of an order are filled."""
    return tuple(sorted({word for name, word in names.items() if order.get(name) not in (None, "")}))

"""Runs a dispatcher: the outbox kept in step with what is published, and every courier's orders sent and read back.

Owns: which interfaces are used, and one line for what happened. Refuses: AWBs, addresses and secrets in a line.
Any number of dispatchers may run: a lane has one at a time, and an order one claim.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import duckdb

from action_sync.desk import Desk
from action_sync.heads import HeadReader
from action_sync.reading_back import Reader
from action_sync.sending import AT_ONCE, Sender
from action_sync.wishes import wishes
from apis.clock import Clock, Pace
from apis.line import Line, new_client
from couriers import registry
from couriers.actions import Actions
from couriers.contract import Courier
from ledger.database import Ledger
from ledger.errors import LedgerError
from ledger.lanes import leave
from ledger.outbox import tidy
from ledger.settling import settle_proven
from ledger.wanted import bring_in_step
from settings import CourierSettings, Settings, courier_settings

Say = Callable[[str], None]

#: Real seconds between two looks for something to do.
LOOK_SECONDS = 0.3
#: Seconds for the answer to a look at a parcel's head: not all of a turn.
_HEAD_SECONDS = 4.0


@dataclass(frozen=True)
class Target:
    """A courier whose interface can be used, with its settings."""

    courier: Courier
    actions: Actions
    own: CourierSettings


def targets() -> dict[str, Target]:
    """The couriers that can be told: they have an interface, and their settings are there."""
    found = {}
    for slug, courier in registry().items():
        own = courier_settings(slug)
        if courier.actions and not courier.actions.missing(own):
            found[slug] = Target(courier, courier.actions, own)
    return found


@dataclass
class Dispatcher:
    """One dispatcher. `chosen` are the couriers that it tells."""

    settings: Settings
    ledger: Ledger
    say: Say
    chosen: dict[str, Target] = field(default_factory=targets)
    by: str = field(default_factory=lambda: uuid4().hex)
    _seen: tuple[int, int] | None = None
    _busy_at: float = 0.0
    _is_over: Callable[[], bool] = lambda: False

    async def run(self, is_over: Callable[[float], bool]) -> None:
        """Work until `is_over` says so, which gets the real seconds since there was something to do. What is under way
        is ended first. Raises LedgerError where the ledger fails for longer than a look."""
        # It says at INFO which addresses are asked, and an address holds AWBs.
        for name in ("httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)
        clock = asyncio.get_running_loop().time
        self._busy_at = clock()
        self._is_over = lambda: is_over(clock() - self._busy_at)
        async with AsyncExitStack() as stack:
            lanes = [await self._lane(stack, one) for one in self.chosen.values()]
            await asyncio.gather(self._keep_in_step(), *(self._work(*lane) for lane in lanes))
        for slug in self.chosen:
            await asyncio.to_thread(leave, self.ledger, slug, self.by)

    async def _lane(self, stack: AsyncExitStack, target: Target) -> tuple[Sender, Reader]:
        clock, actions, own = Clock(self.settings), target.actions, target.own
        client = await stack.enter_async_context(new_client(AT_ONCE, actions.answer_seconds, kept=0))
        line = Line(actions.root(own), own, client, clock, actions.answer_seconds, actions.login)
        pace = Pace(clock, actions.calls, actions.seconds)
        desk = Desk(target.courier.slug, self.by, actions, own, line, pace, clock, self.ledger)
        heads = await self._heads(stack, target, clock)
        return Sender(desk, heads), Reader(desk)

    async def _heads(self, stack: AsyncExitStack, target: Target, clock: Clock) -> HeadReader | None:
        tracking, own = target.courier.tracking, target.own
        if tracking is None or target.courier.track_reader is None or tracking.missing(own):
            return None
        client = await stack.enter_async_context(new_client(1, _HEAD_SECONDS))
        line = Line(tracking.root(own), own, client, clock, _HEAD_SECONDS, tracking.login)
        pace = Pace(clock, tracking.calls, tracking.seconds)
        return HeadReader(target.courier, tracking, own, line, pace, clock, self.ledger)

    async def _work(self, sender: Sender, reader: Reader) -> None:
        while not self._is_over():
            try:
                is_busy = await self._turn(sender, reader)
            except LedgerError as error:
                self.say(f"{sender.desk.slug}: {error}")
                is_busy = False
            except Exception as error:  # of one courier: the others go on
                # Its text may quote an address.
                self.say(f"{sender.desk.slug}: {type(error).__name__} in {_place(error)}; it is tried again")
                is_busy = False
            if not is_busy:
                await asyncio.sleep(LOOK_SECONDS)

    async def _turn(self, sender: Sender, reader: Reader) -> bool:
        rows, checked_to = await asyncio.to_thread(sender.due)
        is_open = await asyncio.to_thread(reader.is_due)
        if not (rows or is_open) or not await sender.desk.hold():
            return False
        self._busy_at = asyncio.get_running_loop().time()
        is_sent = bool(rows) and await sender.send(rows, checked_to)
        # A long queue must not keep the unclear ones waiting: they have a turn of their own.
        if is_open and (not rows or await sender.desk.hold()):
            return bool(await reader.read()) or is_sent
        return is_sent

    async def _keep_in_step(self) -> None:
        while not self._is_over():
            try:
                await asyncio.to_thread(self.keep_in_step)
            except (LedgerError, duckdb.Error, OSError) as error:
                # A file that is being replaced, a ledger that is busy: the next look finds it.
                self.say(f"outbox: {type(error).__name__}; the next look tries again")
            await asyncio.sleep(LOOK_SECONDS)

    def keep_in_step(self) -> None:
        """Bring what is published into the outbox, once for each build, and end what time ends. Raises LedgerError,
        duckdb.Error, OSError."""
        late = tidy(self.ledger, self.settings.now())
        # The file that is replaced last.
        published = _state(self.settings.published_dir / "warehouse.duckdb")
        if published != self._seen and (said := wishes(self.settings)):
            now = self.settings.now()
            counts = bring_in_step(self.ledger, said.basis, said.wanted, now)
            proven = settle_proven(self.ledger, said.proven, now) if said.proven else 0
            self._seen = published
            self._tell({**counts, **late, "shown by a scan": proven})
        else:
            self._tell(late)

    def _tell(self, counts: dict[str, int]) -> None:
        words = [f"{count} {name}" for name, count in counts.items() if count and name != "same"]
        if words:
            self.say(f"outbox: {', '.join(words)}")


def _place(error: Exception) -> str:
    """The line of ours that failed."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns

"""Runs the poller: one loop an API, so that none waits for another, until it is told to stop.

Owns: which APIs are asked, and one line a round. Refuses: AWBs, addresses and secrets in a line.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from apis.clock import Clock, Pace, instant
from apis.line import new_client
from couriers import registry
from couriers.tracking import Tracking
from ledger.database import Ledger, open_ledger
from ledger.polls import Round
from poller.api import ANSWER_SECONDS, Api
from poller.errors import PollerError
from poller.parcels import under_way
from poller.plan import asked_of
from poller.round import AT_ONCE, Asking
from settings import IST, CourierSettings, Settings, courier_settings

Say = Callable[[str], None]


@dataclass(frozen=True)
class Target:
    """An API that can be asked."""

    slug: str
    tracking: Tracking
    own: CourierSettings


def targets() -> dict[str, Target]:
    """The APIs that can be asked: the courier's answers can be read, and its settings are there."""
    found = {}
    for slug, courier in registry().items():
        own = courier_settings(slug)
        if courier.tracking and courier.track_reader and not courier.tracking.missing(own):
            found[slug] = Target(slug, courier.tracking, own)
    return found


def poll(settings: Settings, say: Say) -> None:
    """Ask until SIGINT or SIGTERM.

    Raises PollerError where there is no API to ask, LedgerError when the ledger cannot be opened.
    """
    chosen = targets()
    if not chosen:
        raise PollerError(
            "no courier can be asked: set NDR_<COURIER>_TOKEN, or what couriers/<courier>/README.md names"
        )
    # It says at INFO which addresses are asked, and an address holds AWBs, for ClickPost also the key.
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    ledger = open_ledger(settings)
    say(f"couriers that are asked: {', '.join(chosen)}; every {settings.poll_minutes} minutes")
    try:
        asyncio.run(_all(settings, ledger, chosen, say))
    except KeyboardInterrupt:
        say("stopped")
    finally:
        ledger.close()


async def _all(settings: Settings, ledger: Ledger, chosen: dict[str, Target], say: Say) -> None:
    await asyncio.gather(
        *(Loop(settings, ledger, one, frozenset(chosen), say).run() for one in chosen.values())
    )


@dataclass
class Loop:
    """The rounds of one API. `ready` are all that are asked; `answer_seconds` the longest wait for an answer."""

    settings: Settings
    ledger: Ledger
    target: Target
    ready: frozenset[str]
    say: Say
    answer_seconds: float = ANSWER_SECONDS

    def __post_init__(self) -> None:
        self.clock = Clock(self.settings)
        self.pace = Pace(self.clock, self.target.tracking.calls, self.target.tracking.seconds)
        self.period = self.settings.poll_minutes * 60.0

    async def run(self) -> None:
        """Round after round, for ever."""
        async with new_client(AT_ONCE, ANSWER_SECONDS) as client:
            api = Api(self.target.tracking, self.target.own, client, self.clock, self.answer_seconds)
            while True:
                began = self.clock.now() // self.period * self.period
                try:
                    await self.once(api, began)
                except Exception as error:
                    # Whatever it is, it is this courier's: the others go on, and this one in the next period.
                    self.say(
                        f"{self.target.slug}: no round ({type(error).__name__}); the next one tries again"
                    )
                await self.clock.sleep(began + self.period - self.clock.now())

    async def once(self, api: Api, began: float) -> Round:
        """The round of the period that began then. Raises LedgerError, duckdb.Error."""
        slug = self.target.slug
        published = await asyncio.to_thread(under_way, self.settings, self.settings.now())
        parcels = [parcel for parcel in published if asked_of(parcel, self.ready) == slug]
        kept_for = timedelta(days=self.settings.poll_days)
        asking = Asking(slug, api, self.pace, self.clock, self.ledger, began, self.period, kept_for)
        done = await asking.run(parcels)
        self.say(line(done, asking.reasons))
        return done


def line(done: Round, reasons: list[str]) -> str:
    """A round in one line, in IST."""
    at = instant(done.began_at.timestamp()).astimezone(IST)
    share = "nothing due" if done.share is None else f"keeps up with {done.share:.0%}"
    why = f" ({', '.join(reasons)})" if reasons else ""
    return (
        f"{at:%Y-%m-%d %H:%M} IST {done.asked_of}: asked {done.asked} of {done.due} parcels due, {share};"
        f" {done.calls} calls, {done.kept} answers kept, {done.waits} waits, {done.errors} errors{why}"
    )

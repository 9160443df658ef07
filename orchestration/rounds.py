"""A refresh goes round again: while the ledger or the inbox has news, and for a while after, in the process that has
already started.

To start a run takes longer than to build a few new scans, so a warm run waits for what comes next. It ends when nothing
came for a while, when another run wants the warehouse, or when it is old. Refuses: to decide what waits; the ledger's
last ids against those of the last build do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ledger.database import Ledger, has_ledger, open_ledger
from ledger.progress import Heads, heads
from orchestration import inbox
from orchestration.build import BuildResult, run_build
from orchestration.lock import Say, silent
from settings import Settings

#: Longest time that a build may be old while nothing comes: time passes for open cases.
PERIOD = timedelta(minutes=15)

_LOOK_SECONDS = 0.3
#: A process that has built for so long makes place for a new one.
_LIFETIME_SECONDS = 3600


@dataclass(frozen=True)
class Patience:
    """How long to wait for news: `linger_seconds` of real time after the last; `is_unwanted` is asked now and then
    whether to end at once."""

    linger_seconds: float
    is_unwanted: Callable[[], bool] = lambda: False
    lifetime_seconds: float = _LIFETIME_SECONDS


def rounds(
    settings: Settings, last: BuildResult, project_dir: Path, patience: Patience, say: Say = silent
) -> Iterator[BuildResult]:
    """Further builds after `last`, each when there is news; the first that fails is the last.

    Raises what `run_build` raises.
    """
    watch = LedgerWatch(settings)
    began = heard = time.monotonic()

    def is_over() -> bool:
        return time.monotonic() - began > patience.lifetime_seconds or patience.is_unwanted()

    try:
        while not last.failures:
            if watch.heads().is_beyond(last.heads) or inbox.settled(inbox.look(settings)):
                heard = time.monotonic()
            elif settings.now() - last.plan.as_of < PERIOD:
                if time.monotonic() - heard > patience.linger_seconds or is_over():
                    return
                time.sleep(_LOOK_SECONDS)
                continue
            inbox.load_inbox(settings, say=say)
            last = run_build(settings, project_dir=project_dir, say=say)
            yield last
            # Also where there is always news: what is left then starts the next run.
            if is_over():
                return
    finally:
        watch.close()


class LedgerWatch:
    """Asks the ledger for its last ids again and again: opened once, when there is one."""

    def __init__(self, settings: Settings) -> None:
        """Opens nothing yet."""
        self._settings = settings
        self._ledger: Ledger | None = None

    def heads(self) -> Heads:
        """The last ids; zeros where there is no ledger. Raises LedgerError."""
        if self._ledger is None and has_ledger(self._settings):
            self._ledger = open_ledger(self._settings)
        return heads(self._ledger) if self._ledger else Heads()

    def close(self) -> None:
        """Give the connections back."""
        if self._ledger:
            self._ledger.close()

"""Dispatches orders to couriers until it is told to stop, or until nothing is left to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from action_sync.serve import Dispatcher
from ledger.database import open_ledger
from orchestration.lock import Say, silent
from settings import Settings

#: A process that has dispatched for so many seconds makes place for a new one.
LIFETIME_SECONDS = 3600.0
#: Seconds in which a dispatcher that does not linger looks at every courier once.
ONE_LOOK = 1.0


def dispatch(
    settings: Settings,
    linger_seconds: float | None = None,
    say: Say = silent,
    is_unwanted: Callable[[], bool] = lambda: False,
) -> None:
    """Send, read back and settle: for ever, or until nothing was to be done for so many seconds. Raises LedgerError."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    ledger = open_ledger(settings)
    began = time.monotonic()

    def is_over(idle: float) -> bool:
        is_old = time.monotonic() - began > LIFETIME_SECONDS
        return linger_seconds is not None and (
            idle > max(linger_seconds, ONE_LOOK) or is_old or is_unwanted()
        )

    try:
        dispatcher = Dispatcher(settings, ledger, say)
        say(
            f"couriers that are told: {', '.join(dispatcher.chosen) or 'none, as no NDR_<COURIER>_TOKEN is set'}"
        )
        asyncio.run(dispatcher.run(is_over))
    except KeyboardInterrupt:
        say("stopped")
    finally:
        ledger.close()

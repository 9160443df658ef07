"""Whether there is something for a dispatcher to do: asked again and again, and cheap while there is not."""

from __future__ import annotations

from action_sync.serve import Dispatcher
from ledger.database import Ledger, has_ledger, open_ledger
from ledger.outbox import is_work
from settings import Settings


class OutboxWatch:
    """Brings what is published into the outbox, and says whether an order is due. Opens the ledger once."""

    def __init__(self, settings: Settings) -> None:
        """Opens nothing yet."""
        self._settings = settings
        self._ledger: Ledger | None = None
        self._dispatcher: Dispatcher | None = None

    def is_work(self) -> bool:
        """Whether an order may leave or is to be read back. Raises LedgerError, duckdb.Error, OSError."""
        if self._dispatcher is None:
            if not has_ledger(self._settings):
                return False
            self._ledger = open_ledger(self._settings)
            self._dispatcher = Dispatcher(self._settings, self._ledger, lambda _: None)
        self._dispatcher.keep_in_step()
        return is_work(self._dispatcher.ledger, sorted(self._dispatcher.chosen), self._settings.now())

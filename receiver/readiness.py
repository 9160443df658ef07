"""What /readyz says: the verdict of `receiver.health`, looked for once a second at most, in words for anybody.

Owns: that a look, which writes to the ledger, is one at a time however many ask; and that the detail (a database's own
line may name its host and user) is in the log alone.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

from ledger.database import Ledger
from ledger.writer import Writer
from receiver.health import problems
from settings import Settings

#: Seconds for which a verdict stands.
STANDS = 1.0

_log = logging.getLogger("receiver")


@dataclass
class Readiness:
    """Whether a webhook could be kept, as of the last look."""

    settings: Settings
    ledger: Ledger
    writer: Writer
    _looking: threading.Lock = field(default_factory=threading.Lock)
    _told: list[str] | None = None
    _until: float = 0.0

    def problems(self) -> list[str]:
        """Why none could be kept, one line each; empty when one could."""
        # Whoever comes while another looks takes the last verdict: a look may hang, and threads are few.
        if not self._looking.acquire(blocking=self._told is None):
            return self._told or []
        try:
            if self._told is None or time.monotonic() >= self._until:
                self._told = self._look()
                self._until = time.monotonic() + STANDS
            return self._told
        finally:
            self._looking.release()

    def _look(self) -> list[str]:
        found = problems(self.settings, self.ledger, is_doubtful=self.writer.last_error is not None)
        if found:
            _log.warning("not ready", extra={"fields": {"problems": found}})
        else:
            self.writer.last_error = None
        # What comes after a colon is the database's.
        return [line.partition(":")[0] for line in found]

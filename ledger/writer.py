"""Groups commits, so that durability does not cost throughput.

One thread takes all that waits and keeps it in one transaction; each caller is answered after that commit. While it
runs the next group gathers: the busier, the larger the groups. Owns the queue and its bounds. Refuses: to hold more
than fits in memory; whoever is refused then must send again.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from ledger.database import Ledger
from ledger.errors import LedgerBusy, LedgerUnavailable
from ledger.receipts import Kept, Receipt, keep

Waiting = tuple[Receipt, "Future[Kept]"]


@dataclass
class Writer:
    """`submit` from any thread; `close` keeps what waits and stops. `on_commit` is told the size of each group."""

    ledger: Ledger
    most_together: int = 500
    most_waiting: int = 10_000
    most_bytes: int = 64 << 20
    on_commit: Callable[[int], None] = lambda size: None  # noqa: ARG005
    last_error: str | None = None
    """Why the last group was not kept; None once one is."""
    _waiting: deque[Waiting] = field(default_factory=deque)
    _bytes: int = 0
    _is_closing: bool = False

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    @property
    def depth(self) -> int:
        """How many receipts wait."""
        return len(self._waiting)

    def submit(self, receipt: Receipt) -> Future[Kept]:
        """The receipt's answer, which comes after its commit. Raises LedgerBusy at once when too much waits.

        The future raises LedgerUnavailable, or RowRefused.
        """
        future: Future[Kept] = Future()
        with self._changed:
            size = len(receipt.body)
            is_full = len(self._waiting) >= self.most_waiting or self._bytes + size > self.most_bytes
            if self._is_closing or (is_full and self._waiting):
                raise LedgerBusy("too much waits to be written")
            self._waiting.append((receipt, future))
            self._bytes += size
            self._changed.notify()
        return future

    def close(self) -> None:
        """Keep what waits, then stop."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while group := self._take():
            self._commit(group)

    def _take(self) -> list[Waiting]:
        """All that waits, up to the bound; empty when closing."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), self.most_together))]
            self._bytes -= sum(len(receipt.body) for receipt, _ in taken)
        # From here on a caller who gives up cannot take its receipt back.
        group = [(receipt, future) for receipt, future in taken if future.set_running_or_notify_cancel()]
        return group or (self._take() if taken else [])

    def _commit(self, group: list[Waiting]) -> None:
        try:
            answers = keep(self.ledger, [receipt for receipt, _ in group])
        except LedgerUnavailable as error:
            self.last_error = str(error)
            for _, future in group:
                future.set_exception(error)
        except Exception as error:
            # One row that the database never takes must not cost the others.
            if len(group) > 1:
                for one in group:
                    self._commit([one])
            else:
                group[0][1].set_exception(error)
        else:
            self.last_error = None
            self.on_commit(len(group))
            for (_, future), answer in zip(group, answers, strict=True):
                future.set_result(answer)

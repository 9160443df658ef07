"""Why a webhook is not taken, and what keeps the receiver from starting.

ReceiverError   a setting is wrong: one line that names it
Turned          the request is not taken: an HTTP status and one word for the sender, the log and the metrics
"""

from __future__ import annotations


class ReceiverError(Exception):
    """The receiver cannot start."""


class Turned(Exception):
    """A request that is not taken. `result` is a word of receiver.metrics.RESULTS."""

    def __init__(self, status: int, result: str, reason: str = "") -> None:
        super().__init__(result)
        self.status, self.result, self.reason = status, result, reason

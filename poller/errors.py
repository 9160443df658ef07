"""What a person can mend about the poller, as one line."""

from __future__ import annotations


class PollerError(Exception):
    """The poller cannot run with these settings; the message names the setting."""

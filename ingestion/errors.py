"""What can go wrong with a file, each as one line for the person who gave it.

LoadError            a line, no traceback
├── UnknownFile      the name announces no feed
├── RefusedFile      the content cannot be loaded; nothing of it was stored
└── WarehouseBusy    another process writes the warehouse (ingestion.raw)
"""

from __future__ import annotations


class LoadError(Exception):
    """Something that its message explains in one line."""


class UnknownFile(LoadError):
    """The file's name or place tells no feed: nothing was read."""


class RefusedFile(LoadError):
    """The file was read, at least in part, and none of it is stored."""


class WarehouseBusy(LoadError):
    """Another process has the warehouse open; nothing was changed and the command may be repeated."""

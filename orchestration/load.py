"""Loads files under the writer's lock, and the ledger's news for whoever holds it, and says what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingestion.entries import load_entries
from ingestion.files import LoadResult, Progress, load_paths
from ingestion.orders import load_orders
from ingestion.receipts import load_receipts
from ledger.database import has_ledger, open_ledger
from orchestration.lock import Say, silent, writer_lock
from settings import Settings


def load_files(
    settings: Settings,
    paths: Sequence[Path],
    say: Say = silent,
    progress: Progress | None = None,
) -> list[LoadResult]:
    """Load files, or the feed files of folders, each whole or not at all."""
    with writer_lock(settings.data_dir, "load", say):
        return load_paths(paths, settings, progress)


def take_news(settings: Settings, ledger_settings: Settings, say: Say = silent) -> list[LoadResult]:
    """Load the receipts, entries and events of orders that came since the last time into the warehouse of `settings`;
    for a holder of the lock.

    A rebuild loads them into a warehouse elsewhere, which is why the ledger has settings of its own.
    """
    if not has_ledger(ledger_settings):
        return []
    ledger = open_ledger(ledger_settings)
    try:
        results = load_receipts(settings, ledger) + load_entries(settings, ledger)
        results += load_orders(settings, ledger)
    finally:
        ledger.close()
    for result in results:
        say(result.line())
    return results

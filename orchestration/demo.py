"""The stand-in world of `ndr demo`: made, loaded, built, published, and never mixed with real data.

Owns `data/.demo.json`, the mark of a folder whose whole content is a stand-in world. A folder with loads and
without the mark is real and is left alone; a folder with the mark is cleared before a new world is made, unless
somebody loaded files of their own into it since.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import duckdb

from ingestion.files import LoadResult, Progress
from ledger.database import has_ledger, open_ledger
from ledger.progress import Heads, heads
from orchestration.build import personal_path
from orchestration.demo_clock import begins_at, by_demo_clock, read_mark, write_mark
from orchestration.errors import DemoRefused
from orchestration.load import load_files
from orchestration.lock import Say, writer_lock
from orchestration.publish import remove_database
from settings import Settings
from simulator.history import generate
from simulator.live.filing import ENDING

HORIZON = timedelta(days=14)
"""How much of its future a live world has."""


def make_world(
    settings: Settings,
    say: Say,
    *,
    shipments: int,
    days: int,
    seed: int,
    speed: float | None = None,
    progress: Progress | None = None,
) -> list[LoadResult]:
    """Clear the last world, make a new one that ends now, load it. Raises DemoRefused.

    `speed`: that of the clock of a world that goes on after its history, HORIZON long and just as busy; None: a
    world that ends with it. The parcels of the future come on top of `shipments`.
    """
    own = settings.model_copy(update={"ledger_url": None})
    until, end = settings.now(), None
    if speed is not None:
        until = begins_at(settings)
        end = until + HORIZON
        shipments, days = shipments + round(shipments * HORIZON.days / days), days + HORIZON.days
    made: dict[str, object] = {"shipments": shipments, "days": days, "seed": seed, "until": until.isoformat()}
    if end is not None:
        made |= {"end": end.isoformat(), "clock": {"start": until.isoformat(), "speed": speed}}
    folder = own.data_dir / "demo"
    with writer_lock(own.data_dir, "demo", say):
        _refuse_real_data(own)
        # The mark comes first: a demo that is killed from here on may be cleared by the next one.
        write_mark(own, made)
        _clear(own, folder)
    own = by_demo_clock(own)
    ahead = f", {HORIZON.days} of them ahead" if end else ""
    say(f"making {shipments:,} shipments of {days} days{ahead}")
    generate(shipments, days, seed, folder, until, end=end)
    say("loading them")
    results = load_files(own, [folder], say, progress)
    write_mark(own, {**made, "loads": len(results)})
    return results


def _refuse_real_data(settings: Settings) -> None:
    mark, loads = read_mark(settings), _count_loads(settings)
    if mark is None:
        if loads or _has_heard(settings):
            raise DemoRefused(
                f"{settings.data_dir} holds loaded data that is not a stand-in world's;"
                " set NDR_DATA_DIR to another folder for the demo"
            )
        return
    own = mark.get("loads")
    if own is not None and loads > own:
        raise DemoRefused(
            f"{loads - own} files were loaded into {settings.data_dir} since its demo was made;"
            " set NDR_DATA_DIR to another folder, or delete this one, for a new demo (`ndr up` serves this one)"
        )


def _has_heard(settings: Settings) -> bool:
    """Whether the folder's ledger holds anything."""
    if not has_ledger(settings):
        return False
    ledger = open_ledger(settings)
    try:
        return heads(ledger).is_beyond(Heads())
    finally:
        ledger.close()


def _count_loads(settings: Settings) -> int:
    """The loads of files, without those that a live world dropped itself and what came from the ledger."""
    if not settings.warehouse_path.exists():
        return 0
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        tables = connection.execute(
            "select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = 'loads'"
        ).fetchone()
        if tables == (0,):
            return 0
        row = connection.execute(
            "select count(*) from raw.loads where not ends_with(file_name, ?)"
            " and file_name not similar to '(receipts|tracking|entries)_[a-z_]+'",
            [ENDING],
        ).fetchone()
    return int(row[0]) if row else 0


def _clear(settings: Settings, world: Path) -> None:
    """Remove the last world and what was heard from it; what it published stays until the new one is published."""
    for path in (settings.warehouse_path, settings.marts_path, personal_path(settings)):
        remove_database(path)
    for folder in (settings.archive_dir, world):
        shutil.rmtree(folder, ignore_errors=True)
    for pattern in ("ledger.db*", f"{settings.inbox_dir.name}/*{ENDING}"):
        for path in settings.data_dir.glob(pattern):
            path.unlink()

"""The stand-in world of `ndr demo`: made, loaded, built, published, and never mixed with real data.

Owns `data/.demo.json`, the mark of a folder whose whole content is a stand-in world. A folder with loads and
without the mark is real and is left alone; a folder with the mark is cleared before a new world is made, unless
somebody loaded files of their own into it since.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb

from ingestion.files import LoadResult, Progress
from orchestration.build import personal_path
from orchestration.errors import DemoRefused
from orchestration.load import load_files
from orchestration.lock import Say, writer_lock
from orchestration.publish import remove_database
from settings import Settings
from simulator.history import generate


def mark_path(settings: Settings) -> Path:
    """The mark of a stand-in world's folder."""
    return settings.data_dir / ".demo.json"


def make_world(
    settings: Settings,
    say: Say,
    *,
    shipments: int,
    days: int,
    seed: int,
    progress: Progress | None = None,
) -> list[LoadResult]:
    """Clear the last world, make a new one that ends now, load it. Raises DemoRefused."""
    until = settings.now()
    folder = settings.data_dir / "demo"
    with writer_lock(settings.data_dir, "demo", say):
        _refuse_real_data(settings)
        mark = {"shipments": shipments, "days": days, "seed": seed, "until": until.isoformat()}
        # The mark comes first: a demo that is killed from here on may be cleared by the next one.
        mark_path(settings).write_text(json.dumps(mark))
        _clear(settings, folder)
    say(f"making {shipments:,} shipments of {days} days")
    generate(shipments=shipments, days=days, seed=seed, out_dir=folder, until=until)
    say("loading them")
    results = load_files(settings, [folder], say, progress)
    mark_path(settings).write_text(json.dumps({**mark, "loads": len(results)}))
    return results


def _refuse_real_data(settings: Settings) -> None:
    loads = _count_loads(settings)
    if not loads:
        return
    if not mark_path(settings).exists():
        raise DemoRefused(
            f"{settings.data_dir} holds loaded data that is not a stand-in world's;"
            " set NDR_DATA_DIR to another folder for the demo"
        )
    own = json.loads(mark_path(settings).read_text()).get("loads")
    if own is not None and loads > own:
        raise DemoRefused(
            f"{loads - own} files were loaded into {settings.data_dir} since its demo was made;"
            " set NDR_DATA_DIR to another folder, or delete this one, for a new demo (`ndr up` serves this one)"
        )


def _count_loads(settings: Settings) -> int:
    if not settings.warehouse_path.exists():
        return 0
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        tables = connection.execute(
            "select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = 'loads'"
        ).fetchone()
        if tables == (0,):
            return 0
        row = connection.execute("select count(*) from raw.loads").fetchone()
    return int(row[0]) if row else 0


def _clear(settings: Settings, world: Path) -> None:
    """Remove the last world; what it published stays until the new one is published."""
    for path in (settings.warehouse_path, settings.marts_path, personal_path(settings)):
        remove_database(path)
    for folder in (settings.archive_dir, world):
        shutil.rmtree(folder, ignore_errors=True)

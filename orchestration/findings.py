"""What `ndr doctor` finds in the data: what is published, the checks of the last build, the warehouse.

Reads only, and opens the warehouse only when nobody writes it.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import duckdb

from orchestration.build import COURIERS, DBT_PROJECT
from orchestration.lock import is_locked
from orchestration.publish import OPERATIONS_MODE
from orchestration.state import project_fingerprint
from settings import Settings

Level = Literal["well", "warning", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `mend` is empty when it is well."""

    level: Level
    subject: str
    text: str
    mend: str = ""


def published(settings: Settings) -> Iterator[Finding]:
    """Whether there is something to read, how old it is, and who may read it."""
    warehouse = settings.published_dir / "warehouse.duckdb"
    operations = settings.published_dir / "operations.duckdb"
    if not warehouse.exists():
        yield Finding("wrong", "published", "nothing is published", "ndr load FILES, then ndr build")
        return
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            row = connection.execute("select as_of, build_id from marts.rpt_build").fetchone()
    except duckdb.Error as error:
        yield Finding(
            "wrong", "published", f"{warehouse} cannot be read: {error}", "ndr build --full-refresh"
        )
        return
    as_of, build_id = row or (settings.now(), "none")
    minutes = (settings.now() - as_of).total_seconds() / 60
    is_fresh = minutes <= settings.freshness_minutes
    text = f"build {build_id}, as of {minutes:.0f} minutes ago (promise: {settings.freshness_minutes})"
    yield Finding(
        "well" if is_fresh else "warning",
        "published",
        text,
        "" if is_fresh else "ndr build, or ndr up to do it on time",
    )
    if operations.exists() and stat.S_IMODE(operations.stat().st_mode) != OPERATIONS_MODE:
        text = "operations.duckdb holds personal data and others may read it"
        yield Finding("wrong", "permissions", text, f"chmod 600 {operations}")


def checks(settings: Settings) -> Iterator[Finding]:
    """The checks of the last build."""
    path = settings.quality_dir / "checks.json"
    if not path.exists():
        return
    results = json.loads(path.read_text())["checks"]
    failed = [check for check in results if check["status"] in {"fail", "error"}]
    for check in failed:
        text = f"{check['name']}: {check['failures']} rows, {' '.join(check['message'].split())}"
        yield Finding(
            "wrong",
            "check",
            text,
            "the last build was not published: mend the rows or the model, then ndr build",
        )
    if not failed:
        yield Finding("well", "checks", f"{len(results)} passed in the last build")


def warehouse(settings: Settings) -> Iterator[Finding]:
    """What was loaded and built, unless somebody writes it now."""
    path = settings.warehouse_path
    if not path.exists():
        return
    if is_locked(settings.data_dir):
        yield Finding(
            "warning", "warehouse", "a load or build is writing it now", "ask again when it is done"
        )
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(
            "wrong",
            "permissions",
            f"{path.name} holds personal data and others may read it",
            f"chmod 600 {path}",
        )
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            yield from _contents(connection, settings)
    except duckdb.Error as error:
        text = " ".join(str(error).split())
        yield Finding(
            "wrong",
            "warehouse",
            f"{path.name} cannot be read: {text}",
            "ndr rebuild makes it anew from the archive",
        )


def _contents(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Iterator[Finding]:
    loads, quarantined, refused = connection.execute(
        "select count(*) filter (status = 'loaded'), sum(rows_quarantined)::bigint,"
        " count(*) filter (status = 'refused') from raw.loads"
    ).fetchone() or (0, 0, 0)
    yield Finding("well", "loads", f"{loads} files loaded")
    if quarantined:
        mend = 'ndr query "from rpt_quarantine" says which rule; correct the file and load it again'
        yield Finding("warning", "quarantine", f"{quarantined} rows were quarantined", mend)
    if refused:
        latest = connection.execute(
            "select file_name, message from raw.loads where status = 'refused' order by loaded_at desc limit 1"
        ).fetchone() or ("", "")
        text = f"{refused} files were refused, last {latest[0]}: {latest[1]}"
        yield Finding("warning", "refused", text, "correct the file and load it again")
    known = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = 'build_state'"
    ).fetchone()
    if known == (0,):
        yield Finding("wrong", "build", "nothing was built yet", "ndr build")
        return
    state = connection.execute("select is_finished, fingerprint from raw.build_state").fetchone()
    if state and not state[0]:
        yield Finding(
            "warning", "build", "the last build did not finish or did not pass", "ndr build repairs it"
        )
    fingerprint = project_fingerprint(DBT_PROJECT, COURIERS, settings.mappings_folder)
    if state and state[1] not in {None, fingerprint}:
        text = "the models or code tables changed since the last build"
        yield Finding("warning", "models", text, "ndr build will make every table anew")

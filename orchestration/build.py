"""The pipeline that `ndr build` and Dagster both run: plan, context, vocabulary, dbt with its tests, publish.

Owns the order of these steps and what is recorded between them. A build may be killed at any instant: the
published files change only by the last rename, and the next build starts from the last one that succeeded.
Refuses: to publish when a check of severity error failed.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from couriers import known_couriers
from ingestion.position import newest_at, position_of
from ingestion.raw import connect
from ingestion.vocabulary import load_vocabulary
from ledger.progress import Heads
from orchestration.load import take_news
from orchestration.lock import Say, silent, writer_lock
from orchestration.nodes import NodeEvent, NodeResult
from orchestration.publish import publish, remove_database
from orchestration.state import Plan, make_plan, project_fingerprint, record_attempt, record_success
from orchestration.transform import run_dbt
from settings import PROJECT_DIR, Settings

DBT_PROJECT = PROJECT_DIR / "dbt_project"
COURIERS = PROJECT_DIR / "couriers"


@dataclass(frozen=True)
class BuildResult:
    """What a build did."""

    plan: Plan
    nodes: list[NodeResult]
    published: list[Path]
    """The files that were published; empty when a check failed."""
    seconds: float
    publish_seconds: float
    """Of these for marking and publishing; 0 when nothing was published."""
    load_seconds: float
    """Of these for waiting for the lock and loading what the ledger had new."""
    heads: Heads
    """Up to where the build holds the ledger."""

    @property
    def failures(self) -> list[NodeResult]:
        """The nodes that stopped the publish."""
        return [node for node in self.nodes if node.is_failure]


def run_build(
    settings: Settings,
    *,
    as_of: datetime | None = None,
    full_refresh: bool = False,
    publish_to: Path | None = None,
    project_dir: Path = DBT_PROJECT,
    progress: Callable[[NodeEvent], None] | None = None,
    say: Say = silent,
) -> BuildResult:
    """Build everything that is known at `as_of` (default: the clock) and publish it if all checks pass.

    `say` gets lines for a person, `progress` every node. A failed check is a result without published files.
    Raises TransformError, PublishError, LedgerError, duckdb.Error, OSError.
    """
    started = time.monotonic()
    with writer_lock(settings.data_dir, "build", say):
        take_news(settings, settings, say)
        load_seconds = time.monotonic() - started
        plan, heads = prepare(settings, as_of, full_refresh, project_dir)
        kind = f"full build ({plan.full_reason})" if plan.is_full else "incremental build"
        say(f"{kind} {plan.build_id} as of {plan.as_of.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}")
        nodes = run_dbt(settings, project_dir, plan.is_full, plan.fingerprint, progress)
        _record_checks(settings, plan, nodes)
        published: list[Path] = []
        built = time.monotonic()
        if not any(node.is_failure for node in nodes):
            published = finish(settings, plan, heads, publish_to or settings.published_dir)
        publish_seconds = time.monotonic() - built if published else 0.0
    return BuildResult(
        plan, nodes, published, time.monotonic() - started, publish_seconds, load_seconds, heads
    )


def prepare(
    settings: Settings, as_of: datetime | None, full_refresh: bool, project_dir: Path
) -> tuple[Plan, Heads]:
    """Decide incremental or full, write the context and the vocabulary, record the attempt, and see up to where the
    ledger is loaded."""
    build_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    with connect(settings) as connection:
        plan = make_plan(
            connection,
            build_id,
            as_of or _present(settings, connection),
            fingerprint=project_fingerprint(project_dir, COURIERS, settings.mappings_folder),
            build_in_marts=_build_in_marts(settings),
            full_refresh=full_refresh,
        )
        load_vocabulary(connection, known_couriers(settings.mappings_folder))
        record_attempt(connection, plan, settings.now(), settings.undo_seconds)
        heads = Heads(
            position_of(connection, "receipt"),
            position_of(connection, "entry"),
            position_of(connection, "event"),
        )
    if plan.is_full:
        # Tables made anew in an old file leave as many free blocks behind, and publishing copies blocks.
        for path in (settings.marts_path, personal_path(settings)):
            remove_database(path)
    return plan, heads


def finish(settings: Settings, plan: Plan, heads: Heads, folder: Path) -> list[Path]:
    """Mark the marts with the build, publish them into `folder`, record the success."""
    with _open_marts(settings) as connection:
        connection.execute("create schema if not exists mart.marts")
        connection.execute(
            "create or replace table mart.marts.rpt_build as select ? as build_id, ?::timestamptz as as_of,"
            " ?::timestamptz as built_at, ?::boolean as is_full, ?::bigint as receipt_id, ?::bigint as entry_id,"
            " ?::bigint as event_id",
            [plan.build_id, plan.as_of, settings.now(), plan.is_full, *heads.ids],
        )
    published = publish(settings.marts_path, personal_path(settings), folder, plan.build_id)
    with connect(settings) as connection:
        record_success(connection, plan)
    return published


def personal_path(settings: Settings) -> Path:
    """The DuckDB file in which a build makes the schema `personal`."""
    return settings.data_dir / "personal.duckdb"


def _present(settings: Settings, connection: duckdb.DuckDBPyConnection) -> datetime:
    """The clock; or when the newest of the ledger came, where the machine that took it has a clock that is ahead.

    What was loaded counts as published, so the build must know it. A clock that is ahead by more than a fact may be is
    not followed.
    """
    now, newest = settings.now(), newest_at(connection)
    is_ahead = newest is not None and now < newest <= now + timedelta(minutes=settings.future_minutes)
    return newest if newest and is_ahead else now


def _build_in_marts(settings: Settings) -> str | None:
    """Whose rows the marts file holds as far as is known; None when a file is missing or unreadable."""
    if not (settings.marts_path.exists() and personal_path(settings).exists()):
        return None
    try:
        with _open_marts(settings) as connection:
            row = connection.execute("select build_id from mart.marts.rpt_build").fetchone()
    except duckdb.CatalogException:
        return None
    return str(row[0]) if row else None


def _open_marts(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The marts file as database `mart`: under its file's name, `marts.rpt_build` would be ambiguous."""
    connection = duckdb.connect(config={"threads": settings.threads})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach '{str(settings.marts_path).replace(chr(39), chr(39) * 2)}' as mart")
    return connection


def _record_checks(settings: Settings, plan: Plan, nodes: list[NodeResult]) -> None:
    """Leave the results of the checks for the Data health page, whole or not at all."""
    settings.quality_dir.mkdir(parents=True, exist_ok=True)
    path = settings.quality_dir / "checks.json"
    checks = [asdict(node) for node in nodes if node.resource_type == "test" or node.is_failure]
    text = {
        "build_id": plan.build_id,
        "as_of": plan.as_of.isoformat(),
        "checked_at": settings.now().isoformat(),
    }
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps({**text, "checks": checks}, indent=1))
    temporary.replace(path)

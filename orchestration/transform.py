"""Runs the dbt project in this process and says what came of every node.

Owns: dbt's arguments, environment and places (target and logs under the data folder, so that the source tree
may be read-only), and the parsed project, which a process keeps between builds.
Refuses: to decide anything; a failed node is reported.
dbt's unit tests prove the SQL and not the data: they run in the test suite, never in a build.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import TransformError
from orchestration.nodes import NodeEvent, NodeResult, node_result
from orchestration.publish import remove_database
from settings import Settings

# Nobody reads the artifacts and the log of a build: they cost two seconds. Compiled SQL stays in the target folder.
_LEAN = ["--no-write-json", "--log-level-file", "none"]
# What only a changed project or a rule that becomes known can change, with its tests (its children that are tests); and
# the tests of what lies before the marts, as every node costs dbt a fiftieth of a second: a full build runs them.
# `empty`: to exclude a model is not to exclude every test that reads it.
_FOR_INCREMENT = [
    "--indirect-selection", "empty", "--exclude", "resource_type:seed", "resource_type:seed+1,resource_type:test",
    "tag:vocabulary", "tag:vocabulary+1,resource_type:test",
    "path:models/staging,resource_type:test", "path:models/intermediate,resource_type:test",
]  # fmt: skip
# Where an incremental build makes the models between raw and marts: they are few, and no commit waits for a disk.
_IN_MEMORY = ":memory:"
_QUIET = ["--log-level", "none", "--no-print", "--no-use-colors", "--no-version-check"]
#: By project: its fingerprint when it was last parsed, and dbt's manifest.
_parsed: dict[Path, tuple[str, Any]] = {}


def run_dbt(
    settings: Settings,
    project_dir: Path,
    is_full: bool,
    fingerprint: str,
    progress: Callable[[NodeEvent], None] | None = None,
) -> list[NodeResult]:
    """`dbt build` of the whole project but its unit tests; seeds and other vocabulary only in a full build, as what
    changes them makes the build full. A full build leaves what lies between raw and marts in `work.duckdb`. The
    project is parsed anew when `fingerprint` is another than at this process's last build. Raises TransformError."""
    arguments = ["build", *_LEAN, "--exclude-resource-type", "unit_test"]
    arguments += ["--full-refresh"] if is_full else _FOR_INCREMENT
    target = settings.data_dir / "dbt" / "target"
    work = settings.data_dir / "work.duckdb"
    remove_database(work)
    # Always in the same environment: what dbt parsed in another it does not take up again.
    with _environment(settings, _IN_MEMORY):
        manifest = _manifest(project_dir, target, fingerprint)
    with _environment(settings, str(work.resolve()) if is_full else _IN_MEMORY):
        outcome = _invoke(project_dir, target, arguments, manifest, _counting(progress) if progress else None)
    results = getattr(outcome.result, "results", None)
    if results is None:
        raise TransformError(_reason(outcome))
    return [node_result(result) for result in results]


def parse_project(settings: Settings, project_dir: Path, target: Path) -> Path:
    """Parse the project into `target` and give the path of its manifest. Raises TransformError."""
    with _environment(settings, _IN_MEMORY):
        _parse(project_dir, target, [])
    return target / "manifest.json"


def _manifest(project_dir: Path, target: Path, fingerprint: str) -> Any:
    """The parsed project: a copy, as dbt writes into it what it compiles."""
    known, manifest = _parsed.get(project_dir, ("", None))
    if known != fingerprint:
        manifest = _parse(project_dir, target, _LEAN)
        _parsed[project_dir] = fingerprint, manifest
    return manifest.deepcopy()


def _parse(project_dir: Path, target: Path, options: list[str]) -> Any:
    outcome = _invoke(project_dir, target, ["parse", *options])
    if not outcome.success:
        raise TransformError(_reason(outcome))
    return outcome.result


def _invoke(
    project_dir: Path,
    target: Path,
    arguments: list[str],
    manifest: Any = None,
    callback: Callable[[Any], None] | None = None,
) -> Any:
    # dbt takes two seconds to import; `ndr query` and `ndr --help` must not pay them.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    target.mkdir(parents=True, exist_ok=True)
    places = [
        "--project-dir", str(project_dir), "--profiles-dir", str(project_dir),
        "--target-path", str(target.resolve()), "--log-path", str(target.parent.resolve()),
    ]  # fmt: skip
    try:
        runner = dbtRunner(manifest, [callback] if callback else [])
        return runner.invoke([*_QUIET, *arguments, *places])
    finally:
        # dbt keeps the database open between invocations; publishing needs it closed and checkpointed.
        manager: Any = DuckDBConnectionManager
        if manager._ENV is not None:
            _checkpoint(manager._ENV.conn)
            manager._ENV.close()
        manager.close_all_connections()


def _checkpoint(connection: Any) -> None:
    """Write every log into its file: asked for, it takes a fifth of the time that it takes at the close."""
    for name in ("warehouse", "mart", "personal"):
        with suppress(duckdb.Error):
            connection.execute(f"checkpoint {name}")


@contextmanager
def _environment(settings: Settings, work: str) -> Iterator[None]:
    """The variables that profiles.yml reads, for the time of one run."""
    values = {
        "NDR_WAREHOUSE_PATH": str(settings.warehouse_path.resolve()),
        "NDR_MARTS_PATH": str(settings.marts_path.resolve()),
        "NDR_PERSONAL_PATH": str((settings.data_dir / "personal.duckdb").resolve()),
        "NDR_WORK_PATH": work,
        "NDR_THREADS": str(settings.threads),
        "NDR_MEMORY_LIMIT": f"{settings.memory_limit_gb}GB",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _counting(progress: Callable[[NodeEvent], None]) -> Callable[[Any], None]:
    done: set[str] = set()
    total = 0

    def callback(event: Any) -> None:
        nonlocal total
        if event.info.name == "ConcurrencyLine":
            total = event.data.node_count
        if event.info.name not in {"NodeStart", "NodeFinished"}:
            return
        node = event.data.node_info
        if event.info.name == "NodeFinished":
            done.add(node.unique_id)
        status = "started" if event.info.name == "NodeStart" else node.node_status
        progress(NodeEvent(node.node_name, node.resource_type, status, len(done), total))

    return callback


def _reason(outcome: Any) -> str:
    return " ".join(str(outcome.exception or "dbt gave no result").split())

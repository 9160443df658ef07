"""Builds that kill themselves (SIGKILL) inside a named step, each in a process of its own.

Run as a program with a JSON list of kills on standard input; writes the list of exit signals. The
processes are forked before anything opens a database, so that dbt, and what it needs, is imported once for all of them.
"""

# ruff: noqa: PLC0415 (what is imported before the fork is imported once)

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from couriers import registry

#: What a build imports when it is needed.
_LAZY = ("orchestration.build", "dbt.cli.main", "dbt.adapters.duckdb.connections", "pandas", "sqlparse")


@dataclass(frozen=True)
class Kill:
    """Where a build dies: around the `call`-th call of `step`, or after `node` finished nodes of dbt."""

    step: str = "orchestration.publish._swap"
    call: int = 0
    is_before: bool = False
    node: int = -1
    full_refresh: bool = False


@dataclass(frozen=True)
class Doomed:
    """A build that is to be killed."""

    data_dir: str
    project_dir: str
    as_of: str
    kill: Kill


def die(*_: Any) -> NoReturn:
    """End this process as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def build_and_die(doomed: Doomed) -> None:
    """Run the build with the kill in its way."""
    from orchestration.build import run_build
    from settings import Settings

    kill = doomed.kill
    module_name, _, name = kill.step.rpartition(".")
    module = importlib.import_module(module_name)
    original = getattr(module, name)
    calls = 0

    def step(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == kill.call and kill.is_before:
            die()
        result = original(*args, **kwargs)
        if calls == kill.call:
            die()
        return result

    setattr(module, name, step)
    finished = 0

    def progress(event: Any) -> None:
        nonlocal finished
        finished += event.status != "started"
        if finished == kill.node:
            die()

    run_build(
        Settings(data_dir=Path(doomed.data_dir)),
        as_of=datetime.fromisoformat(doomed.as_of),
        project_dir=Path(doomed.project_dir),
        full_refresh=kill.full_refresh,
        progress=progress,
    )


def main() -> None:
    """Fork one process for each build; write by which signal each ended (0: it was not killed)."""
    for name in _LAZY:
        importlib.import_module(name)
    registry()
    signals = []
    for entry in json.load(sys.stdin):
        doomed = Doomed(**{**entry, "kill": Kill(**entry["kill"])})
        child = os.fork()
        if not child:
            build_and_die(doomed)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        signals.append(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)
    json.dump(signals, sys.stdout)


def to_json(builds: list[Doomed]) -> str:
    """What the program reads."""
    return json.dumps([asdict(build) for build in builds])


if __name__ == "__main__":
    main()

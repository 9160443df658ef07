"""Runs what people open, each a process of its own on loopback, until the first ends or somebody says stop.

Owns the children: their start, the wait until each answers, their logs under `data/logs/`, their end. They are
told to stop together, with everything they started themselves. Refuses: to start on a port that is taken.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from orchestration.errors import ServeError
from orchestration.lock import Say
from orchestration.services import Service, answers, is_taken
from settings import PROJECT_DIR, Settings

START_SECONDS = 90
STOP_SECONDS = 15


def serve(settings: Settings, children: list[Service], say: Say) -> None:
    """Start the children, say their addresses once they answer, return when told to stop (Ctrl-C, SIGTERM).

    Raises ServeError when a child does not start or ends by itself; the others are stopped then too.
    """
    for child in children:
        if child.port is not None and is_taken(child.port):
            raise ServeError(f"port {child.port} is taken: stop what listens there, or set {child.setting}")
    environment = _environment(settings)
    _end_leftovers(settings, say)
    running: dict[str, subprocess.Popen[bytes]] = {}
    with _stop_signals():
        try:
            for child in children:
                running[child.name] = _start(settings, child, environment)
            for child in children:
                _await(settings, child, running)
                if child.port is not None:
                    say(f"{child.name}: {child.address}")
            say("Ctrl-C stops everything")
            while True:
                _check_alive(settings, running)
                time.sleep(1)
        except KeyboardInterrupt:
            say("stopping")
        finally:
            _stop(running)


def _environment(settings: Settings) -> dict[str, str]:
    home = settings.dagster_dir.resolve()
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        shutil.copyfile(Path(__file__).with_name("dagster.yaml"), home / "dagster.yaml")
    settings.inbox_dir.mkdir(exist_ok=True)
    return {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "NDR_DATA_DIR": str(settings.data_dir.resolve()),
        "NDR_READ_DIR": str(settings.shown_dir.resolve()) if settings.read_dir else "",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT_DIR), os.environ.get("PYTHONPATH")])),
    }


def _end_leftovers(settings: Settings, say: Say) -> None:
    """Of an earlier daemon that was killed: its ports are free, so nothing runs its runs any more."""
    if not (settings.dagster_dir / "history").exists():
        return
    from orchestration.defs.waiting import end_leftovers  # noqa: PLC0415  (Dagster takes seconds to import)

    if ended := end_leftovers(settings.dagster_dir):
        say(f"{ended} runs of an earlier daemon did not end: they are called failed")


def log_path(settings: Settings, name: str) -> Path:
    """Where a child's output goes."""
    return settings.data_dir / "logs" / f"{name.replace(' ', '_')}.log"


def _start(settings: Settings, child: Service, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    path = log_path(settings, child.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as log:
        # A session of its own: what the child starts (code servers, runs) is stopped with it.
        return subprocess.Popen(
            child.command, cwd=PROJECT_DIR, env=environment, stdout=log, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip


def _await(settings: Settings, child: Service, running: dict[str, subprocess.Popen[bytes]]) -> None:
    limit = time.monotonic() + START_SECONDS
    while child.port is not None and not answers(f"{child.address}{child.health}"):
        _check_alive(settings, running)
        if time.monotonic() > limit:
            raise ServeError(
                f"{child.name} does not answer after {START_SECONDS} s: see {log_path(settings, child.name)}"
            )
        time.sleep(0.3)


def _check_alive(settings: Settings, running: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            raise ServeError(f"{name} ended with code {process.returncode}: see {log_path(settings, name)}")


def _stop(running: dict[str, subprocess.Popen[bytes]]) -> None:
    # A second Ctrl-C must not leave half of them running.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    limit = time.monotonic() + STOP_SECONDS
    for process in running.values():
        _signal(process, signal.SIGTERM)
    for process in running.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, limit - time.monotonic()))
        # The group outlives its leader where a grandchild does not listen.
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


@contextmanager
def _stop_signals() -> Iterator[None]:
    """SIGINT (Ctrl-C) and SIGTERM (a service manager's stop) both end it; they are as before afterwards. A process that
    a script starts in the background ignores SIGINT until somebody listens for it."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    on_interrupt, on_stop = signal.signal(signal.SIGINT, stop), signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, on_interrupt)
        signal.signal(signal.SIGTERM, on_stop)

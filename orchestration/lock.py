"""The writer's lock: one process at a time loads or builds; the others wait and say so.

DuckDB refuses a second process that opens a file somebody writes. This lock makes the second one wait
instead. It is the kernel's lock on an open file, so a killed process lets go of it by itself.
Refuses: to be taken twice in one process by nested calls (it would wait for itself for ever); the functions
that take it are `load.load_files`, `build.run_build` and `rebuild.rebuild`, and none calls another inside it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Say = Callable[[str], None]
"""Where lines for a person go."""


def silent(_: str) -> None:
    """Say nothing."""


def is_locked(data_dir: Path) -> bool:
    """Whether some process holds the writer's lock of a data folder now."""
    path = data_dir / ".writer.lock"
    if not path.exists():
        return False
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def writer_lock(data_dir: Path, work: str, say: Say) -> Iterator[None]:
    """Hold the writer's lock of a data folder for `work` (a verb for messages: "load", "build").

    `say` gets one line when another process must be waited for. Files made while it is held are their
    owner's alone, as raw data, its logs and the archive name people; publishing opens what others may read.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / ".writer.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            say(f"waiting for {holder}, which writes {data_dir}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        handle.truncate(0)
        handle.write(f"ndr {work} (process {os.getpid()})")
        handle.flush()
        mask = os.umask(0o077)
        try:
            yield
        finally:
            os.umask(mask)

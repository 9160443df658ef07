"""Runs a step as a process of its own and says what it cost; names the machine.

Owns: the stop-watch and the words of a result row. Refuses: to judge a figure.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What one process took: wall-clock seconds, CPU seconds of user and system, its peak memory in GB; and what it
    printed."""

    seconds: float
    cpu_seconds: float
    peak_gb: float
    output: str


class StepFailedError(Exception):
    """A measured step ended with another code than 0; the message is what it printed last."""


def cost_of(module: str, arguments: list[str], environment: dict[str, str]) -> Cost:
    """Run `python -m module arguments` to its end and measure it. Raises StepFailedError."""
    log = Path(environment["NDR_DATA_DIR"]) / "bench.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as sink:
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **environment},
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise StepFailedError(f"{module} {' '.join(arguments)}: {log.read_text()[-2000:]}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024**2, log.read_text())


def machine() -> str:
    """The machine in a few words: processor, cores, memory, system, Python."""
    cpuinfo = Path("/proc/cpuinfo")
    names = [
        line.split(":", 1)[1].strip()
        for line in cpuinfo.read_text().splitlines()
        if line.startswith("model name")
    ]
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    name = names[0] if names else platform.machine()
    size = f"{os.cpu_count()} cores, {memory_gb:.0f} GB"
    return f"{name}, {size}, {platform.system()}, Python {platform.python_version()}"

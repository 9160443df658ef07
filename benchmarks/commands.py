"""The command, as the proofs run it: in a process of its own, on a data folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path


def ndr(data: Path, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
    """The command, started on a data folder, its output thrown away; `more` is added to the environment."""
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        env={**os.environ, **more, "NDR_DATA_DIR": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def done(data: Path, *arguments: str) -> float:
    """The command run to its end; seconds it took. Exits when it fails."""
    started = time.monotonic()
    if ndr(data, *arguments).wait() != 0:
        raise SystemExit(f"ndr {' '.join(arguments)} failed")
    return time.monotonic() - started

"""A receiver whose disk fills: it refuses clearly, loses nothing that it acknowledged, and recovers by itself.

The disk is one of its own (tmpfs) where the user may mount one, else a bound on the size of the receiver's files, set
from outside while it runs; how, is printed.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.receivers import Receiver
from ledger.database import open_ledger
from ledger.receipts import after
from receiver.readiness import STANDS
from settings import Settings

#: The disk has place for what each filling leaves in the ledger; each leaves _LEFT bytes.
_DISK_MB, _MB_A_ROUND, _LEFT = 24, 3, 1 << 20
_REFUSED = 503


@dataclass(frozen=True)
class Mounted:
    """A file system of some megabytes, which a ballast fills."""

    folder: Path
    kind: str = "a file system of its own"

    def fill(self, _: Receiver) -> None:
        """Leave _LEFT bytes."""
        free = os.statvfs(self.folder)
        with (self.folder / "ballast").open("wb") as ballast:
            ballast.write(bytes(max(free.f_bavail * free.f_frsize - _LEFT, 0)))

    def empty(self, _: Receiver) -> None:
        """Take the ballast away."""
        (self.folder / "ballast").unlink()


@dataclass(frozen=True)
class Bounded:
    """A folder in which a receiver may make no file larger than its log is now, and _LEFT more."""

    folder: Path
    kind: str = "a bound on the size of files"

    def fill(self, receiver: Receiver) -> None:
        """Set the bound."""
        size = max(path.stat().st_size for path in self.folder.glob("ledger.db*"))
        self._set(receiver, size + _LEFT)

    def empty(self, receiver: Receiver) -> None:
        """Lift the bound."""
        self._set(receiver, resource.RLIM_INFINITY)

    def _set(self, receiver: Receiver, most: int) -> None:
        # The soft limit alone: whoever set it may lift it again.
        resource.prlimit(receiver.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path, rounds: int) -> Iterator[Mounted | Bounded]:
    """A disk that can be filled so many times."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MB + rounds * _MB_A_ROUND}m", "tmpfs", str(folder)]
    if os.getuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0:
        try:
            yield Mounted(folder)
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    else:
        yield Bounded(folder)


def prove_full_disk(folder: Path, rounds: int) -> bool:
    """Fill the disk and empty it, so many times; prints what was answered."""
    acknowledged: list[bytes] = []
    faults = 0
    with small_disk(folder / "small_disk", rounds) as disk, Receiver(disk.folder) as receiver:
        receiver.start(until_ready=True)
        answers: dict[int, int] = {}
        for turn in range(rounds):
            disk.fill(receiver)
            refused = 0
            for number in range(2_000):
                status = _send(receiver, f"{turn}-{number}", acknowledged)
                answers[status] = answers.get(status, 0) + 1
                refused += status == _REFUSED
                if refused >= 20:
                    break
            faults += _is_ready(receiver) or not refused
            disk.empty(receiver)
            faults += not _is_ready(receiver) or _send(receiver, f"{turn}-then", acknowledged) != 200
        receiver.end(signal.SIGTERM)
        ledger = open_ledger(Settings(data_dir=disk.folder))
        kept = [row.body for row in after(ledger, 0, 1_000_000)]
        ledger.close()
    told = ", ".join(f"{count:,} × {status}" for status, count in sorted(answers.items()))
    lost = len(set(acknowledged) - set(kept))
    sys.stdout.write(
        f"full disk ({disk.kind}): filled {rounds} times, answers {told}; {len(acknowledged):,} acknowledged, {lost}"
        f" lost, {len(kept) - len(acknowledged)} kept that were not acknowledged; not ready or back when it should be"
        f" {faults} times\n"
    )
    return (
        not lost and not faults and sorted(kept) == sorted(acknowledged) and set(answers) == {200, _REFUSED}
    )


def _is_ready(receiver: Receiver) -> bool:
    """As of now: a verdict from before stands for a while."""
    time.sleep(1.1 * STANDS)
    return receiver.is_ready()


def _send(receiver: Receiver, name: str, acknowledged: list[bytes]) -> int:
    body = b'{"name": "%s", "fill": "%s"}' % (name.encode(), b"x" * 20_000)
    status = receiver.post("delhivery", body)
    if status == 200:
        acknowledged.append(body)
    return status

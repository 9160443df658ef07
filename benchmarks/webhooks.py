"""How fast webhooks are answered: a receiver of its own, posts at a steady rate, the answers' times.

    python -m benchmarks.webhooks --rate 500 --seconds 60
    python -m benchmarks.webhooks --rate 500 --seconds 10 --highest
    python -m benchmarks.webhooks --rate 500 --seconds 60 --postgres

Prints a line for each rate: posts a second, share acknowledged, share of these that a new look finds in the ledger, and
p50, p99 and the slowest answer in milliseconds. The posts are due at fixed instants, whether or not earlier ones were
answered, and each is timed from the instant at which it was due: a receiver that falls behind, or a sender whose
connections are all waiting, is not flattered. Sender, receiver and database share the machine. `--highest` goes on a
quarter faster each time for as long as all are acknowledged with a p99 under LIMIT_MS.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import machine
from benchmarks.receivers import SECRET, Receiver
from ledger.database import open_ledger
from ledger.receipts import after
from settings import Settings
from tests import postgres

LIMIT_MS = 50
_CONNECTIONS = 64


@dataclass(frozen=True)
class Answer:
    """One post: its number, seconds from the instant at which it was due, HTTP status (0: broken off)."""

    number: int
    seconds: float
    status: int


def main() -> None:
    """Measure and print; exit 1 when what was acknowledged is not in the ledger, or the first rate does not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--highest", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--folder", type=Path, help="a folder on the disk that is meant")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder)))
        url = (
            postgres.database(stack.enter_context(postgres.server(is_durable=True))) if given.postgres else ""
        )
        sys.stdout.write(f"{machine()}; an fsync takes {_fsync_ms(folder):.1f} ms here\n")
        rates = measure(folder, url, given.rate, given.seconds, given.highest)
    sys.exit(0 if rates else 1)


def measure(folder: Path, url: str, rate: int, seconds: float, is_highest: bool) -> list[int]:
    """The rates that held, one after the other; `url`: of the ledger, empty for SQLite in the folder."""
    held: list[int] = []
    first = 1_000_000
    with Receiver(folder, NDR_LEDGER_URL=url) as receiver:
        receiver.start(until_ready=True)
        asyncio.run(_send(receiver.port, 50, 1, first))
        while True:
            first += 1_000_000
            began = time.monotonic()
            answers = asyncio.run(_send(receiver.port, rate, seconds, first))
            elapsed = time.monotonic() - began
            if not _told(answers, elapsed, _kept(folder, url)):
                break
            held.append(rate)
            if not is_highest:
                break
            rate += rate // 4
        receiver.end(signal.SIGTERM)
    if is_highest:
        sys.stdout.write(f"highest rate that holds: {held[-1] if held else 'none'}\n")
    return held


def _told(answers: list[Answer], elapsed: float, kept: Counter[int]) -> bool:
    """Print what a rate gave; whether it held."""
    taken = [answer for answer in answers if answer.status == 200]
    durable = sum(kept[answer.number] == 1 for answer in taken)
    times = sorted(answer.seconds * 1000 for answer in taken) or [float("inf")]
    p99 = times[int(len(times) * 0.99)]
    sys.stdout.write(
        f"{len(taken) / elapsed:,.0f} posts/s acknowledged, {len(taken) / len(answers):.2%} of {len(answers):,},"
        f" {durable / max(len(taken), 1):.2%} of these once in the ledger; p50 {times[len(times) // 2]:.1f} ms,"
        f" p99 {p99:.1f} ms, slowest {times[-1]:.1f} ms\n"
    )
    sys.stdout.flush()
    return len(taken) == len(answers) == durable and p99 < LIMIT_MS


def _kept(folder: Path, url: str) -> Counter[int]:
    """How often each number is in the ledger."""
    ledger = open_ledger(Settings(data_dir=folder, ledger_url=url))  # type: ignore[arg-type]
    found, position = Counter[int](), 0
    while rows := after(ledger, position, 20_000):
        found.update(json.loads(row.body)["Shipment"]["AWB"] for row in rows)
        position = rows[-1].id
    ledger.close()
    return found


async def _send(port: int, rate: int, seconds: float, first: int) -> list[Answer]:
    """Post numbers from `first` on, each at its instant."""
    loop = asyncio.get_running_loop()
    due: asyncio.Queue[tuple[float, int] | None] = asyncio.Queue()
    answers: list[Answer] = []

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (one := await due.get()) is not None:
            at, number = one
            status = 0
            try:
                writer.write(_request(number))
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"
                )
                await reader.readexactly(length)
                status = int(head[9:12])
            except (OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            answers.append(Answer(number, loop.time() - at, status))
        writer.close()

    senders = [asyncio.create_task(sender()) for _ in range(_CONNECTIONS)]
    began = loop.time()
    for place in range(int(rate * seconds)):
        at = began + place / rate
        if at > loop.time():
            await asyncio.sleep(at - loop.time())
        due.put_nowait((at, first + place))
    for _ in senders:
        due.put_nowait(None)
    await asyncio.gather(*senders)
    return answers


def _request(number: int) -> bytes:
    status = b'{"Status": "Pending", "StatusType": "UD", "StatusDateTime": "2026-03-09T17:10:42.767"}'
    body = b'{"Shipment": {"AWB": %d, "NSLCode": "EOD-11", "Status": %s}}' % (number, status)
    return (
        b"POST /webhooks/delhivery HTTP/1.1\r\nHost: receiver\r\nContent-Type: application/json\r\n"
        b"Authorization: %s\r\nContent-Length: %d\r\n\r\n%s" % (SECRET.encode(), len(body), body)
    )


def _fsync_ms(folder: Path) -> float:
    """The median of a small write to the disk: where it is next to nothing, durability is not measured."""
    took = []
    with (folder / "probe").open("wb") as probe:
        for _ in range(51):
            began = time.perf_counter()
            probe.write(bytes(4096))
            probe.flush()
            os.fsync(probe.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[len(took) // 2]


if __name__ == "__main__":
    main()

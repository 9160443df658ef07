"""How fast webhooks are answered: a receiver of its own, posts at a steady rate, the answers' times.

    python -m benchmarks.webhooks --rate 500 --seconds 10

Prints one line: posts a second, share acknowledged, and p50, p99 and the slowest answer in milliseconds. A post is
timed from the moment at which it was due, so a receiver that falls behind is not flattered. Sender and receiver share
the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from settings import PROJECT_DIR

_SECRET = "the secret of the benchmark"  # noqa: S105 (guards nothing)
_CONNECTIONS = 64


def main() -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        server = _start(Path(folder), port)
        try:
            _await(port)
            asyncio.run(_send(port, 50, 1))
            began = time.monotonic()
            took = asyncio.run(_send(port, given.rate, given.seconds))
            elapsed = time.monotonic() - began
        finally:
            server.terminate()
            server.wait()
    answers = sorted(seconds * 1000 for seconds, status in took if status == 200)
    print(
        f"{len(answers) / elapsed:,.0f} posts/s acknowledged, {len(answers) / len(took):.1%} of {len(took):,}; "
        f"p50 {answers[len(answers) // 2]:.1f} ms, p99 {answers[int(len(answers) * 0.99)]:.1f} ms, "
        f"slowest {answers[-1]:.1f} ms"
    )


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ, "NDR_DATA_DIR": str(folder), "NDR_RECEIVER_PORT": str(port), "NDR_RECEIVER_RATE": "100000",
        "NDR_DELHIVERY_WEBHOOK_SECRET": _SECRET, "PYTHONPATH": str(PROJECT_DIR),
    }  # fmt: skip
    command = [sys.executable, "-m", "orchestration.cli", "receive"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def _await(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the receiver does not start")


async def _send(port: int, rate: int, seconds: float) -> list[tuple[float, int]]:
    """Seconds and status of each post."""
    loop = asyncio.get_running_loop()
    due: asyncio.Queue[tuple[float, int] | None] = asyncio.Queue()
    took: list[tuple[float, int]] = []

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (one := await due.get()) is not None:
            at, number = one
            writer.write(_request(number))
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"
            )
            await reader.readexactly(length)
            took.append((loop.time() - at, int(head[9:12])))
        writer.close()

    senders = [asyncio.create_task(sender()) for _ in range(_CONNECTIONS)]
    began = loop.time()
    for number in range(int(rate * seconds)):
        at = began + number / rate
        if at > loop.time():
            await asyncio.sleep(at - loop.time())
        due.put_nowait((at, number))
    for _ in senders:
        due.put_nowait(None)
    await asyncio.gather(*senders)
    return took


def _request(number: int) -> bytes:
    status = b'{"Status": "Pending", "StatusType": "UD", "StatusDateTime": "2026-03-09T17:10:42.767"}'
    body = b'{"Shipment": {"AWB": "%d", "NSLCode": "EOD-11", "Status": %s}}' % (number, status)
    return (
        b"POST /webhooks/delhivery HTTP/1.1\r\nHost: receiver\r\nContent-Type: application/json\r\n"
        b"Authorization: %s\r\nContent-Length: %d\r\n\r\n%s" % (_SECRET.encode(), len(body), body)
    )


if __name__ == "__main__":
    main()

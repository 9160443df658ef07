"""Receivers to be proven: `ndr receive` as a process of its own on loopback, and requests as couriers send them.

A proof that kills a thousand of them would spend its time on imports. So a process that has imported all forks for each
start; from its settings on, each runs the command.
"""

from __future__ import annotations

import base64
import hmac
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from couriers import registry
from settings import PROJECT_DIR

SECRET = "whsec_" + base64.b64encode(b"guards nothing but a proof's data").decode()


class Receiver:
    """The command on a data folder; `with` ends it. One process at a time; `pid` is the running one's."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """Get ready to start; `settings` are environment variables besides those of the folder, port and secrets."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        secrets = {
            f"NDR_{one.slug.upper()}_WEBHOOK_SECRET": SECRET for one in registry().values() if one.webhook
        }
        given = {
            "NDR_DATA_DIR": str(folder), "NDR_RECEIVER_PORT": str(self.port), "NDR_RECEIVER_RATE": "100000",
            "PYTHONPATH": str(PROJECT_DIR), "NDR_LEAST_FREE_MB": "1",
        }  # fmt: skip
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.receivers"], env={**os.environ, **secrets, **given, **settings},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1,
        )  # fmt: skip
        self.pid = 0

    def __enter__(self) -> Receiver:
        """Nothing runs yet."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Kill what runs."""
        if self.pid:
            self.end(signal.SIGKILL)
        self._mother.stdin.close()  # type: ignore[union-attr]
        self._mother.wait()

    def start(self, until_ready: bool = False) -> None:
        """Start the command, and wait until it is ready when asked to."""
        self._mother.stdin.write("start\n")  # type: ignore[union-attr]
        self.pid = int(self._mother.stdout.readline())  # type: ignore[union-attr]
        limit = time.monotonic() + 60
        while until_ready and not self.is_ready():
            if time.monotonic() > limit:
                raise SystemExit("the receiver does not start")
            time.sleep(0.02)

    def end(self, how: signal.Signals) -> None:
        """Send the process a signal and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, how)
        self._mother.stdout.readline()  # type: ignore[union-attr]
        self.pid = 0

    def is_ready(self) -> bool:
        """What /readyz says; False without an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def post(self, slug: str, body: bytes) -> int:
        """Status of one webhook over a connection of its own. Raises OSError, HTTPException."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            return post(connection, slug, body)
        finally:
            connection.close()


def post(connection: http.client.HTTPConnection, slug: str, body: bytes) -> int:
    """Status of one webhook. Raises OSError, HTTPException."""
    connection.request("POST", f"/webhooks/{slug}", body, proof(slug, body))
    answer = connection.getresponse()
    answer.read()
    return answer.status


def proof(slug: str, body: bytes) -> Mapping[str, str]:
    """The headers by which a courier proves that it sent a body, in the way that is its own."""
    webhook = registry()[slug].webhook
    if webhook is None:
        raise ValueError(f"{slug} does not push")
    if webhook.scheme == "token":
        return {webhook.header: SECRET}
    if webhook.scheme == "body_hmac":
        return {webhook.header: hmac.digest(SECRET.encode(), body, "sha256").hex()}
    at, message = str(int(time.time())), os.urandom(12).hex()
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{message}.{at}.".encode() + body, "sha256")
    signature = f"v1,{base64.b64encode(signed).decode()}"
    return {"webhook-id": message, "webhook-timestamp": at, webhook.header: signature}


def _mother() -> None:
    """For each line on standard input: fork a receiver, print its process id, and a line when it is gone."""
    import receiver.serve  # noqa: F401, PLC0415 (what takes the time)
    from orchestration.cli import app  # noqa: PLC0415

    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            try:
                app(["receive"])
            finally:
                os._exit(1)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    _mother()

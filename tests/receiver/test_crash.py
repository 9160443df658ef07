"""A receiver that is killed at any point has kept whatever it acknowledged."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ledger.database import open_ledger
from ledger.receipts import after
from settings import PROJECT_DIR, Settings
from tests.receiver.signing import SECRET

ROUNDS = 3


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "NDR_DATA_DIR": str(folder),
        "NDR_RECEIVER_PORT": str(port),
        "NDR_DELHIVERY_WEBHOOK_SECRET": SECRET,
        "PYTHONPATH": str(PROJECT_DIR),
    }
    command = [sys.executable, "-m", "orchestration.cli", "receive"]
    return subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        assert server.poll() is None, server.stderr.read().decode() if server.stderr else ""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the receiver does not start")


def send(port: int, prefix: str, acknowledged: list[bytes]) -> None:
    """Post numbered bodies until the receiver is gone."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        for number in range(100_000):
            body = b'{"number": "%s-%d"}' % (prefix.encode(), number)
            connection.request("POST", "/webhooks/delhivery", body, {"Authorization": SECRET})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                acknowledged.append(body)
    except (OSError, http.client.HTTPException):
        pass


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path, port: int) -> None:
    """And what is kept is whole, in the ledger of the next start."""
    chance = random.Random(4)
    acknowledged: list[bytes] = []
    for turn in range(ROUNDS):
        server = start(tmp_path, port)
        try:
            wait_until_ready(server, port)
            senders = [
                threading.Thread(target=send, args=(port, f"{turn}-{number}", acknowledged))
                for number in range(8)
            ]
            before = len(acknowledged)
            for sender in senders:
                sender.start()
            limit = time.monotonic() + 30
            while len(acknowledged) < before + 20 and time.monotonic() < limit:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.5))
        finally:
            server.send_signal(signal.SIGKILL)
            server.communicate()
        for sender in senders:
            sender.join()
    ledger = open_ledger(Settings(data_dir=tmp_path))
    kept = [row.body for row in after(ledger, 0, 1_000_000)]
    ledger.close()
    assert len(acknowledged) >= 20 * ROUNDS
    assert set(acknowledged) <= set(kept)
    assert all(body.startswith(b'{"number": "') and body.endswith(b'"}') for body in kept)


def test_a_stop_finishes_what_was_being_taken_and_the_log_names_nobody(tmp_path: Path, port: int) -> None:
    server = start(tmp_path, port)
    acknowledged: list[bytes] = []
    try:
        wait_until_ready(server, port)
        stranger = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        stranger.request("POST", "/webhooks/delhivery?token=guess-of-a-stranger", b"{}")
        assert stranger.getresponse().status == 401
        sender = threading.Thread(target=send, args=(port, "stop", acknowledged))
        sender.start()
        while len(acknowledged) < 20:
            time.sleep(0.01)
        server.send_signal(signal.SIGTERM)
        _, log = server.communicate(timeout=30)
        sender.join()
    finally:
        server.kill()
    ledger = open_ledger(Settings(data_dir=tmp_path))
    assert [row.body for row in after(ledger, 0, 1_000_000)] == acknowledged
    ledger.close()
    assert b'"result": "refused"' in log
    for word in (b"Traceback", b"guess-of-a-stranger", b"/webhooks/delhivery", SECRET.encode()):
        assert word not in log


def test_a_taken_port_is_one_line_and_exit_1(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        server = start(tmp_path, port)
        _, log = server.communicate(timeout=60)
    assert server.returncode == 1
    assert log.decode().startswith(f"error: 127.0.0.1 port {port}: address already in use")
    assert log.count(b"\n") == 1

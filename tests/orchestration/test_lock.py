"""One writer: a second process waits, says so, and goes on when the first is gone, also when it was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

from orchestration.lock import is_locked, silent, writer_lock
from settings import PROJECT_DIR, Settings
from tests.orchestration.warehouse import environment

HOLDER = """
import sys
from orchestration.lock import writer_lock
from settings import get_settings
with writer_lock(get_settings().data_dir, "load", print):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(settings: Settings) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=PROJECT_DIR, env=environment(settings), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    return holder


def test_a_second_writer_waits_until_the_first_is_done(settings: Settings) -> None:
    with hold(settings) as holder:
        lines: list[str] = []
        said = threading.Event()

        def say(line: str) -> None:
            lines.append(line)
            said.set()

        def write() -> None:
            with writer_lock(settings.data_dir, "build", say):
                lines.append("written")

        waiting = threading.Thread(target=write)
        waiting.start()
        assert said.wait(10)
        assert lines == [f"waiting for ndr load (process {holder.pid}), which writes {settings.data_dir}"]
        assert holder.stdin is not None
        holder.stdin.close()
        waiting.join(10)
    assert lines[-1] == "written"


def test_a_killed_writer_lets_go(settings: Settings) -> None:
    with hold(settings) as holder:
        assert is_locked(settings.data_dir)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with writer_lock(settings.data_dir, "build", silent):
        assert is_locked(settings.data_dir)
    assert not is_locked(settings.data_dir)

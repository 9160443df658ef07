"""Serving: children that start, answer, end together, and say so when one fails."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.errors import ServeError
from orchestration.lock import silent
from orchestration.serve import serve
from orchestration.services import Service, is_taken, pages, services
from settings import PROJECT_DIR, Settings

SERVER = """
import sys
from orchestration.serve import serve
from orchestration.services import Service
from settings import get_settings
port = int(sys.argv[1])
# The child starts a grandchild, as Dagster's daemon starts code servers.
child = "import subprocess, sys; subprocess.Popen([sys.executable, *sys.argv[1:]]).wait()"
grandchild = ["-m", "http.server", "-b", "127.0.0.1", str(port)]
serve(get_settings(), [Service("web", [sys.executable, "-c", child, *grandchild], port, "/")],
      lambda line: print(line, flush=True))
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("is_in_background", [False, True])
def test_a_stop_ends_the_children_and_what_they_started(
    settings: Settings, port: int, stop: signal.Signals, is_in_background: bool
) -> None:
    """Also where a script started it in the background, which has SIGINT ignored."""
    settings.data_dir.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port)],
        cwd=PROJECT_DIR,
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR)},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(  # noqa: PLW1509 - no threads here
            signal.SIGINT, signal.SIG_IGN if is_in_background else signal.default_int_handler
        ),
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == f"web: http://127.0.0.1:{port}\n"
            assert is_taken(port)
            assert server.stdout.readline() == "Ctrl-C stops everything\n"
            server.send_signal(stop)
            assert server.wait(60) == 0
        finally:
            server.kill()
    assert not is_taken(port)


def test_a_taken_port_names_its_setting(settings: Settings, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        service = Service("web", [sys.executable, "-c", ""], port, setting="NDR_WEB_PORT")
        with pytest.raises(ServeError, match=f"port {port} is taken: .* set NDR_WEB_PORT"):
            serve(settings, [service], silent)


def test_a_child_that_ends_names_its_log(settings: Settings, port: int) -> None:
    settings.data_dir.mkdir()
    service = Service("web", [sys.executable, "-c", "print('no such thing'); raise SystemExit(3)"], port)
    with pytest.raises(ServeError, match=r"web ended with code 3: see .*logs/web\.log"):
        serve(settings, [service], silent)
    assert (settings.data_dir / "logs" / "web.log").read_text() == "no such thing\n"


def test_dagsters_home_gets_our_configuration(settings: Settings, port: int) -> None:
    settings.data_dir.mkdir()
    show = "import json, os; print(json.dumps([os.environ['DAGSTER_HOME'], os.environ['NDR_DATA_DIR']]))"
    with pytest.raises(ServeError):
        serve(settings, [Service("show", [sys.executable, "-c", show], port)], silent)
    home = settings.dagster_dir.resolve()
    assert json.loads((settings.data_dir / "logs" / "show.log").read_text()) == [
        str(home),
        str(settings.data_dir.resolve()),
    ]
    assert (home / "dagster.yaml").read_text() == (PROJECT_DIR / "orchestration" / "dagster.yaml").read_text()


def test_a_build_of_the_past_is_shown_by_the_pages_alone(
    settings: Settings, tmp_path: Path, port: int
) -> None:
    """The child reads the folder, and nothing else is started that might build."""
    settings.data_dir.mkdir()
    past = settings.model_copy(update={"read_dir": tmp_path / "replay", "dashboards_port": port})
    assert pages(past).command == services(past)[0].command
    show = "import os; print(os.environ['NDR_READ_DIR'])"
    with pytest.raises(ServeError):
        serve(past, [Service("show", [sys.executable, "-c", show], port)], silent)
    assert (settings.data_dir / "logs" / "show.log").read_text().strip() == str(tmp_path / "replay")

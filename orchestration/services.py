"""What is served: each program, its port on loopback, and how one sees that it is ready."""

from __future__ import annotations

import socket
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from poller.serve import targets
from settings import PROJECT_DIR, Settings

HOST = "127.0.0.1"
_SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True)
class Service:
    """One child: `port` is None where nothing is asked over HTTP."""

    name: str
    command: list[str]
    port: int | None = None
    health: str = "/"
    """The path that answers once the service is ready."""
    setting: str = ""
    """The setting of the port, for the message when it is taken."""
    waits: bool = False
    """Whether it is started only once those before it answer."""

    @property
    def address(self) -> str:
        """Where a person opens it."""
        return f"http://{HOST}:{self.port}"


def services(settings: Settings) -> list[Service]:
    """The pages, the receiver, Dagster's interface and its daemon (schedule, sensors, queue)."""
    workspace = ["-w", str(PROJECT_DIR / "workspace.yaml")]
    port = str(settings.dagster_port)
    webserver = [str(_SCRIPTS / "dagster-webserver"), "-h", HOST, "-p", port, *workspace]
    receive = [sys.executable, "-m", "orchestration.cli", "receive"]
    return [
        pages(settings),
        Service("receiver", receive, settings.receiver_port, "/livez", "NDR_RECEIVER_PORT"),
        Service("dagster", webserver, settings.dagster_port, "/server_info", "NDR_DAGSTER_PORT"),
        # Both make Dagster's database where there is none, and would do it at once.
        Service("dagster daemon", [str(_SCRIPTS / "dagster-daemon"), "run", *workspace], waits=True),
    ]


def poller(is_live: bool) -> list[Service]:
    """The poller, where a courier has what its tracking API needs, or is of a live world; else nobody, as it would end
    at once and everything with it."""
    if not (is_live or targets()):
        return []
    # Couriers that are served too answer before they are asked.
    return [Service("poller", [sys.executable, "-m", "orchestration.cli", "poll"], waits=True)]


def pages(settings: Settings) -> Service:
    """The pages alone."""
    streamlit = [sys.executable, "-m", "streamlit", "run", str(PROJECT_DIR / "dashboards" / "app.py")]
    port = settings.dashboards_port
    options = {"port": str(port), "address": HOST, "headless": "true", "fileWatcherType": "none"}
    flags = [part for name, value in options.items() for part in (f"--server.{name}", value)]
    command = [*streamlit, *flags, "--browser.gatherUsageStats", "false"]
    return Service("pages", command, port, "/_stcore/health", "NDR_DASHBOARDS_PORT")


def is_taken(port: int) -> bool:
    """Whether something listens on a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def answers(address: str) -> bool:
    """Whether an address on loopback answers with success."""
    try:
        with urllib.request.urlopen(address, timeout=2) as response:  # noqa: S310 (loopback, our own words)
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False

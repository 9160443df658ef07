"""The pages as a person gets them: a real server on loopback and a real browser.

Used by the browser test and by take_pictures.py. Refuses the network: a request that leaves loopback is kept
in `Visit.strays`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request

from settings import PROJECT_DIR

CHROMIUM_ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def server(data_dir: Path) -> Iterator[str]:
    """The pages over `data_dir`; gives their address, stops them at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "NDR_DATA_DIR": str(data_dir), "PYTHONPATH": str(PROJECT_DIR)}
    command = [sys.executable, "-m", "streamlit", "run", "dashboards/app.py", "--server.port", str(port)]
    log = data_dir / "pages.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=PROJECT_DIR, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        _await_health(process, f"http://127.0.0.1:{port}/_stcore/health", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await_health(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    limit = time.monotonic() + 180
    while time.monotonic() < limit:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own loopback address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the pages did not start: {log.read_text(errors='replace')[-2000:]}")


def browser(playwright: Playwright) -> Browser:
    """The system's Chromium, else the one that Playwright installed for itself."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)


class Visit:
    """One visitor with an empty history."""

    def __init__(self, chrome: Browser, address: str, width: int = 1440, scheme: Any = "light") -> None:
        self.address, self.strays = address, list[str]()
        self.context: BrowserContext = chrome.new_context(
            viewport={"width": width, "height": 1000}, color_scheme=scheme, accept_downloads=True
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host not in ("127.0.0.1", None):
            self.strays.append(request.url)

    def open(self, path: str) -> Page:
        """A page by its address, once its first line and everything below it are there."""
        self.page.goto(f"{self.address}/{path}")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the script of the page has run to its end."""
        self.page.locator("p.answer").first.wait_for()
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()

    def answer(self) -> str:
        return self.page.locator("p.answer").first.inner_text()

    def close(self) -> None:
        self.context.close()

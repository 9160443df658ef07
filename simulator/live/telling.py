"""The live world as time goes by: pushes when they come, files every half hour, and how far it has been told.

What was told is noted after it was told: a world that is killed in between tells a little twice, and loses nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from settings import Settings
from simulator.live.filing import file_news
from simulator.live.pushing import Pusher
from simulator.live.world import Stories, World

FILES_EVERY = timedelta(minutes=30)
"""Simulated time between two deliveries of files."""
_BREATH = 0.1
"""Real seconds between two looks at the clock."""


class Teller:
    """Tells a world from `since` on, or from where the last teller stopped that noted it in `progress`."""

    def __init__(
        self, settings: Settings, world: World, stories: Stories, since: datetime, progress: Path
    ) -> None:
        self._settings, self._world, self._path = settings, world, progress
        self._stories = stories
        noted = json.loads(self._path.read_text()) if self._path.exists() else {}
        self.pushed_until, self.filed_until = (
            datetime.fromisoformat(noted[name]) if name in noted else since for name in ("pushed", "filed")
        )
        self.files = 0
        self.pusher = Pusher(world, stories, self.pushed_until, settings.now, settings.receiver_port)

    def tell(self, until: datetime, say: Callable[[str], None]) -> None:
        """Tell the world by the clock until `until`; everything that was learnt by then has then been told."""
        said_at = time.monotonic()
        while (now := self._settings.now()) < until:
            self.step(now)
            if time.monotonic() > said_at + 60:
                said_at = time.monotonic()
                say(self.line())
            time.sleep(_BREATH)
        self.step(until)
        while not self.pusher.is_idle:
            time.sleep(_BREATH)
            self.pusher.push_due(until)
        self.pushed_until = until
        self._file(until)
        self._note()

    def line(self) -> str:
        """What has been told, for the log."""
        counts = ", ".join(f"{count:,} {word}" for word, count in sorted(self.pusher.done.items()))
        return f"{self.pushed_until:%Y-%m-%d %H:%M} UTC: pushes {counts or 'none'}; {self.files:,} files"

    def step(self, now: datetime) -> None:
        """Tell what is due at `now`; what waits to be sent again counts as not told."""
        self.pusher.push_due(now)
        if self.pusher.is_idle:
            self.pushed_until = now
        if now - self.filed_until >= FILES_EVERY:
            self._file(now)
        self._note()

    def _file(self, now: datetime) -> None:
        silent = self._stories.changed(self.filed_until)
        self.files += len(file_news(self._world, self._settings.inbox_dir, self.filed_until, now, silent))
        self.filed_until = now

    def _note(self) -> None:
        noted = {"pushed": self.pushed_until, "filed": self.filed_until}
        unfinished = self._path.with_suffix(".tmp")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(
            json.dumps({name: at.astimezone(UTC).isoformat() for name, at in noted.items()})
        )
        unfinished.replace(self._path)

"""Parcels that a test puts there: their scans, and what happens to them when they are told something."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from simulator.couriers.speaking import Scan
from simulator.desks.effects import Effect
from simulator.desks.saying import phrase

_REASON = "customer_unavailable"


class Store:
    """The parcels of one process, by the slug of whoever is asked about them, and the AWB."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._scans: dict[tuple[str, str], tuple[Scan, ...]] = {}

    def story(self, slug: str, awb: str) -> Sequence[Scan]:
        """The scans of a parcel, the oldest first; none for one that nobody put there."""
        return self._scans.get((slug, awb), ())

    def put(self, given: Mapping[str, Any]) -> None:
        """A parcel as it is now: `courier`, `awb`, and as in `scan`; whatever was known of the AWB is forgotten.

        `via`: the aggregator that is asked about it. Raises KeyError or ValueError for what cannot be told.
        """
        self._add(given, ())

    def scan(self, given: Mapping[str, Any]) -> None:
        """One scan more: `status`, canonical, or the courier's own `native_code` (and `reason_code`); `reason`, a
        bucket; `attempts`, the courier's count; `at`, ISO with a zone. Raises KeyError or ValueError, for an AWB that
        nobody put there too.
        """
        key = (given.get("via") or given["courier"], given["awb"])
        if key not in self._scans:
            raise KeyError(f"nobody put {key[1]} there")
        self._add(given, self._scans[key])

    def changed(self, effect: Effect) -> None:
        """What an effect makes of the parcel at once."""
        if effect.becomes is None:
            return
        story = self._scans[effect.courier, effect.awb]
        head = story[-1]
        given = {name: head[name] for name in ("courier", "awb", "via", "location")}
        self._add({**given, "status": effect.becomes, "attempts": head["attempt_number"]}, story)

    def _add(self, given: Mapping[str, Any], before: tuple[Scan, ...]) -> None:
        key = (given.get("via") or given["courier"], given["awb"])
        at = datetime.fromisoformat(given["at"]) if given.get("at") else self._clock()
        status = given.get("status")
        said: dict[str, Any] = dict.fromkeys(("native_code", "native_text", "reason_code", "reason_text"))
        if status:
            said = phrase(
                key[0], status, given.get("reason") or (_REASON if status == "failed_delivery" else None)
            )
        own = {name: given[name] for name in said if given.get(name)}
        if not own and not status:
            raise ValueError(f"{key[1]} has neither a status nor a code")
        scan = {
            **said, **own, "courier": given["courier"], "awb": key[1], "via": given.get("via"),
            "scanned_at": at.astimezone(UTC).replace(microsecond=0), "attempt_number": given.get("attempts"),
            "location": given.get("location", "Pune"), "pincode": None, "remark": None, "leg": None,
        }  # fmt: skip
        with self._lock:
            self._scans[key] = (*before, scan)

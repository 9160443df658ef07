"""All desks behind one address: orders to the desk, questions about scans to the speaker, `_world` to whoever tests."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.couriers import SPEAKERS
from simulator.couriers.speaking import Answer, Asked
from simulator.desks.couriers import DESKS
from simulator.desks.faults import Fault, Faults
from simulator.desks.store import Store
from simulator.desks.window import Books, Window

NOTHING: Answer = (404, {"message": "no such courier, or nothing that it answers"})


def order(books: Books, slug: str, asked: Asked) -> Answer | None:
    """The answer of a courier's desk; None for a call that is not its, or a courier without one."""
    take = DESKS.get(slug)
    with books.lock:
        books.settle()
        return take(asked, Window(slug, books)) if take else None


def track(books: Books, slug: str, asked: Asked) -> Answer:
    """The answer of a courier's tracking API; 404 where it has none that we read."""
    speaker = SPEAKERS.get(slug)
    if speaker is None or speaker.answer is None:
        return NOTHING
    return speaker.answer(asked, lambda awb: books.stories.story(slug, awb))


@dataclass(frozen=True)
class Office:
    """The desks over a store, and its door for tests."""

    books: Books
    store: Store
    faults: Faults

    def answer(self, slug: str, asked: Asked) -> Answer:
        """A courier's answer; at the root which couriers there are, below `_world` what a test wants."""
        if not slug:
            return 200, {"couriers": sorted(DESKS)}
        return (
            self._world(asked)
            if slug == "_world"
            else order(self.books, slug, asked) or track(self.books, slug, asked)
        )

    def _world(self, asked: Asked) -> Answer:
        """POST parcels, scan and faults (a list, or one); GET effects, with `since` the first so many left out, and
        refused."""
        given, what = asked.document(), (asked.method, asked.path)
        rows = given if isinstance(given, list) else [given]
        try:
            if what == ("POST", "/parcels"):
                for row in rows:
                    self.store.put(row)
            elif what == ("POST", "/scan"):
                for row in rows:
                    self.store.scan(row)
            elif what == ("POST", "/faults"):
                for row in rows:
                    self.faults.force(row["courier"], Fault(row["fault"]), row.get("times", 1))
            elif what == ("GET", "/effects"):
                self.books.settle()
                effects = self.books.effects.all()[int(asked.query.get("since", 0)) :]
                return 200, [effect.row() for effect in effects]
            elif what == ("GET", "/refused"):
                names = ("courier", "awb", "action", "words")
                refused = self.books.effects.refused().items()
                return 200, [{**dict(zip(names, key, strict=True)), "times": times} for key, times in refused]
            else:
                return 404, {"message": "the world is asked for parcels, scan, faults, effects or refused"}
        except (KeyError, TypeError, ValueError) as error:
            return 400, {"message": str(error)}
        return 200, {"taken": len(rows)}

"""`/track/<token>`: who may look, how often, and what becomes of an answer.

Owns: the order of checks (rate, link, body, state, what was typed) and the counting. Every failure is a plain page;
what is counted and logged holds neither the link nor anything that was typed.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl

import duckdb
from fastapi import FastAPI
from prometheus_client import Counter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from customers import links, pages
from customers.answers import note, noted
from customers.form import FIELDS, check
from customers.links import Parcel
from customers.offers import offer
from customers.parcels import read
from customers.views import View
from customers.words import Words, language
from ledger.database import Ledger
from ledger.errors import LedgerError
from receiver.errors import Turned
from receiver.limits import Buckets, read_body
from settings import Settings

_log = logging.getLogger("customers")

#: What becomes of a visit. shown: a page; noted: an answer kept; repeated: the same answer again, kept once; asked:
#: "are you sure"; invalid: something typed wrong; late: an answer when none is taken any more; unknown, expired: no
#: link that holds; limited, too_large, broken_off, unavailable, failed: as of a webhook.
RESULTS: tuple[str, ...] = (
    "shown", "noted", "repeated", "asked", "invalid", "late", "unknown", "expired", "limited", "too_large",
    "broken_off", "unavailable", "failed",
)  # fmt: skip

#: All fields at their longest, percent-encoded in Hindi, are within it.
_MOST_KB = 8

Answered = tuple[str, Response]
"""A word of RESULTS, and the page."""


def add(app: FastAPI, settings: Settings, ledger: Ledger) -> str:
    """Add the tracking page to the receiver; gives a line that says where it is. Without a secret no link holds.

    Raises links.LinkError for a secret that is too short.
    """
    visits = Counter(
        "ndr_tracking_visits",
        "Visits of the tracking page by what became of them.",
        ("result",),
        registry=app.state.registry,
    )
    desk = Desk(settings, ledger, links.keys(settings))

    async def track(token: str, request: Request) -> Response:
        began = time.monotonic()
        result, response = await desk.serve(token, request)
        visits.labels(result).inc()
        fields = {"result": result, "ms": round((time.monotonic() - began) * 1000, 1)}
        _log.log(
            logging.WARNING if response.status_code >= 500 else logging.INFO,
            "tracking",
            extra={"fields": fields},
        )
        return response

    # Any path below: a link that was cut or added to gets the same page as one that was made up.
    app.add_api_route("/track/{token:path}", track, methods=["GET", "POST"], response_model=None)
    where = f"{links.base(settings)}/track/<token>" if desk.keys else "off; set NDR_TRACKING_SECRET"
    return f"tracking page: {where}"


@dataclass
class Desk:
    """Serves the visits of one process."""

    settings: Settings
    ledger: Ledger
    keys: tuple[bytes, ...]

    def __post_init__(self) -> None:
        by_link, by_address = self.settings.tracking_link_rate, self.settings.tracking_address_rate
        self._links, self._addresses = (
            Buckets(by_link / 60, burst=by_link),
            Buckets(by_address / 60, burst=by_address),
        )

    async def serve(self, token: str, request: Request) -> Answered:
        """The page for a visit; every failure is one too."""
        asked = request.query_params.get("lang")
        words = Words(language(asked, request.headers.get("accept-language", "")))
        try:
            return await self._serve(token, request, words)
        except links.Unknown:
            return "unknown", pages.stop(words, 404, "unknown")
        except links.Expired:
            return "expired", pages.stop(words, 410, "expired")
        except Turned as turned:
            return turned.result, pages.stop(words, turned.status, turned.result)
        except (LedgerError, duckdb.Error, OSError) as error:
            return "unavailable", self._broken(words, error, 503)
        except Exception as error:
            return "failed", self._broken(words, error, 500)

    async def _serve(self, token: str, request: Request, words: Words) -> Answered:
        source = request.client.host if request.client else None
        self._addresses.take(str(source), time.monotonic())
        parcel = links.opened(self.keys, token, self.settings.now())
        # By parcel, as a link may be spelt in more than one way.
        self._links.take(parcel.id, time.monotonic())
        if request.method == "GET":
            is_done = request.query_params.get("done") == "1"
            return await run_in_threadpool(self._show, words, parcel, is_done)
        typed = _typed(await read_body(request, _MOST_KB))
        return await run_in_threadpool(self._take, words, parcel, typed)

    def _show(self, words: Words, parcel: Parcel, is_done: bool) -> Answered:
        view = self._look(words, parcel)
        return "shown", pages.thanks(view) if is_done else pages.parcel(view)

    def _take(self, words: Words, parcel: Parcel, typed: dict[str, str]) -> Answered:
        view = self._look(words, parcel)
        if view.state != "form" or view.news is None:
            return "late", pages.parcel(view, 409, words("state.came_late"))
        checked = check(typed, offer(view.news), view.noted, view.now)
        if checked.answer is None:
            return "invalid", pages.parcel(_again(view, typed, checked.errors), 422)
        if checked.answer.response == "refuse" and typed.get("sure") != "yes":
            return "asked", pages.sure(words)
        is_new = note(self.ledger, parcel, view.news, checked.answer, view.now)
        return "noted" if is_new else "repeated", pages.to_thanks(words)

    def _look(self, words: Words, parcel: Parcel) -> View:
        news = read(self.settings, parcel)
        said = noted(self.ledger, parcel, news) if news else None
        return View(words, parcel, news, said, self.settings.now())

    @staticmethod
    def _broken(words: Words, error: Exception, status: int) -> Response:
        # The type alone: messages may hold what was sent.
        _log.warning("tracking failed", extra={"fields": {"reason": type(error).__name__}})
        return pages.stop(words, status, "unavailable")


def _again(view: View, typed: dict[str, str], errors: dict[str, str]) -> View:
    return View(view.words, view.parcel, view.news, view.noted, view.now, typed, errors)


def _typed(body: bytes) -> dict[str, str]:
    """The fields of a form; others are left out. Raises Turned (400) for what no form of ours sends."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise Turned(400, "broken_off", "form") from None
    return {name: value for name, value in pairs if name in (*FIELDS, "sure")}

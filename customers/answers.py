"""What the customer has told us since the last failure, and the keeping of what is told now.

Owns: which answer counts, and that the same answer twice is one entry. A correction that is not repeated still
stands, so that a new date does not lose a new phone number. Refuses: judging whether an answer may still be given.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from customers.links import Parcel
from customers.parcels import News
from ledger.database import Ledger
from ledger.entries import Entry, enter, of_parcel
from ledger.errors import VersionConflict
from settings import IST

#: How often two answers of one instant may meet before the second customer is asked to try again.
_TRIES = 5

CHANNEL = "tracking_page"

#: Where a bare date stands within its IST day.
_DAY_END = time(23, 59, 59, 999999)

#: The answers that say what is to be done; any other is words for a person to read.
RESPONSES: tuple[str, ...] = ("reattempt", "update_details", "refuse", "already_delivered")


@dataclass(frozen=True)
class Answer:
    """What a customer wants: `response` is one of RESPONSES, dates are IST dates, windows HH:MM in IST."""

    response: str
    requested_on: date | None = None
    window_start: str | None = None
    window_end: str | None = None
    new_phone: str | None = None
    new_address: str | None = None
    new_pincode: str | None = None
    landmark: str | None = None

    @property
    def has_details(self) -> bool:
        """Whether it corrects anything."""
        return any((self.new_phone, self.new_address, self.new_pincode, self.landmark))

    @property
    def content(self) -> dict[str, Any]:
        """The columns of the feed customer_feedback, without those that are null."""
        given = {name: value for name, value in asdict(self).items() if value and name != "response"}
        if self.requested_on:
            given["requested_on"] = self.requested_on.isoformat()
        return {"channel": CHANNEL, **given}


@dataclass(frozen=True)
class Noted:
    """An answer and when it was given, in UTC."""

    answer: Answer
    given_at: datetime


def noted(ledger: Ledger, parcel: Parcel, news: News) -> Noted | None:
    """The answer that counts: the latest since the last failure, of the ledger or of the build. Raises
    LedgerUnavailable."""
    return _latest(of_parcel(ledger, parcel.courier, parcel.awb), news)


def note(ledger: Ledger, parcel: Parcel, news: News, answer: Answer, now: datetime) -> bool:
    """Keep an answer; False when it is what counts already. Raises LedgerUnavailable, VersionConflict."""
    for left in reversed(range(_TRIES)):
        rows = of_parcel(ledger, parcel.courier, parcel.awb)
        before = _latest(rows, news)
        if before and before.answer == answer:
            return False
        entry = Entry(
            parcel.courier, parcel.awb, "customer", None, answer.response, answer.content, now, now, parcel.id
        )
        try:
            enter(ledger, entry, rows[-1].version if rows else 0)
        except VersionConflict:
            # The second tap of a double click, or an agent at the same moment: look again.
            if not left:
                raise
        else:
            return True
    raise AssertionError("the last try returns or raises")


def _latest(rows: list[Any], news: News) -> Noted | None:
    answers = [row for row in rows if row.source == "customer" and row.kind in RESPONSES]
    found = [row for row in answers if _is_of_failure(row.given_at, news)]
    told = news.told if news.told and _is_of_failure(news.told.given_at, news) else None
    if found and not (told and told.given_at > found[-1].given_at):
        return Noted(_answer(found[-1].kind, found[-1].content), found[-1].given_at)
    if not told:
        return None
    answer = Answer(told.response, told.requested_on, told.window_start, told.window_end)
    return Noted(answer, told.given_at)


def _is_of_failure(given_at: datetime, news: News) -> bool:
    if news.failed_at is None:
        return False
    failed_at, given = news.failed_at.astimezone(IST), given_at.astimezone(IST)
    # A failure of which only the date is known stands at the end of it; what is said that day is about it.
    return given.date() >= failed_at.date() if failed_at.time() == _DAY_END else given >= failed_at


def _answer(response: str, content: dict[str, Any]) -> Answer:
    on = content.get("requested_on")
    kept = ("window_start", "window_end", "new_phone", "new_address", "new_pincode", "landmark")
    return Answer(
        response, date.fromisoformat(on) if on else None, **{name: content.get(name) for name in kept}
    )

"""What stands on a page, as words: the parcel, the answer that counts, the form.

Pure. Owns: turning what is known into lines in the customer's language. The templates only lay them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from customers.answers import Answer, Noted
from customers.form import CHOICES, FIELDS, LEAST_ADDRESS, MOST_ADDRESS, MOST_LANDMARK
from customers.links import Parcel
from customers.masks import mask_address, mask_phone
from customers.offers import WINDOWS, offer, state
from customers.parcels import News
from customers.summary import lines, window_name
from customers.words import Words

#: Outcomes after which the customer can still want something of the seller: there is no parcel to have.
_AT_HAND = ("delivered", "partially_delivered")

_EMPTY = dict.fromkeys(FIELDS, "")


@dataclass(frozen=True)
class View:
    """One look at a parcel at `now`: what is known of it and what counts as said; in the words of one language."""

    words: Words
    parcel: Parcel
    news: News | None
    noted: Noted | None
    now: datetime
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """A word of offers.STATES."""
        return state(self.news, self.noted, self.now) if self.news else "none"

    def facts(self) -> dict[str, Any]:
        """headline, since, reason, rows (label and value), as_of: where the parcel is."""
        w, news = self.words, self.news
        if news is None:
            rows = [(w("page.parcel"), self.parcel.awb)]
            nothing = {"since": None, "reason": None, "is_masked": False, "as_of": None}
            return {"headline": w("page.no_news"), "rows": rows, **nothing}
        promised = w.day(news.promised_on) if news.promised_on and self.state == "none" else None
        found = {
            "carrier": news.carrier, "parcel": self.parcel.awb, "order": news.order_id, "promised": promised,
            "address": news.address, "phone": news.phone,
        }  # fmt: skip
        return {
            "headline": w(f"status.{_status(news)}"),
            "since": w.moment(news.status_at, self.now) if news.status_at else w("page.at_unknown"),
            # Why the last try failed is beside the point while the next one is under way.
            "reason": w(f"reason.{news.reason}") if news.reason and self.state in ("form", "late") else None,
            "rows": [(w(f"page.{name}"), value) for name, value in found.items() if value],
            "is_masked": bool(news.phone or news.address),
            "as_of": w("page.as_of", when=w.moment(news.as_of, self.now)),
        }

    def said(self) -> dict[str, Any] | None:
        """title, lines, and until when it can be changed: the answer that counts; None without one."""
        if self.noted is None or self.news is None or self.state in ("closed", "none"):
            return None
        w, until = self.words, self._until()
        return {
            "title": w("page.your_answer", when=w.moment(self.noted.given_at, self.now)),
            "lines": lines(w, self.noted.answer),
            "until": w("said.until", when=w.moment(until, self.now)) if until > self.now else None,
            "thanks": w(f"thanks.{self.noted.answer.response}", carrier=self.news.carrier),
        }

    def note(self) -> str | None:
        """The plain sentence that stands where there is no form."""
        if self.state == "closed" and self.news:
            return self.words("state.delivered" if self.news.outcome in _AT_HAND else "state.closed")
        return self.words(f"state.{self.state}") if self.state in ("late", "out") else None

    def form(self) -> dict[str, Any] | None:
        """What the form offers and holds; None where there is none."""
        if self.state != "form" or self.news is None:
            return None
        w, offered, before = self.words, offer(self.news), self.noted.answer if self.noted else None
        days = [(day.isoformat(), w.day(day)) for day in offered.days(self.now)]
        windows = [("", w("form.window_any")), *((name, w(f"form.window_{name}")) for name in WINDOWS)]
        kept = {
            "phone": mask_phone(before.new_phone), "pincode": before.new_pincode,
            "address": mask_address(before.new_address, None, None),
            "landmark": mask_address(before.landmark, None, None),
        } if before else {}  # fmt: skip
        is_overdue = self.noted is not None and self._until() <= self.now
        return {
            "title": w("form.change" if self.noted and not is_overdue else "form.title"),
            "overdue": w("form.overdue") if is_overdue else None,
            "choices": [(name, w(f"form.{name}")) for name in CHOICES],
            "days": days,
            "no_day": None if days else w("form.no_day", carrier=self.news.carrier),
            "windows": windows if offered.has_window else [],
            "value": {**_EMPTY, **_chosen(before), **self.typed},
            "keep": {
                **_EMPTY,
                **{name: w("form.keep", value=value) for name, value in kept.items() if value},
            },
            "error": {**_EMPTY, **{name: self._error(name, key) for name, key in self.errors.items()}},
            "is_wrong": bool(self.errors),
        }

    def _until(self) -> datetime:
        assert self.news and self.noted  # noqa: S101 - the callers have looked
        offered = offer(self.news)
        return offered.until(offered.visit_on(self.noted))

    def _error(self, name: str, key: str) -> str:
        most = MOST_LANDMARK if name == "landmark" else MOST_ADDRESS
        return self.words(key.replace("error_", "error.", 1), least=LEAST_ADDRESS, most=most)


def _status(news: News) -> str:
    if news.outcome == "open":
        return news.status
    if news.outcome == "rto":
        return news.status if news.status.startswith("rto_") else "rto_initiated"
    return news.outcome


def _chosen(before: Answer | None) -> dict[str, str]:
    """What the form shows as chosen; corrections are told beside their fields instead, masked."""
    if before is None:
        return {"answer": "again"}
    name = next((name for name, response in CHOICES.items() if response == before.response), "again")
    day = before.requested_on.isoformat() if before.requested_on else ""
    return {"answer": name, "day": day, "window": window_name(before) or ""}


def problem(words: Words, name: str) -> dict[str, str]:
    """Title and text of a page that says what went wrong."""
    return {"title": words(f"problem.{name}_title"), "text": words(f"problem.{name}")}

"""What the customer may still say: the days and times of day that the courier takes, and until when.

Pure. The capabilities are those of whoever takes actions for the parcel. Whether a courier comes on Sundays and
holidays is not known of any: such days are offered, and the page says that it is not sure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from couriers.capabilities import Capability, capabilities
from customers.answers import Noted
from customers.parcels import News
from settings import IST

#: Times of day, in IST; the evening is the one that guides advise. A courier without a field for it gets it in words.
WINDOWS: dict[str, tuple[str, str]] = {
    "morning": ("09:00", "13:00"),
    "afternoon": ("13:00", "17:00"),
    "evening": ("17:00", "20:00"),
}

#: form: the customer may answer; late: what was said can no longer be changed; out: the courier is on its way;
#: closed: the parcel has an outcome; none: nothing has failed, or the number is another parcel's by now.
STATES: tuple[str, ...] = ("form", "late", "out", "closed", "none")


@dataclass(frozen=True)
class Offer:
    """What one request of a courier for another attempt can be."""

    capability: Capability

    @property
    def has_window(self) -> bool:
        """Whether a time of day reaches the courier at all."""
        return self.capability.window != "no"

    def days(self, now: datetime) -> list[date]:
        """The IST dates that can be asked for, the deadline of each still ahead; empty: no date is carried."""
        if self.capability.days_ahead is None:
            return []
        return [day for day in self._next(now, self.capability.days_ahead) if self.until(day) > now]

    def until(self, visit_on: date) -> datetime:
        """When an answer for this day can no longer be changed."""
        return self.capability.changeable_until(visit_on)

    def visit_on(self, noted: Noted) -> date:
        """The day that an answer is about: as asked, else the first that could still be changed when it was given."""
        if noted.answer.requested_on:
            return noted.answer.requested_on
        days = self._next(noted.given_at, 30)
        return next((day for day in days if self.until(day) > noted.given_at), days[-1])

    @staticmethod
    def _next(now: datetime, most: int) -> list[date]:
        today = now.astimezone(IST).date()
        return [today + timedelta(days=number) for number in range(1, most + 1)]


def offer(news: News) -> Offer:
    """What can be asked of the courier of this parcel; nothing but another attempt where nothing is known of it."""
    return Offer(capabilities(news.booked_with).get("reattempt", Capability("reattempt")))


def state(news: News, noted: Noted | None, now: datetime) -> str:
    """What the page offers now, a word of STATES.

    What was said is locked from the courier's deadline to the end of the day of the visit. A day that passes without
    an attempt opens it again: the customer is waiting.
    """
    if news.outcome != "open":
        return "closed"
    if news.failed_at is None or not news.is_latest:
        return "none"
    today = now.astimezone(IST).date()
    if (
        news.status == "out_for_delivery"
        and news.status_at
        and news.status_at.astimezone(IST).date() == today
    ):
        return "out"
    if noted is None:
        return "form"
    offered = offer(news)
    visit_on = offered.visit_on(noted)
    return "late" if offered.until(visit_on) <= now and today <= visit_on else "form"

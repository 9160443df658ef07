"""How a courier's tracking API is asked, as a description: who asks, when and how often is the poller's.

Owns: the shape of a request and of a courier's limits. Refuses: I/O; a courier's folder maps AWBs and settings to a
request and nothing else. Limits that a courier does not publish are `CAREFUL`, marked inferred in its folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from settings import CourierSettings

#: Calls in seconds for a courier whose limit is not known.
CAREFUL = (60, 60)

#: Statuses by which a server asks to wait, and for how many seconds at least where it does not say how long.
WAITS: Mapping[int, int] = MappingProxyType({429: 60, 503: 30})


@dataclass(frozen=True)
class Request:
    """One call below a courier's address. What may hold a secret or an AWB is kept out of its repr."""

    method: str
    path: str = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Question:
    """The parcels of one call. `carrier`: the aggregator's own id of their carrier, only where it is asked for."""

    awbs: tuple[str, ...]
    carrier: str | None = None


#: From a question, the courier's settings and the token (its setting, or what the login gave) to a request.
Ask = Callable[[Question, CourierSettings, str], Request]


@dataclass(frozen=True)
class Login:
    """A token that is asked for: the request, how it is read from the answer's body (None: it is not there), and the
    hours that it lasts."""

    request: Callable[[CourierSettings], Request]
    token: Callable[[bytes], str | None]
    hours: float


@dataclass(frozen=True)
class Tracking:
    """A courier's tracking API.

    `address` is its own, NDR_<COURIER>_BASE_URL wins over it. `needs` are the fields of CourierSettings without which
    it cannot be asked. At most `most_awbs` in a call, and `calls` in `seconds`. `waits`: status -> seconds to wait at
    least; `answers`: statuses whose body is an answer. `is_by_carrier`: an aggregator that takes parcels of one
    carrier in a call. `evidence` is one of EVIDENCE, for the limits.
    """

    address: str
    ask: Ask
    most_awbs: int
    evidence: str
    needs: tuple[str, ...] = ("token",)
    calls: int = CAREFUL[0]
    seconds: int = CAREFUL[1]
    waits: Mapping[int, int] = field(default_factory=lambda: WAITS)
    answers: frozenset[int] = frozenset({200})
    login: Login | None = None
    is_by_carrier: bool = False

    def missing(self, own: CourierSettings) -> Sequence[str]:
        """The needed settings that are not set, as fields of CourierSettings."""
        return [name for name in self.needs if not getattr(own, name)]

    def root(self, own: CourierSettings) -> str:
        """The address in force, without a slash at its end."""
        return (own.base_url or self.address).rstrip("/")


def bearer(token: str, scheme: str = "Bearer") -> dict[str, str]:
    """The header by which most couriers take a token."""
    return {"Authorization": f"{scheme} {token}"}

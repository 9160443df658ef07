"""One courier's tracking API over HTTP: a question in, an outcome out; no exception of the network gets further.

Owns: time limits, the size of an answer, the login, and what a status means. Refuses: to read an answer, and to say
anything that holds an AWB, an address or a secret.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

import httpx2

from couriers.tracking import Question, Request, Tracking
from poller.clock import Clock
from settings import CourierSettings

#: Seconds to connect, and for a whole answer.
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 30.0
#: Largest answer that is taken, in bytes.
MOST_BYTES = 16 << 20
#: Longest wait that a server is believed, in seconds.
MOST_WAIT = 86_400
#: Of an answer's headers those that say something about its body.
KEPT_HEADERS = ("content-type", "date")


class Result(StrEnum):
    """What became of a call: answered: there is a body to keep; wait: the server asks for silence; refused: it does not
    take this question, another may be taken; failed: nothing can be said of the question."""

    answered = "answered"
    wait = "wait"
    refused = "refused"
    failed = "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of a call. `reason` is a word for the log, `seconds` how long to wait at least."""

    result: Result
    reason: str
    body: bytes = field(default=b"", repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    seconds: float = 0.0


class _TooLarge(Exception):
    pass


@dataclass
class Api:
    """The API of one courier; `client` is closed by whoever made it."""

    tracking: Tracking
    own: CourierSettings
    client: httpx2.AsyncClient
    clock: Clock
    answer_seconds: float = ANSWER_SECONDS
    _token: str | None = field(default=None, repr=False)
    _token_until: float = 0.0
    _logins: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _login_tries: int = 0
    _last_login: Outcome = field(default=Outcome(Result.answered, "known"), repr=False)

    async def ask(self, question: Question) -> Outcome:
        """Ask one question, after a login where one is needed."""
        token = self.own.token.get_secret_value() if self.own.token else ""
        if self.tracking.login:
            login = await self._log_in()
            if login.result is not Result.answered:
                return login
            token = self._token or ""
        outcome = await self._call(self.tracking.ask(question, self.own, token))
        if outcome.reason == "401" and token == self._token:
            # The token was taken back before its time; the next call asks for another.
            self._token = None
        return outcome

    async def _log_in(self) -> Outcome:
        if self._token and self.clock.now() < self._token_until:
            return Outcome(Result.answered, "known")
        tries = self._login_tries
        async with self._logins:
            # One login for all calls that need one at the same time, also when it fails.
            if tries == self._login_tries:
                self._last_login = await self._try_login()
                self._login_tries += 1
            return self._last_login

    async def _try_login(self) -> Outcome:
        login = self.tracking.login
        if login is None:
            return Outcome(Result.answered, "known")
        outcome = await self._call(login.request(self.own))
        if outcome.result is Result.refused:
            return Outcome(Result.failed, f"login {outcome.reason}")
        if outcome.result is Result.answered:
            self._token = login.token(outcome.body)
            if self._token is None:
                return Outcome(Result.failed, "login without a token")
            # A new one is asked for before the old one ends in the middle of a round.
            self._token_until = self.clock.now() + 0.9 * login.hours * 3600
        return outcome

    async def _call(self, request: Request) -> Outcome:
        try:
            async with asyncio.timeout(self.answer_seconds):
                response, body = await self._send(request)
        except TimeoutError:
            return Outcome(Result.failed, "time out")
        except _TooLarge:
            return Outcome(Result.refused, "too large")
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError) as error:
            # Its text may hold the address that was asked, and with it AWBs.
            return Outcome(Result.failed, type(error).__name__)
        return self._judge(response, body)

    async def _send(self, request: Request) -> tuple[httpx2.Response, bytes]:
        url = self.tracking.root(self.own) + request.path
        async with self.client.stream(
            request.method, url, params=dict(request.params) or None, headers=dict(request.headers),
            json=request.json, data=dict(request.form) if request.form is not None else None,
        ) as response:  # fmt: skip
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise _TooLarge
            return response, bytes(body)

    def _judge(self, response: httpx2.Response, body: bytes) -> Outcome:
        status = response.status_code
        if status in self.tracking.waits:
            told = response.headers.get("retry-after", "")
            # isdigit alone takes ² too, and int no number of thousands of digits.
            is_number = told.isascii() and told.isdigit() and len(told) < 10
            seconds = min(int(told), MOST_WAIT) if is_number else 0
            return Outcome(Result.wait, str(status), seconds=max(self.tracking.waits[status], seconds))
        if status in self.tracking.answers:
            kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            return Outcome(Result.answered, str(status), body, {**kept, "status": str(status)})
        # 401 and 403 are about us, 404 on an address that is wrong too: of 4xx the others are about the question.
        is_question = 400 <= status < 500 and status not in (401, 403, 408)
        return Outcome(Result.refused if is_question else Result.failed, str(status))


def new_client(calls_at_once: int) -> httpx2.AsyncClient:
    """A client for one courier, which holds no more connections than calls at once."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx2.Limits(max_connections=calls_at_once, max_keepalive_connections=calls_at_once),
        follow_redirects=False,
        headers={"user-agent": "ndr-recovery-warehouse"},
    )

"""A line to one courier's API: a request in, a reply out, with the login where one is needed.

Owns: time limits, the size of a reply, the token. What went wrong is one of two: nothing left this machine, or the
courier may have taken it. Refuses: to say anything that holds an AWB, an address or a secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx2

from apis.clock import Clock
from couriers.tracking import Login, Request
from settings import CourierSettings

#: Seconds to connect.
CONNECT_SECONDS = 5.0
#: Largest reply that is taken, in bytes.
MOST_BYTES = 16 << 20
#: Longest wait that a server is believed, in seconds.
MOST_WAIT = 86_400


class NotSent(Exception):
    """Nothing left this machine; the text is a word for the log."""


class NoReply(Exception):
    """The courier may have taken the request; the text is a word for the log."""


class TooLarge(NoReply):
    """The reply has more than MOST_BYTES."""


@dataclass(frozen=True)
class Reply:
    """What came back. `headers` have lower-case names."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def wait(self, waits: Mapping[int, int]) -> float | None:
        """Seconds of silence that it asks for, of a courier with these waits by status; None: it asks for none."""
        if self.status not in waits:
            return None
        told = self.headers.get("retry-after", "")
        # isdigit alone takes ² too, and int no number of thousands of digits.
        is_number = told.isascii() and told.isdigit() and len(told) < 10
        return max(waits[self.status], min(int(told), MOST_WAIT) if is_number else 0)


class LoginFailed(Exception):
    """There is no token; `reply` is what the login was answered, None: nothing."""

    def __init__(self, reason: str, reply: Reply | None = None) -> None:
        super().__init__(reason)
        self.reply = reply


#: Errors before the first byte of a request.
_BEFORE = (
    httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol,
    httpx2.InvalidURL, UnicodeError,
)  # fmt: skip


@dataclass
class Line:
    """The line; `client` is closed by whoever made it."""

    root: str
    own: CourierSettings
    client: httpx2.AsyncClient
    clock: Clock
    answer_seconds: float
    login: Login | None = None
    _token: str | None = field(default=None, repr=False)
    _token_until: float = 0.0
    _logins: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _login_tries: int = 0
    _failed: LoginFailed | None = field(default=None, repr=False)

    async def call(self, make: Callable[[str], Request]) -> Reply:
        """Send the request that is made of the token, after a login where one is needed.

        Raises LoginFailed, NotSent, NoReply.
        """
        token = self.own.token.get_secret_value() if self.own.token else ""
        if self.login:
            token = await self._log_in(self.login)
        reply = await self._send(make(token))
        if reply.status == 401 and token == self._token:
            # The token was taken back before its time; the next call asks for another.
            self._token = None
        return reply

    async def _log_in(self, login: Login) -> str:
        tries = self._login_tries
        async with self._logins:
            if self._token and self.clock.now() < self._token_until:
                return self._token
            # One login for all calls that need one at the same time, also when it fails.
            if tries == self._login_tries:
                self._failed = await self._try_login(login)
                self._login_tries += 1
            if self._failed or not self._token:
                raise self._failed or LoginFailed("login")
            return self._token

    async def _try_login(self, login: Login) -> LoginFailed | None:
        try:
            reply = await self._send(login.request(self.own))
        except (NotSent, NoReply) as error:
            return LoginFailed(f"login {error}")
        if not 200 <= reply.status < 300:
            return LoginFailed(f"login {reply.status}", reply)
        self._token = login.token(reply.body)
        if self._token is None:
            return LoginFailed("login without a token")
        # A new one is asked for before the old one ends in the middle of something.
        self._token_until = self.clock.now() + 0.9 * login.hours * 3600
        return None

    async def _send(self, request: Request) -> Reply:
        try:
            async with asyncio.timeout(self.answer_seconds):
                return await self._stream(request)
        except TimeoutError:
            raise NoReply("time out") from None
        # Their texts may hold the address that was asked, and with it AWBs.
        except _BEFORE as error:
            raise NotSent(type(error).__name__) from None
        except (httpx2.HTTPError, OSError) as error:
            raise NoReply(type(error).__name__) from None

    async def _stream(self, request: Request) -> Reply:
        async with self.client.stream(
            request.method, self.root + request.path, params=dict(request.params) or None,
            headers=dict(request.headers), json=request.json,
            data=dict(request.form) if request.form is not None else None,
        ) as response:  # fmt: skip
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise TooLarge("too large")
            return Reply(response.status_code, bytes(body), dict(response.headers))


def new_client(calls_at_once: int, answer_seconds: float, kept: int | None = None) -> httpx2.AsyncClient:
    """A client for one courier, which holds no more connections than calls at once, and keeps `kept` of them open
    (None: all). On one that was kept open a request may be lost without a trace, which is why orders keep none."""
    kept = calls_at_once if kept is None else kept
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(answer_seconds, connect=CONNECT_SECONDS),
        limits=httpx2.Limits(max_connections=calls_at_once, max_keepalive_connections=kept),
        follow_redirects=False,
        headers={"user-agent": "ndr-recovery-warehouse"},
    )

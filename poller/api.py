"""One courier's tracking API: a question in, an outcome out; no exception of the network gets further.

Owns: what a status means to whoever asks. Refuses: to read an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import httpx2

from apis.clock import Clock
from apis.line import Line, LoginFailed, NoReply, NotSent, Reply, TooLarge
from couriers.tracking import Question, Tracking
from settings import CourierSettings

#: Seconds for a whole answer.
ANSWER_SECONDS = 30.0
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


@dataclass
class Api:
    """The API of one courier; `client` is closed by whoever made it."""

    tracking: Tracking
    own: CourierSettings
    client: httpx2.AsyncClient
    clock: Clock
    answer_seconds: float = ANSWER_SECONDS

    def __post_init__(self) -> None:
        root = self.tracking.root(self.own)
        self._line = Line(root, self.own, self.client, self.clock, self.answer_seconds, self.tracking.login)

    async def ask(self, question: Question) -> Outcome:
        """Ask one question, after a login where one is needed."""
        try:
            return self._judge(
                await self._line.call(lambda token: self.tracking.ask(question, self.own, token))
            )
        except LoginFailed as error:
            seconds = error.reply.wait(self.tracking.waits) if error.reply else None
            is_wait = seconds is not None
            return Outcome(Result.wait if is_wait else Result.failed, str(error), seconds=seconds or 0.0)
        except TooLarge as error:
            return Outcome(Result.refused, str(error))
        except (NotSent, NoReply) as error:
            return Outcome(Result.failed, str(error))

    def _judge(self, reply: Reply) -> Outcome:
        status = str(reply.status)
        seconds = reply.wait(self.tracking.waits)
        if seconds is not None:
            return Outcome(Result.wait, status, seconds=seconds)
        if reply.status in self.tracking.answers:
            kept = {name: reply.headers[name] for name in KEPT_HEADERS if name in reply.headers}
            return Outcome(Result.answered, status, reply.body, {**kept, "status": status})
        # 401 and 403 are about us, 404 on an address that is wrong too: of 4xx the others are about the question.
        is_question = 400 <= reply.status < 500 and reply.status not in (401, 403, 408)
        return Outcome(Result.refused if is_question else Result.failed, status)

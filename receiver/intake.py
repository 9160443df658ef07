"""One webhook from its first byte to its answer: limits, proof, ledger, in this order.

Nothing is kept of a request that is not proven; everything is kept of one that is, also when it cannot be read. The
answer comes after the commit, so whoever was told "received" is on disk.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass

from starlette.requests import Request

from ledger.errors import LedgerUnavailable
from ledger.receipts import DOCUMENT, Receipt
from ledger.writer import Writer
from receiver.errors import Turned
from receiver.gates import Gate, Proof
from receiver.limits import Buckets, Budget, read_body
from settings import Settings

#: Headers that say something about the message. No other is kept: one of them holds the secret.
KEPT_HEADERS = ("content-type", "content-encoding", "user-agent", "webhook-id", "webhook-timestamp")


@dataclass(frozen=True)
class Taken:
    """A webhook that was kept: `result` is a word of receiver.metrics.RESULTS."""

    receipt_id: int
    result: str
    size: int


@dataclass(frozen=True)
class Intake:
    """Takes webhooks for all couriers."""

    settings: Settings
    writer: Writer
    buckets: Buckets
    unproven: Budget

    async def take(self, request: Request, gate: Gate, kind: str) -> Taken:
        """Keep one webhook. Raises Turned when it is not taken."""
        source = request.client.host if request.client else None
        self.buckets.take(f"{gate.slug} {source}", time.monotonic())
        gate.admit(source)
        now = self.settings.now()
        # A token is checked before a stranger may make us read anything.
        proof = Proof() if gate.needs_body else self._check(gate, request, b"")
        most_kb = self.settings.document_max_kb if kind == DOCUMENT else self.settings.push_max_kb
        body = await read_body(request, most_kb, self.unproven if gate.needs_body else None)
        if gate.needs_body:
            proof = self._check(gate, request, body)
        headers = {name: request.headers[name] for name in KEPT_HEADERS if name in request.headers}
        # A proxy may name anything as the source; the ledger has room for an address.
        receipt = Receipt(
            gate.slug, kind, body, now, headers, source[:64] if source else None, proof.message_id
        )
        return await self._keep(receipt, proof)

    def _check(self, gate: Gate, request: Request, body: bytes) -> Proof:
        return gate.check(request.headers, request.query_params.get("token"), body, self.settings.now())

    async def _keep(self, receipt: Receipt, proof: Proof) -> Taken:
        try:
            kept = await asyncio.wrap_future(self.writer.submit(receipt))
        except LedgerUnavailable as error:
            raise Turned(503, "unavailable", str(error)) from None
        if kept.is_new:
            result = "received" if is_readable(receipt.body) else "unreadable"
        elif proof.signed_at and kept.headers.get("webhook-timestamp") == proof.signed_at:
            # An honest sender signs each try anew; only a copy has the time of the one that we have.
            raise Turned(409, "replayed")
        else:
            result = "repeated"
        return Taken(kept.id, result, len(receipt.body))


def is_readable(body: bytes) -> bool:
    """Whether a body is a JSON object or array. It is kept either way; this is for the counters."""
    try:
        return isinstance(json.loads(body), dict | list)
    except (ValueError, RecursionError):
        return False

"""The receiver's addresses: webhooks, health and metrics."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ledger.database import Ledger
from ledger.errors import LedgerError
from ledger.outbox_health import outbox_health
from ledger.progress import backlog
from ledger.receipts import DOCUMENT, PUSH
from ledger.writer import Writer
from receiver.errors import Turned
from receiver.gates import Gate
from receiver.health import free_bytes
from receiver.intake import Intake
from receiver.limits import MOST_UNPROVEN, Buckets, Budget
from receiver.metrics import Metrics
from receiver.readiness import Readiness
from settings import Settings

_log = logging.getLogger("receiver")

#: A result's own status where it is taken.
_OK = 200


def create_app(settings: Settings, ledger: Ledger, gates: Mapping[str, Gate]) -> FastAPI:
    """The application over an open ledger; its writer lives as long as it does."""
    writer = Writer(ledger)
    metrics = Metrics(lambda: writer.depth, lambda: free_bytes(settings))
    writer.on_commit = metrics.commit_receipts.observe
    # Of which the largest push must find room.
    unproven = Budget(max(MOST_UNPROVEN, settings.push_max_kb << 10))
    intake = Intake(settings, writer, Buckets(settings.receiver_rate), unproven)
    readiness = Readiness(settings, ledger, writer)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(writer.close)

    # No pages of documentation: they load scripts from elsewhere.
    app = FastAPI(title="NDR receiver", lifespan=lifespan, openapi_url=None)
    # Other pages of the same process count there too.
    app.state.registry = metrics.registry

    @app.post("/webhooks/{courier}")
    async def push(courier: str, request: Request) -> Response:
        return await webhook(courier, PUSH, request)

    @app.post("/webhooks/{courier}/documents")
    async def document(courier: str, request: Request) -> Response:
        return await webhook(courier, DOCUMENT, request)

    async def webhook(courier: str, kind: str, request: Request) -> Response:
        began = time.monotonic()
        gate = gates.get(courier)
        if gate is None or (kind == DOCUMENT and not gate.webhook.has_documents):
            metrics.webhooks.labels("unknown", kind, "refused").inc()
            return _answer(404, "unknown")
        status, reason, size, receipt_id = _OK, "", 0, None
        try:
            taken = await intake.take(request, gate, kind)
            result, size, receipt_id = taken.result, taken.size, taken.receipt_id
        except Turned as turned:
            status, result, reason = turned.status, turned.result, turned.reason
        except Exception as error:
            # The type alone: messages may hold what was sent.
            status, result, reason = 500, "failed", type(error).__name__
        seconds = time.monotonic() - began
        metrics.webhooks.labels(courier, kind, result).inc()
        metrics.answer_seconds.observe(seconds)
        level = logging.DEBUG if result == "received" else logging.WARNING if status != _OK else logging.INFO
        if _log.isEnabledFor(level):
            fields = {
                "courier": courier, "kind": kind, "result": result, "reason": reason, "bytes": size,
                "receipt": receipt_id, "ms": round(seconds * 1000, 1),
            }  # fmt: skip
            _log.log(level, "webhook", extra={"fields": fields})
        return _answer(status, result)

    @app.get("/livez")
    async def livez() -> Response:
        return _answer(_OK, "alive")

    @app.get("/readyz")
    def readyz() -> Response:
        found = readiness.problems()
        return _answer(503 if found else _OK, "not ready" if found else "ready", problems=found)

    @app.get("/metrics")
    def numbers() -> Response:
        # Without the ledger the other numbers are needed most.
        with suppress(LedgerError):
            now = settings.now()
            metrics.note(backlog(ledger), outbox_health(ledger, now), now)
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return app


def _answer(status: int, word: str, **more: object) -> Response:
    headers = {"Retry-After": "1"} if status in (429, 503) else {}
    return Response(json.dumps({"status": word, **more}), status, headers, "application/json")

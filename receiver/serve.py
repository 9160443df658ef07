"""Runs the receiver under uvicorn: one process, as one writer groups the commits of all requests.

Owns: its log, a JSON object a line on standard error. A line has no address, body, URL or name in it.
"""

from __future__ import annotations

import json
import logging
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI

from ledger.database import Ledger, open_ledger
from receiver.app import create_app
from receiver.errors import ReceiverError
from receiver.gates import gates
from settings import Settings


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", {})
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage(), **fields}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


#: Adds other pages to the receiver's application, before it serves; gives a line that says where they are.
Extension = Callable[[FastAPI, Settings, Ledger], str]


def receive(settings: Settings, say: Callable[[str], None], *extensions: Extension) -> None:
    """Serve until SIGINT or SIGTERM; what was being taken is then finished.

    Raises ReceiverError for a setting that cannot be used, LedgerError when the ledger cannot be opened.
    """
    doors = gates(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    listener = _listen(settings)
    ledger = open_ledger(settings)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    # Says at every start which migrations there are.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    known = [slug for slug, gate in doors.items() if gate.secrets]
    say(f"webhooks: http://{settings.receiver_host}:{settings.receiver_port}/webhooks/<courier>")
    say(f"couriers with a secret: {', '.join(known) or 'none; set NDR_<COURIER>_WEBHOOK_SECRET'}")
    app = create_app(settings, ledger, doors)
    for extend in extensions:
        say(extend(app, settings, ledger))
    # The access log prints addresses and URLs, and a URL may hold a token.
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    try:
        uvicorn.Server(config).run([listener])
    except KeyboardInterrupt:
        say("stopped")
    finally:
        ledger.close()


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.receiver_host, settings.receiver_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ReceiverError(
            f"{host} port {port}: {(error.strerror or str(error)).lower()}; stop what listens there, or set"
            " NDR_RECEIVER_HOST and NDR_RECEIVER_PORT"
        ) from error

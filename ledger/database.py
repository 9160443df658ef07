"""Opens the ledger, brings it to this version's tables, and gives out its transactions.

Owns: durability (SQLite in WAL with full synchronous commits, PostgreSQL with synchronous commit) and the order of
ids: writing transactions run one after the other, so an id that is seen has all smaller ids before it. Without
that, PostgreSQL may show receipt 8 before receipt 7, and a reader at position 8 would never see 7.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError

from ledger.errors import LedgerError, LedgerUnavailable, RowRefused
from settings import Settings

#: The advisory lock of all writers of one PostgreSQL ledger; any number that nothing else takes.
_WRITERS = 0x6E6472_6C6467

#: SQLite's file in the data folder.
FILE = "ledger.db"

#: How long a writer waits for another, in seconds.
_PATIENCE = 10

#: How long one statement may take on PostgreSQL, in seconds: a server that hangs must not hold the receiver.
_STATEMENT_SECONDS = 60

#: When a PostgreSQL server counts as gone: seconds until it must have answered, seconds of silence before and between
#: questions whether it is there, milliseconds that what was sent may stay unacknowledged. The URL may say otherwise.
_REMOTE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "tcp_user_timeout": 15_000,
}


_upgrading = threading.Lock()


@dataclass(frozen=True)
class Ledger:
    """An open ledger: `write()` and `read()` give a connection in a transaction."""

    engine: sa.Engine

    @contextmanager
    def write(self, *, takes_long: bool = False) -> Iterator[sa.Connection]:
        """A transaction that is alone in writing; on disk when the block ends, undone when it raises.

        `takes_long`: its statements may take any time (migrations, the archive's).
        Raises LedgerUnavailable when the database cannot be written, RowRefused when it never takes the row.
        """
        with _clear_errors(), self.engine.connect() as connection:
            writing = connection.execution_options(ndr_writes=True)
            with writing.begin():
                if self.engine.dialect.name == "postgresql":
                    if takes_long:
                        writing.exec_driver_sql("set local statement_timeout = 0")
                    writing.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITERS)))
                yield writing

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state. Raises LedgerUnavailable."""
        # PostgreSQL's default gives each statement a state of its own; SQLite knows no other than this.
        is_remote = self.engine.dialect.name == "postgresql"
        engine = (
            self.engine.execution_options(isolation_level="REPEATABLE READ") if is_remote else self.engine
        )
        with _clear_errors(), engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_ledger(settings: Settings, *, upgrade: bool = True) -> Ledger:
    """The ledger of the settings, made or brought to this version's tables unless that is not wanted.

    Raises LedgerUnavailable when it cannot be reached, LedgerError when a newer version of the program made it.
    """
    url = _url(settings)
    if settings.ledger_url is None:
        _make_private(settings.data_dir / FILE)
    # Parameters are bodies and names of people; without this an error would quote them into a log.
    engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=_patience(url))
    sa.event.listen(engine, "connect", _durable)
    if url.get_backend_name() == "sqlite":
        sa.event.listen(engine, "begin", _begin)
    ledger = Ledger(engine)
    if upgrade:
        _upgrade(ledger)
    return ledger


def has_ledger(settings: Settings) -> bool:
    """Whether there is a ledger to read, without making one."""
    return settings.ledger_url is not None or (settings.data_dir / FILE).exists()


def _url(settings: Settings) -> sa.URL:
    if settings.ledger_url is None:
        return sa.URL.create("sqlite", database=str(settings.data_dir / FILE))
    try:
        url = sa.make_url(settings.ledger_url.get_secret_value())
    except ArgumentError:
        url = sa.URL.create("none")
    if url.get_backend_name() != "postgresql":
        # Without what was found: it may hold a password.
        raise LedgerError(
            "NDR_LEDGER_URL: expected postgresql://user:password@host/name, found something else"
        )
    return url.set(drivername="postgresql+psycopg")


def _patience(url: sa.URL) -> dict[str, int]:
    if url.get_backend_name() != "postgresql":
        return {}
    return {name: limit for name, limit in _REMOTE.items() if name not in url.query}


def _make_private(path: Path) -> None:
    """The file for the service's user alone; SQLite gives its log the same rights.

    One that is there is not touched: closing any handle on it would take this process's locks from SQLite, and another
    process, alone as it would seem, would remove the log into which this one writes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _durable(connection: Any, _record: object) -> None:
    is_sqlite = type(connection).__module__.startswith("sqlite3")
    if is_sqlite:
        # Transactions begin where we say so (`_begin`), DDL among them.
        connection.isolation_level = None
    statements = (
        (
            "pragma journal_mode = wal",
            "pragma synchronous = full",
            f"pragma busy_timeout = {_PATIENCE * 1000}",
        )
        if is_sqlite
        else (
            "set synchronous_commit = on",
            f"set lock_timeout = '{_PATIENCE}s'",
            f"set statement_timeout = '{_STATEMENT_SECONDS}s'",
            "set timezone = 'UTC'",
        )
    )
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
    if not is_sqlite:
        connection.commit()


def _begin(connection: sa.Connection) -> None:
    # A writer that began as a reader could find its snapshot outdated and fail instead of waiting.
    is_writer = connection.get_execution_options().get("ndr_writes")
    connection.exec_driver_sql("begin immediate" if is_writer else "begin")


def migrations() -> Config:
    """Where Alembic finds the ledger's migrations."""
    config = Config()
    config.set_main_option("script_location", "ledger:migrations")
    return config


def _upgrade(ledger: Ledger) -> None:
    config = migrations()
    try:
        # Alembic keeps what it works on in its modules: two threads at once take it from each other.
        with _upgrading, ledger.write(takes_long=True) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise LedgerError("the ledger was made by a newer version of this program: run that one") from error


@contextmanager
def _clear_errors() -> Iterator[None]:
    # `from None`: PostgreSQL's errors quote the row after their first line, and a traceback would print them.
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise RowRefused(f"the database never takes this row: {type(error.orig).__name__}") from None
    except DBAPIError as error:
        reason = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
        raise LedgerUnavailable(f"the ledger cannot be used: {reason}") from None
    except sa.exc.TimeoutError:
        raise LedgerUnavailable("the ledger cannot be used: all its connections are busy") from None

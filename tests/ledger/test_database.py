"""Opening a ledger: its tables, its durability, the order of its ids."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
import time
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ledger import database
from ledger.database import Ledger, open_ledger
from ledger.errors import LedgerError, LedgerUnavailable, RowRefused
from ledger.receipts import Receipt, after, keep
from ledger.retention import Rule, archive_next
from ledger.tables import metadata, receipts
from settings import IST, PROJECT_DIR, Settings
from tests import postgres

NOW = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)


def receipt(body: bytes = b"{}", **fields: object) -> Receipt:
    given = {"courier": "delhivery", "kind": "push", "received_at": NOW, "headers": {}} | fields
    return Receipt(body=body, **given)  # type: ignore[arg-type]


def test_migrations_make_the_tables_that_the_program_uses(ledger: Ledger) -> None:
    with ledger.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_again_keeps_what_is_there(settings: Settings, ledger: Ledger) -> None:
    keep(ledger, [receipt(b"one")])
    again = open_ledger(settings)
    assert [row.body for row in after(again, 0, 10)] == [b"one"]
    again.close()


def test_opening_again_does_not_lose_what_is_written_after_another_process_has_looked(
    settings: Settings, ledger: Ledger
) -> None:
    """SQLite's locks are the process's and go with the first handle that it closes on the file: a process that looks in
    would then take itself for the last one and remove the log into which the others write."""
    keep(ledger, [receipt(b"one")])
    open_ledger(settings)
    _look(settings)
    keep(ledger, [receipt(b"two")])
    assert _look(settings) == "2"


def _look(settings: Settings) -> str:
    """How many receipts another process finds."""
    url = settings.ledger_url.get_secret_value() if settings.ledger_url else ""
    program = (
        "from ledger.database import open_ledger; from ledger.receipts import after; from settings import Settings;"
        "ledger = open_ledger(Settings()); print(len(after(ledger, 0, 10))); ledger.close()"
    )
    environment = {**os.environ, "NDR_DATA_DIR": str(settings.data_dir), "NDR_LEDGER_URL": url}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=PROJECT_DIR, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_newer_ledger_is_refused(settings: Settings, ledger: Ledger) -> None:
    with ledger.write() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(LedgerError, match="newer version"):
        open_ledger(settings)


def test_commits_wait_for_the_disk(ledger: Ledger) -> None:
    """SQLite: WAL, synchronous 2 (full). PostgreSQL: synchronous_commit, whatever the server's default."""
    with ledger.write() as connection:
        if ledger.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("pragma synchronous").scalar() == 2
        else:
            assert connection.exec_driver_sql("show synchronous_commit").scalar() == "on"


def test_an_unreachable_ledger_says_so_in_one_line(tmp_path: Path) -> None:
    gone = Settings(data_dir=tmp_path, ledger_url=f"postgresql://postgres@/none?host={tmp_path}")
    with pytest.raises(LedgerUnavailable, match="the ledger cannot be used") as caught:
        open_ledger(gone)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://ledger:hush@host/x", "sqlite://", "hush", "postgresql//hush@"])
def test_another_kind_of_database_is_refused_without_quoting_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(LedgerError, match="NDR_LEDGER_URL: expected postgresql://") as caught:
        open_ledger(Settings(data_dir=tmp_path, ledger_url=url))
    assert "hush" not in "".join(traceback.format_exception(caught.value.with_traceback(None)))


def test_the_file_is_for_the_services_user_alone(tmp_path: Path) -> None:
    opened = open_ledger(Settings(data_dir=tmp_path))
    keep(opened, [receipt()])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("ledger.db*")}
    assert modes == {"ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600}
    opened.close()


def test_errors_quote_no_values(ledger: Ledger) -> None:
    """What a courier sent, or a person's name, must not get into a log by way of an error."""
    name = "somebody"
    refused = receipt(headers={"name": name}, courier=None)
    with pytest.raises(RowRefused) as caught:
        keep(ledger, [refused])
    told = "".join(traceback.format_exception(caught.value))
    assert "never takes this row" in told
    assert "somebody" not in told


def test_an_instant_comes_back_in_utc_and_needs_a_zone(ledger: Ledger) -> None:
    keep(ledger, [receipt(received_at=NOW.astimezone(IST))])
    (row,) = after(ledger, 0, 10)
    assert (row.received_at, row.received_at.tzinfo) == (NOW, UTC)
    with pytest.raises(sa.exc.StatementError, match="needs its zone"):
        keep(ledger, [receipt(received_at=NOW.replace(tzinfo=None))])


def test_an_id_that_is_seen_has_all_smaller_ones_before_it(ledger: Ledger) -> None:
    """A second writer gets no id before the first has committed: else its receipt shows first, and a reader who
    stands at its id never sees the first."""
    began, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with ledger.write() as connection:
            connection.execute(sa.insert(receipts).values(receipt(b"slow").row))
            began.set()
            assert may_end.wait(10)

    def quick() -> None:
        keep(ledger, [receipt(b"quick")])

    first, second = threading.Thread(target=slow), threading.Thread(target=quick)
    first.start()
    assert began.wait(10)
    second.start()
    second.join(0.3)
    seen_meanwhile = after(ledger, 0, 10)
    may_end.set()
    first.join()
    second.join()
    assert seen_meanwhile == []
    assert [row.body for row in after(ledger, 0, 10)] == [b"slow", b"quick"]


def test_the_id_of_a_removed_receipt_is_not_given_again(ledger: Ledger) -> None:
    """Receipts leave for the archive; a reader's position must stay behind what comes later."""
    (last,) = keep(ledger, [receipt(received_at=NOW - timedelta(days=90))])
    with ledger.write() as connection:
        connection.execute(sa.delete(receipts))
    (new,) = keep(ledger, [receipt()])
    assert new.id > last.id


def test_a_reader_sees_one_state(ledger: Ledger) -> None:
    """Also in its second statement, when somebody has written in between."""
    count = sa.select(sa.func.count()).select_from(receipts)
    with ledger.read() as connection:
        assert connection.scalar(count) == 0
        keep(ledger, [receipt()])
        assert connection.scalar(count) == 0
    with ledger.read() as connection:
        assert connection.scalar(count) == 1
    keep(ledger, [receipt(b"the connection writes again")])


def test_a_server_that_does_not_answer_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database._REMOTE, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://postgres@127.0.0.1:{silent.getsockname()[1]}/none"
        began = time.monotonic()
        with pytest.raises(LedgerUnavailable):
            open_ledger(Settings(data_dir=tmp_path, ledger_url=url))
    assert time.monotonic() - began < 10


def test_postgresql_is_waited_for_within_bounds(postgres_folder: str, tmp_path: Path) -> None:
    """Whoever says otherwise in the URL is heard; migrations and the archive take the time that they take."""
    url = f"{postgres.database(postgres_folder)}&keepalives_idle=60"
    ledger = open_ledger(Settings(data_dir=tmp_path, ledger_url=url))
    with ledger.read() as connection:
        given = connection.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
        assert connection.exec_driver_sql("show statement_timeout").scalar() == "1min"
    assert (given["connect_timeout"], given["tcp_user_timeout"], given["keepalives_idle"]) == (
        "5", "15000", "60",
    )  # fmt: skip
    with ledger.write(takes_long=True) as connection:
        assert connection.exec_driver_sql("show statement_timeout").scalar() == "0"
    with ledger.write() as connection:
        assert connection.exec_driver_sql("show statement_timeout").scalar() == "1min"
    ledger.close()


def test_migrations_and_what_leaves_have_no_bound(postgres_folder: str, tmp_path: Path) -> None:
    bounds: dict[str, str] = {}

    def look(connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
        if connection.dialect.name == "postgresql":
            with connection.connection.cursor() as cursor:
                cursor.execute("show statement_timeout")
                bounds.setdefault(" ".join(statement.split()[:3]), cursor.fetchone()[0])

    sa.event.listen(sa.Engine, "before_cursor_execute", look)
    try:
        ledger = open_ledger(Settings(data_dir=tmp_path, ledger_url=postgres.database(postgres_folder)))
        keep(ledger, [receipt(received_at=NOW - timedelta(days=90))])
        archive_next(ledger, Rule(tmp_path, NOW, 1), NOW)
        ledger.close()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", look)
    assert (bounds["CREATE TABLE receipts"], bounds["DELETE FROM receipts"]) == ("0", "0")
    assert bounds["INSERT INTO receipts"] == "1min"

"""A PostgreSQL server of our own, on a socket in a folder of its own; `make postgres` installs Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

_USER = "postgres"


@contextmanager
def server(is_durable: bool = False) -> Iterator[str]:
    """Start a server and stop it at the end; yields the folder of its socket. `is_durable`: commits wait for the
    disk, as in earnest."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert programs, "PostgreSQL is not installed: `make postgres` does it"
    # Sockets have short paths, and the server's user must be able to reach the folder.
    folder = Path(tempfile.mkdtemp(prefix="ndr-pg-", dir="/tmp"))
    if os.getuid() == 0:
        shutil.chown(folder, _USER)
    try:
        data = str(folder / "data")
        _run(
            programs[-1] / "initdb", "-D", data, "-U", _USER, "-A", "trust", "-N", "-E", "UTF8", "--locale=C"
        )
        fsync = "on" if is_durable else "off"
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync={fsync}"
        _run(programs[-1] / "pg_ctl", "-D", data, "-w", "-l", f"{data}/log", "-o", options, "start")
        try:
            yield str(folder)
        finally:
            _run(programs[-1] / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def database(folder: str) -> str:
    """A new database of the server; returns its URL."""
    name = f"ndr_{uuid4().hex}"
    with psycopg.connect(host=folder, user=_USER, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return f"postgresql://{_USER}@/{name}?host={folder}"


def _run(program: Path, *arguments: str) -> None:
    # The server refuses to run as root.
    command = ["runuser", "-u", _USER, "--"] if os.getuid() == 0 else []
    done = subprocess.run(
        [*command, str(program), *arguments], cwd="/", check=False, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

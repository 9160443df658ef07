"""What is wrong with an installation and its data, and how to mend it.

Changes nothing, and opens the warehouse only when nobody writes it. Every finding that is not well says what to do.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from couriers import known_couriers
from couriers.mapping_errors import MappingError
from orchestration import inbox
from orchestration.findings import Finding, Level, checks, published, warehouse
from orchestration.ledger_findings import ledger, webhooks
from orchestration.services import answers, is_taken, services
from settings import Settings

MIN_FREE_GB = 2.0


def examine(settings: Settings) -> list[Finding]:
    """Everything that is looked at, in the order in which a person would mend it."""
    return [
        *_places(settings),
        *_mappings(settings),
        *published(settings),
        *checks(settings),
        *warehouse(settings),
        *ledger(settings),
        *webhooks(settings),
        *_inbox(settings),
        *_ports(settings),
    ]


def _places(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.is_dir():
        yield Finding(
            "wrong", "data folder", f"{folder} does not exist", "ndr load FILES, or ndr demo, makes it"
        )
        return
    if not os.access(folder, os.W_OK):
        yield Finding(
            "wrong",
            "data folder",
            f"{folder} cannot be written",
            f"give this user the folder: chown {folder}",
        )
    else:
        yield Finding("well", "data folder", str(folder.resolve()))
    if (folder / ".demo.json").exists():
        text = "a stand-in world made by ndr demo"
        yield Finding("warning", "data", text, "set NDR_DATA_DIR to another folder before loading real files")
    free = shutil.disk_usage(folder).free / 1e9
    needed = MIN_FREE_GB + 3 * _size(settings.marts_path) / 1e9
    level: Level = "well" if free >= needed else "wrong"
    mend = (
        ""
        if level == "well"
        else "make room: publishing copies the marts twice, and a load may spill to disk"
    )
    yield Finding(level, "disk", f"{free:.1f} GB free, {needed:.1f} GB wanted", mend)


def _mappings(settings: Settings) -> Iterator[Finding]:
    folder = settings.mappings_folder
    try:
        known_couriers(folder)
    except (MappingError, OSError) as error:
        yield Finding(
            "wrong", "mappings", str(error), f"correct the file in {folder}; nothing is built before"
        )
        return
    if described := sorted(path.stem for path in folder.glob("*.toml")):
        yield Finding("well", "mappings", f"{', '.join(described)} described in {folder}")


def _inbox(settings: Settings) -> Iterator[Finding]:
    waiting = inbox.look(settings)
    if waiting:
        text = f"{len(waiting)} files wait in {settings.inbox_dir}"
        yield Finding("warning", "inbox", text, "ndr up loads them by itself; ndr load does it now")
    refused = settings.inbox_dir / "refused"
    reasons = list(refused.glob("*.reason.txt")) if refused.is_dir() else []
    if reasons:
        yield Finding(
            "warning",
            "inbox",
            f"{len(reasons)} refused files in {refused}",
            "read the reason beside each file",
        )


def _ports(settings: Settings) -> Iterator[Finding]:
    for service in services(settings):
        if service.port is None or not is_taken(service.port):
            continue
        if answers(f"{service.address}{service.health}"):
            yield Finding("well", "served", f"{service.name} answers at {service.address}")
        else:
            yield Finding(
                "warning", "port", f"{service.port} is taken by another program", f"set {service.setting}"
            )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0

"""The `ndr` command in the tests' own process, which imports dbt once and keeps the parsed project.

Owns: the command's words, environment and exit code, as a shell gives and gets them. Refuses: what is about processes
(signals, kills, servers); these tests start one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from orchestration.cli import app
from settings import get_settings


def attempt(arguments: list[str], environment: Mapping[str, str]) -> Result:
    """The command with these settings (NDR_ and so on) and no others of this environment; what came of it."""
    others = {name: None for name in os.environ if name.startswith("NDR_")}
    get_settings.cache_clear()
    try:
        return CliRunner().invoke(app, arguments, env={**others, **environment})
    finally:
        get_settings.cache_clear()


def ndr(folder: Path, *arguments: str, **settings: str) -> Result:
    """The command on a data folder, which must succeed."""
    done = attempt(list(arguments), {"NDR_DATA_DIR": str(folder), **settings})
    assert done.exit_code == 0, f"ndr {' '.join(arguments)}: {done.output}{done.exception!r}"
    return done

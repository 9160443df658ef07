"""What a person sees: lines, progress and reports, and errors as one line with exit code 1.

Answers go to standard output; everything else, progress included, goes to standard error. Progress moves only on
a terminal.
"""

# ruff: noqa: PLC0415 (a command imports what it needs: dbt, polars and dagster take seconds)

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import duckdb
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from ingestion.errors import LoadError
from ledger.errors import LedgerError
from orchestration.errors import NdrError
from settings import IST, BadSetting, Settings, get_settings

if TYPE_CHECKING:
    from ingestion.files import LoadResult, Progress
    from orchestration.nodes import NodeEvent

_errors = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def say(line: str) -> None:
    """One line for a person, on standard error."""
    _errors.print(line)


def fail(line: str) -> NoReturn:
    """One line on standard error, exit 1."""
    say(f"error: {line}")
    raise typer.Exit(1)


def one_line(error: BaseException) -> str:
    """An error's message on one line, without DuckDB's drawing of where in the statement it stands."""
    return " ".join(str(error).split("\n\nLINE ")[0].split()) or type(error).__name__


@contextmanager
def settings_and_clear_errors(read: Path | None = None) -> Iterator[Settings]:
    """The settings, with every error that a person can mend as one line; `read` wins over NDR_READ_DIR."""
    try:
        settings = get_settings()
        yield settings.model_copy(update={"read_dir": read}) if read else settings
    except ValidationError as error:
        first = error.errors()[0]
        fail(f"setting NDR_{str(first['loc'][0]).upper()}: {first['msg']}, found {first['input']!r}")
    except (NdrError, LoadError, LedgerError, BadSetting, duckdb.Error, OSError) as error:
        fail(one_line(error))
    except KeyboardInterrupt:
        fail("interrupted: nothing half done is kept, and the command may be repeated")


def instant(text: str) -> datetime:
    """ISO-8601; no offset is IST, a bare date is its last instant in IST (where a dated fact stands)."""
    try:
        if len(text) == 10:
            return datetime.combine(datetime.fromisoformat(text).date(), time.max, IST)
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no ISO-8601 instant, e.g. 2026-03-01T18:30:00+05:30"
        ) from error
    return value if value.tzinfo else value.replace(tzinfo=IST)


@contextmanager
def _bar(text: str) -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar on standard error that is told what is being done, how much is done, and of how much."""
    columns = (
        SpinnerColumn(),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Bars(*columns, console=_errors, transient=True) as bars:
        task = bars.add_task(text, total=None)
        yield lambda name, done, total: bars.update(task, description=name, completed=done, total=total)


@contextmanager
def build_progress() -> Iterator[Callable[[NodeEvent], None] | None]:
    """A bar over the nodes of a build; None where standard error is no terminal."""
    if not _errors.is_terminal:
        yield None
        return
    with _bar("reading the models") as bar:
        yield lambda event: bar(f"{event.resource_type} {event.name}", event.done, event.total or None)


def build_and_report(as_of: datetime | None, full_refresh: bool, publish_to: Path | None) -> None:
    """Run a build; one line for each failed check, exit 1 when there is one."""
    from orchestration.build import run_build

    with settings_and_clear_errors() as settings, build_progress() as progress:
        result = run_build(
            settings,
            as_of=as_of,
            full_refresh=full_refresh,
            publish_to=publish_to,
            progress=progress,
            say=say,
        )
    for node in result.nodes:
        if node.is_failure or node.status == "warn":
            say(node.line())
    if result.failures:
        fail(f"{len(result.failures)} of {len(result.nodes)} steps failed: nothing was published")
    say(f"published {result.published[0].parent} in {result.seconds:.1f} s")


@contextmanager
def load_progress() -> Iterator[Progress | None]:
    """A bar over the rows of the file that is loaded; None where standard error is no terminal."""
    if not _errors.is_terminal:
        yield None
        return
    with _bar("reading the files") as bar:
        yield bar


def report_loads(results: Sequence[LoadResult]) -> bool:
    """What came of each file: counts on standard output, what is wrong on standard error. Whether none was
    refused."""
    for result in results:
        if result.status == "refused":
            say(f"error: {result.line()}")
            continue
        print(result.line())
        for line in result.lines()[1:]:
            say(line)
    return all(result.status != "refused" for result in results)

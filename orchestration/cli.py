"""The `ndr` command: words in, words out; what is done stands in the modules it calls.

Owns arguments, exit codes and output. Exit 0: done; 1: it could not be done, with one line that says why;
2: the command was not understood. Answers go to standard output, everything else to standard error.
Refuses: tracebacks for what a person can mend.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import duckdb
import typer
from pydantic import ValidationError

from orchestration import query as queries
from orchestration.progress import build_progress, say
from settings import IST, Settings, get_settings

app = typer.Typer(
    help="An open NDR recovery warehouse: courier files in, a judged and published warehouse out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


class Format(StrEnum):
    """How `ndr query` writes its answer."""

    table = "table"
    csv = "csv"
    json = "json"


def fail(line: str) -> NoReturn:
    """One line on standard error, exit 1."""
    say(f"error: {line}")
    raise typer.Exit(1)


@contextmanager
def _clear_errors() -> Iterator[Settings]:
    """The settings, with every error that a person can mend as one line."""
    try:
        yield get_settings()
    except ValidationError as error:
        first = error.errors()[0]
        fail(f"setting NDR_{str(first['loc'][0]).upper()}: {first['msg']}, found {first['input']!r}")
    except (queries.QueryError, duckdb.Error, OSError) as error:
        fail(queries.one_line(error))
    except KeyboardInterrupt:
        fail("interrupted; nothing half done is kept, the command may be repeated")


def instant(text: str) -> datetime:
    """ISO-8601; no offset is IST, a bare date is its last instant in IST (as a dated fact stands there)."""
    try:
        if len(text) == 10:
            return datetime.combine(datetime.fromisoformat(text).date(), time.max, IST)
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no ISO-8601 instant, e.g. 2026-03-01T18:30:00+05:30"
        ) from error
    return value if value.tzinfo else value.replace(tzinfo=IST)


@app.command()
def load(
    paths: Annotated[list[Path], typer.Argument(help="Files of feeds, or folders that hold them.")],
) -> None:
    """Load canonical or native feed files; exit 1 if a file was refused."""
    from orchestration.load import load_files

    with _clear_errors() as settings:
        results = load_files(settings, paths, say)
        for result in results:
            print(
                f"{result.file_name}: {result.rows_loaded} loaded, {result.rows_duplicate} duplicate,"
                f" {result.rows_quarantined} quarantined of {result.rows_read} rows"
                if result.status == "loaded"
                else f"{result.file_name}: refused: {result.message}"
            )
        if any(result.status == "refused" for result in results):
            raise typer.Exit(1)


@app.command()
def build(
    as_of: Annotated[
        datetime | None, typer.Option(parser=instant, help="The instant asked about; default: the clock.")
    ] = None,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Make every table anew.")] = False,
    publish_to: Annotated[
        Path | None, typer.Option(file_okay=False, help="Publish into this folder instead.")
    ] = None,
) -> None:
    """Build everything known at an instant, check it, publish it; exit 1 if a check failed."""
    from orchestration.build import run_build

    with _clear_errors() as settings, build_progress() as progress:
        result = run_build(
            settings,
            as_of=as_of,
            full_refresh=full_refresh,
            publish_to=publish_to,
            progress=progress,
            say=say,
        )
    for node in result.failures:
        say(node.line())
    if result.failures:
        fail(f"{len(result.failures)} of {len(result.nodes)} steps failed: nothing was published")
    say(f"published {result.published[0].parent} in {result.seconds:.1f} s")


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over the published tables.")],
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write the answer.")] = Format.table,
) -> None:
    """Ask the published file; JSON is one array of objects."""
    with _clear_errors() as settings:
        names, rows = queries.run_query(settings.published_dir / "warehouse.duckdb", sql)
        write = {
            Format.table: queries.write_table,
            Format.csv: queries.write_csv,
            Format.json: queries.write_json,
        }
        write[form](names, rows, sys.stdout)


@app.command()
def generate(
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder of the files.")],
    shipments: Annotated[int, typer.Option(min=1)] = 20_000,
    days: Annotated[int, typer.Option(min=1)] = 60,
    seed: Annotated[int, typer.Option()] = 1,
    until: Annotated[
        datetime | None, typer.Option(parser=instant, help="End of the days; default: the clock.")
    ] = None,
) -> None:
    """Make a stand-in world's feeds as Parquet, and its truth in OUT/truth."""
    from simulator.history import generate as generate_history

    with _clear_errors() as settings:
        generate_history(
            shipments=shipments, days=days, seed=seed, out_dir=out, until=until or settings.now()
        )
        say(f"{shipments} shipments of {days} days are in {out}")


def main() -> None:
    """Entry point of `python -m orchestration.cli`."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    app()


if __name__ == "__main__":
    main()

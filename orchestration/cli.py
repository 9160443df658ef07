"""The `ndr` command: words in, words out; what is done stands in the modules it calls.

Owns arguments and exit codes. Exit 0: done; 1: it could not be done, with one line that says why; 2: the command
was not understood. Modules that are slow to import are imported by the command that needs them.
Refuses: tracebacks for what a person can mend.
"""

# ruff: noqa: PLC0415 (a command imports what it needs: dbt, polars and dagster take seconds)

from __future__ import annotations

import logging
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.console import (
    build_and_report,
    instant,
    load_progress,
    report_loads,
    say,
    settings_and_clear_errors,
)
from orchestration.options import Days, Read, Seed, Shipments
from orchestration.serving import demo, dispatch, link, poll, receive, up

app = typer.Typer(
    help="An open NDR recovery warehouse: courier files in, a judged and published warehouse out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
courier = typer.Typer(help="The couriers that are supported.", no_args_is_help=True)
app.add_typer(courier, name="courier")

for serves in (demo, up, receive, poll, dispatch, link):
    app.command()(serves)


class Format(StrEnum):
    """How `ndr query` writes its answer."""

    table = "table"
    csv = "csv"
    json = "json"


@app.callback()
def _start() -> None:
    handler = logging.StreamHandler(sys.stderr)
    # The level is the handler's: libraries set their own loggers to INFO.
    handler.setLevel(logging.WARNING)
    logging.basicConfig(handlers=[handler], format="%(levelname)s %(name)s: %(message)s")
    # Great Expectations sends Python's warnings here, about its own calls of pandas.
    logging.getLogger("py.warnings").setLevel(logging.ERROR)


@app.command()
def load(
    paths: Annotated[list[Path], typer.Argument(help="Files of feeds, or folders that hold them.")],
) -> None:
    """Load canonical or native feed files; exit 1 if a file was refused."""
    from orchestration.load import load_files

    with settings_and_clear_errors() as settings:
        with load_progress() as progress:
            results = load_files(settings, paths, say, progress)
        if not report_loads(results):
            raise typer.Exit(1)


@app.command()
def build(
    as_of: Annotated[
        datetime | None,
        typer.Option(parser=instant, metavar="T", help="The instant asked about; default: the clock."),
    ] = None,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Make every table anew.")] = False,
    publish_to: Annotated[
        Path | None, typer.Option(file_okay=False, metavar="DIR", help="Publish into this folder instead.")
    ] = None,
) -> None:
    """Build everything known at an instant, check it, publish it; exit 1 if a check failed."""
    build_and_report(as_of, full_refresh, publish_to)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over the published tables.")],
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write the answer.")] = Format.table,
    read: Read = None,
) -> None:
    """Ask the published file; JSON is one array of objects."""
    from orchestration import query as queries

    write = {
        Format.table: queries.write_table,
        Format.csv: queries.write_csv,
        Format.json: queries.write_json,
    }
    with settings_and_clear_errors(read) as settings:
        names, rows = queries.run_query(settings.shown_dir / "warehouse.duckdb", sql)
        write[form](names, rows, sys.stdout)


@app.command()
def case(
    courier_slug: Annotated[str, typer.Argument(metavar="COURIER", help="As `ndr courier list` names it.")],
    awb: Annotated[str, typer.Argument(metavar="AWB", help="The courier's number of the parcel.")],
    read: Read = None,
) -> None:
    """Tell the story of one parcel: each fact, when it was learnt, which rule judged it, what proves it."""
    from orchestration.story import read_story
    from orchestration.telling import tell

    with settings_and_clear_errors(read) as settings:
        tell(read_story(settings.shown_dir / "warehouse.duckdb", courier_slug, awb), sys.stdout)


@app.command()
def generate(
    out: Annotated[Path, typer.Option(file_okay=False, metavar="DIR", help="Folder of the files.")],
    shipments: Shipments = 20_000,
    days: Days = 60,
    seed: Seed = 1,
    until: Annotated[
        datetime | None,
        typer.Option(parser=instant, metavar="T", help="End of the days; default: the clock."),
    ] = None,
) -> None:
    """Make a stand-in world's feeds as Parquet, and its truth in DIR/truth."""
    from simulator.history import generate as generate_history

    with settings_and_clear_errors() as settings:
        generate_history(
            shipments=shipments, days=days, seed=seed, out_dir=out, until=until or settings.now()
        )
        say(f"{shipments} shipments of {days} days are in {out}")


@app.command()
def rebuild() -> None:
    """Make the warehouse anew from the archive, then build and publish."""
    from orchestration.rebuild import reload_archive

    with settings_and_clear_errors() as settings:
        with load_progress() as progress:
            results = reload_archive(settings, say, progress)
        report_loads(results)
    build_and_report(None, True, None)


@app.command()
def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many would leave.")] = False,
) -> None:
    """Move old receipts that are loaded from the ledger to the archive."""
    from orchestration.retain import look
    from orchestration.retain import retain as move

    with settings_and_clear_errors() as settings:
        say(look(settings, say) if dry_run else move(settings, say).line())


@app.command()
def doctor() -> None:
    """Say what is wrong and how to mend it; exit 1 if something is."""
    from orchestration.doctor import examine

    with settings_and_clear_errors() as settings:
        findings = examine(settings)
        for finding in findings:
            mend = f" -> {finding.mend}" if finding.mend else ""
            print(f"{finding.level:8} {finding.subject}: {finding.text}{mend}")
        if any(finding.level == "wrong" for finding in findings):
            raise typer.Exit(1)


@courier.command("list")
def courier_list() -> None:
    """What is supported: each courier, and which of its payloads are read."""
    from couriers import known_couriers

    with settings_and_clear_errors() as settings:
        for one in known_couriers(settings.mappings_folder).values():
            reads = [
                name for name, reader in (("push", one.push_reader), ("tracking", one.track_reader)) if reader
            ]
            print(
                f"{one.slug:18} {one.name:24} canonical feeds{''.join(f', {name} payloads' for name in reads)}"
            )


if __name__ == "__main__":
    app()

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
    fail,
    instant,
    load_progress,
    report_loads,
    say,
    settings_and_clear_errors,
)

app = typer.Typer(
    help="An open NDR recovery warehouse: courier files in, a judged and published warehouse out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
courier = typer.Typer(help="The couriers that are supported.", no_args_is_help=True)
app.add_typer(courier, name="courier")

Shipments = Annotated[int, typer.Option(min=1, help="How many shipments.")]
Days = Annotated[int, typer.Option(min=1, help="Over how many days.")]
Seed = Annotated[int, typer.Option(help="The same seed makes the same world.")]
Read = Annotated[
    Path | None,
    typer.Option(
        "--read", exists=True, file_okay=False, metavar="DIR",
        help="A folder that `ndr build --publish-to` published into; default: the last build.",
    ),
]  # fmt: skip


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
def demo(
    shipments: Shipments = 20_000,
    days: Days = 60,
    seed: Seed = 1,
    speed: Annotated[
        float, typer.Option(min=0.1, help="Simulated seconds that pass in one real second of the live world.")
    ] = 30,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Stop after publishing: nothing is live.")
    ] = False,
) -> None:
    """Make a stand-in world, load it, build, publish, serve everything live and print the addresses."""
    from orchestration.demo import make_world
    from orchestration.serve import require_free_ports
    from orchestration.services import services

    with settings_and_clear_errors(is_anew=True) as settings:
        if not no_serve:
            require_free_ports(services(settings))
        with load_progress() as progress:
            results = make_world(
                settings, say, shipments=shipments, days=days, seed=seed,
                speed=None if no_serve else speed, progress=progress,
            )  # fmt: skip
        report_loads(results)
    build_and_report(None, False, None)
    if no_serve:
        say('`ndr up` serves it; `ndr query "from rpt_recovery_weekly"` asks it')
    else:
        up()


@app.command()
def up(read: Read = None) -> None:
    """Serve for real: Dagster (interface, schedule, inbox), receiver, poller and pages, on loopback, until Ctrl-C.

    With a build of the past the pages alone are served, and show it. A demo's world goes on where it was stopped.
    """
    from orchestration.live import alive, example_link
    from orchestration.serve import require_free_ports, serve
    from orchestration.services import pages, poller, services

    with settings_and_clear_errors(read) as settings:
        if settings.read_dir:
            serve(settings, [pages(settings)], say)
            return
        say(f"inbox: {settings.inbox_dir.resolve()}")
        # Before the clock of a demo is started, which another `ndr up` may be running.
        require_free_ports(services(settings))
        with alive(settings) as (live, given):
            if tracking := example_link(settings, given):
                say(f"a customer's page: {tracking}")
            serve(settings, [*services(settings), *live, *poller(bool(live))], say, given)


@app.command()
def receive() -> None:
    """Take couriers' webhooks and customers' answers into the ledger, on loopback, until Ctrl-C."""
    from customers import links, routes
    from receiver.errors import ReceiverError
    from receiver.serve import receive as receive_webhooks

    with settings_and_clear_errors() as settings:
        try:
            receive_webhooks(settings, say, routes.add)
        except (ReceiverError, links.LinkError) as error:
            fail(str(error))


@app.command()
def link(
    courier_slug: Annotated[str, typer.Argument(metavar="COURIER", help="As `ndr courier list` names it.")],
    awb: Annotated[str, typer.Argument(metavar="AWB", help="The courier's number of the parcel.")],
) -> None:
    """Print a customer's tracking link, which holds for NDR_TRACKING_DAYS."""
    from customers import links
    from customers.parcels import latest

    with settings_and_clear_errors() as settings:
        try:
            print(links.link(settings, latest(settings, courier_slug, awb)))
        except links.LinkError as error:
            fail(str(error))


@app.command()
def poll() -> None:
    """Ask couriers' tracking APIs about the parcels under way, into the ledger, until Ctrl-C."""
    from poller.errors import PollerError
    from poller.serve import poll as poll_couriers

    with settings_and_clear_errors() as settings:
        try:
            poll_couriers(settings, say)
        except PollerError as error:
            fail(str(error))


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

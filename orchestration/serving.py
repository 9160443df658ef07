"""The commands that serve until somebody says stop, and the link that a served page has."""

# ruff: noqa: PLC0415 (a command imports what it needs: dbt, polars and dagster take seconds)

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.console import (
    build_and_report,
    fail,
    load_progress,
    report_loads,
    say,
    settings_and_clear_errors,
)
from orchestration.options import Days, Read, Seed, Shipments


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


def dispatch() -> None:
    """Send couriers what is wanted of them and find out what became of it, until Ctrl-C; any number may run."""
    from orchestration.dispatching import dispatch as dispatch_orders

    with settings_and_clear_errors() as settings:
        dispatch_orders(settings, say=say)


def poll() -> None:
    """Ask couriers' tracking APIs about the parcels under way, into the ledger, until Ctrl-C."""
    from poller.errors import PollerError
    from poller.serve import poll as poll_couriers

    with settings_and_clear_errors() as settings:
        try:
            poll_couriers(settings, say)
        except PollerError as error:
            fail(str(error))

"""What a person sees while a build or a load runs: a bar on a terminal, nothing where there is none.

All of it goes to standard error; standard output is kept for answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from orchestration.transform import NodeEvent

errors = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def say(line: str) -> None:
    """One line for a person, on standard error."""
    errors.print(line)


@contextmanager
def build_progress() -> Iterator[Callable[[NodeEvent], None] | None]:
    """A bar over the nodes of a build; None where standard error is no terminal."""
    if not errors.is_terminal:
        yield None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("reading the models", total=None)

        def show(event: NodeEvent) -> None:
            bar.update(
                task,
                completed=event.done,
                total=event.total or None,
                description=f"{event.resource_type} {event.name}",
            )

        yield show


@contextmanager
def spinner(text: str) -> Iterator[None]:
    """A turning sign beside `text` while something without a measure runs."""
    if not errors.is_terminal:
        yield
        return
    with errors.status(text):
        yield

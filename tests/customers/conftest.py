"""A receiver with the tracking page over a small published build, its clock standing still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from customers import routes
from tests.customers.stand_in import NOW, OLD_SECRET, SECRET, At, Stood, publish
from tests.customers.visiting import Customer
from tests.receiver.conftest import Running, running

Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a receiver at an instant, with settings other than the defaults."""
    with ExitStack() as stack:

        def begin(**given: Any) -> Running:
            known = {"clock_start": NOW, "tracking_secret": SECRET, "tracking_old_secret": OLD_SECRET}
            settings = At(data_dir=tmp_path, **{**known, **given})
            return stack.enter_context(running(settings, routes.add))

        yield begin


@pytest.fixture
def visit(start: Start, tmp_path: Path) -> Callable[..., Customer]:
    """A customer of one parcel of the build, at an instant."""

    def begin(one: Stood | None = None, **given: Any) -> Customer:
        stood = one or Stood()
        publish(tmp_path, stood)
        return Customer.of(start(**given), stood.parcel)

    return begin

"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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

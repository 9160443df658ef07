"""When couriers were asked about a parcel, and how each round of asking went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "polls",
        sa.Column("asked_of", sa.String(64), primary_key=True),
        sa.Column("courier", sa.String(64), primary_key=True),
        sa.Column("awb", sa.String(128), primary_key=True),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64)),
    )
    op.create_table(
        "poll_rounds",
        sa.Column("asked_of", sa.String(64), primary_key=True),
        sa.Column("began_at", _INSTANT, primary_key=True),
        sa.Column("ended_at", _INSTANT, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("due", "asked", "calls", "kept", "waits", "errors")
        ),
    )

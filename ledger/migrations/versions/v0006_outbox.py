"""Orders to couriers, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "outbox",
        sa.Column("id", _ID, sa.Identity(), primary_key=True),
        sa.Column("action_id", sa.String(64), nullable=False, unique=True),
        sa.Column("courier", sa.String(64), nullable=False),
        sa.Column("awb", sa.String(128), nullable=False),
        sa.Column("booked_with", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("release_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", _INSTANT, nullable=False),
        sa.Column("claim", sa.String(32)),
        sa.Column("lease_until", _INSTANT),
        sa.Column("sent_at", _INSTANT),
        sa.Column("known_to", _ID),
        sa.Column("answered_at", _INSTANT),
        sa.Column("reason", sa.String(64)),
        sa.Column("reference", sa.String(256)),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_due", "outbox", ["state", "booked_with", "next_at"])
    op.create_index("outbox_parcel", "outbox", ["courier", "awb"])
    op.create_table(
        "outbox_basis",
        sa.Column("only", sa.Integer, primary_key=True),
        sa.Column("build_id", sa.String(64), nullable=False),
        sa.Column("as_of", _INSTANT, nullable=False),
        sa.Column("receipt_id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
    )
    op.create_table(
        "action_events",
        sa.Column("id", _ID, sa.Identity(), primary_key=True),
        sa.Column("action_id", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "lanes",
        sa.Column("booked_with", sa.String(64), primary_key=True),
        sa.Column("held_by", sa.String(32)),
        sa.Column("held_until", _INSTANT),
        sa.Column("paused_until", _INSTANT),
        sa.Column("trouble", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(64)),
    )

"""Receipts and entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "receipts",
        sa.Column("id", _ID, sa.Identity(), primary_key=True),
        sa.Column("courier", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("message_id", sa.String(256)),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("source", sa.String(64)),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("courier", "message_id", name="receipts_message"),
        sqlite_autoincrement=True,
    )
    op.create_index("receipts_received_at", "receipts", ["received_at"])
    op.create_table(
        "entries",
        sa.Column("id", _ID, sa.Identity(), primary_key=True),
        sa.Column("courier", sa.String(64), nullable=False),
        sa.Column("awb", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_id", sa.String(128)),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("author", sa.String(128)),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("given_at", _INSTANT, nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("courier", "awb", "version", name="entries_version"),
        sqlite_autoincrement=True,
    )

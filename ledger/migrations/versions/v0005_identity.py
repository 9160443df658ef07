"""Which ledger this is."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table and its one row, by chance and for ever."""
    made = op.create_table("identity", sa.Column("ledger_id", sa.String(32), primary_key=True))
    op.execute(sa.insert(made).values(ledger_id=uuid4().hex))

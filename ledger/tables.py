"""The ledger's tables, as the program uses them; `migrations` makes them, and a test holds the two together.

Ids grow in the order of commit (`ledger.database`) and are never given twice, so that a reader who remembers the
last id misses nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

#: Characters of a courier's own id of an order that are kept.
REFERENCE_LENGTH = 256


class Instant(sa.TypeDecorator[datetime]):
    """An instant, aware and in UTC on both sides. SQLite has no zones: it holds the UTC time as sortable text."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """UTC for the database. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """UTC for the program."""
        if value is None or value.tzinfo is not None:
            return value.astimezone(UTC) if value else None
        return value.replace(tzinfo=UTC)


#: SQLite gives rising ids to this exact type alone.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

metadata = sa.MetaData()

#: What a courier told us. `kind`: push (scans), tracking (what its tracking API answered) or document (proof of
#: delivery). `message_id`: the sender's own id of the message, else null; one is kept once. `digest`: SHA-256 of
#: `body` in hex. `source`: the sender's address.
receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("id", ID, sa.Identity(), primary_key=True),
    sa.Column("courier", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("message_id", sa.String(256)),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("source", sa.String(64)),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("courier", "message_id", name="receipts_message"),
    sa.Index("receipts_received_at", "received_at"),
    sqlite_autoincrement=True,
)

#: What a person entered about a parcel. `source`: customer or operations; `author`: the agent, null for a
#: customer; `version`: 1, 2, 3 … within the parcel; `given_at`: when it was said, `received_at`: when we learnt it.
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", ID, sa.Identity(), primary_key=True),
    sa.Column("courier", sa.String(64), nullable=False),
    sa.Column("awb", sa.String(128), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("case_id", sa.String(128)),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("author", sa.String(128)),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("given_at", Instant, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.UniqueConstraint("courier", "awb", "version", name="entries_version"),
    sqlite_autoincrement=True,
)

#: How far a reader of receipts is (`ledger.progress`): a note for metrics, never a reader's own position.
progress = sa.Table(
    "progress",
    metadata,
    sa.Column("reader", sa.String(32), primary_key=True),
    sa.Column("receipt_id", ID, nullable=False),
    sa.Column("quarantined", sa.Integer, nullable=False),
    sa.Column("moved_at", Instant, nullable=False),
)

#: When a parcel was last asked about (`ledger.polls`). `asked_of`: whose API, the courier's own or an aggregator's;
#: `question`: digest of the call's parcels, `digest` of its answer's body; null where the call was refused.
polls = sa.Table(
    "polls",
    metadata,
    sa.Column("asked_of", sa.String(64), primary_key=True),
    sa.Column("courier", sa.String(64), primary_key=True),
    sa.Column("awb", sa.String(128), primary_key=True),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("question", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64)),
)

#: How a round of asking went: parcels that were due and asked, calls, answers kept, times that we were told to wait,
#: calls that failed. `began_at`: the start of the period that the round belongs to.
poll_rounds = sa.Table(
    "poll_rounds",
    metadata,
    sa.Column("asked_of", sa.String(64), primary_key=True),
    sa.Column("began_at", Instant, primary_key=True),
    sa.Column("ended_at", Instant, nullable=False),
    sa.Column("due", sa.Integer, nullable=False),
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("kept", sa.Integer, nullable=False),
    sa.Column("waits", sa.Integer, nullable=False),
    sa.Column("errors", sa.Integer, nullable=False),
)

#: The files of the archive (`ledger.archive`) whose receipts left this ledger: a file counts from its row on. `name`:
#: within the archive's folder; `receipts`: how many are in it, with ids from `first_id` to `last_id`, not all between.
archives = sa.Table(
    "archives",
    metadata,
    sa.Column("name", sa.String(128), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("first_id", ID, nullable=False),
    sa.Column("last_id", ID, nullable=False),
    sa.Column("receipts", sa.Integer, nullable=False),
    sa.Column("left_at", Instant, nullable=False),
)

#: The messages whose receipts left, so that a copy that comes afterwards is known.
archived_messages = sa.Table(
    "archived_messages",
    metadata,
    sa.Column("courier", sa.String(64), primary_key=True),
    sa.Column("message_id", sa.String(256), primary_key=True),
    sa.Column("receipt_id", ID, nullable=False),
)

#: Which ledger this is (`ledger.identity`): one row, made by chance with the table.
identity = sa.Table(
    "identity",
    metadata,
    sa.Column("ledger_id", sa.String(32), primary_key=True),
)

#: Orders to couriers (`ledger.outbox`): one row an action that was ever wanted of one. `booked_with`: whose interface
#: takes it; `content`: the action in the words of the feed courier_actions, and the order; `priority`: 1 goes first;
#: `state`: one of `ledger.outbox.State`; `step`: calls of its plan that are done; `tries`: calls that were begun;
#: `next_at`: when it may be tried, or read back, again; `claim`, `lease_until`: who is at it, and how long at most;
#: `known_to`: the last receipt that the ledger had when it was sent, none of whose news spoke against it.
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", ID, sa.Identity(), primary_key=True),
    sa.Column("action_id", sa.String(64), nullable=False, unique=True),
    sa.Column("courier", sa.String(64), nullable=False),
    sa.Column("awb", sa.String(128), nullable=False),
    sa.Column("booked_with", sa.String(64), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("release_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", Instant, nullable=False),
    sa.Column("claim", sa.String(32)),
    sa.Column("lease_until", Instant),
    sa.Column("sent_at", Instant),
    sa.Column("known_to", ID),
    sa.Column("answered_at", Instant),
    sa.Column("reason", sa.String(64)),
    sa.Column("reference", sa.String(REFERENCE_LENGTH)),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Index("outbox_due", "state", "booked_with", "next_at"),
    sa.Index("outbox_parcel", "courier", "awb"),
    sqlite_autoincrement=True,
)

#: The build that the outbox was last brought in step with (one row): what it held of the ledger.
outbox_basis = sa.Table(
    "outbox_basis",
    metadata,
    sa.Column("only", sa.Integer, primary_key=True),
    sa.Column("build_id", sa.String(64), nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    sa.Column("receipt_id", ID, nullable=False),
    sa.Column("entry_id", ID, nullable=False),
)

#: What became of orders, for the warehouse: each is a row of the feed courier_actions.
action_events = sa.Table(
    "action_events",
    metadata,
    sa.Column("id", ID, sa.Identity(), primary_key=True),
    sa.Column("action_id", sa.String(64), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

#: One courier's interface, used by one dispatcher at a time, so that its limits hold for all of them: who, until when
#: unless it says so again, and the silence that the courier asked for or that its failures made us keep.
lanes = sa.Table(
    "lanes",
    metadata,
    sa.Column("booked_with", sa.String(64), primary_key=True),
    sa.Column("held_by", sa.String(32)),
    sa.Column("held_until", Instant),
    sa.Column("paused_until", Instant),
    sa.Column("trouble", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(64)),
)

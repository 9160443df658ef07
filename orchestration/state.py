"""What the last builds did, and what the next must do: incremental or full, since when.

Owns `raw.build_state` (one row) and `raw.build_context` (one row, read by the models). The attempt is
recorded before dbt starts and the success after publishing, so a build killed anywhere is repaired by the
next one: the touched set of a build is everything since the last success.
Refuses: to guess; whatever it cannot prove up to date is built whole.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

_DDL = """
create table if not exists raw.build_state (
    attempted_as_of timestamptz, attempted_is_full boolean, attempted_build_id varchar, attempted_at timestamptz,
    is_finished boolean, succeeded_as_of timestamptz, succeeded_load_id bigint, succeeded_build_id varchar,
    fingerprint varchar
);
"""


#: The dated vocabularies, and the instant from which a row of each is known.
_KNOWN_AT = {
    "raw.courier_codes": "known_from",
    "seeds.sla_rules": "cast(known_from as timestamp) at time zone 'Asia/Kolkata'",
    "seeds.playbook": "cast(known_from as timestamp) at time zone 'Asia/Kolkata'",
}


@dataclass(frozen=True)
class Plan:
    """What one build is to do. Instants are aware, UTC."""

    build_id: str
    as_of: datetime
    full_reason: str | None
    """Why it is a full build; None for an incremental one."""
    previous_as_of: datetime | None
    previous_load_id: int | None
    load_id: int
    """The greatest load that this build can see (0 when nothing is loaded)."""
    fingerprint: str

    @property
    def is_full(self) -> bool:
        """Whether every table is made anew."""
        return self.full_reason is not None


def project_fingerprint(project_dir: Path, codes_dir: Path, mappings: Path | None = None) -> str:
    """Hash of everything that gives rows their meaning: the dbt project's files, every courier's codes.csv and
    capabilities.csv, and the mappings, where their folder is given."""
    digest = hashlib.sha256()
    kept = [
        path
        for pattern in ("*.sql", "*.yml", "*.yaml", "*.csv", "*.py")
        for path in project_dir.rglob(pattern)
        if path.relative_to(project_dir).parts[0] not in {"target", "logs", "dbt_packages"}
    ]
    described = sorted(mappings.glob("*.toml")) if mappings else []
    spoken = sorted(codes_dir.glob("*/codes.csv")) + sorted(codes_dir.glob("*/capabilities.csv"))
    for path in sorted(kept) + spoken + described:
        digest.update(f"{path.parent.name}/{path.name}\0".encode())
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class _State:
    """The row of `raw.build_state`, in the order of its columns."""

    attempted_as_of: datetime
    attempted_is_full: bool
    attempted_build_id: str
    attempted_at: datetime
    is_finished: bool
    succeeded_as_of: datetime | None
    succeeded_load_id: int | None
    succeeded_build_id: str | None
    fingerprint: str | None


def make_plan(
    connection: duckdb.DuckDBPyConnection,
    build_id: str,
    as_of: datetime,
    *,
    fingerprint: str,
    build_in_marts: str | None,
    full_refresh: bool,
) -> Plan:
    """Decide what the build is to do, from the warehouse's state. `build_in_marts` is the build whose rows
    the marts file holds as far as that is known (None: unknown or no file)."""
    connection.execute(_DDL)
    row = connection.execute("from raw.build_state").fetchone()
    loads = connection.execute("select coalesce(max(load_id), 0) from raw.loads").fetchone()
    load_id = int(loads[0]) if loads else 0
    if row is None:
        return Plan(build_id, as_of, "first build", None, None, load_id, fingerprint)
    state = _State(*row)
    reason = "asked for" if full_refresh else _full_reason(state, as_of, fingerprint, build_in_marts)
    if reason is None and _a_rule_became_known(connection, state.succeeded_as_of, as_of):
        reason = "a code or rule became known since the last build"
    if reason is not None:
        return Plan(build_id, as_of, reason, None, None, load_id, fingerprint)
    return Plan(build_id, as_of, None, state.succeeded_as_of, state.succeeded_load_id, load_id, fingerprint)


def _full_reason(state: _State, as_of: datetime, fingerprint: str, build_in_marts: str | None) -> str | None:
    known = {state.attempted_build_id, state.succeeded_build_id}
    rules = [
        (state.succeeded_as_of is None, "no build has succeeded yet"),
        (fingerprint != state.fingerprint, "the models or code tables changed"),
        # A full build that did not finish leaves some tables at its own as_of and some at the last success:
        # no touched set describes that.
        (state.attempted_is_full and not state.is_finished, "the last full build did not finish"),
        (
            as_of < max(state.attempted_as_of, state.succeeded_as_of or as_of),
            "as_of is before the last build's",
        ),
        (build_in_marts not in known, "the marts are missing or of another build"),
    ]
    return next((reason for holds, reason in rules if holds), None)


def _a_rule_became_known(
    connection: duckdb.DuckDBPyConnection, since: datetime | None, until: datetime
) -> bool:
    """Whether a row of the dated vocabularies counts at `until` that did not at `since`: it may change the meaning
    of any shipment's events, and no set of touched shipments says which. The seeds' dates are IST midnights."""
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('raw', 'seeds')"
    ).fetchall()
    counts = [
        connection.execute(
            f"select count(*) from {table} where {known_at} > ? and {known_at} <= ?", [since, until]
        ).fetchone()
        for table, known_at in _KNOWN_AT.items()
        if (table,) in tables
    ]
    return any(count != (0,) for count in counts)


def record_attempt(
    connection: duckdb.DuckDBPyConnection, plan: Plan, now: datetime, undo_seconds: int = 10
) -> None:
    """Write the attempt and the context for the models, in one transaction. `undo_seconds`: for how long an agent can
    take back what was just entered."""
    connection.execute("begin")
    if connection.execute("select count(*) from raw.build_state").fetchone() == (0,):
        connection.execute("insert into raw.build_state (is_finished) values (false)")
    connection.execute(
        "update raw.build_state set attempted_as_of = ?, attempted_is_full = ?, attempted_build_id = ?,"
        " attempted_at = ?, is_finished = false",
        [plan.as_of, plan.is_full, plan.build_id, now],
    )
    connection.execute("delete from raw.build_context")
    connection.execute(
        "insert into raw.build_context values (?, ?, ?, ?, ?)",
        [plan.as_of, plan.previous_as_of, plan.previous_load_id, plan.build_id, undo_seconds],
    )
    connection.execute("commit")


def record_success(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Write that the build was published: the next one starts from here."""
    connection.execute(
        "update raw.build_state set is_finished = true, succeeded_as_of = ?, succeeded_load_id = ?,"
        " succeeded_build_id = ?, fingerprint = ?",
        [plan.as_of, plan.load_id, plan.build_id, plan.fingerprint],
    )

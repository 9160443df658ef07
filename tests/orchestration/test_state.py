"""When a build is full: the rule is that whatever cannot be proved up to date is made anew."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from ingestion.raw import ensure_raw
from orchestration.state import Plan, make_plan, record_attempt, record_success
from tests.orchestration.warehouse import T0, hours


class Warehouse:
    """Raw tables in memory, with builds that are planned and recorded but not run."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'")
        ensure_raw(self.connection)
        self.in_marts: str | None = None

    def plan(self, as_of: datetime, code: str = "a", full_refresh: bool = False) -> Plan:
        build_id = f"b{as_of:%H}{code}"
        return make_plan(
            self.connection,
            build_id,
            as_of,
            fingerprint=code,
            build_in_marts=self.in_marts,
            full_refresh=full_refresh,
        )

    def attempt(self, plan: Plan) -> None:
        record_attempt(self.connection, plan, plan.as_of)

    def succeed(self, plan: Plan) -> None:
        self.attempt(plan)
        self.in_marts = plan.build_id
        record_success(self.connection, plan)

    def load(self, load_id: int) -> None:
        self.connection.execute("insert into raw.loads (load_id) values (?)", [load_id])


@pytest.fixture
def warehouse() -> Warehouse:
    return Warehouse()


def test_the_first_build_is_full(warehouse: Warehouse) -> None:
    assert warehouse.plan(T0).full_reason == "first build"


def test_the_next_build_goes_on_from_the_last_success(warehouse: Warehouse) -> None:
    warehouse.load(7)
    warehouse.succeed(warehouse.plan(T0))
    warehouse.load(8)
    plan = warehouse.plan(T0 + hours(1))
    assert (plan.is_full, plan.previous_as_of, plan.previous_load_id, plan.load_id) == (False, T0, 7, 8)


def test_an_unfinished_incremental_build_is_repaired_from_the_success_before_it(warehouse: Warehouse) -> None:
    warehouse.succeed(warehouse.plan(T0))
    warehouse.load(3)
    warehouse.attempt(warehouse.plan(T0 + hours(1)))
    plan = warehouse.plan(T0 + hours(2))
    assert (plan.is_full, plan.previous_as_of, plan.previous_load_id) == (False, T0, 0)


def test_an_unfinished_full_build_is_followed_by_a_full_one(warehouse: Warehouse) -> None:
    warehouse.succeed(warehouse.plan(T0))
    warehouse.attempt(warehouse.plan(T0 + hours(1), full_refresh=True))
    assert warehouse.plan(T0 + hours(2)).full_reason == "the last full build did not finish"


def test_an_earlier_as_of_than_the_last_attempt_is_full(warehouse: Warehouse) -> None:
    warehouse.succeed(warehouse.plan(T0))
    warehouse.attempt(warehouse.plan(T0 + hours(2)))
    assert warehouse.plan(T0 + hours(1)).full_reason == "as_of is before the last build's"


def test_the_same_as_of_is_incremental(warehouse: Warehouse) -> None:
    warehouse.succeed(warehouse.plan(T0))
    assert not warehouse.plan(T0).is_full


def test_another_fingerprint_is_full(warehouse: Warehouse) -> None:
    warehouse.succeed(warehouse.plan(T0))
    assert warehouse.plan(T0 + hours(1), code="b").full_reason == "the models or code tables changed"


def test_asked_for_is_full(warehouse: Warehouse) -> None:
    warehouse.succeed(warehouse.plan(T0))
    assert warehouse.plan(T0 + hours(1), full_refresh=True).full_reason == "asked for"


@pytest.mark.parametrize("in_marts", [None, "of another warehouse"])
def test_marts_that_are_missing_or_of_another_build_are_made_anew(
    warehouse: Warehouse, in_marts: str | None
) -> None:
    warehouse.succeed(warehouse.plan(T0))
    warehouse.in_marts = in_marts
    assert warehouse.plan(T0 + hours(1)).full_reason == "the marts are missing or of another build"


@pytest.mark.parametrize(
    ("known_from", "reason"),
    [
        ("2026-03-02", "a code or rule became known since the last build"),
        ("2026-03-03", None),
        ("2026-03-01", None),
        (None, None),
    ],
)
def test_a_rule_that_becomes_known_between_two_builds_makes_the_build_full(
    warehouse: Warehouse, known_from: str | None, reason: str | None
) -> None:
    """A rule's date begins at 00:00 IST, which is 18:30 UTC of the day before."""
    midnight = datetime.fromisoformat("2026-03-02T00:00:00+05:30")
    warehouse.connection.execute("create schema seeds; create table seeds.sla_rules (known_from date)")
    warehouse.connection.execute("insert into seeds.sla_rules values (?)", [known_from])
    warehouse.succeed(warehouse.plan(midnight - hours(1)))
    assert warehouse.plan(midnight).full_reason == reason


def test_a_code_that_becomes_known_between_two_builds_makes_the_build_full(warehouse: Warehouse) -> None:
    warehouse.connection.execute("insert into raw.courier_codes (known_from) values (?)", [T0 + hours(1)])
    warehouse.succeed(warehouse.plan(T0))
    assert not warehouse.plan(T0 + hours(1) - hours(0.01)).is_full
    assert warehouse.plan(T0 + hours(1)).full_reason == "a code or rule became known since the last build"

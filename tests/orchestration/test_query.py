"""`ndr query`: how values are written, and what is refused."""

from __future__ import annotations

import io
import json
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import QueryError
from orchestration.query import run_query, write_csv, write_json, write_table


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'; create schema marts")
        connection.execute(
            "create table marts.fct_ndr_cases as select * from (values"
            " ('c1', timestamptz '2026-03-01 20:00:00+00:00', date '2026-03-02', time '17:30', 1299.50::decimal(12, 2),"
            "  0.5::double, true, [1, 2], {'a': null}),"
            " ('c2', null, null, null, 100::decimal(12, 2), 'nan'::double, false, [], {'a': 1})"
            ") as t(case_id, begun_at, day, slot, value, rate, is_open, items, pairs)"
        )
    return path


def answer(published: Path, sql: str) -> list[dict[str, object]]:
    out = io.StringIO()
    write_json(*run_query(published, sql), out)
    found: list[dict[str, object]] = json.loads(out.getvalue())
    return found


def test_json_is_one_array_of_objects_with_plain_values(published: Path) -> None:
    assert answer(published, "from fct_ndr_cases order by case_id") == [
        {
            "case_id": "c1",
            "begun_at": "2026-03-02T01:30:00+05:30",
            "day": "2026-03-02",
            "slot": "17:30",
            "value": 1299.5,
            "rate": 0.5,
            "is_open": True,
            "items": [1, 2],
            "pairs": {"a": None},
        },
        {
            "case_id": "c2",
            "begun_at": None,
            "day": None,
            "slot": None,
            "value": 100,
            "rate": None,
            "is_open": False,
            "items": [],
            "pairs": {"a": 1},
        },
    ]


def test_an_instant_cast_to_a_date_is_the_business_date(published: Path) -> None:
    assert answer(
        published, "select begun_at::date as day from marts.fct_ndr_cases where begun_at is not null"
    ) == [{"day": "2026-03-02"}]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select 1 as a where false", []),
        ("select 1 as a, 2 as a", [{"a": 1, "a_1": 2}]),
        ("select 170141183460469231731687303715884105727::hugeint as big", [{"big": 2**127 - 1}]),
        ("select interval 90 minute as span", [{"span": "1:30:00"}]),
        ("with c as (from fct_ndr_cases) select count(*) as n from c", [{"n": 2}]),
        ("select 'ünïcode ₹' as text", [{"text": "ünïcode ₹"}]),
        ("show tables", [{"name": "fct_ndr_cases"}]),
        ("pivot fct_ndr_cases on is_open using count(*) group by day order by day", None),
    ],
)
def test_questions_of_every_kind(published: Path, sql: str, expected: list[dict[str, object]] | None) -> None:
    found = answer(published, sql)
    assert found == (expected if expected is not None else found)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select 1; select 2", "one statement at a time: this has 2"),
        ("", "one statement at a time: this has 0"),
        ("delete from fct_ndr_cases", "the published file is only read: DELETE is refused"),
        ("copy fct_ndr_cases to '/tmp/never.csv'", "the published file is only read: COPY is refused"),
        ("set threads = 1", "the published file is only read: SET is refused"),
        ("attach '/tmp/never.duckdb'", "the published file is only read: ATTACH is refused"),
        (
            "select nothing from fct_ndr_cases",
            'Binder Error: Referenced column "nothing" not found in FROM clause!',
        ),
        ("selec 1", "Parser Error: syntax error at or near"),
        ("select 'x'::int", "Conversion Error: Could not convert string 'x' to INT32"),
    ],
)
def test_what_is_refused_says_why_on_one_line(published: Path, sql: str, message: str) -> None:
    with pytest.raises(QueryError, match="^" + message.replace("(", r"\(")):
        answer(published, sql)


def test_the_file_is_not_written(published: Path) -> None:
    before = published.read_bytes()
    with pytest.raises(QueryError):
        answer(published, "explain analyze insert into fct_ndr_cases (case_id) values ('x')")
    assert published.read_bytes() == before


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"nothing is published in .* yet: load files and run `ndr build`"):
        run_query(tmp_path / "published" / "warehouse.duckdb", "select 1")


def test_csv(published: Path) -> None:
    out = io.StringIO()
    write_csv(
        *run_query(
            published, "select case_id, begun_at, value, is_open, items from fct_ndr_cases order by 1"
        ),
        out,
    )
    assert out.getvalue() == (
        'case_id,begun_at,value,is_open,items\nc1,2026-03-02T01:30:00+05:30,1299.5,true,"[1, 2]"\nc2,,100,false,[]\n'
    )


def test_a_table_is_never_cut_where_the_output_is_no_terminal(published: Path) -> None:
    out = io.StringIO()
    write_table(*run_query(published, "select repeat('x', 300) as long, null as missing"), out)
    assert "x" * 300 in out.getvalue()
    assert out.getvalue().endswith("1 row\n")

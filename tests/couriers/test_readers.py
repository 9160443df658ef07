"""Every reader is pure, loses no body and never crashes, whatever the bodies are."""

from __future__ import annotations

import json
import time
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from couriers import registry
from couriers.contract import REJECTED_SCHEMA, ROW_SCHEMA, Reader, ReadResult
from tests.couriers.samples import reader_of, samples

READERS: list[tuple[str, Reader]] = [
    (f"{courier.slug}-{kind}", reader)
    for courier in registry().values()
    for kind, reader in (("push", courier.push_reader), ("track", courier.track_reader))
    if reader is not None
]
each_reader = pytest.mark.parametrize("reader", [r for _, r in READERS], ids=[name for name, _ in READERS])

BAD_BODIES = [
    None,
    "",
    "  ",
    "null",
    "[]",
    "1",
    '"text"',
    '"{}"',
    "{}",
    "not json",
    '{"a":1',
    '{"a":1} {"a":2}',
    '{"a":1},{"a":2}',
    '{"a":"\\ud800"}',
    '{"a":1e999}',
    "\ufeff{}",
    "[" * 5000,
    '{"a":' * 300 + "1" + "}" * 300,
]


def whole(bodies: list[str | None], result: ReadResult) -> None:
    """Columns are the contract's, required fields are there, every body is accounted for."""
    assert dict(result.rows.schema) == ROW_SCHEMA
    assert dict(result.rejected.schema) == REJECTED_SCHEMA
    for name in ("courier", "awb", "scanned_at", "is_date_only", "native_code"):
        assert result.rows[name].null_count() == 0
    assert result.rejected.null_count().sum_horizontal().sum() == 0
    seen = set(result.rows["body_index"]) | set(result.rejected["body_index"])
    assert seen == set(range(len(bodies)))


def all_samples(reader: Reader) -> list[str]:
    """Every sample payload of every courier: most of them are not this reader's."""
    del reader
    return [path.read_text(encoding="utf-8") for _, path in samples()]


@each_reader
def test_a_body_that_is_none_is_rejected_with_a_message(reader: Reader) -> None:
    result = reader(pl.Series(BAD_BODIES, dtype=pl.String))
    whole(BAD_BODIES, result)
    assert result.rows.is_empty()
    assert all(": " in message for message in result.rejected["message"])


@each_reader
def test_no_bodies_give_no_rows(reader: Reader) -> None:
    whole([], reader(pl.Series([], dtype=pl.String)))


@each_reader
def test_rows_do_not_depend_on_the_batch(reader: Reader) -> None:
    bodies: list[str | None] = [*BAD_BODIES, *all_samples(reader), *BAD_BODIES[:5], *all_samples(reader)]
    together = reader(pl.Series(bodies, dtype=pl.String))
    whole(bodies, together)
    for size in (1, 7):
        parts = [
            (start, reader(pl.Series(bodies[start : start + size], dtype=pl.String)))
            for start in range(0, len(bodies), size)
        ]
        for name in ("rows", "rejected"):
            shifted = [
                getattr(part, name).with_columns(pl.col("body_index") + start) for start, part in parts
            ]
            expected = pl.concat(shifted).cast({"body_index": pl.UInt32})
            assert_frame_equal(getattr(together, name), expected)


def mutations(document: Any) -> st.SearchStrategy[Any]:
    """The document with some of its values replaced by anything JSON can say."""
    junk = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
        st.sampled_from(["2026-03-02T10:00:00", "02-03-2026", "NA", "UD", "9", '{"a":1}', "\x00", 'é\n"']),
        st.lists(st.integers(), max_size=2),
        st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
    )
    if isinstance(document, dict):
        whole_object = st.fixed_dictionaries({key: mutations(value) for key, value in document.items()})
        return st.one_of(whole_object, whole_object, whole_object, junk)
    if isinstance(document, list):
        return st.one_of(*(st.lists(mutations(value), max_size=3) for value in document[:2]), junk)
    return st.one_of(st.just(document), st.just(document), junk)


@each_reader
def test_no_body_crashes_and_none_is_lost(reader: Reader) -> None:
    own = [path for courier, path in samples() if reader_of(courier, path) is reader]
    documents = st.one_of(*(mutations(json.loads(path.read_text(encoding="utf-8"))) for path in own))
    bodies = st.lists(
        st.one_of(documents.map(json.dumps), st.text(max_size=20), st.sampled_from(BAD_BODIES)), max_size=6
    )

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(bodies)
    def check(batch: list[str | None]) -> None:
        whole(batch, reader(pl.Series(batch, dtype=pl.String)))

    check()


ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


@each_reader
def test_any_json_is_read_or_rejected_with_a_reason(reader: Reader) -> None:
    """Also under the names that the reader looks for."""
    own = [
        json.loads(path.read_text(encoding="utf-8"))
        for one, path in samples()
        if reader_of(one, path) is reader
    ]
    names = sorted({name for document in own for name in document})
    named = st.dictionaries(st.sampled_from(names), ANY_JSON, max_size=len(names))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.one_of(named, ANY_JSON), min_size=1, max_size=4))
    def check(documents: list[Any]) -> None:
        bodies: list[str | None] = [json.dumps(document) for document in documents]
        result = reader(pl.Series(bodies, dtype=pl.String))
        whole(bodies, result)
        assert all(": " in message for message in result.rejected["message"])

    check()


def test_a_large_field_is_only_a_large_field() -> None:
    body = {
        "waybill": "1",
        "clickpost_status_code": 6,
        "timestamp": "2026-03-02T10:00:00",
        "remark": "x" * 1_000_000,
    }
    reader = registry()["clickpost"].push_reader
    assert reader is not None
    assert (
        reader(pl.Series([json.dumps(body)] * 3)).rows["remark"].str.len_chars().to_list() == [1_000_000] * 3
    )


def test_a_reason_that_is_only_the_code_leaves_the_word_to_the_status() -> None:
    """Ecom Express repeats the code as the reason of codes that it has no words for."""
    body = {
        "awb": "1",
        "datetime": "2026-03-02 10:00:00",
        "status": "Not at home",
        "reason_code_number": "ZX-417",
    }
    reader = registry()["ecom_express"].push_reader
    assert reader is not None
    told = reader(
        pl.Series([json.dumps({**body, "reason_code": reason}) for reason in ("ZX-417", "Shut")])
    ).rows
    assert told["native_text"].to_list() == ["Not at home", "Shut"]
    assert told["reason_text"].to_list() == [None, "Shut"]


@each_reader
def test_speed_is_recorded(reader: Reader, record_property: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """20,000 bodies a reader; the bound is loose on purpose, the figure is what counts."""
    own = next(path for courier, path in samples() if reader_of(courier, path) is reader)
    bodies = pl.Series([json.dumps(json.loads(own.read_text(encoding="utf-8")))] * 20_000)
    started = time.perf_counter()
    result = reader(bodies)
    seconds = time.perf_counter() - started
    record_property("bodies_per_second", round(20_000 / seconds))
    with capsys.disabled():
        print(f" [{20_000 / seconds:,.0f} bodies/s, {result.rows.height / seconds:,.0f} scans/s]", end="")
    assert seconds < 30

"""What every courier folder must be, whoever adds it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

import couriers
from couriers import registry
from couriers.codes import CODES_SCHEMA, read_codes
from couriers.contract import EVIDENCE, REASON_BUCKETS, SCAN_SCHEMA, STATUSES, Courier

COURIERS = list(registry().values())
KEY = ["native_code", "native_reason", "native_text"]
each_courier = pytest.mark.parametrize("courier", COURIERS, ids=lambda courier: courier.slug)


def keyed(courier: Courier) -> pl.DataFrame:
    """The codes with their keys as the warehouse compares them: trimmed, blanks collapsed, lower case.

    The text is part of the key only where it is all the key there is.
    """
    codes = read_codes(courier.codes_path)
    is_text_row = pl.col("native_code").is_null() & pl.col("native_reason").is_null()
    return codes.with_columns(
        pl.when(is_text_row).then(pl.col("native_text")).alias("native_text")
    ).with_columns(
        pl.col(KEY).str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase().fill_null("")
    )


def test_every_folder_is_a_courier() -> None:
    folders = {path.name for path in Path(couriers.__path__[0]).iterdir() if path.is_dir()}
    assert {name for name in folders if not name.startswith("_")} == set(registry())


def test_the_couriers_of_the_product_are_there() -> None:
    named = {"delhivery", "shiprocket", "clickpost", "xpressbees", "ekart", "bluedart", "shadowfax"}
    assert named | {"ecom_express", "nimbuspost", "ithink", "generic"} <= set(registry())


def test_a_carrier_name_belongs_to_one_courier() -> None:
    names = [name.lower() for courier in COURIERS for name in courier.carrier_names]
    ids = [
        (aggregator, carrier_id)
        for courier in COURIERS
        for aggregator, carrier_ids in courier.aggregator_ids.items()
        for carrier_id in carrier_ids
    ]
    assert len(names) == len(set(names)) and len(ids) == len(set(ids))


@each_courier
def test_a_folder_says_what_is_known_and_how_well(courier: Courier) -> None:
    readme = courier.folder / "README.md"
    assert readme.exists()
    content = readme.read_text(encoding="utf-8")
    assert content.startswith(f"# {courier.name}")
    for path in courier.samples_dir.glob("*.json"):
        if not path.name.endswith(".expected.json"):
            assert path.name in content, f"{path.name} is not in {courier.slug}/README.md"


@each_courier
def test_codes_have_the_columns_of_the_contract(courier: Courier) -> None:
    header = courier.codes_path.read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == list(CODES_SCHEMA)
    assert dict(read_codes(courier.codes_path).schema) == CODES_SCHEMA


@each_courier
def test_codes_use_the_words_of_the_contract(courier: Courier) -> None:
    codes = read_codes(courier.codes_path)
    assert set(codes["status"].drop_nulls()) <= set(STATUSES)
    assert set(codes["reason_bucket"].drop_nulls()) <= set(REASON_BUCKETS)
    assert set(codes["evidence"]) <= set(EVIDENCE)


@each_courier
def test_a_row_is_one_of_the_four_kinds(courier: Courier) -> None:
    for row in read_codes(courier.codes_path).to_dicts():
        if row["native_code"] is not None:
            assert row["status"] is not None, row
        else:
            assert row["status"] is None and row["reason_bucket"] is not None, row
            assert (row["native_reason"] or row["native_text"]) is not None, row


@each_courier
def test_a_key_means_one_thing_at_a_time(courier: Courier) -> None:
    rows = keyed(courier).with_columns(
        pl.col("valid_from").fill_null(pl.date(1900, 1, 1)), pl.col("valid_to").fill_null(pl.date(9999, 1, 1))
    )
    assert (rows["valid_from"] < rows["valid_to"]).all()
    for key, versions in rows.group_by(*KEY, "known_from"):
        ordered = versions.sort("valid_from").to_dicts()
        for earlier, later in pairwise(ordered):
            assert earlier["valid_to"] <= later["valid_from"], (courier.slug, key)


@each_courier
def test_a_reason_has_one_bucket_whatever_the_status(courier: Courier) -> None:
    """Rows for a reason alone repeat the bucket of the exact rows; they must not drift apart."""
    codes = keyed(courier).filter(pl.col("native_reason") != "")
    if courier.slug == "shadowfax":  # its reasons are texts that it uses under several events
        return
    buckets = codes.group_by("native_reason").agg(pl.col("reason_bucket").drop_nulls().n_unique().alias("n"))
    assert buckets.filter(pl.col("n") > 1).is_empty()


def test_generic_speaks_canonical_words() -> None:
    codes = read_codes(registry()["generic"].codes_path)
    assert codes.filter(pl.col("status").is_not_null())["native_code"].to_list() == list(STATUSES)
    assert (codes["native_code"] == codes["status"]).all()
    assert codes["native_reason"].drop_nulls().to_list() == list(REASON_BUCKETS)
    assert (codes["native_reason"] == codes["reason_bucket"]).all()


def test_the_scan_columns_are_those_of_the_feed() -> None:
    feed = "courier awb scanned_at native_code native_text reason_code reason_text attempt_number location pincode"
    feed += " latitude longitude remark agent_id photo_url leg via received_at"
    assert set(feed.split()) | {"is_date_only", "extra"} == set(SCAN_SCHEMA)

"""Real payloads (and some made from documented fields) give exactly the rows beside them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from couriers import registry
from couriers.contract import Courier
from tests.couriers.samples import (
    EXPECTED_SUFFIX,
    expected,
    expected_path,
    readable,
    reader_of,
    samples,
)

SAMPLES = samples()
IDS = [f"{courier.slug}/{path.stem}" for courier, path in SAMPLES]


@pytest.mark.parametrize(("courier", "path"), SAMPLES, ids=IDS)
def test_a_sample_gives_the_rows_beside_it(courier: Courier, path: Path) -> None:
    assert expected_path(path).exists(), f"{path.name} has no expected file beside it"
    result = reader_of(courier, path)(pl.Series([path.read_text(encoding="utf-8")]))
    assert readable(result) == expected(path)


def test_every_expected_file_has_its_payload() -> None:
    found = {
        path for courier in registry().values() for path in courier.samples_dir.glob(f"*{EXPECTED_SUFFIX}")
    }
    assert found == {expected_path(path) for _, path in SAMPLES}


def test_every_reader_has_a_sample() -> None:
    read = {(courier.slug, path.name.split("_")[0]) for courier, path in SAMPLES}
    has_reader = {(courier.slug, "webhook") for courier in registry().values() if courier.push_reader}
    has_reader |= {(courier.slug, "track") for courier in registry().values() if courier.track_reader}
    assert read == has_reader

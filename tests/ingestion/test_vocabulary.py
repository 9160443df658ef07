"""The couriers' names and code tables reach schema raw whole, and a second time the same."""

from __future__ import annotations

from couriers import registry
from couriers.codes import read_codes
from ingestion.raw import connect
from ingestion.vocabulary import load_vocabulary
from settings import Settings


def test_every_courier_and_code_is_there_once_however_often_it_is_loaded(settings: Settings) -> None:
    expected = {
        slug: codes.height
        for slug, courier in registry().items()
        if (codes := read_codes(courier.codes_path)).height
    }
    with connect(settings) as connection:
        for _ in range(2):
            load_vocabulary(connection, registry())
            counted = connection.execute(
                "select courier, count(*) from raw.courier_codes group by 1"
            ).fetchall()
            named = connection.execute("select courier, name from raw.couriers").fetchall()
            assert dict(counted) == expected
            assert dict(named) == {slug: courier.name for slug, courier in registry().items()}

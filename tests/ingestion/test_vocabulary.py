"""The couriers' names, code tables and capabilities reach schema raw whole, and a second time the same."""

from __future__ import annotations

from couriers import registry
from couriers.capabilities import capabilities
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


def test_what_a_courier_can_be_asked_is_there_as_its_folder_says(settings: Settings) -> None:
    with connect(settings) as connection:
        for _ in range(2):
            load_vocabulary(connection, registry())
        rows = connection.execute(
            "select action, carries_date, carries_phone, days_ahead, send_after, legal_codes"
            " from raw.courier_capabilities where courier = 'delhivery' order by action"
        ).fetchall()
        counted = connection.execute("select count(*) from raw.courier_capabilities").fetchone()
        carriers = connection.execute("from raw.carrier_ids where courier = 'delhivery'").fetchall()
    legal = capabilities("delhivery")["reattempt"].legal_codes
    assert rows == [
        ("reattempt", "no", "no", None, "21:00", " ".join(legal)),
        ("rto", "no", "no", None, None, None),
        ("update_details", "no", "yes", None, None, None),
    ]
    assert counted == (sum(len(capabilities(slug)) for slug in registry()),)
    assert carriers == [("clickpost", "delhivery", "4")]

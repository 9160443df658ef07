"""The tracking page over real HTTP: who sees what, what is kept, what is counted."""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from customers.links import Parcel, token
from ledger.entries import Entry, enter
from receiver.serve import _Lines
from settings import IST
from tests import postgres
from tests.customers.conftest import Start
from tests.customers.stand_in import AS_OF, FAILED_AT, NOW, OLD_SECRET, Stood, publish
from tests.customers.visiting import Customer

Visit = Callable[..., Customer]
MONDAY, TUESDAY = "2026-11-23", "2026-11-24"
EVENING = {"window_start": "17:00", "window_end": "20:00"}
TO_NOTE = {"answer": "again", "day": TUESDAY, "window": "evening"}


def plain(text: str) -> str:
    """What a person reads of a page."""
    body = re.sub(r"<(style|head).*?</\1>", "", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_it_says_where_the_parcel_is_and_names_nobody(visit: Visit) -> None:
    got = visit().look()
    told = plain(got.text)
    assert got.status == 200
    assert "The courier could not deliver your parcel today, 1:05 pm" in told
    assert "The courier says that nobody was there to take it." in told
    assert "Courier Shiprocket" in told and "News as of today, 2 pm" in told
    assert "•••••• 3210" in told and "1•• F•• C•• I••, Bengaluru 560038" in told
    for secret in ("98765", "Fourth", "Indiranagar"):
        assert secret not in got.text


def test_it_is_small_and_asks_for_nothing_else(visit: Visit) -> None:
    """No script, nothing from elsewhere, and headers that hold a browser to it."""
    got = visit().look("?lang=hi")
    assert len(got.text.encode()) < 12_000
    assert "<script" not in got.text and "http" not in got.text.replace('href="?lang', "")
    assert got.headers["referrer-policy"] == "no-referrer"
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["x-robots-tag"] == "noindex, nofollow"
    policy = got.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy
    assert "set-cookie" not in got.headers


def test_the_language_is_the_phones_until_another_is_chosen(visit: Visit) -> None:
    customer = visit()
    assert 'lang="hi"' in customer.ask("GET", accept_language="hi-IN,en;q=0.5").text
    assert '<html lang="en">' in customer.ask("GET").text
    hindi = customer.ask("GET", "?lang=hi", accept_language="en").text
    assert '<html lang="hi">' in hindi and 'action="?lang=hi"' in hindi and 'href="?lang=en"' in hindi


def stopped(customer: Customer, given: str) -> tuple[int, str]:
    got = Customer(customer.running, customer.parcel, given).look()
    return got.status, got.text


def test_whoever_has_no_link_learns_nothing(visit: Visit) -> None:
    """One page for all, whether there is such a parcel or not."""
    customer = visit()
    none = Parcel("shiprocket", "NONE")
    wrong = [
        token(b"x" * 40, customer.parcel, NOW + timedelta(days=1)), token(b"x" * 40, none, NOW + timedelta(days=1)),
        token(b"x" * 40, customer.parcel, NOW), customer.token[:-3], customer.token + "AAAA", customer.token + "/x",
        "x", "A" * 3000, "", "../metrics", "%00", "%E0%A4%85",
    ]  # fmt: skip
    pages = {stopped(customer, given) for given in wrong}
    assert {status for status, _ in pages} == {404} and len(pages) == 1
    posted = Customer(customer.running, customer.parcel, wrong[0]).say(**TO_NOTE)
    assert (posted.status, customer.entries()) == (404, [])
    assert "AW1" not in next(iter(pages))[1]


def test_a_real_link_that_is_over_is_told_so_and_nothing_more(visit: Visit) -> None:
    """Only somebody to whom we gave it can have one."""
    customer = visit()
    old = Customer.of(customer.running, customer.parcel, days=-0.001)
    got = old.look()
    assert got.status == 410 and "This link has expired" in plain(got.text) and "AW1" not in got.text
    assert old.say(**TO_NOTE).status == 410 and customer.entries() == []
    assert customer.counted() == {"expired": 2}


def test_the_secret_before_is_taken_and_without_one_no_link_holds(visit: Visit, start: Start) -> None:
    customer = visit()
    assert Customer.of(customer.running, customer.parcel, OLD_SECRET).look().status == 200
    off = Customer.of(start(tracking_secret=None), customer.parcel)
    assert off.look().status == 404


def test_a_link_to_a_parcel_without_news_says_so(visit: Visit, start: Start, tmp_path: Path) -> None:
    customer = Customer.of(start(), Parcel("shiprocket", "AW9"))
    for _ in range(2):
        assert "We have no news of this parcel yet" in plain(
            customer.look().text
        )  # nothing is published, then not it
        assert customer.say(**TO_NOTE).status == 409
        publish(tmp_path, Stood())
    assert customer.entries() == []


def test_a_new_build_is_seen_at_once(visit: Visit, tmp_path: Path) -> None:
    customer = visit()
    assert "could not deliver" in customer.look().text
    publish(tmp_path, Stood(outcome="delivered", status="delivered", closed_at=NOW))
    told = plain(customer.look().text)
    assert "Your parcel has been delivered today, 2:10 pm" in told and "What would you like" not in told


@pytest.mark.parametrize(("status", "outcome", "told"), [
    ("rto_in_transit", "rto", "going back to the seller"),
    ("in_transit", "rto", "going back to the seller"),
    ("rto_delivered", "rto", "back with the seller"),
    ("lost", "lost", "has lost your parcel"),
    ("informational", "delivered", "has been delivered"),
])  # fmt: skip
def test_a_parcel_that_is_decided_has_a_sentence_and_no_form(
    visit: Visit, status: str, outcome: str, told: str
) -> None:
    customer = visit(Stood(status=status, outcome=outcome, closed_at=NOW))
    text = customer.look().text
    assert told in text and "<form" not in text and "seller" in text
    late = customer.say(**TO_NOTE)
    assert late.status == 409 and "came too late" in late.text and customer.entries() == []


def test_a_parcel_that_never_failed_has_no_form(visit: Visit) -> None:
    told = plain(visit(Stood(failed_at=None, status="in_transit")).look().text)
    assert "Your parcel is on its way We do not know since when." in told
    assert "Bengaluru 560038" in told and "Expected Monday 23 November" in told and "Send" not in told


def test_an_old_link_shows_nothing_of_the_parcel_that_has_the_number_now(
    visit: Visit, tmp_path: Path
) -> None:
    customer = visit()
    old = Stood(outcome="lost", status="lost", closed_at=FAILED_AT)
    publish(tmp_path, old, Stood(epoch=20261120, status="in_transit", reason="customer_refused"))
    text = customer.look().text
    assert "has lost your parcel" in text and "on its way" not in text and "refused" not in text


def test_a_return_that_arrived_is_told_with_its_own_time(visit: Visit) -> None:
    """Not with that of its beginning, from which on the parcel counts as returned."""
    began, arrived = NOW - timedelta(days=3), NOW - timedelta(hours=1)
    stood = Stood(status="rto_delivered", status_at=arrived, outcome="rto", closed_at=began)
    assert "Your parcel is back with the seller today, 1:10 pm" in plain(visit(stood).look().text)


def test_an_answer_is_in_the_ledger_and_loading_the_page_again_sends_nothing(visit: Visit) -> None:
    customer = visit()
    sent = customer.say(**TO_NOTE)
    assert (sent.status, sent.headers["location"]) == (303, "?lang=en&done=1")
    thanks = plain(customer.look("?lang=en&done=1").text)
    assert (
        "Thank you. It is noted. Bring it again Day: Tuesday 24 November Time: Evening, 5 pm to 8 pm"
        in thanks
    )
    assert "You can change this until Monday 23 November, 6 pm." in thanks
    assert customer.entries() == [
        ("reattempt", {"channel": "tracking_page", "requested_on": TUESDAY, **EVENING})
    ]
    assert customer.counted() == {"noted": 1, "shown": 1}


def test_the_entry_is_the_customers_and_of_that_instant(visit: Visit) -> None:
    customer = visit(Stood(awb="aw-small"))
    customer.say(answer="received")
    with customer.running.ledger.read() as connection:
        row = connection.execute(sa.text("select * from entries")).mappings().one()
    assert (row["source"], row["author"], row["case_id"]) == ("customer", None, "shiprocket:aw-small:0")
    assert (row["kind"], row["awb"], row["version"]) == ("already_delivered", "AW-SMALL", 1)
    assert row["given_at"] == row["received_at"] and "08:40" in str(row["given_at"])  # UTC


def test_a_double_click_is_one_entry_and_so_is_the_same_answer_later(visit: Visit) -> None:
    customer = visit()
    with ThreadPoolExecutor(8) as taps:
        answers = list(taps.map(lambda _: customer.say(**TO_NOTE).status, range(8)))
    assert answers == [303] * 8 and len(customer.entries()) == 1
    assert customer.say(**TO_NOTE).status == 303 and len(customer.entries()) == 1
    assert customer.counted() == {"noted": 1, "repeated": 8}


def test_a_changed_mind_is_a_second_entry_and_corrections_stay(visit: Visit) -> None:
    customer = visit()
    customer.say(**TO_NOTE, phone="+91 91234 56789")
    again = customer.look().text
    assert f'value="{TUESDAY}" selected' in again and "Change your answer" in again
    assert "•••••• 6789" in again and "91234" not in again
    customer.say(answer="again", day=MONDAY)
    customer.say(answer="received")
    assert customer.entries() == [
        (
            "update_details",
            {"channel": "tracking_page", "requested_on": TUESDAY, **EVENING, "new_phone": "9123456789"},
        ),
        ("update_details", {"channel": "tracking_page", "requested_on": MONDAY, "new_phone": "9123456789"}),
        ("already_delivered", {"channel": "tracking_page"}),
    ]


def test_to_refuse_one_is_asked_once_more(visit: Visit) -> None:
    customer = visit()
    asked = customer.say(answer="refuse")
    assert (asked.status, customer.entries()) == (200, [])
    assert "Are you sure?" in asked.text and "<script" not in asked.text
    assert customer.say(answer="refuse", sure="yes").status == 303
    assert customer.entries() == [("refuse", {"channel": "tracking_page"})]
    assert customer.counted() == {"asked": 1, "noted": 1}


def test_delhivery_takes_no_day_and_no_time_and_the_page_says_so(visit: Visit) -> None:
    customer = visit(Stood(courier="delhivery"))
    told = plain(customer.look().text)
    assert "Delhivery does not let one choose a day" in told and "A time cannot be chosen." in told
    customer.say(answer="again", day=TUESDAY, window="evening")
    assert customer.entries() == [("reattempt", {"channel": "tracking_page"})]
    assert "until today, 9 pm" in customer.look("?lang=en&done=1").text


def test_what_can_be_asked_goes_by_who_takes_it(visit: Visit) -> None:
    """A parcel of Delhivery that was booked with Shiprocket takes a day, as actions go that way."""
    assert '<select id="day"' in visit(Stood(courier="delhivery", via="shiprocket")).look().text


def test_after_the_deadline_there_is_a_sentence_and_no_form(visit: Visit, start: Start) -> None:
    customer = visit()
    customer.say(answer="again", day=MONDAY)
    evening = Customer(start(clock_start=NOW.replace(hour=18, minute=0)), customer.parcel, customer.token)
    text = evening.look().text
    assert (
        "This can no longer be changed" in text and "Day: Monday 23 November" in text and "<form" not in text
    )
    assert evening.say(answer="again", day=TUESDAY).status == 409
    passed = Customer(start(clock_start=NOW + timedelta(days=2)), customer.parcel, customer.token)
    assert "we know of no visit" in passed.look().text and "<form" in passed.look().text
    assert len(customer.entries()) == 1


def test_another_failure_asks_anew(visit: Visit, tmp_path: Path) -> None:
    customer = visit()
    customer.say(answer="again", day=MONDAY)
    publish(tmp_path, Stood(failed_at=NOW + timedelta(minutes=1)))
    text = customer.look().text
    assert "Your answer" not in text and "What would you like?" in text


def test_a_failure_of_which_only_the_day_is_known_can_be_answered_that_day(
    visit: Visit, tmp_path: Path
) -> None:
    """It stands at the end of its day, after everything that is said of it."""
    day_end = NOW.replace(hour=23, minute=59, second=59, microsecond=999_999)
    customer = visit(Stood(failed_at=day_end))
    for _ in range(2):
        assert customer.say(**TO_NOTE).status == 303
    assert len(customer.entries()) == 1
    thanks = plain(customer.look("?lang=en&done=1").text)
    assert "Thank you. It is noted." in thanks and "You can change this until Monday 23 November" in thanks
    publish(tmp_path, Stood(failed_at=day_end + timedelta(days=1)))
    assert "Your answer" not in customer.look().text


def test_an_answer_that_came_another_way_counts_too(visit: Visit) -> None:
    """By a message, say: the build has it, the ledger not. The later of the two counts."""
    customer = visit(Stood(told_at=AS_OF, told_day=date(2026, 11, 25)))
    assert "Day: Wednesday 25 November" in customer.look().text
    customer.say(answer="again", day=TUESDAY)
    assert "Day: Tuesday 24 November" in customer.look().text


def test_what_only_a_person_can_read_decides_nothing(visit: Visit) -> None:
    customer = visit()
    other = Entry("shiprocket", "AW1", "customer", None, "other", {"text": "hm"}, NOW, NOW)
    enter(customer.running.ledger, other)
    agent = Entry("shiprocket", "AW1", "operations", "asha", "rto", {}, NOW, NOW)
    enter(customer.running.ledger, agent)
    assert "Your answer" not in customer.look().text
    assert customer.say(answer="received").status == 303 and len(customer.entries()) == 3


ATTACK = "\"'><script>alert(1)</script>{{7*7}}&lt;"


def test_what_was_typed_wrong_is_shown_beside_its_field_and_escaped(visit: Visit) -> None:
    customer = visit()
    names = ("day", "window", "phone", "address", "landmark", "pincode")
    typed = dict.fromkeys(names, ATTACK) | {"address": "x" * 301 + ATTACK, "landmark": "x" * 101 + ATTACK}
    got = customer.say(answer="again", **typed)
    assert got.status == 422 and customer.entries() == []
    assert "<script" not in got.text and "49" not in plain(got.text)
    assert html.unescape(got.text).count(ATTACK) == 4  # a list keeps nothing that is not in it
    for name in names:
        assert f'aria-describedby="error-{name}"' in got.text and f'id="error-{name}"' in got.text
    assert customer.counted() == {"invalid": 1}


def test_an_attack_that_is_a_valid_address_is_kept_as_typed_and_shown_as_text(visit: Visit) -> None:
    customer = visit()
    customer.say(answer="again", day=MONDAY, address=ATTACK, landmark=ATTACK, pincode="560038")
    (entry,) = customer.entries()
    assert entry[1]["new_address"] == entry[1]["landmark"] == ATTACK
    for query in ("?lang=en", "?lang=hi&done=1"):
        assert "<script" not in customer.look(query).text


def test_errors_are_told_in_the_customers_language(visit: Visit) -> None:
    got = visit().ask("POST", "?lang=hi", b"answer=again&day=2026-11-23&phone=12")
    assert "कृपया भारत का मोबाइल नंबर लिखें" in got.text and 'value="12"' in got.text


@pytest.mark.parametrize("body", [
    b"\xff\xfe", b"answer=%FF", b"&".join(b"a=1" for _ in range(21)), "answer=फिर".encode(), b"{}", b"",
])  # fmt: skip
def test_what_no_form_of_ours_sends_is_refused_plainly(visit: Visit, body: bytes) -> None:
    customer = visit()
    got = customer.ask("POST", "?lang=en", body)
    assert got.status in (400, 422) and "<h1>" in got.text and customer.entries() == []


def test_too_much_is_refused(visit: Visit) -> None:
    customer = visit()
    got = customer.say(answer="again", address="x" * 9000)
    assert (got.status, customer.entries(), customer.counted()) == (413, [], {"too_large": 1})
    assert "That was too much" in got.text


def test_a_whole_form_in_hindi_fits(visit: Visit) -> None:
    customer = visit()
    got = customer.say(answer="again", day=MONDAY, address="क" * 300, landmark="ख" * 100, pincode="560038")
    assert got.status == 303 and customer.entries()[0][1]["new_address"] == "क" * 300


def test_a_link_and_an_address_may_ask_so_often(visit: Visit, start: Start) -> None:
    customer = visit(tracking_link_rate=3, tracking_address_rate=5)
    answers = [customer.look() for _ in range(4)]
    assert [got.status for got in answers] == [200, 200, 200, 429]
    assert answers[3].headers["retry-after"] == "60" and "Too many tries" in answers[3].text
    other = Customer.of(customer.running, Parcel("shiprocket", "AW2"))
    assert [other.look().status for _ in range(2)] == [200, 429]  # of the same address
    assert customer.counted() == {"shown": 4, "limited": 2}


def test_a_ledger_that_cannot_write_is_told_plainly(visit: Visit) -> None:
    customer = visit()
    ledger = customer.running.ledger
    sa.event.listen(ledger.engine, "connect", lambda one, _: one.execute("pragma query_only = 1"))
    ledger.engine.dispose()
    got = customer.say(**TO_NOTE)
    assert got.status == 503 and "Nothing was noted" in got.text and got.headers["retry-after"]
    assert customer.look().status == 200 and customer.entries() == []


def test_a_published_file_that_is_broken_is_told_plainly(visit: Visit, tmp_path: Path) -> None:
    customer = visit()
    (tmp_path / "published" / "warehouse.duckdb").write_bytes(b"no database")
    got = customer.look()
    assert got.status == 503 and str(tmp_path) not in got.text
    assert customer.counted() == {"unavailable": 1}


def test_a_fault_of_ours_is_a_plain_page_and_told_by_its_type_alone(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("9123456789")

    customer = visit()
    monkeypatch.setattr("customers.routes.read", broken)
    assert customer.look().status == 500
    assert "ZeroDivisionError" in [getattr(record, "fields", {}).get("reason") for record in caplog.records]
    assert "9123456789" not in caplog.text and customer.counted() == {"failed": 1}


def test_no_line_of_the_log_has_the_link_or_what_was_typed(
    visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    """At any level, of any library."""
    caplog.set_level(logging.DEBUG)
    customer = visit()
    customer.look()
    customer.say(answer="again", day=MONDAY, phone="9123456789")
    customer.say(answer="again", day="never", phone="91234567")
    Customer(customer.running, customer.parcel, customer.token + "x").look()
    told = json.dumps([_Lines().format(record) for record in caplog.records]) + caplog.text
    for secret in (customer.token, customer.token[:20], "91234567", "AW1"):
        assert secret not in told
    results = [record.fields["result"] for record in caplog.records if record.getMessage() == "tracking"]  # type: ignore[attr-defined]
    assert results == ["shown", "noted", "invalid", "unknown"]


def test_other_methods_do_nothing(visit: Visit) -> None:
    customer = visit()
    for method in ("PUT", "DELETE", "PATCH"):
        assert customer.ask(method).status == 405
    assert customer.entries() == []


def test_a_ledger_on_postgresql_takes_answers_too(visit: Visit, postgres_folder: str) -> None:
    customer = visit(ledger_url=postgres.database(postgres_folder))
    with ThreadPoolExecutor(4) as taps:
        assert list(taps.map(lambda _: customer.say(**TO_NOTE).status, range(4))) == [303] * 4
    assert customer.entries() == [
        ("reattempt", {"channel": "tracking_page", "requested_on": TUESDAY, **EVENING})
    ]
    assert "Day: Tuesday" in customer.look().text


def test_midnight_in_india_is_the_next_day(visit: Visit) -> None:
    """18:31 UTC: tomorrow is Tuesday, and its deadline still ahead."""
    customer = visit(clock_start=datetime(2026, 11, 23, 0, 1, tzinfo=IST))
    days = re.findall(r'<option value="(2026-[\d-]+)"', customer.look().text)
    assert days == ["2026-11-24", "2026-11-25", "2026-11-26"]

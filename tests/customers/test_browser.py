"""What a customer does on a phone: a real browser of 360 pixels, without scripts, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from customers.words import LANGUAGES, Words
from tests.customers.conftest import Start
from tests.customers.stand_in import NOW, Stood
from tests.customers.visiting import Customer
from tests.dashboards import served

LOCALES = {"en": "en-IN", "hi": "hi-IN"}
ATTACK = "\"'><img src=x onerror=alert(1)><script>alert(1)</script>"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = served.browser(playwright)
        yield found
        found.close()


Phone = Callable[[str], Page]


@pytest.fixture
def phone(chrome: Browser) -> Iterator[Phone]:
    """A phone in a language; scripts are off, and whatever leaves loopback or pops up fails the test."""
    contexts, strays = [], list[str]()

    def open_phone(language: str) -> Page:
        context = chrome.new_context(
            viewport={"width": 360, "height": 740}, locale=LOCALES[language], java_script_enabled=False,
            is_mobile=True, has_touch=True,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request",
            lambda request: strays.append(request.url) if "//127.0.0.1:" not in request.url else None,
        )
        page.on("console", lambda message: strays.append(message.text))
        page.on("dialog", lambda dialog: strays.append(dialog.message))
        return page

    yield open_phone
    for context in contexts:
        context.close()
    assert [stray for stray in strays if not stray.startswith("data:,") and "status of 4" not in stray] == []


def fits(page: Page) -> None:
    """Nothing is wider than the phone, and whatever is tapped is large enough for a thumb."""
    assert page.locator("html").evaluate("node => node.scrollWidth") <= 360
    for place in page.locator(
        "button:visible, .button:visible, .choices > label:visible, summary:visible"
    ).all():
        box = place.bounding_box()
        assert box is not None and box["height"] >= 44, place.inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_failed_parcel_to_an_entry_and_its_change(
    visit: Callable[..., Customer], phone: Phone, language: str
) -> None:
    w, customer, page = Words(language), visit(), phone(language)
    page.goto(customer.address)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", level=1)).to_have_text(w("status.failed_delivery"))
    fits(page)
    page.get_by_label(w("form.day")).select_option(label=w.day(NOW.date() + timedelta(days=2)))
    page.get_by_label(w("form.window")).select_option(label=w("form.window_evening"))
    page.get_by_text(w("form.correct_phone")).tap()
    page.get_by_label(w("form.phone")).fill("98765")
    page.get_by_role("button", name=w("form.send")).tap()
    expect(page.get_by_text(w("error.phone"))).to_be_visible()
    expect(page.get_by_label(w("form.phone"))).to_have_value("98765")
    fits(page)
    page.get_by_label(w("form.phone")).fill("98765 43211")
    page.get_by_role("button", name=w("form.send")).tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text(w("thanks.title"))
    expect(page.get_by_text(w("form.window_evening"))).to_be_visible()
    fits(page)
    page.reload()
    asked = {
        "channel": "tracking_page",
        "requested_on": "2026-11-24",
        "window_start": "17:00",
        "window_end": "20:00",
    }
    details = {"new_phone": "9876543211"}
    assert customer.entries() == [("update_details", asked | details)]

    page.get_by_role("link", name=w("thanks.change")).tap()
    expect(page.get_by_label(w("form.window"))).to_have_value("evening")
    page.get_by_text(w("form.correct_address")).tap()
    page.get_by_label(w("form.address")).fill("14, पाँचवीं गली\nइंदिरा नगर, बेंगलुरु")
    page.get_by_label(w("form.landmark")).fill("मंदिर के पास")
    page.get_by_label(w("form.pincode")).fill("560008")
    fits(page)
    page.get_by_role("button", name=w("form.send")).tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text(w("thanks.title"))
    place = {
        "new_address": "14, पाँचवीं गली, इंदिरा नगर, बेंगलुरु", "new_pincode": "560008", "landmark": "मंदिर के पास",
    }  # fmt: skip
    assert customer.entries()[1:] == [("update_details", asked | details | place)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_to_refuse_one_is_asked_and_may_go_back(
    visit: Callable[..., Customer], phone: Phone, language: str
) -> None:
    w, customer, page = Words(language), visit(), phone(language)
    page.goto(customer.address)
    page.get_by_text(w("form.refuse"), exact=True).tap()
    expect(page.get_by_label(w("form.day"))).to_be_hidden()
    page.get_by_role("button", name=w("form.send")).tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(w("sure.title"))
    fits(page)
    page.get_by_role("link", name=w("sure.no")).tap()
    expect(page.get_by_label(w("form.day"))).to_be_visible()
    assert customer.entries() == []
    page.get_by_text(w("form.refuse"), exact=True).tap()
    page.get_by_role("button", name=w("form.send")).tap()
    page.get_by_role("button", name=w("sure.yes")).tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text(w("thanks.title"))
    assert [kind for kind, _ in customer.entries()] == ["refuse"]


def test_the_language_is_changed_by_a_link_and_kept(visit: Callable[..., Customer], phone: Phone) -> None:
    w, customer, page = Words("hi"), visit(), phone("en")
    page.goto(customer.address)
    page.get_by_role("link", name="हिन्दी").tap()
    page.get_by_text(w("form.received"), exact=True).tap()
    page.get_by_role("button", name=w("form.send")).tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text(w("thanks.title"))
    page.get_by_role("link", name="English").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text(Words("en")("thanks.title"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_that_do_not_hold(visit: Callable[..., Customer], phone: Phone, language: str) -> None:
    w, customer, page = Words(language), visit(), phone(language)
    page.goto(customer.address[:-1] + ("A" if customer.address[-1] != "A" else "B") + "x")
    expect(page.get_by_role("heading")).to_have_text(w("problem.unknown_title"))
    page.goto(Customer.of(customer.running, customer.parcel, days=-1).address)
    expect(page.get_by_role("heading")).to_have_text(w("problem.expired_title"))
    expect(page.get_by_text("AW1")).to_have_count(0)
    fits(page)


def test_what_is_typed_or_sent_by_a_courier_is_only_ever_text(
    start: Start, visit: Callable[..., Customer], phone: Phone
) -> None:
    """In every field, wrong and right; with scripts the policy of the page would refuse them too."""
    w, page = Words("en"), phone("en")
    customer = visit(Stood(awb=f"A{ATTACK}", address=ATTACK))
    page.goto(customer.address)
    for name in ("correct_phone", "correct_address"):
        page.get_by_text(w(f"form.{name}")).tap()
    for name in ("phone", "address", "landmark", "pincode"):
        field = page.get_by_label(w(f"form.{name}"))
        field.fill(ATTACK)
    page.get_by_role("button", name=w("form.send")).tap()
    expect(page.get_by_label(w("form.address"))).to_have_value(ATTACK)
    assert page.locator("img, main script").count() == 0
    page.get_by_label(w("form.phone")).fill("")
    page.get_by_label(w("form.pincode")).fill("560038")
    page.get_by_role("button", name=w("form.send")).tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text(w("thanks.title"))
    assert page.locator("img, main script").count() == 0
    assert customer.entries()[0][1]["landmark"] == ATTACK

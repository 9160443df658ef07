"""Tracking links: what holds, for how long, and what a stranger can make of one."""

from __future__ import annotations

import base64
import re
import string
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.links import Expired, LinkError, Parcel, Unknown, keys, link, opened, token
from tests.customers.stand_in import NOW, OLD_SECRET, SECRET, At

KEY, OLD = SECRET.encode(), OLD_SECRET.encode()
PARCEL = Parcel("delhivery", "AW1000014798")
SHORT = SECRET[:5]
LATER = NOW + timedelta(days=15)


@given(awb=st.text(string.printable, min_size=1, max_size=60), epoch=st.integers(0, 29991231))
def test_a_token_gives_its_parcel_back(awb: str, epoch: int) -> None:
    parcel = Parcel("shiprocket", awb, epoch)
    assert opened((KEY,), token(KEY, parcel, LATER), NOW) == parcel


def test_a_token_is_short_and_needs_no_quoting() -> None:
    made = token(KEY, PARCEL, LATER)
    assert re.fullmatch(r"[A-Za-z0-9_-]{40,70}", made)


def test_the_secret_before_still_holds_and_another_never_did() -> None:
    made = token(OLD, PARCEL, LATER)
    assert opened((KEY, OLD), made, NOW) == PARCEL
    with pytest.raises(Unknown):
        opened((KEY,), made, NOW)
    with pytest.raises(Unknown):
        opened((), token(KEY, PARCEL, LATER), NOW)


def test_it_holds_until_its_expiry_and_not_at_it() -> None:
    made = token(KEY, PARCEL, LATER)
    assert opened((KEY,), made, LATER - timedelta(seconds=1)) == PARCEL
    with pytest.raises(Expired):
        opened((KEY,), made, LATER)


def test_no_bit_of_it_can_be_changed() -> None:
    """Of the signature, the expiry and the parcel; also where the expired one would be told apart."""
    raw = base64.urlsafe_b64decode(token(KEY, PARCEL, LATER) + "==")
    for place in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(Unknown):
            opened((KEY,), base64.urlsafe_b64encode(changed).decode().rstrip("="), NOW)


@given(st.text(max_size=500))
def test_nothing_else_opens(text: str) -> None:
    with pytest.raises(Unknown):
        opened((KEY,), text, NOW)


@pytest.mark.parametrize(
    "given_token", ["", "=", "A", "A" * 5000, "é" * 30, "AAAA", "../../etc", "A A", "A\nA"]
)
def test_what_is_no_token_at_all_is_as_unknown_as_a_wrong_one(given_token: str) -> None:
    with pytest.raises(Unknown):
        opened((KEY,), given_token, NOW)


def test_a_link_begins_where_customers_reach_us(tmp_path: Path) -> None:
    settings = At(
        data_dir=tmp_path, clock_start=NOW, tracking_secret=SECRET, tracking_url="https://t.example.in/"
    )
    made = link(settings, PARCEL)
    assert made.startswith("https://t.example.in/track/")
    found = made.rsplit("/", 1)[1]
    assert opened((KEY,), found, NOW + timedelta(days=14.9)) == PARCEL
    with pytest.raises(Expired):
        opened((KEY,), found, NOW + timedelta(days=15))
    plain = At(data_dir=tmp_path, clock_start=NOW, tracking_secret=SECRET)
    assert link(plain, PARCEL).startswith("http://127.0.0.1:8080/track/")


def test_without_a_secret_there_are_no_links_and_a_short_one_is_refused(tmp_path: Path) -> None:
    off = At(data_dir=tmp_path, clock_start=NOW, tracking_old_secret=OLD_SECRET)
    assert keys(off) == ()
    with pytest.raises(LinkError, match="NDR_TRACKING_SECRET is not set"):
        link(off, PARCEL)
    with pytest.raises(LinkError, match="NDR_TRACKING_SECRET: expected at least 32 characters, got 5"):
        keys(At(data_dir=tmp_path, tracking_secret=SHORT))
    with pytest.raises(LinkError, match="NDR_TRACKING_OLD_SECRET"):
        keys(At(data_dir=tmp_path, tracking_secret=SECRET, tracking_old_secret=SHORT))

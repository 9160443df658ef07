"""NimbusPost's orders: the same list as XpressBees takes."""

from __future__ import annotations

from couriers.action_lists import described

ACTIONS = described(address="https://api.nimbuspost.com", path="/v1/ndr/action", login="/v1/users/login")

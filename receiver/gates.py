"""Each courier's gate: whether a request proves that the courier sent it.

Owns: the schemes of `couriers.contract.SCHEMES`, compared in constant time. Pure: the clock and the body are given.
A gate without a secret opens for nobody.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from couriers import known_couriers
from couriers.contract import Webhook
from receiver.errors import ReceiverError, Turned
from settings import Settings, courier_settings

#: Longest message id that is taken; the ledger has room for no longer one.
_LONGEST_ID = 256


@dataclass(frozen=True)
class Proof:
    """What an authentic request says of itself: the message's id, if it has one, and the time that was signed."""

    message_id: str | None = None
    signed_at: str | None = None


@dataclass(frozen=True)
class Gate:
    """One courier's gate. `secrets`: the one in use, then the one before; `networks`: empty is any source."""

    slug: str
    webhook: Webhook
    header: str
    secrets: tuple[bytes, ...]
    networks: tuple[IPv4Network | IPv6Network, ...]
    tolerance: timedelta

    @property
    def needs_body(self) -> bool:
        """Whether the proof is over the body, which must then be read before anything is known of the sender."""
        return self.webhook.scheme != "token"

    def admit(self, source: str | None) -> None:
        """Raises Turned when the source is in none of the networks."""
        if not self.networks:
            return
        try:
            address = ip_address(source or "")
        except ValueError:
            raise Turned(403, "refused", "source") from None
        if not any(address in network for network in self.networks):
            raise Turned(403, "refused", "source")

    def check(self, headers: Mapping[str, str], token: str | None, body: bytes, now: datetime) -> Proof:
        """The proof of a request; `headers` by small letters, `token` of the URL. Raises Turned (401)."""
        if not self.secrets:
            raise Turned(401, "refused", "no_secret")
        if self.webhook.scheme == "token":
            in_header = headers.get(self.header, "").encode("latin-1")  # as it was on the wire
            return self._token(in_header or (token or "").encode())
        if self.webhook.scheme == "body_hmac":
            return self._body_hmac(headers.get(self.header), body)
        return self._standard(headers, body, now)

    def _token(self, given: bytes) -> Proof:
        if not given:
            raise Turned(401, "refused", "missing")
        self._compare([given], list(self.secrets))
        return Proof()

    def _body_hmac(self, given: str | None, body: bytes) -> Proof:
        if not given:
            raise Turned(401, "refused", "missing")
        digests = [hmac.digest(secret, body, "sha256") for secret in self.secrets]
        expected = [form for digest in digests for form in (digest.hex().encode(), base64.b64encode(digest))]
        plain = given.removeprefix("sha256=")
        # Hex may come in capitals; base64 may not.
        self._compare([plain.encode(), plain.lower().encode()], expected)
        return Proof(message_id=f"sha256:{sha256(body).hexdigest()}")

    def _standard(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Proof:
        message_id, signed_at = headers.get("webhook-id"), headers.get("webhook-timestamp")
        signatures = headers.get(self.header)
        if not message_id or not signed_at or not signatures:
            raise Turned(401, "refused", "missing")
        is_time = signed_at.isascii() and signed_at.isdigit() and len(signed_at) <= 12
        if not is_time or len(message_id) > _LONGEST_ID:
            raise Turned(401, "refused", "malformed")
        if abs(int(signed_at) - now.timestamp()) > self.tolerance.total_seconds():
            raise Turned(401, "refused", "old")
        signed = b".".join((message_id.encode("latin-1"), signed_at.encode(), body))
        expected = [base64.b64encode(hmac.digest(secret, signed, "sha256")) for secret in self.secrets]
        # While a sender changes its secret it signs with both, in one header.
        given = [part[3:].encode() for part in signatures.split() if part.startswith("v1,")]
        self._compare(given, expected)
        return Proof(message_id, signed_at)

    @staticmethod
    def _compare(given: list[bytes], expected: list[bytes]) -> None:
        # A list, so that no comparison is spared once one has matched.
        matches = [hmac.compare_digest(one, other) for one in given for other in expected]
        if not any(matches):
            raise Turned(401, "refused", "wrong")


def gates(settings: Settings) -> dict[str, Gate]:
    """The gate of every courier that pushes, by slug. Raises ReceiverError for a setting that cannot be read,
    MappingError."""
    return {
        courier.slug: _gate(courier.slug, courier.webhook, settings)
        for courier in known_couriers(settings.mappings_folder).values()
        if courier.webhook
    }


def _gate(slug: str, webhook: Webhook, settings: Settings) -> Gate:
    own, prefix = courier_settings(slug), f"NDR_{slug.upper()}_WEBHOOK"
    # Without the one in use the gate is closed, as tracking links are: whoever takes it away means it.
    both = (own.webhook_secret, own.webhook_old_secret) if own.webhook_secret else ()
    given = [secret.get_secret_value() for secret in both if secret]
    try:
        networks = tuple(ip_network(part.strip()) for part in own.webhook_sources.split(",") if part.strip())
    except ValueError:
        raise ReceiverError(f"{prefix}_SOURCES: expected networks like 10.0.0.0/8, 192.0.2.1") from None
    secrets = tuple(
        _standard_secret(one, prefix) if webhook.scheme == "standard" else one.encode() for one in given
    )
    header = (own.webhook_header or webhook.header).lower()
    return Gate(slug, webhook, header, secrets, networks, timedelta(minutes=settings.signature_minutes))


def _standard_secret(given: str, prefix: str) -> bytes:
    try:
        secret = base64.b64decode(given.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) < 24:
        raise ReceiverError(f"{prefix}_SECRET: expected whsec_ and at least 24 bytes in base64")
    return secret

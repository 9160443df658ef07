"""Tracking links: which parcel a link is for and until when it holds, signed so that nobody can make up another.

A token is base64url of 16 bytes of HMAC-SHA256, 5 bytes of expiry in seconds, and the parcel's id; it is not
encrypted, as whoever has the link is shown the parcel anyway. It names a life of the AWB: a courier that gives the
number to another parcel gives no old link a view of it. Owns: making and checking. Refuses: I/O.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from settings import Settings

#: Shorter secrets could be guessed away from our limits, by whoever has one link.
LEAST_SECRET = 32

_SIGNATURE, _EXPIRY = 16, 5
_LONGEST = 400
#: What is signed says what it is for, so that the secret's signatures elsewhere are none here.
_PURPOSE = b"ndr tracking link 1\0"


class LinkError(Exception):
    """The settings do not allow links; one line that names the setting."""


class Unknown(Exception):
    """No link of ours; nothing more is known, and nothing more may be told."""


class Expired(Exception):
    """A link of ours whose time is over."""


@dataclass(frozen=True)
class Parcel:
    """A life of an AWB: `epoch` 0 is the earliest, else the IST date of its manifest as yyyymmdd."""

    courier: str
    awb: str
    epoch: int = 0

    @property
    def id(self) -> str:
        """`courier:awb:epoch`, as shipment_id and case_id of the published tables."""
        return f"{self.courier}:{self.awb}:{self.epoch}"


def keys(settings: Settings) -> tuple[bytes, ...]:
    """The secret in use, then the one before; empty when links are switched off. Raises LinkError for a short one."""
    found = []
    for name in ("tracking_secret", "tracking_old_secret"):
        secret = getattr(settings, name)
        if secret is None:
            continue
        key = secret.get_secret_value().encode()
        if len(key) < LEAST_SECRET:
            raise LinkError(
                f"NDR_{name.upper()}: expected at least {LEAST_SECRET} characters, got {len(key)}"
            )
        found.append(key)
    return tuple(found) if settings.tracking_secret else ()


def link(settings: Settings, parcel: Parcel) -> str:
    """The address that a customer opens; it holds for `tracking_days` from now. Raises LinkError."""
    available = keys(settings)
    if not available:
        raise LinkError("NDR_TRACKING_SECRET is not set: without it there are no tracking links")
    expires_at = settings.now() + timedelta(days=settings.tracking_days)
    return f"{base(settings)}/track/{token(available[0], parcel, expires_at)}"


def base(settings: Settings) -> str:
    """The beginning of every link: the proxy's address, else the receiver's own."""
    own = f"http://{settings.receiver_host}:{settings.receiver_port}"
    return (settings.tracking_url or own).rstrip("/")


def token(key: bytes, parcel: Parcel, expires_at: datetime) -> str:
    """What stands in the link; a later second is never within it."""
    body = int(expires_at.timestamp()).to_bytes(_EXPIRY, "big") + parcel.id.encode()
    return base64.urlsafe_b64encode(_sign(key, body) + body).rstrip(b"=").decode()


def opened(available: tuple[bytes, ...], given: str, now: datetime) -> Parcel:
    """The parcel of a token. Raises Unknown for anything that we did not sign, Expired from its expiry on."""
    if len(given) > _LONGEST or not given.isascii():
        raise Unknown
    try:
        raw = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Unknown from None
    signature, body = raw[:_SIGNATURE], raw[_SIGNATURE:]
    # All of them before any is looked at, so that no comparison is spared once one has matched.
    matches = [hmac.compare_digest(signature, _sign(key, body)) for key in available]
    if not any(matches):
        raise Unknown
    if now >= datetime.fromtimestamp(int.from_bytes(body[:_EXPIRY], "big"), UTC):
        raise Expired
    courier, _, rest = body[_EXPIRY:].decode().partition(":")
    awb, _, epoch = rest.rpartition(":")
    return Parcel(courier, awb, int(epoch))


def _sign(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + body, "sha256")[:_SIGNATURE]

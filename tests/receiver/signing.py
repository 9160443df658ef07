"""Requests as couriers send them: secrets, headers, signatures."""

from __future__ import annotations

import base64
import hmac
import time

SECRET = "whsec_" + base64.b64encode(b"the secret of the tests, 32 byte").decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"the secret that was used before.").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"what somebody else thinks it is.").decode()

TOKENS = ("delhivery", "shiprocket", "clickpost", "xpressbees", "bluedart", "shadowfax")
#: The header in which each sends its token, unless told otherwise.
TOKEN_HEADERS = {"shiprocket": "x-api-key", "clickpost": "webhook_key"}


def token_headers(courier: str, token: str = SECRET) -> dict[str, str]:
    return {TOKEN_HEADERS.get(courier, "Authorization"): token}


def signature(body: bytes, message_id: str, at: str, secret: str = SECRET) -> str:
    """One signature of Standard Webhooks."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def signed(body: bytes, message_id: str = "msg_1", age: float = 0, secret: str = SECRET) -> dict[str, str]:
    """Headers of a message that was signed `age` seconds ago."""
    at = str(int(time.time() - age))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": signature(body, message_id, at, secret),
    }


def body_hmac(body: bytes, secret: str = SECRET) -> str:
    return hmac.digest(secret.encode(), body, "sha256").hex()

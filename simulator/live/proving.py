"""How a courier of the live world proves that a push is its own: the headers that its webhook is described with."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

from couriers.contract import Webhook
from settings import CourierSettings


def proof(
    webhook: Webhook, own: CourierSettings, body: bytes, message_id: str, now: datetime
) -> dict[str, str]:
    """The headers of a push; none without a secret. `message_id` and `now` are signed where the scheme has them."""
    secret = own.webhook_secret.get_secret_value() if own.webhook_secret else ""
    header = own.webhook_header or webhook.header
    if not secret:
        return {}
    if webhook.scheme == "token":
        return {header: secret}
    if webhook.scheme == "body_hmac":
        return {header: hmac.digest(secret.encode(), body, "sha256").hex()}
    at = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = hmac.digest(key, b".".join((message_id.encode(), at.encode(), body)), "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": at,
        header: "v1," + base64.b64encode(signature).decode(),
    }

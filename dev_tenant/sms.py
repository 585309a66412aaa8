"""An SMS gateway, as plain as they come.

`POST /sms/send` with a bearer key takes `{to, from, text, client_reference}` and answers
202 with an id; the same reference again gives the first one's id and sends nothing. A
number nobody could have is refused for good, faults of the area `sms` bite before or
after the message was taken.
"""

import asyncio
import json
import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from dev_tenant.tenant import Json, Tenant

KEY = "sms-key-of-the-demo"
TEXT_MAX = 1600
NUMBER = re.compile(r"\+[1-9]\d{6,14}")
#: What one part can hold: the basic alphabet, or anything else.
BASIC = re.compile(
    r"[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà"
    r"^{}\\\[~\]|€]*"
)


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the gateway's one route."""
    return [web.post("/sms/send", Gateway(tenant).send)]


class Gateway:
    """Takes messages into `tenant.inbox`."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    async def send(self, request: web.Request) -> web.Response:
        fault = self.tenant.faults.pick("sms", "POST", request.path, set())
        if fault is not None:
            await asyncio.sleep(fault.delay)
        if fault is not None and not fault.after_effect and not fault.only_delay:
            return _no(fault.status, fault.code or "unavailable", fault.retry_after)
        answer = self._take(request, await request.text())
        if fault is not None and fault.after_effect:
            return _no(fault.status, fault.code or "unavailable", fault.retry_after)
        return answer

    def _take(self, request: web.Request, text: str) -> web.Response:
        key = self.tenant.switches.get("sms_key", KEY)
        if request.headers.get("Authorization") != f"Bearer {key}":
            return _no(401, "unauthorized")
        try:
            body: Any = json.loads(text)
        except ValueError:
            body = None
        why = _fault(body)
        if why:
            return _no(400, why)
        return web.json_response({"id": self._keep(body)}, status=202)

    def _keep(self, body: Json) -> str:
        reference = str(body["client_reference"])
        for known in self.tenant.inbox:
            if known["kind"] == "sms" and known.get("reference") == reference:
                return str(known["id"])
        name = self.tenant.new_id("sms")
        self.tenant.inbox.append(
            {
                "id": name,
                "kind": "sms",
                "at": self.tenant.clock.now().isoformat(),
                "from": str(body.get("from", "")),
                "to": str(body["to"]),
                "text": str(body["text"]),
                "reference": reference,
                "parts": parts(str(body["text"])),
            }
        )
        self.tenant.changed.set()
        return name


def _fault(body: Any) -> str | None:
    if not isinstance(body, dict):
        return "bad_json"
    if not body.get("client_reference"):
        return "client_reference_missing"
    if not NUMBER.fullmatch(str(body.get("to", ""))):
        return "invalid_number"
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        return "text_missing"
    return "text_too_long" if len(text) > TEXT_MAX else None


def parts(text: str) -> int:
    """Count the parts a text is sent in: 160 letters, or 70 with others among them."""
    one, many = (160, 153) if BASIC.fullmatch(text) else (70, 67)
    return 1 if len(text) <= one else -(-len(text) // many)


def _no(status: int, code: str, retry_after: str | float | None = None) -> web.Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return web.json_response({"error": code}, status=status, headers=headers)

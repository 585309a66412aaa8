"""`/_tenant`: steering the tenant from a test or a demonstration.

Nothing here exists in Microsoft 365. Loopback only, no credentials.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from dev_tenant import journal, sample, storage
from dev_tenant.config import Config
from dev_tenant.faults import read_weather
from dev_tenant.graph import store
from dev_tenant.tenant import Tenant


def routes(tenant: Tenant, config: Config) -> Iterable[web.RouteDef]:
    control = Control(tenant, config)
    return [
        web.get("/_tenant/health", control.health),
        web.get("/_tenant/state", control.state),
        web.get("/_tenant/clock", control.clock),
        web.post("/_tenant/clock", control.move_clock),
        web.get("/_tenant/faults", control.faults),
        web.post("/_tenant/faults", control.add_faults),
        web.delete("/_tenant/faults", control.clear_faults),
        web.post("/_tenant/switches", control.switch),
        web.get("/_tenant/traffic.har", control.har),
        web.delete("/_tenant/traffic.har", control.clear_har),
        web.post("/_tenant/reset", control.reset),
        web.post("/_tenant/sms", control.sms),
        web.get("/_tenant/inbox", control.inbox),
    ]


class Control:
    def __init__(self, tenant: Tenant, config: Config) -> None:
        self.tenant = tenant
        self.config = config

    async def health(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "status": "ok",
                "tenant": self.tenant.id,
                "users": len(self.tenant.users),
                "now": self.tenant.clock.now().isoformat(),
            }
        )

    async def state(self, _: web.Request) -> web.Response:
        return web.Response(
            text=storage.text(self.tenant), content_type="application/json"
        )

    async def clock(self, _: web.Request) -> web.Response:
        return web.json_response({"now": self.tenant.clock.now().isoformat()})

    async def move_clock(self, request: web.Request) -> web.Response:
        """`{"advance_seconds": n}` or `{"now": iso}`."""
        body = await _json(request)
        clock = self.tenant.clock
        if "now" in body:
            try:
                moment = datetime.fromisoformat(str(body["now"]))
            except ValueError:
                return _bad("now must be an ISO date and time")
            if moment.tzinfo is None:
                return _bad("now must have an offset")
            clock.move_to(moment)
        elif isinstance(body.get("advance_seconds"), int | float):
            clock.advance(timedelta(seconds=body["advance_seconds"]))
        else:
            return _bad("say advance_seconds or now")
        return web.json_response({"now": clock.now().isoformat()})

    async def faults(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "rules": self.tenant.faults.described(),
                "switches": self.tenant.switches,
                "struck": dict(self.tenant.faults.struck),
            }
        )

    async def add_faults(self, request: web.Request) -> web.Response:
        """One rule, or `{"rules": [...]}`; `switches`, `weather` may be beside."""
        body = await _json(request)
        switches, weather = body.pop("switches", {}), body.pop("weather", None)
        rules = body.pop("rules", [body] if body else [])
        try:
            if weather is not None:
                self.tenant.faults.weather = read_weather(weather)
            for rule in rules:
                self.tenant.faults.add(rule)
        except (ValueError, TypeError) as wrong:
            return _bad(str(wrong))
        self.tenant.switches.update(switches)
        return await self.faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        """All of them, counts and switches too; with `?name=` its rules alone."""
        if name := request.query.get("name"):
            self.tenant.faults.remove(name)
            return await self.faults(request)
        self.tenant.faults.clear()
        self.tenant.switches.clear()
        return await self.faults(request)

    async def switch(self, request: web.Request) -> web.Response:
        given = await _json(request)
        self.tenant.switches.update(given)
        if not given.get("late_join_url", True):
            store.reveal(self.tenant)
        return await self.faults(request)

    async def har(self, _: web.Request) -> web.Response:
        text = journal.as_text(self.tenant.journal.har())
        return web.Response(text=text, content_type="application/json")

    async def clear_har(self, _: web.Request) -> web.Response:
        self.tenant.journal.clear()
        return web.Response(status=204)

    async def reset(self, request: web.Request) -> web.Response:
        """Begin anew with the sample; `{"seed": n}` changes its identifiers' seed."""
        body = await _json(request)
        tenant = self.tenant
        tenant.seed = int(body.get("seed", tenant.seed))
        generation = max(b.generation for b in tenant.mailboxes.values()) + 1
        for kept in (tenant.users, tenant.mailboxes, tenant.groups, tenant.meetings):
            kept.clear()
        tenant.subscriptions.clear()
        tenant.inbox.clear()
        tenant.chats.clear()
        tenant.installed.clear()
        tenant.activities.clear()
        tenant.faults.clear()
        tenant.switches.clear()
        tenant.journal.clear()
        tenant.counter = 0
        sample.fill(tenant)
        for box in tenant.mailboxes.values():
            # Delta tokens of the life before are gone with it.
            box.generation = generation
        return await self.health(request)

    async def sms(self, request: web.Request) -> web.Response:
        """A gateway for SMS: `{"to", "from", "text", "id"}`; an id is sent once."""
        body = await _json(request)
        if not body.get("to") or not body.get("text"):
            return _bad("to and text are needed")
        name = str(body.get("id") or self.tenant.new_id("sms"))
        known = next((m for m in self.tenant.inbox if m["id"] == name), None)
        if known is None:
            self.tenant.inbox.append(
                {
                    "id": name,
                    "kind": "sms",
                    "at": self.tenant.clock.now().isoformat(),
                    "from": str(body.get("from", "")),
                    "to": str(body["to"]),
                    "text": str(body["text"]),
                }
            )
        return web.json_response({"id": name}, status=202)

    async def inbox(self, request: web.Request) -> web.Response:
        wanted = request.query.get("to", "").lower()
        return web.json_response(
            {
                "value": [
                    m
                    for m in self.tenant.inbox
                    if not wanted or m["to"].lower() == wanted
                ]
            }
        )


async def _json(request: web.Request) -> dict[str, Any]:
    if not request.can_read_body:
        return {}
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as wrong:
        raise web.HTTPBadRequest(text="the body is not JSON") from wrong
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="the body must be an object")
    return body


def _bad(why: str) -> web.Response:
    return web.json_response({"error": why}, status=400)

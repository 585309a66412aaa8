"""The inbox of people outside: mail and SMS as a client sees them, newest first."""

from collections.abc import Iterable
from datetime import datetime

from aiohttp import web

from dev_tenant.faces.clean import cleaned, linked, links
from dev_tenant.faces.diary import HELSINKI
from dev_tenant.faces.pages import page
from dev_tenant.faces.teams import moment, stamp
from dev_tenant.graph.bodies import as_text
from dev_tenant.tenant import Json, Tenant


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    face = InboxFace(tenant)
    return [
        web.get("/inbox", face.home),
        web.get("/inbox/", face.home),
        web.get("/inbox/api/messages", face.messages),
    ]


class InboxFace:
    """The page and its JSON."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    async def messages(self, request: web.Request) -> web.Response:
        """`?to=`: all that came to an address, oldest first, with its links."""
        wanted = request.query.get("to", "").replace(" ", "+").lower()
        inbox = self.tenant.inbox
        mine = [told_of(m) for m in inbox if not wanted or m["to"].lower() == wanted]
        return web.json_response({"value": mine})

    async def home(self, request: web.Request) -> web.Response:
        """`?to=&message=`: people at the left, their messages, the open one."""
        everything = [told_of(m) for m in self.tenant.inbox][::-1]
        people = _people(everything)
        to = request.query.get("to", "").replace(" ", "+")
        if to.lower() not in {p["to"].lower() for p in people}:
            to = people[0]["to"] if people else ""
        mine = [m for m in everything if m["to"].lower() == to.lower()]
        wanted = request.query.get("message")
        opened = next((m for m in mine if m["id"] == wanted), mine[0] if mine else None)
        return page(
            "inbox.html",
            people=people,
            to=to,
            messages=mine,
            opened=opened,
            now=moment(self.tenant),
            count=len(everything),
        )


def told_of(message: Json) -> Json:
    """Tell of a message of either kind in one shape."""
    sms = message["kind"] == "sms"
    body = str(message["text"] if sms else message["body"])
    html = not sms and message["contentType"] == "html"
    text = as_text(body).replace("\r\n", "\n") if html else body
    return {
        **message,
        "text": text,
        "links": links(body),
        "shown": str(cleaned(body) if html else linked(body)),
        "subject": "" if sms else message["subject"],
        "fromName": message["from"] if sms else message["fromName"],
        "toName": message.get("toName") or message["to"],
        "when": stamp(datetime.fromisoformat(message["at"]).astimezone(HELSINKI)),
        "attachments": [] if sms else message["attachments"],
    }


def _people(messages: list[Json]) -> list[Json]:
    """Give everybody who got something, latest first."""
    seen: dict[str, Json] = {}
    for message in messages:
        one = seen.setdefault(
            message["to"].lower(),
            {
                "to": message["to"],
                "name": message["toName"],
                "kind": message["kind"],
                "count": 0,
                "last": message["subject"] or message["text"],
            },
        )
        one["count"] += 1
    return list(seen.values())

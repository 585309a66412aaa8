"""`/_tenant/outlook`: working in Outlook's calendar as a person, in JSON or by a form.

The small Outlook posts its forms and its drags here. `user` is an id or an address,
`id` what `events` gave (or a Graph id), times are Helsinki wall clock. A browser's form
is led back to the page named in `back`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from dev_tenant.faces.asking import body_of, user_of, wants_page, wrong
from dev_tenant.faces.diary import Diary, Found, day_pair, pair, read_time, truth
from dev_tenant.graph.answers import Failure
from dev_tenant.graph.manners import Manner, read
from dev_tenant.tenant import Json, Tenant

SHOW_AS = ("busy", "free", "tentative", "oof", "workingElsewhere")
ANSWERS = ("accept", "tentativelyaccept", "decline")
ACTS = ("create", "change", "move", "delete", "copy", "hand", "invite", "answer")
PLAIN = ("subject", "recurrence", "attendees", "transactionId")


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    control = OutlookControl(tenant)
    root = "/_tenant/outlook"
    return [
        web.get(f"{root}/events", control.events),
        web.get(f"{root}/event", control.event),
        web.get(f"{root}/version", control.version),
        *(web.post(f"{root}/{act}", getattr(control, act)) for act in ACTS),
    ]


class OutlookControl:
    """One handler an act."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.diary = Diary(tenant)

    async def events(self, request: web.Request) -> web.Response:
        """`?user=&from=&to=&viewer=`: without times, four weeks from yesterday."""
        asked = request.query
        user = user_of(self.tenant, asked.get("user"))
        viewer = user_of(self.tenant, asked.get("viewer") or user.id)
        now = self.tenant.clock.now()
        start = _time(asked, "from") or now - timedelta(days=1)
        end = _time(asked, "to") or start + timedelta(days=28)
        try:
            found = self.diary.between(user.id, start, end)
        except Failure as failure:
            raise wrong(failure.message, 404) from failure
        told = [self.diary.seen(one, viewer.id) for one in found]
        return web.json_response({"value": told})

    async def event(self, request: web.Request) -> web.Response:
        """`?user=&id=`."""
        user = user_of(self.tenant, request.query.get("user"))
        try:
            found = self.diary.find(user.id, request.query.get("id", ""))
        except Failure as failure:
            raise wrong(failure.message, 404) from failure
        return web.json_response(self.diary.seen(found, user.id))

    async def version(self, request: web.Request) -> web.Response:
        """`?user=&user=`: changes whenever one of the calendars does."""
        names = request.query.getall("user", [])
        users = [user_of(self.tenant, name).id for name in names]
        return web.json_response({"version": self.diary.version(users)})

    async def create(self, request: web.Request) -> web.Response:
        """`{"user", "subject", "start", "end"?, "all_day"?, "show_as"?, ...}`."""
        body = await body_of(request)
        user = user_of(self.tenant, body.get("user"))
        if not body.get("start"):
            raise wrong("start is needed")
        return self._did(
            request, body, lambda: self.diary.create(user.id, fields_of(body))
        )

    async def change(self, request: web.Request) -> web.Response:
        """`{"user", "id", ...}`: what is named is changed, the rest stays."""
        body, found = await self._asked(request)
        return self._did(
            request, body, lambda: self.diary.change(found, fields_of(body))
        )

    async def move(self, request: web.Request) -> web.Response:
        """`{"user", "id", "start"?, "end"?}`: a drag; the length stays without end."""
        body, found = await self._asked(request)
        start, end = _time(body, "start"), _time(body, "end")
        return self._did(request, body, lambda: self.diary.drag(found, start, end))

    async def delete(self, request: web.Request) -> web.Response:
        """`{"user", "id"}`."""
        body, found = await self._asked(request)

        def act() -> Found | None:
            self.diary.delete(found)
            return None

        return self._did(request, body, act)

    async def copy(self, request: web.Request) -> web.Response:
        """`{"user", "id", "to", "start"?, "manner"?, "prefix"?}`: a copy for a colleague.

        `manner`: words of `survive`, `stripped`, `prefixed`, `rewritten`.
        """
        body, found = await self._asked(request)
        to, start = user_of(self.tenant, body.get("to")).id, _time(body, "start")
        prefix, manner = str(body.get("prefix", "")), _manner(body)
        return self._did(
            request,
            body,
            lambda: self.diary.copy(found, to, start, prefix=prefix, manner=manner),
        )

    async def hand(self, request: web.Request) -> web.Response:
        """As copy, and the original goes; with `"cut": true` it goes first."""
        body, found = await self._asked(request)
        to, start = user_of(self.tenant, body.get("to")).id, _time(body, "start")
        manner, cut = _manner(body), truth(body.get("cut"))
        return self._did(
            request,
            body,
            lambda: self.diary.hand(found, to, start, manner=manner, cut=cut),
        )

    async def invite(self, request: web.Request) -> web.Response:
        """`{"user", "id", "to"}`: a colleague is added as attendee."""
        body, found = await self._asked(request)
        to = user_of(self.tenant, body.get("to")).id
        return self._did(request, body, lambda: self.diary.invite(found, to))

    async def answer(self, request: web.Request) -> web.Response:
        """`{"user", "id", "word": "accept" | "tentativelyaccept" | "decline"}`."""
        body, found = await self._asked(request)
        word = str(body.get("word", "")).lower()
        if word not in ANSWERS:
            raise wrong(f"word is one of {', '.join(ANSWERS)}")

        def act() -> Found | None:
            self.diary.answer(found, word)
            return None if word == "decline" else found

        return self._did(request, body, act)

    async def _asked(self, request: web.Request) -> tuple[Json, Found]:
        body = await body_of(request)
        user = user_of(self.tenant, body.get("user"))
        name = str(body.get("id", ""))
        if truth(body.get("series")):
            name = name.partition("@")[0]
        try:
            return body, self.diary.find(user.id, name)
        except Failure as failure:
            raise wrong(failure.message, 404) from failure

    def _did(
        self, request: web.Request, body: Json, act: Callable[[], Found | None]
    ) -> web.Response:
        """Carry out an act and answer: JSON, or back to the page of a form."""
        back = str(body.get("back") or "")
        leads_back = wants_page(request) and back.startswith("/outlook/")
        try:
            found = act()
        except Failure as failure:
            if leads_back:
                joint = "&" if "?" in back else "?"
                query = urlencode({"error": failure.message})
                raise web.HTTPSeeOther(f"{back}{joint}{query}") from failure
            text = {"error": failure.message, "code": failure.code}
            return web.json_response(text, status=failure.status)
        if leads_back:
            raise web.HTTPSeeOther(back)
        if found is None:
            return web.json_response({"id": None})
        return web.json_response(self.diary.seen(found, found.box.user))


def fields_of(body: Json) -> Json:
    """Make Graph's fields of what a form or a test names."""
    fields: Json = {name: body[name] for name in PLAIN if body.get(name) is not None}
    if body.get("show_as"):
        if body["show_as"] not in SHOW_AS:
            raise wrong(f"show_as is one of {', '.join(SHOW_AS)}")
        fields["showAs"] = body["show_as"]
    if "private" in body:
        fields["sensitivity"] = "private" if truth(body["private"]) else "normal"
    if "location" in body:
        fields["location"] = {"displayName": str(body["location"])}
    if "body" in body:
        kind = str(body.get("body_type", "text"))
        fields["body"] = {"contentType": kind, "content": str(body["body"])}
    if "categories" in body:
        fields["categories"] = _categories(body["categories"])
    if truth(body.get("online")):
        fields["isOnlineMeeting"] = True
        fields["onlineMeetingProvider"] = "teamsForBusiness"
    return fields | _span(body)


def _manner(body: Json) -> Manner | None:
    if not body.get("manner"):
        return None
    try:
        return read(body["manner"])
    except ValueError as problem:
        raise wrong(str(problem)) from problem


def _categories(given: object) -> list[str]:
    if isinstance(given, list):
        return [str(one) for one in given]
    return [part.strip() for part in str(given).split(",") if part.strip()]


def _span(body: Json) -> Json:
    """Read when it is: whole days, or a start with an end (an hour by default)."""
    if "all_day" in body and truth(body["all_day"]):
        first, last = str(body["start"]), str(body.get("end") or body["start"])
        midnight = last[10:] in {"", "T00:00", "T00:00:00"}
        ends_before = midnight and last[:10] > first[:10]
        return {
            "isAllDay": True,
            "start": day_pair(first),
            "end": day_pair(last, 0 if ends_before else 1),
        }
    span: Json = {"isAllDay": False} if "all_day" in body else {}
    start, end = _time(body, "start"), _time(body, "end")
    if start is not None:
        span["start"] = pair(start)
        span["end"] = pair(end or start + timedelta(hours=1))
    elif end is not None:
        span["end"] = pair(end)
    return span


def _time(body: Mapping[str, object], name: str) -> datetime | None:
    if not body.get(name):
        return None
    try:
        return read_time(str(body[name]))
    except ValueError as problem:
        raise wrong(f"{name} is not a date and time") from problem

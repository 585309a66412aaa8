"""Graph's door: from an HTTP request to a call, and from its answer back.

Who asks, may they, is the mailbox free, does a fault bite: in this order, for single
requests and for parts of a batch alike.
"""

import asyncio
import inspect
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from dev_tenant.faults import Fault
from dev_tenant.graph import batch
from dev_tenant.graph.answers import (
    Answer,
    Call,
    Failure,
    Prefer,
    bad_request,
    denied,
    error_body,
    make_request_id,
)
from dev_tenant.graph.notify import Notifier
from dev_tenant.graph.table import Route, routes
from dev_tenant.graph.throttle import Throttle
from dev_tenant.graph.zones import zone_of
from dev_tenant.outgoing import Outgoing
from dev_tenant.tenant import Tenant

log = logging.getLogger(__name__)
KIND = "application/json; odata.metadata=minimal; charset=utf-8"

_key = re.compile(r"^([A-Za-z]+)\('([^']*)'\)$")
_zone_form = re.compile(
    r"^supportedTimeZones\(TimeZoneStandard=.*?'(\w+)'\)$", re.IGNORECASE
)
_preference = re.compile(r"""([\w.]+(?:-[\w.]+)*)\s*=\s*(?:"([^"]*)"|([^\s,;]+))""")


Work = Callable[[Call], Awaitable[Answer]]


class Dropped(Exception):
    """The connection is to be closed without an answer."""


@dataclass
class Match:
    route: Route
    arguments: list[str]


class Graph:
    def __init__(self, tenant: Tenant, latency: float) -> None:
        self.tenant = tenant
        self.latency = latency
        self.outgoing = Outgoing(tenant)
        self.notifier = Notifier(tenant, self.outgoing)
        self.throttle = Throttle(tenant)
        self.routes = routes(self.outgoing)
        self.requests = 0

    async def http(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        given = request.headers.get("client-request-id")
        id_ = make_request_id(self.tenant, self.requests)
        try:
            answer = await self._answer_http(request, id_)
        except Dropped:
            if request.transport is not None:
                request.transport.abort()
            answer = Answer(500)
        except Exception:
            # A mistake of the tenant's own: told as Graph tells its own, and shown.
            log.exception("Graph could not answer %s", request.path)
            answer = self._failed(
                Failure(500, "generalException", "An internal server error."), id_
            )
        headers = {"request-id": id_, "client-request-id": given or id_}
        headers |= dict(answer.headers)
        headers |= self._date()
        if answer.body is None:
            return web.Response(status=answer.status, headers=headers)
        text = json.dumps(answer.body, ensure_ascii=False)
        headers["Content-Type"] = KIND
        return web.Response(body=text.encode(), status=answer.status, headers=headers)

    def _date(self) -> dict[str, str]:
        """Give the hour by Graph's clock, where the tenant's switch sets it wrong."""
        skew = float(self.tenant.switches.get("date_skew", 0))
        self.tenant.faults.strike("date_skew", times=bool(skew))
        moment = self.tenant.clock.real().timestamp() + skew
        return {"Date": formatdate(moment, usegmt=True)} if skew else {}

    async def _answer_http(self, request: web.Request, id_: str) -> Answer:
        try:
            call = await self._read(request, id_)
        except Failure as failure:
            return self._failed(failure, id_)
        if [s.lower() for s in call.segments] == ["$batch"]:
            return await self._guarded(call, lambda c: batch.run(c, self.answer))
        return await self.answer(call, drops=True)

    async def _read(self, request: web.Request, id_: str) -> Call:
        raw = request.rel_url.raw_path.split("/")[2:]
        text = await request.text()
        body: Any = None
        if text:
            try:
                body = json.loads(text)
            except ValueError as wrong:
                raise bad_request(
                    "Unable to read JSON request payload. Please ensure Content-Type"
                    " header is set and payload is of valid JSON format."
                ) from wrong
        headers = {k.lower(): v for k, v in request.headers.items()}
        headers["prefer"] = ", ".join(request.headers.getall("Prefer", []))
        return Call(
            tenant=self.tenant,
            method=request.method,
            segments=[unquote(s) for s in raw if s],
            query=dict(request.rel_url.query),
            headers=headers,
            body=body,
            claims=self._claims(headers.get("authorization", "")),
            origin=f"{request.scheme}://{request.host}",
            request_id=id_,
        )

    def _claims(self, header: str) -> dict[str, Any]:
        kind, _, token = header.partition(" ")
        challenge = {"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'}
        if kind.lower() != "bearer" or not token.strip():
            raise Failure(
                401, "InvalidAuthenticationToken", "Access token is empty.", challenge
            )
        claims = self.tenant.tokens.check(token.strip())
        if claims is None:
            raise Failure(
                401,
                "InvalidAuthenticationToken",
                "Access token has expired or is not valid for Microsoft Graph.",
                challenge,
            )
        return claims

    async def answer(self, call: Call, *, drops: bool = False) -> Answer:
        """The answer to one call; only a failing programme raises."""
        try:
            call = replace(
                call,
                segments=self._straightened(call),
                prefer=read_prefer(call.headers.get("prefer", "")),
            )
            found = self._match(call)
            _permit(call, found.route)
            return await self._guarded(call, lambda c: self._run(c, found))
        except Failure as failure:
            return self._failed(failure, call.request_id)
        except Dropped:
            if drops:
                raise
            gone = Failure(503, "ServiceUnavailable", "The connection was lost.")
            return self._failed(gone, call.request_id)

    def _failed(self, failure: Failure, id_: str) -> Answer:
        body = error_body(failure, id_, self.tenant.clock.real())
        return Answer(failure.status, body, failure.headers)

    def _straightened(self, call: Call) -> list[str]:
        """`me` as its user, brackets and key forms undone, `calendar` as its id."""
        found: list[str] = []
        for segment in call.segments:
            keyed, form = _key.match(segment), _zone_form.match(segment)
            if form:
                found += ["supportedTimeZones", form.group(1)]
            elif keyed:
                found += [keyed.group(1), keyed.group(2)]
            else:
                found.append(segment.removesuffix("()"))
        if found and found[0].lower() == "me":
            if not call.delegated:
                raise bad_request(
                    "/me request is only valid with delegated authentication flow."
                )
            found[:1] = ["users", str(call.claims["oid"])]
        if found[2:] and found[2].lower() == "calendar":
            user = self.tenant.find_user(found[1])
            box = self.tenant.mailboxes.get(user.id) if user else None
            if box is not None:
                found[2:3] = ["calendars", box.default_calendar.id]
        return found

    def _match(self, call: Call) -> Match:
        other_method = False
        for route in self.routes:
            arguments = _fits(route.pattern, call.segments)
            if arguments is None:
                continue
            if route.method == call.method:
                return Match(route, arguments)
            other_method = True
        if other_method:
            raise Failure(
                405, "MethodNotAllowed", f"{call.method} is not allowed here."
            )
        last = call.segments[-1] if call.segments else ""
        raise bad_request(f"Resource not found for the segment '{last}'.")

    async def _guarded(self, call: Call, work: Work) -> Answer:
        """Do the work unless a fault bites."""
        path = "/" + "/".join(call.segments)
        fault = self.tenant.faults.pick("graph", call.method, path, self._names(call))
        if fault is None or fault.only_delay or fault.after_effect:
            answer = await self._worked(replace(call, delay=_delay(fault)), work)
            if fault is None or fault.only_delay:
                return answer
        else:
            await asyncio.sleep(fault.delay)
        if fault.drop:
            raise Dropped
        return self._failed(_of_fault(fault), call.request_id)

    async def _worked(self, call: Call, work: Work) -> Answer:
        try:
            return await work(call)
        except Failure as failure:
            return self._failed(failure, call.request_id)

    def _names(self, call: Call) -> set[str]:
        if not call.segments[1:] or call.segments[0].lower() != "users":
            return set()
        user = self.tenant.find_user(call.segments[1])
        return {user.id.lower(), user.mail.lower()} if user else set()

    async def _run(self, call: Call, found: Match) -> Answer:
        self.throttle.admit(call.app_id)
        if found.route.outlook and call.segments[0].lower() == "users":
            user = self.tenant.find_user(call.segments[1])
            name = user.id if user else call.segments[1]
            with self.throttle.slot(call.app_id, name):
                return await self._handle(call, found)
        return await self._handle(call, found)

    async def _handle(self, call: Call, found: Match) -> Answer:
        if self.latency or call.delay:
            await asyncio.sleep(self.latency + call.delay)
        result = found.route.handle(call, *found.arguments)
        answer = await result if inspect.isawaitable(result) else result
        assert isinstance(answer, Answer)
        if call.prefer.applied:
            applied = {"Preference-Applied": ", ".join(call.prefer.applied)}
            return replace(answer, headers={**applied, **answer.headers})
        return answer


def _delay(fault: Fault | None) -> float:
    return fault.delay if fault is not None else 0.0


def _of_fault(fault: Fault) -> Failure:
    headers = {}
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    usual = {
        409: ("ErrorIrresolvableConflict", "The item was changed meanwhile."),
        410: ("SyncStateNotFound", "The sync state generation is not found."),
        412: ("ErrorIrresolvableConflict", "The change key passed is not current."),
        429: ("TooManyRequests", "Please retry again later."),
        503: ("serviceNotAvailable", "The service is temporarily unavailable."),
        504: ("UnknownError", "The gateway timed out."),
    }
    code, message = usual.get(fault.status, ("UnknownError", "It failed."))
    return Failure(fault.status, fault.code or code, fault.message or message, headers)


def _fits(pattern: tuple[str, ...], segments: list[str]) -> list[str] | None:
    """The arguments a path gives to a pattern, or None; `{-}` is not handed on."""
    if len(pattern) != len(segments):
        return None
    found: list[str] = []
    for wanted, given in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            if wanted != "{-}":
                found.append(given)
        elif wanted.lower() != given.lower():
            return None
    return found


def _permit(call: Call, route: Route) -> None:
    if call.holds(*route.permissions):
        return
    if route.outlook:
        if call.may(call.segments[1], *route.permissions):
            return
        raise denied()
    if call.segments[0].lower() == "subscriptions" and not call.delegated:
        # Whose mailbox it is about is looked at when it is named.
        if call.scoped(*route.permissions):
            return
        raise denied()
    raise Failure(
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )


def read_prefer(header: str) -> Prefer:
    given = {
        m.group(1).lower(): (m.group(2) if m.group(2) is not None else m.group(3))
        for m in _preference.finditer(header)
    }
    zone = given.get("outlook.timezone", "UTC")
    if zone_of(zone) is None:
        raise Failure(
            400, "TimeZoneNotSupportedException", f"The time zone '{zone}' is unknown."
        )
    size = given.get("odata.maxpagesize")
    applied = [
        f'{name}="{given[name]}"'
        for name in ("outlook.timezone", "outlook.body-content-type", "idtype")
        if name in given
    ]
    if size is not None and size.isdigit():
        applied.append(f"odata.maxpagesize={size}")
    return Prefer(
        zone=zone,
        text=given.get("outlook.body-content-type", "").lower() == "text",
        page_size=max(1, int(size)) if size and size.isdigit() else None,
        immutable=given.get("idtype", "").lower() == "immutableid",
        applied=tuple(applied),
    )

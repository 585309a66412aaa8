"""Change notifications: asking for them, proving an address, renewing, ending."""

import asyncio
import re
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from dev_tenant.graph import typed
from dev_tenant.graph.answers import Answer, Call, Failure, bad_request, denied
from dev_tenant.graph.times import read_instant, stamp
from dev_tenant.graph.views import page_of
from dev_tenant.outgoing import Outgoing
from dev_tenant.tenant import Json, Subscription

LIFE_MAX = {"events": 4230, "messages": 4230, "contacts": 4230, "presence": 60}
OTHERS_MAX = 4320
STATE_MAX = 128
PER_MAILBOX = 1000
HANDSHAKE_SECONDS = 10
#: What a token may hold and a careless page would change.
ODD = ' +%2B &amp; <b>"a\'b"</b> / ?x=1 äö€'
CHANGES = {"created", "updated", "deleted"}
#: What watching takes: the permission to read what is watched, bodies included.
MAY_WATCH = {
    "events": ("Calendars.Read", "Calendars.ReadWrite"),
    "messages": ("Mail.ReadBasic", "Mail.Read", "Mail.ReadWrite"),
    "contacts": ("Contacts.Read", "Contacts.ReadWrite"),
}

_mailbox = re.compile(
    r"^/?(?:me|users(?:/|\(')(?P<user>[^/']+)(?:'\))?)/"
    r"(?:(?:calendar|calendars/[^/]+)/)?"
    r"(?:mailFolders(?:/|\(')[^/']+(?:'\))?/)?(?P<kind>events|messages|contacts)/?"
    r"(?:\?.*)?$",
    re.IGNORECASE,
)


def shape(one: Subscription) -> Json:
    return {
        "id": one.id,
        "resource": one.resource,
        "applicationId": one.app,
        "changeType": ",".join(one.changes),
        "clientState": one.state,
        "notificationUrl": one.url,
        "lifecycleNotificationUrl": one.lifecycle_url,
        "expirationDateTime": stamp(one.expires),
        "creatorId": one.app,
        "latestSupportedTlsVersion": "v1_2",
        "notificationQueryOptions": None,
        "includeResourceData": False,
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationUrlAppId": None,
    }


def _moments(call: Call) -> tuple[datetime, datetime]:
    """The earlier and the later of real and business time."""
    a, b = call.tenant.clock.real(), call.now
    return min(a, b), max(a, b)


def _expiry(call: Call, given: Any, kind: str) -> datetime:
    """Limits count from whichever clock is kinder: leases do not follow the demo's."""
    if not isinstance(given, str):
        raise bad_request("expirationDateTime is required.", "InvalidRequest")
    expires = read_instant(given, "expirationDateTime")
    earlier, later = _moments(call)
    most = LIFE_MAX.get(kind, OTHERS_MAX)
    if expires <= earlier:
        raise bad_request(
            "Subscription expiration must be later than the current time.",
            "InvalidRequest",
        )
    if expires > later + timedelta(minutes=most, seconds=60):
        raise bad_request(
            f"Subscription expiration can only be {most} minutes in the future.",
            "InvalidRequest",
        )
    return expires


def _address(call: Call, given: Any, name: str) -> str:
    parts = urlsplit(str(given or ""))
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise bad_request(
            f"{name} must be an HTTPS address that can be reached.", "InvalidRequest"
        )
    assert call.tenant.id
    return str(given)


async def create(call: Call, outgoing: Outgoing) -> Answer:
    fields = call.fields()
    typed.check(fields, typed.SUBSCRIPTION)
    user, kind = _watched(call, str(fields.get("resource") or ""))
    changes = [c.strip() for c in str(fields.get("changeType") or "").split(",")]
    if not changes or any(c not in CHANGES for c in changes):
        raise bad_request("changeType is invalid.", "InvalidRequest")
    state = fields.get("clientState")
    if state is not None and len(str(state)) > STATE_MAX:
        raise bad_request(
            "clientState must not exceed 128 characters.", "InvalidRequest"
        )
    rich = fields.get("includeResourceData") is True
    if rich:
        # Notices with data are not modelled; better refused than sent empty.
        raise bad_request("includeResourceData is not offered here.", "InvalidRequest")
    url = _address(call, fields.get("notificationUrl"), "notificationUrl")
    lifecycle = fields.get("lifecycleNotificationUrl")
    if lifecycle is not None:
        lifecycle = _address(call, lifecycle, "lifecycleNotificationUrl")
    expires = _expiry(call, fields.get("expirationDateTime"), kind)
    _quota(call, user)
    await _handshake(call, outgoing, url)
    if lifecycle is not None:
        await _handshake(call, outgoing, lifecycle)
    made = Subscription(
        id=call.tenant.new_id("subscription"),
        resource=str(fields["resource"]),
        user=user,
        changes=changes,
        url=url,
        lifecycle_url=lifecycle,
        state=None if state is None else str(state),
        expires=expires,
        app=call.app_id,
        immutable=call.prefer.immutable,
        data={"kind": kind},
    )
    call.tenant.subscriptions[made.id] = made
    call.tenant.changed.set()
    context = {"@odata.context": call.context("subscriptions/$entity")}
    return Answer(201, context | shape(made))


def _watched(call: Call, resource: str) -> tuple[str | None, str]:
    """Whose what is watched; a mailbox must be one the caller may read."""
    found = _mailbox.match(resource)
    if found is None:
        if not resource:
            raise bad_request("resource is required.", "InvalidRequest")
        if re.match(r"^/?(users|groups|communications|chats|teams)\b", resource):
            return None, "other"
        raise bad_request(f"Resource '{resource}' is not supported.", "ExtensionError")
    name, kind = found["user"] or str(call.claims.get("oid") or ""), found["kind"]
    user = call.mailbox(name).user
    if not call.may(user, *MAY_WATCH[kind.lower()]):
        raise denied()
    return user, kind.lower()


def _quota(call: Call, user: str | None) -> None:
    live = [s for s in call.tenant.subscriptions.values() if s.user == user]
    most = int(call.tenant.switches.get("subscriptions_per_mailbox", PER_MAILBOX))
    if user is not None and len(live) >= most:
        raise Failure(
            403,
            "ExtensionError",
            f"Maximum number of subscriptions per mailbox ({most}) has been reached.",
        )


async def _handshake(call: Call, outgoing: Outgoing, url: str) -> None:
    """Check an address before it is told anything, as oddly as the switches say."""
    switches, strike = call.tenant.switches, call.tenant.faults.strike
    slow = float(switches.get("validation_slow", 0))
    strike("validation_slow", times=bool(slow))
    await asyncio.sleep(slow)
    strike("validation_odd", times=bool(switches.get("validation_odd")))
    tail = ODD if switches.get("validation_odd") else ""
    twice = bool(switches.get("validation_twice"))
    strike("validation_twice", times=twice)
    for _ in range(1 + twice):
        text = "Validation: Testing client application reachability"
        await _shake(outgoing, url, f"{text} {secrets.token_hex(8)}{tail}")


async def _shake(outgoing: Outgoing, url: str, token: str) -> None:
    """The address must give the token back as plain text within ten seconds."""
    joined = "&" if "?" in url else "?"
    reply = await outgoing.send(
        "POST",
        f"{url}{joined}{urlencode({'validationToken': token})}",
        body="",
        headers={"Content-Type": "text/plain; charset=utf-8"},
        timeout=HANDSHAKE_SECONDS,
        comment="validation of a notification address",
    )
    kind = next(
        (v for k, v in reply.headers.items() if k.lower() == "content-type"), ""
    )
    if not reply.ok or reply.text != token or "text/plain" not in kind:
        why = {0: "The request timed out or the host is unreachable"}.get(
            reply.status, f"HTTP status code is '{reply.status}' or the body is wrong"
        )
        raise bad_request(
            f"Subscription validation request failed. {why}.", "ValidationError"
        )


def _known(call: Call, id_: str) -> Subscription:
    sweep(call)
    found = call.tenant.subscriptions.get(id_)
    if found is None or found.app != call.app_id:
        raise Failure(404, "ResourceNotFound", "The object was not found.")
    return found


def sweep(call: Call) -> None:
    """Forget what ran out, by real time."""
    earlier, _ = _moments(call)
    for one in list(call.tenant.subscriptions.values()):
        if one.expires <= earlier:
            del call.tenant.subscriptions[one.id]


def listed(call: Call) -> Answer:
    sweep(call)
    items = [
        shape(s) for s in call.tenant.subscriptions.values() if s.app == call.app_id
    ]
    return page_of(call, items, "subscriptions", default=100)


def get(call: Call, id_: str) -> Answer:
    return Answer(200, shape(_known(call, id_)))


async def change(call: Call, id_: str, outgoing: Outgoing) -> Answer:
    """A new expiry, or a new notification address, which is checked again."""
    one, fields = _known(call, id_), call.fields()
    typed.check(fields, typed.SUBSCRIPTION)
    if "lifecycleNotificationUrl" in fields:
        raise bad_request(
            "lifecycleNotificationUrl cannot be changed.", "InvalidRequest"
        )
    unknown = set(fields) - {"expirationDateTime", "notificationUrl"}
    if unknown:
        raise bad_request(f"{min(unknown)} cannot be changed.", "InvalidRequest")
    kind = str(one.data.get("kind"))
    if "expirationDateTime" in fields:
        one.expires = _expiry(call, fields["expirationDateTime"], kind)
    if "notificationUrl" in fields:
        url = _address(call, fields["notificationUrl"], "notificationUrl")
        await _handshake(call, outgoing, url)
        one.url = url
    return Answer(200, shape(one))


def reauthorize(call: Call, id_: str) -> Answer:
    _known(call, id_)
    return Answer(204)


def remove(call: Call, id_: str) -> Answer:
    _known(call, id_)
    del call.tenant.subscriptions[id_]
    return Answer(204)

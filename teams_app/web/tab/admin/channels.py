"""The channels to clients: on or off, how they go, and a trial to oneself.

A trial is written down before it goes out, and what came of it after; the number it went
to is kept nowhere. Nothing here sends anything to a client.
"""

import asyncio
from dataclasses import replace

from aiohttp import web

from booking import contact
from booking.messages import Composed, trial
from booking.model import Channel
from booking.views.pages import FieldError
from booking.views.tenant import ChannelLine, ChannelsPage
from graph_sync.graph import Forbidden, GraphError, Mail, Refused
from teams_app.actions import deciding as decisions
from teams_app.actions import trying
from teams_app.actions.deciding import Area
from teams_app.actions.facts import whose_in
from teams_app.actions.trying import Begun, Came
from teams_app.outside import SmsError
from teams_app.store import reached
from teams_app.store.database import Tx
from teams_app.web.tab.admin.deciding import Form, by, deciding, form_of, seen_in
from teams_app.web.tab.office import Office

HERE = "/teams/admin/channels"
#: So long an admin waits for a channel to answer; Teams shows the page meanwhile.
_PATIENCE_SECONDS = 15.0
_REQUEST_MAX = 64
_CODE_MAX = 60
_SERVER_ERROR = 500


async def show(office: Office) -> web.Response:
    """Show every channel."""
    return await _show(office, {})


async def act(office: Office) -> web.Response:
    """Turn a channel on or off, or try it."""
    form = await form_of(office)
    channel = next((c for c in Channel if c.value == form.get("channel")), None)
    wish = form.get("act", "")
    if channel is None or wish not in {"on", "off", "try"}:
        raise web.HTTPBadRequest
    if wish == "try":
        return await _try(office, channel, form)
    if wish == "off" and form.get("sure") != "yes":
        return await _show(office, form, asked=channel.value)
    came = await office.world.database.write(
        decisions.switch, channel, seen_in(form), by(office), on=wish == "on"
    )
    if came is not None:
        return await _show(office, form, outdated=True)
    return await _show(office, form, done=f"channel_{wish}")


async def _try(office: Office, channel: Channel, form: Form) -> web.Response:
    to, request = _to(office, channel, form), form.get("request", "")
    if not to:
        sms = channel is Channel.SMS
        wrong = (
            FieldError("number", "not_phone")
            if sms
            else FieldError("address", "no_address"),
        )
        return await _show(office, form, errors=wrong)
    if not 0 < len(request) <= _REQUEST_MAX or not _ready(office, channel):
        raise web.HTTPBadRequest
    database = office.world.database
    begun = await database.write(trying.begin, channel, request, office.who, office.now)
    if isinstance(begun, Came):
        return await _show(office, form, tried=(channel, begun, ""))
    came, code = await _sent(office, channel, begun, to)
    await database.write(
        trying.ended, channel, came, code, who=office.who, now=office.now
    )
    return await _show(office, form, tried=(channel, came, code))


def _to(office: Office, channel: Channel, form: Form) -> str | None:
    """Give where it goes: her own address, or the number typed for herself."""
    if channel is Channel.MAIL:
        return contact.email(office.address)
    return contact.phone(form.get("number", ""))


def _ready(office: Office, channel: Channel) -> bool:
    return channel is Channel.MAIL or office.world.policy.has_sms


async def _sent(
    office: Office, channel: Channel, begun: Begun, to: str
) -> tuple[Came, str]:
    """Hand it over; say what came of it, with the channel's own code."""
    policy = office.world.policy
    made = trial(office.language, channel, whose_in(office.language, policy))
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await _transmit(office, made, begun.key, to)
    except TimeoutError:
        return Came.UNANSWERED, ""
    except SmsError as error:
        # A balancer that waited in vain says 504, and the message may have gone.
        refused = error.final or 0 < error.status < _SERVER_ERROR
        return Came.REFUSED if refused else Came.UNANSWERED, f"{error.status or ''}"
    except (Refused, Forbidden) as error:
        return Came.REFUSED, error.code[:_CODE_MAX]
    except GraphError as error:
        return Came.UNANSWERED, error.code[:_CODE_MAX]
    return Came.TAKEN, ""


async def _transmit(office: Office, made: Composed, key: str, to: str) -> None:
    outside, policy = office.world.outside, office.world.policy
    if made.channel is Channel.SMS:
        await outside.sms.send(key, to, made.text)
        return
    await outside.graph.send(
        Mail(
            key=key,
            sender=policy.sender,
            to=to,
            subject=made.subject,
            text=made.text,
            html=made.html,
            language=office.language.value,
        )
    )


async def _show(
    office: Office,
    form: Form,
    *,
    tried: tuple[Channel, Came, str] | None = None,
    asked: str = "",
    **more: object,
) -> web.Response:
    view = await office.world.database.read(_page, office, more)
    if tried is not None:
        channel, came, code = tried
        lines = tuple(
            replace(each, tried=came.value, code=code)
            if each.key == channel.value
            else each
            for each in view.lines
        )
        view = replace(view, lines=lines)
    number = form.get("number", "")[:_REQUEST_MAX]
    view = replace(view, number=number, asked=asked)
    return office.show("tab/admin/channels.html", view, _status(tried, more))


def _status(tried: tuple[Channel, Came, str] | None, more: dict[str, object]) -> int:
    if more.get("errors"):
        return 422
    if more.get("outdated"):
        return 409
    often = tried is not None and tried[1] is Came.TOO_OFTEN
    return 429 if often else 200


def _page(tx: Tx, office: Office, more: dict[str, object]) -> ChannelsPage:
    off = decisions.policy(tx, office.world.stated).channels_off
    return ChannelsPage(
        deciding=deciding(tx, office, Area.CHANNELS, HERE, **more),  # type: ignore[arg-type]
        lines=tuple(_line(tx, office, each, on=each not in off) for each in Channel),
        request=office.world.outside.ids.link(),
        address=contact.email(office.address) or "",
        hourly=trying.HOURLY,
    )


def _line(tx: Tx, office: Office, channel: Channel, *, on: bool) -> ChannelLine:
    found = reached.by(tx, channel)
    return ChannelLine(
        key=channel.value,
        on=on,
        ready=_ready(office, channel),
        accepted=found.accepted,
        failed=found.failed,
        why=found.why,
        waiting=found.waiting,
        only=reached.only_by(tx, channel, office.now),
    )

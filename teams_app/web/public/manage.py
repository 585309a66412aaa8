"""The client's own page: the last steps of booking, and everything after.

Who holds the link may see, move and cancel. GET never changes anything; every POST
brings back the form's token. A link that opens nothing never says whether it once did.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from aiohttp import web

from booking import contact
from booking.appointments import Actor, HoldLapsed, NotOpen, Outdated, Past, Taken
from booking.availability import Search
from booking.model import (
    CANCELLED,
    Appointment,
    Channel,
    Client,
    Language,
    Modality,
    Service,
    Status,
)
from booking.views.pages import (
    AppointmentPage,
    AppointmentState,
    CancelPage,
    CheckPage,
    ConfirmingPage,
    DetailsPage,
    FieldError,
    JoinPage,
    Matter,
    MovePage,
    SlotChoice,
)
from teams_app.actions import access, booking
from teams_app.actions.booking import Details, Found
from teams_app.actions.records import Whole, whole
from teams_app.errands import confirm, move
from teams_app.store.database import Tx
from teams_app.web.public import answers, ics, matters, way_back
from teams_app.web.public.book import read_slot
from teams_app.web.site import SITE, Site, language_of, page, posted


class Visit:
    """One request by link: the site, the appointment, the page's language and frame."""

    def __init__(self, request: web.Request, site: Site, found: Whole) -> None:
        """Use `visit`."""
        self.request = request
        self.site = site
        self.found = found
        self.appointment = found.appointment
        known = found.client.language if found.client else found.appointment.language
        self.language: Language = language_of(request, known)
        self.path = site.appointment_path(
            self.appointment.link, self.appointment.generation
        )
        self.scope = f"a:{self.appointment.link}"
        self.frame = site.frame(request, self.language, self.scope)

    @property
    def now(self) -> datetime:
        return self.site.world.now()

    def to(self, rest: str = "", **query: str) -> str:
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        more = f"&{asked}" if asked else ""
        if rest in way_back.STEPS:
            more += way_back.again(self.request)
        return f"{self.path}{rest}?lang={self.language}{more}"

    def matter(self) -> Matter:
        policy = self.site.world.policy
        said = matters.matter_of(self.found, self.language, policy)
        if self.appointment.status is Status.HELD and self.appointment.offer is None:
            # She chose the service herself a minute ago: the page may say it.
            said = replace(said, service=self.found.service.name.in_(self.language))
        return said

    def show(self, template: str, value: object, status: int = 200) -> web.Response:
        return page(self.site, template, self.frame, value, status)

    async def form(self) -> dict[str, list[str]]:
        """Read a POST, refused without the form's own token."""
        fields = await posted(self.request)
        token = fields.pop("form_token", [""])[0]
        if not self.site.form_is_ours(self.request, self.scope, token):
            raise web.HTTPForbidden
        return fields


async def visit(request: web.Request) -> Visit:
    """Open what the link leads to. Raises the page for a link that opens nothing."""
    site = request.app[SITE]
    token = request.match_info["token"]
    found = await site.world.database.read(_by_link, site, token)
    if found is None:
        back = way_back.of_gone(request, site.world.outside.links, token)
        raise web.HTTPSeeOther(back) if back else LinkGone
    return Visit(request, site, found)


class LinkGone(Exception):
    """The link opens nothing (any more)."""


def _by_link(tx: Tx, site: Site, token: str) -> Whole | None:
    found = access.by_link(tx, site.world.outside.links, token)
    return whole(tx, found) if found is not None else None


# The way to a booking: details, a last look, confirm.


async def details(request: web.Request) -> web.Response:
    now = await visit(request)
    _only_held(now)
    kept = answers.as_typed(now.found.service, now.appointment.answers)
    return now.show("public/details.html", _details_page(now, kept, ()))


def _only_held(now: Visit) -> None:
    if now.appointment.status is not Status.HELD or now.appointment.confirming:
        raise web.HTTPSeeOther(now.to())


def _details_page(
    now: Visit, typed: dict[str, list[str]], errors: tuple[FieldError, ...]
) -> DetailsPage:
    client = None if _invited(now) else now.found.client
    given = {name: values[0] for name, values in typed.items() if values}
    return DetailsPage(
        action=now.to("/details"),
        matter=now.matter(),
        name=given.get("name", client.name if client else ""),
        client_language=_language(given.get("language", ""))
        or (client.language if client else None),
        email=given.get("email", (client.email or "") if client else ""),
        phone=given.get("phone", (client.phone or "") if client else ""),
        questions=answers.fields(now.found.service, now.language, typed),
        readers=now.found.unit.name.in_(now.language),
        held_until=now.appointment.hold_ends,
        errors=errors,
        known=_invited(now),
    )


def _invited(now: Visit) -> bool:
    """An offer's client is known: she is not asked again, nor shown what we know."""
    return now.appointment.offer is not None


def _language(given: str) -> Language | None:
    return next((each for each in Language if each.value == given), None)


async def save_details(request: web.Request) -> web.Response:
    """Check what was typed; keep it with the hold, or show every mistake at once."""
    now = await visit(request)
    typed = await now.form()
    _only_held(now)
    read = _read_details(now, typed)
    if not isinstance(read, Details):
        return now.show(
            "public/details.html", _details_page(now, typed, tuple(read)), 422
        )
    await now.site.world.database.write(
        booking.fill_in, now.appointment.id, read, now.now
    )
    raise web.HTTPSeeOther(now.to("/check"))


def _read_details(
    now: Visit, typed: dict[str, list[str]]
) -> Details | list[FieldError]:
    service, client = now.found.service, now.found.client
    if _invited(now) and client is not None:
        said = answers.read(service, typed)
        if isinstance(said, list):
            return said
        return Details(client.name, client.language, client.email, client.phone, said)
    return _read_stranger(service, typed)


def _read_stranger(
    service: Service, typed: dict[str, list[str]]
) -> Details | list[FieldError]:
    def first(name: str) -> str:
        return (typed.get(name) or [""])[0]

    wrong: list[FieldError] = []
    who = contact.read(first("name"), first("email"), first("phone"))
    if isinstance(who, list):
        wrong += who
    language = _language(first("language"))
    if language is None:
        wrong.append(FieldError("language", "required"))
    answered = answers.read(service, typed)
    if isinstance(answered, list):
        wrong += answered
    if wrong or language is None:
        return wrong
    assert not isinstance(who, list)
    assert not isinstance(answered, list)
    return Details(who.name, language, who.email, who.phone, answered)


async def check(request: web.Request) -> web.Response:
    now = await visit(request)
    _only_held(now)
    if now.found.client is None or _lacks_answers(now):
        raise web.HTTPSeeOther(now.to("/details"))
    return now.show("public/check.html", _check_page(now, now.found.client))


def _lacks_answers(now: Visit) -> bool:
    """Whether something that must be answered has not been."""
    answered = now.appointment.answers
    return any(
        each.required and each.key not in answered
        for each in now.found.service.questions
    )


def _asks(now: Visit) -> bool:
    """Whether the details step has anything to ask of this client."""
    return not _invited(now) or bool(now.found.service.questions)


def _check_page(now: Visit, client: Client) -> CheckPage:
    invited = _invited(now)
    return CheckPage(
        action=now.to("/confirm"),
        matter=now.matter(),
        name="" if invited else client.name,
        client_language=None if invited else client.language,
        email="" if invited else client.email or "",
        phone="" if invited else client.phone or "",
        answers=answers.given(now.found.service, now.appointment.answers, now.language),
        change_details=now.to("/details") if _asks(now) else "",
        held_until=now.appointment.hold_ends,
        release=now.to("/release"),
    )


async def confirm_hold(request: web.Request) -> web.Response:
    """Book what is held. A second press gives the first one's answer."""
    now = await visit(request)
    await now.form()
    if now.appointment.status is not Status.HELD:
        raise web.HTTPSeeOther(now.to())
    if now.found.client is None or _lacks_answers(now):
        raise web.HTTPSeeOther(now.to("/details"))
    world = now.site.world
    known = await world.database.read(booking.details_of, now.appointment)
    booked = await confirm(world, now.appointment.id, known, Actor.CLIENT)
    match booked:
        case Appointment():
            done = {} if booked.confirming else {"done": "booked"}
            raise web.HTTPSeeOther(now.to(**done))
        case HoldLapsed() | Taken() | Past() | NotOpen():
            return await _lost(now)


async def release(request: web.Request) -> web.Response:
    """Let the held time go and choose another."""
    now = await visit(request)
    await now.form()
    await now.site.world.database.write(booking.release, now.appointment.id)
    raise web.HTTPSeeOther(await _back_to_times(now))


async def _back_to_times(now: Visit) -> str:
    if now.appointment.offer is not None:
        return await _offer_path(now)
    key, modality = now.found.service.key, now.appointment.modality.value
    return f"/b/{key}?lang={now.language}&modality={modality}"


async def _offer_path(now: Visit) -> str:
    assert now.appointment.offer is not None
    offer = await now.site.world.database.read(booking.offer_of, now.appointment.offer)
    url: str = now.site.offer_path(offer.link, offer.generation)
    return f"{url}?lang={now.language}"


async def _lost(now: Visit) -> web.Response:
    """The time went to somebody else: say it, and show where to choose again."""
    mark = "&taken=" + str(int(now.appointment.span.start.timestamp()))
    raise web.HTTPSeeOther(await _back_to_times(now) + mark)


# Afterwards.


async def show(request: web.Request) -> web.Response:
    """Show the appointment as it is now."""
    now = await visit(request)
    appointment = now.appointment
    if appointment.status is Status.HELD and not appointment.confirming:
        step = "/check" if now.found.client else "/details"
        raise web.HTTPSeeOther(now.to(step))
    if appointment.confirming and request.query.get("details") is None:
        view = ConfirmingPage(matter=now.matter(), refresh=now.to())
        return now.show("public/confirming.html", view)
    return now.show("public/appointment.html", _appointment_page(now))


def _appointment_page(now: Visit) -> AppointmentPage:
    found, appointment = now.found, now.appointment
    open_ = appointment.status is Status.BOOKED and appointment.span.start > now.now
    remote = appointment.modality is Modality.REMOTE
    phone = appointment.modality is Modality.PHONE
    bookable = found.service.key if found.service.booked_by == "anyone" else ""
    return AppointmentPage(
        state=_state(appointment, now.now),
        reference=appointment.reference,
        matter=now.matter(),
        done=_done(now),
        join=_join_path(now) if remote and appointment.in_calendar else "",
        caller=found.unit.phone if phone else "",
        our_number=_masked(found.client.phone) if found.client and phone else "",
        ics=now.to("/calendar.ics") if open_ else "",
        move=now.to("/move") if open_ else "",
        cancel=now.to("/cancel") if open_ else "",
        again=f"/b/{bookable}?lang={now.language}" if bookable else "",
        told_by=_told_by(found.client),
    )


def _state(appointment: Appointment, now: datetime) -> AppointmentState:
    if appointment.status is Status.CANCELLED_BY_CLIENT:
        return "cancelled_by_client"
    if appointment.status is Status.CANCELLED_BY_US:
        return "cancelled_by_us"
    if appointment.confirming:
        return "confirming"
    return "past" if appointment.span.end <= now else "booked"


def _done(now: Visit) -> Literal["", "booked", "moved", "cancelled"]:
    asked = now.request.query.get("done", "")
    for each in ("booked", "moved", "cancelled"):
        if asked == each:
            return each
    return ""


def _told_by(client: Client | None) -> tuple[Literal["mail", "sms"], ...]:
    channels = client.channels[:1] if client else ()
    return tuple("mail" if one is Channel.MAIL else "sms" for one in channels)


def _masked(phone: str | None) -> str:
    """Show only the end of the client's own number: the link may have been shared."""
    return f"… {phone[-3:]}" if phone else ""


def _join_path(now: Visit) -> str:
    appointment = now.appointment
    path = now.site.join_path(appointment.link, appointment.generation)
    return f"{path}?lang={now.language}"


async def calendar_file(request: web.Request) -> web.Response:
    """Give the appointment as an .ics file, neutral like everything else."""
    now = await visit(request)
    if not now.appointment.in_calendar:
        raise LinkGone
    body = ics.event(now.found, now.language, now.site.base + now.path, now.now)
    return web.Response(
        body=body,
        content_type="text/calendar",
        charset="utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="vuoro.ics"',
            "Cache-Control": "no-store",
        },
    )


def _search(now: Visit) -> Search:
    return Search(
        now.found.service,
        now.appointment.modality,
        now.now,
        professionals=(now.appointment.professional,),
    )


async def move_page(request: web.Request) -> web.Response:
    now = await visit(request)
    _only_open(now)
    return _move_page(now)


def _only_open(now: Visit) -> None:
    booked = now.appointment.status is Status.BOOKED
    if not booked or now.appointment.span.start <= now.now:
        raise web.HTTPSeeOther(now.to())


def _move_page(
    now: Visit,
    taken: tuple[SlotChoice, ...] = (),
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
) -> web.Response:
    view = MovePage(
        action=now.to("/move"),
        matter=now.matter(),
        picker=matters.picker(
            now.site.world,
            _search(now),
            now.request.query.get("day", ""),
            {},
            now.to("/move") + "&",
        ),
        back=now.to(),
        taken=taken,
        errors=errors,
    )
    return now.show("public/move.html", view, status)


async def move_to(request: web.Request) -> web.Response:
    """Move the appointment; the old time is free at once."""
    now = await visit(request)
    form = await now.form()
    _only_open(now)
    slot = read_slot((form.get("slot") or [""])[0])
    if slot is None or slot.professional != now.appointment.professional:
        return _move_page(now, errors=(FieldError("slot", "no_slot"),), status=422)
    moved = await move(
        now.site.world,
        now.appointment,
        slot,
        version=now.appointment.version,
        by=Actor.CLIENT,
    )
    match moved:
        case Appointment():
            raise web.HTTPSeeOther(now.to(done="moved"))
        case Found():
            raise Busy
        case Taken() | Past() | NotOpen() | Outdated():
            near = await matters.nearest(now.site.world, _search(now), slot.start, {})
            return _move_page(now, taken=near, status=409)


class Busy(Exception):
    """Outlook does not answer just now; nothing was changed."""


async def cancel_page(request: web.Request) -> web.Response:
    now = await visit(request)
    _only_open(now)
    view = CancelPage(now.to("/cancel"), now.matter(), now.to(), now.to("/move"))
    return now.show("public/cancel.html", view)


async def cancel(request: web.Request) -> web.Response:
    now = await visit(request)
    await now.form()
    if now.appointment.status in CANCELLED:
        raise web.HTTPSeeOther(now.to())
    _only_open(now)
    await now.site.world.database.write(
        booking.cancel, now.appointment.id, by=Actor.CLIENT, now=now.now
    )
    raise web.HTTPSeeOther(now.to(done="cancelled"))


async def join(request: web.Request) -> web.Response:
    """Lead to whichever Teams meeting is current. Opening this joins nothing yet."""
    now = await visit(request)
    found, appointment = now.found, now.appointment
    if appointment.modality is not Modality.REMOTE:
        raise web.HTTPSeeOther(now.to())
    state = "ready" if found.join_url else "not_ready"
    if appointment.status in CANCELLED:
        state = "cancelled"
    elif appointment.span.end <= now.now:
        state = "over"
    view = JoinPage(
        state=state,  # type: ignore[arg-type]
        matter=now.matter(),
        now=now.now,
        join=found.join_url or "" if state == "ready" else "",
        manage=now.to(),
        refresh=_join_path(now),
        call=found.unit.phone,
    )
    return now.show("public/join.html", view)

"""From a held time to a booking: details, a last look, confirm.

The hold's own link carries all three. Each step may be taken again, and none of them
asks for what is already known.
"""

from datetime import datetime

from aiohttp import web

from booking import contact
from booking.appointments import Actor, HoldLapsed, NotOpen, Past, Taken
from booking.model import (
    CANCELLED,
    Appointment,
    Client,
    Language,
    Modality,
    Service,
    Slot,
    Status,
)
from booking.views.pages import CheckPage, DetailsPage, FieldError, Typed
from teams_app.actions import booking
from teams_app.actions.booking import Details
from teams_app.actions.records import whole
from teams_app.actions.staff_views import slot_value
from teams_app.web.public import (
    answers,
    binding,
    carried,
    holding,
    manage,
    speaking,
    way_back,
)
from teams_app.web.public.visit import (
    ChooseAgain,
    Form,
    Visit,
    form_of_gone,
    token,
    visit,
)
from teams_app.web.site import SITE


async def details(request: web.Request) -> web.Response:
    now = await visit(request)
    _only_held(now)
    kept = answers.as_typed(now.found.service, now.appointment.answers)
    return now.show("public/details.html", _details_page(now, kept, ()))


def _only_held(now: Visit) -> None:
    if not _is_held(now):
        raise web.HTTPSeeOther(now.to())


def _is_held(now: Visit) -> bool:
    return now.appointment.status is Status.HELD and not now.appointment.confirming


async def _sent(request: web.Request) -> tuple[Visit, Form]:
    """Open the hold whose form was sent. One that is gone is held again if it can be."""
    try:
        now = await visit(request)
    except ChooseAgain as gone:
        form = await form_of_gone(request)
        half = way_back.half_of(request.app[SITE].world.outside.links, token(request))
        held = await holding.again(request, gone.back, half or "")
        if isinstance(held, Appointment):
            return await _visit_of(request, held, way_back.again(request)), form
        # Of two presses at once, the other has had it; or it is really gone.
        return await visit(request), form
    return now, await now.form()


async def _visit_of(request: web.Request, held: Appointment, back: str) -> Visit:
    site = request.app[SITE]
    found = await site.world.database.read(whole, held)
    return Visit(request, site, found, back, at="/details")


async def go_on(
    request: web.Request, held: Appointment, back: str, typed: Typed = ()
) -> web.Response:
    """Go on with a time just held. What was typed for another one is not asked again.

    Of that only what is wrong is refused; what is missing she has not come to yet.
    """
    now = await _visit_of(request, held, back)
    if typed:
        form = carried.as_form(typed)
        read = _read_details(now, form)
        if isinstance(read, Details):
            return await _kept(now, read)
        return _refused(
            now, form, [each for each in read if any(form.get(each.field, ()))]
        )
    raise web.HTTPSeeOther(now.to("/details" if _asks(now) else "/check"))


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
        held_until=_held_until(now),
        errors=tuple(answers.missing(now.found.service, each) for each in errors),
        known=_invited(now),
        release=now.to("/release"),
        only_way=now.site.world.policy.only_way,
    )


def _held_until(now: Visit) -> datetime | None:
    """Say until when the time is hers; None: it was, and is while nobody takes it."""
    ends = now.appointment.hold_ends
    return ends if ends is not None and ends > now.now else None


def _invited(now: Visit) -> bool:
    """An offer's client is known: she is not asked again, nor shown what we know."""
    return now.appointment.offer is not None


def _language(given: str) -> Language | None:
    return next((each for each in Language if each.value == given), None)


async def save_details(request: web.Request) -> web.Response:
    """Check what was typed; keep it with the hold, or show every mistake at once."""
    now, typed = await _sent(request)
    if not _is_held(now):
        return manage.present(now, status=409)
    return await _keep(now, typed)


async def _keep(now: Visit, typed: dict[str, list[str]]) -> web.Response:
    read = _read_details(now, typed)
    if not isinstance(read, Details):
        return _refused(now, typed, read)
    return await _kept(now, read)


def _refused(
    now: Visit, typed: dict[str, list[str]], wrong: list[FieldError]
) -> web.Response:
    view = _details_page(now, typed, tuple(wrong))
    return now.show("public/details.html", view, 422 if wrong else 200)


async def _kept(now: Visit, read: Details) -> web.Response:
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
    return _read_stranger(service, now.appointment.modality, typed)


def _read_stranger(
    service: Service, modality: Modality, typed: dict[str, list[str]]
) -> Details | list[FieldError]:
    def first(name: str) -> str:
        return (typed.get(name) or [""])[0]

    wrong: list[FieldError] = []
    who = contact.read(first("name"), first("email"), first("phone"), modality)
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
        each.required and each.key not in answered for each in now.found.service.asking
    )


def _asks(now: Visit) -> bool:
    """Whether the details step has anything to ask of this client."""
    return not _invited(now) or bool(now.found.service.asking)


def _check_page(now: Visit, client: Client) -> CheckPage:
    invited, matter = _invited(now), now.matter()
    spoken = now.found.professional.languages
    return CheckPage(
        action=now.to("/confirm"),
        matter=matter,
        name="" if invited else client.name,
        client_language=None if invited else client.language,
        email="" if invited else client.email or "",
        phone="" if invited else client.phone or "",
        answers=answers.asked(now.found.service, now.appointment.answers, now.language),
        change_details=now.to("/details") if _asks(now) else "",
        held_until=_held_until(now),
        release=now.to("/release"),
        typed=carried.of_kept(now.found),
        binding=binding.said(now.found.service, now.language),
        unspoken=matter.person is not None and client.language not in spoken,
        untold=not speaking.told_by(now),
    )


async def confirm_hold(request: web.Request) -> web.Response:
    """Book what is held. A second press gives the first one's answer."""
    now, form = await _sent(request)
    if now.appointment.status in CANCELLED:
        return manage.present(now, status=409)
    if now.appointment.status is not Status.HELD:
        raise web.HTTPSeeOther(now.to())
    known = await _known(now, form)
    if not isinstance(known, Details):
        return known
    booked = await holding.book_fairly(request, now.appointment, known)
    match booked:
        case Appointment():
            done = {} if booked.confirming else {"done": "booked"}
            raise web.HTTPSeeOther(now.to(**done))
        case HoldLapsed() | Taken() | Past() | NotOpen():
            held = now.appointment
            mark = slot_value(Slot(held.professional, held.span.start))
            back = f"{await _back_to_times(now)}&taken={mark}"
            raise ChooseAgain(back, carried.of_kept(now.found))


async def _known(now: Visit, form: Form) -> Details | web.Response:
    """Give what is kept with the hold; one held anew has it from the form, as typed."""
    if now.found.client is not None and not _lacks_answers(now):
        known: Details = await now.site.world.database.read(
            booking.details_of, now.appointment
        )
        return known
    typed = form | carried.as_form(carried.of_kept(now.found))
    read = _read_details(now, typed)
    return read if isinstance(read, Details) else _refused(now, typed, read)


async def release(request: web.Request) -> web.Response:
    """Let the held time go and choose another."""
    try:
        now = await visit(request)
    except ChooseAgain as again:
        again.lost = False
        raise
    typed = carried.of_form(await now.form()) or carried.of_kept(now.found)
    if not _is_held(now):
        return manage.present(now, status=409)
    gone = await now.site.world.database.write(
        booking.release, now.appointment.id, Actor.CLIENT, now.now
    )
    if not gone:  # Confirmed in that moment.
        return manage.present(await visit(request), status=409)
    back = await _back_to_times(now)
    raise ChooseAgain(back, typed, lost=False, let_go=now.appointment)


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

"""Services in administration: the list, a form for each, copies, pauses, the end.

Every mistake is said in its place, and nothing that was filled in is lost.
"""

from collections.abc import Sequence
from dataclasses import replace

from aiohttp import web

from booking import service_forms
from booking.model import BookedBy, Language, Professional
from booking.service_forms import ServiceTyped
from booking.skills import has_what_it_takes, lacking
from booking.views.pages import Choice, FieldError
from booking.views.sheets import (
    Filled,
    GiverGroup,
    ServiceForm,
    ServiceLine,
    ServicesAdminPage,
)
from teams_app.actions import service_sheets
from teams_app.actions.service_sheets import NEW, Sheet, State
from teams_app.actions.sheets_sent import Outdated, Sent
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.site import posted
from teams_app.web.tab.admin import preview
from teams_app.web.tab.admin.preview import Drawn
from teams_app.web.tab.office import Office

HERE = "/teams/admin/services"
ONE = f"{HERE}/{{service}}"
PREVIEW = f"{ONE}/preview"
_LONG = 100

Form = dict[str, list[str]]


async def show(office: Office, done: str = "", about: str = "") -> web.Response:
    """Show all services, those that are retired apart."""
    view = await office.world.database.read(_page, office, done, about)
    return office.show("tab/admin/services.html", view)


def _page(tx: Tx, office: Office, done: str, about: str) -> ServicesAdminPage:
    sheets = service_sheets.every(tx)
    staff = people.professionals(tx, bookable_only=True)
    lines = [(each, _line(office, each, staff)) for each in sheets]
    gone = State.RETIRED
    return ServicesAdminPage(
        sections=office.sections,
        here=HERE,
        lines=tuple(line for each, line in lines if each.state is not gone),
        retired=tuple(line for each, line in lines if each.state is gone),
        new=f"{HERE}/{NEW}",
        done=done,
        about=about,
    )


def _line(office: Office, sheet: Sheet, staff: Sequence[Professional]) -> ServiceLine:
    service, state = sheet.service, sheet.state.value
    if sheet.state is State.OPEN and service.booked_by is BookedBy.INVITED:
        state = BookedBy.INVITED.value
    return ServiceLine(
        service.name.in_(office.language),
        f"{HERE}/{service.key}",
        f"{HERE}/{NEW}?copy={service.key}",
        service.minutes,
        service.modalities,
        sum(_gives(each, sheet) for each in staff),
        state,
        preview.missing(service),
    )


async def one(office: Office) -> web.Response:
    """Show the form of one service, or an empty one, or a copy."""
    copied = office.request.query.get("copy", "")[:_LONG]
    sheet = await find(office, copied)
    return office.not_hers() if sheet is None else await _show(office, sheet, copied)


async def find(office: Office, copied: str = "") -> Sheet | None:
    return await office.world.database.read(service_sheets.of, key_of(office), copied)


def key_of(office: Office) -> str:
    return office.request.match_info["service"][:_LONG]


async def save(office: Office) -> web.Response:
    """Do what was pressed: save it, or open, pause, retire it."""
    form = await posted(office.request)
    copied = (form.get("copied") or [""])[0][:_LONG]
    before = await find(office, copied)
    if before is None:
        return office.not_hers()
    state = next((each for each in State if form.get("act") == [each.value]), None)
    if state is not None:
        return await _turn(office, before, state, form)
    return await _save(office, before, copied, form)


async def _save(office: Office, before: Sheet, copied: str, form: Form) -> web.Response:
    sent = Sent(office.who, office.now, form)
    if before.is_new:  # Its own first sending has taken its address.
        added = await office.world.database.read(service_sheets.added, sent)
        if added is not None:
            return await _show(office, added, done="added")
    staff = await office.world.database.read(people.professionals)
    wanted = _typed(form, before, [one.object_id for one in staff])
    if isinstance(wanted, list):
        return await _show(office, before, copied, tuple(wanted), form=form, status=422)
    saved = await office.world.database.write(
        service_sheets.save, key_of(office), wanted, sent, copied
    )
    if isinstance(saved, Outdated):
        return await _outdated(office, before, copied, form)
    if before.is_new:
        return await _show(office, saved, done="added")
    return await show(office, "saved", saved.service.name.in_(office.language))


def _typed(
    form: Form, before: Sheet, staff: Sequence[str]
) -> ServiceTyped | list[FieldError]:
    """Read what was typed, or say what is wrong with it."""
    wanted = service_forms.read(form, before.service, staff)
    if not before.is_new:
        return wanted
    key = _address(form, before)
    wrong = [key] if isinstance(key, FieldError) else []
    if isinstance(wanted, ServiceTyped) and isinstance(key, str):
        return replace(wanted, service=replace(wanted.service, key=key))
    return [*(wanted if isinstance(wanted, list) else []), *wrong]


def _address(form: Form, new: Sheet) -> str | FieldError:
    """Give the address of a new service, or say what is wrong with the one typed."""
    said = service_forms.lenient(form, new.service)[0]
    return service_forms.key_of(form, said, {NEW, *new.others})


async def _turn(office: Office, before: Sheet, to: State, form: Form) -> web.Response:
    sent = Sent(office.who, office.now, form)
    made = await office.world.database.write(
        service_sheets.turn, key_of(office), to, sent
    )
    if isinstance(made, Outdated):
        return await _outdated(office, before, "", form)
    return await show(office, to.value, made.service.name.in_(office.language))


async def _outdated(
    office: Office, before: Sheet, copied: str, form: Form
) -> web.Response:
    """Show it as it stands now; of a new one what was typed is nobody else's.

    Where the address that was typed has just gone to another, that is said beside it.
    """
    fresh = await find(office, copied) or before
    errors: tuple[FieldError, ...] = ()
    typed = None
    if before.is_new:
        key = _address(form, fresh)
        errors = (key,) if isinstance(key, FieldError) else ()
        typed = form | {"seen": [""]}
    return await _show(
        office, fresh, copied, errors, form=typed, outdated=True, status=409
    )


async def look(office: Office) -> web.Response:
    """Show what the client would see of what is filled in. Nothing is saved."""
    form = await posted(office.request)
    sheet = await find(office, (form.get("copied") or [""])[0][:_LONG])
    if sheet is None:
        return office.not_hers()
    language = preview.language_of(office, form)
    drawn = await office.world.database.read(_drawn, sheet, language, form)
    alone = form.get("sheet") == ["questions"]
    return preview.show(
        office, preview.of(office, sheet.service.key, drawn, alone=alone)
    )


def _drawn(tx: Tx, sheet: Sheet, language: Language, form: Form | None) -> Drawn:
    service = sheet.service if form is None else preview.typed(sheet, form)
    return Drawn(service, language, preview.readers(tx, sheet, language))


async def _show(  # noqa: PLR0913
    office: Office,
    sheet: Sheet,
    copied: str = "",
    errors: tuple[FieldError, ...] = (),
    *,
    form: Form | None = None,
    outdated: bool = False,
    done: str = "",
    status: int = 200,
) -> web.Response:
    view = await office.world.database.read(_form, office, sheet, form)
    view = replace(view, errors=errors, outdated=outdated, copied=copied, done=done)
    return office.show("tab/admin/service.html", view, status)


def _form(tx: Tx, office: Office, sheet: Sheet, form: Form | None) -> ServiceForm:
    service = sheet.service
    filled = Filled(sheet.written if form is None else form)
    chosen = set(filled.all("givers"))
    staff = people.professionals(tx)
    at = f"{HERE}/{service.key or NEW}"
    drawn = _drawn(tx, sheet, preview.language_of(office, form), form)
    return ServiceForm(
        sections=office.sections,
        here=HERE,
        action=at,
        back=HERE,
        title=service.name.in_(office.language) if not sheet.is_new else "",
        key=service.key,
        seen=filled.one("seen") or sheet.seen,
        copied="",
        state=sheet.state.value,
        coming=0 if sheet.is_new else service_sheets.coming(tx, service, office.now),
        bookable=sum(_gives(one, sheet) for one in staff),
        filled=filled,
        groups=_groups(tx, office, staff, chosen, service.skills),
        questions="" if sheet.is_new else f"{at}/questions",
        asked=len(service.asking),
        copy="" if sheet.is_new else f"{HERE}/{NEW}?copy={service.key}",
        preview=preview.of(office, service.key, drawn),
        horizon_max=office.world.policy.rules.horizon_days,
    )


def _gives(one: Professional, sheet: Sheet) -> bool:
    named = one.bookable and one.object_id in sheet.givers
    return named and has_what_it_takes(one, sheet.service)


def _groups(
    tx: Tx,
    office: Office,
    staff: Sequence[Professional],
    chosen: set[str],
    asked: Sequence[str],
) -> tuple[GiverGroup, ...]:
    found = []
    for unit in people.units(tx):
        of_it = [each for each in staff if each.unit == unit.id]
        of_it.sort(key=lambda each: each.name)
        if of_it:
            group = GiverGroup(
                unit.name.in_(office.language),
                tuple(Choice(each.object_id, each.name) for each in of_it),
                frozenset(each.object_id for each in of_it if not each.bookable),
                sum(each.object_id in chosen for each in of_it),
                {
                    each.object_id: missing
                    for each in of_it
                    if (missing := lacking(asked, each.skills))
                },
            )
            found.append(group)
    return tuple(found)

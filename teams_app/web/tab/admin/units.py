"""Units in administration: the list, a form for each, closing one.

Every mistake is said in its place, and nothing that was filled in is lost.
"""

from dataclasses import replace

from aiohttp import web

from booking import unit_forms
from booking.model import Language, Unit
from booking.own_settings import FIXABLE
from booking.unit_forms import ROLES, UnitTyped
from booking.views.pages import Choice, FieldError
from booking.views.sheets import Filled, StandingLine, UnitForm, UnitLine, UnitsPage
from teams_app.actions import unit_sheets
from teams_app.actions.sheets_sent import Outdated, Sent
from teams_app.actions.unit_sheets import NEW, Sheet
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.site import posted
from teams_app.web.tab.admin import staff
from teams_app.web.tab.office import Office

HERE = "/teams/admin/units"
ONE = f"{HERE}/{{unit}}"
_LONG, _KNOWN_MAX = 100, 300

Form = dict[str, list[str]]


async def show(office: Office, done: str = "", about: str = "") -> web.Response:
    """Show all units."""
    view = await office.world.database.read(_page, office, done, about)
    return office.show("tab/admin/units.html", view)


def _page(tx: Tx, office: Office, done: str, about: str) -> UnitsPage:
    return UnitsPage(
        sections=office.sections,
        here=HERE,
        lines=tuple(_line(tx, office, each) for each in unit_sheets.every(tx)),
        new=f"{HERE}/{NEW}",
        done=done,
        about=about,
    )


def _line(tx: Tx, office: Office, sheet: Sheet) -> UnitLine:
    unit = sheet.unit
    return UnitLine(
        unit.name.in_(office.language),
        f"{HERE}/{unit.key}",
        len(people.of_units(tx, [unit.id])),
        len(people.supervisors(tx, unit.id)),
        unit.open,
        _missing(unit),
    )


async def one(office: Office) -> web.Response:
    """Show the form of one unit, or an empty one."""
    sheet = await office.world.database.read(unit_sheets.of, _key(office))
    if sheet is None:
        return office.not_hers()
    return await _show(office, sheet)


def _key(office: Office) -> str:
    return office.request.match_info["unit"][:_LONG]


async def save(office: Office) -> web.Response:
    """Do what was pressed: save it, or close it, or open it again."""
    form = await posted(office.request)
    before = await office.world.database.read(unit_sheets.of, _key(office))
    if before is None:
        return office.not_hers()
    match form.get("act"):
        case ["close"] | ["reopen"] as act:
            return await _turn(office, before, act[0], form)
        case ["add"]:
            return await _add(office, before, form)
        case _:
            return await _save(office, before, form)


async def _save(office: Office, before: Sheet, form: Form) -> web.Response:
    known = await office.world.database.read(unit_sheets.known)
    wanted = unit_forms.read(form, before.unit, known)
    if not isinstance(wanted, UnitTyped):
        return await _show(office, before, tuple(wanted), form=form, status=422)
    sent = Sent(office.who, office.now, form)
    saved = await office.world.database.write(
        unit_sheets.save, _key(office), wanted, sent
    )
    if isinstance(saved, Outdated):
        return await _outdated(office, before, form)
    done = "added" if before.is_new else "saved"
    return await show(office, done, saved.unit.name.in_(office.language))


async def _add(office: Office, before: Sheet, form: Form) -> web.Response:
    """Put on the list who was named. Nothing is saved yet, and all that was typed stays."""
    known = await office.world.database.read(unit_sheets.known)
    errors: list[FieldError] = []
    named = {
        role: list(unit_forms.persons(form, role, known, errors)) for role in ROLES
    }
    done = {} if errors else {f"add_{role}": [""] for role in ROLES}
    status = 422 if errors else 200
    return await _show(
        office, before, tuple(errors), form=form | named | done, status=status
    )


async def _turn(office: Office, before: Sheet, act: str, form: Form) -> web.Response:
    """Close it, if nothing stands in the way, or open it again."""
    does = unit_sheets.close if act == "close" else unit_sheets.reopen
    sent = Sent(office.who, office.now, form)
    made = await office.world.database.write(does, _key(office), sent)
    match made:
        case Sheet():
            done = "closed" if act == "close" else "opened"
            return await show(office, done, made.unit.name.in_(office.language))
        case Outdated():
            return await _outdated(office, before, form)
        case _:
            return await _show(office, before, refused=True, status=409)


async def _outdated(office: Office, before: Sheet, form: Form) -> web.Response:
    """Show it as it stands now; of a new one what was typed is nobody else's."""
    fresh = await office.world.database.read(unit_sheets.of, _key(office))
    typed = (form | {"seen": [""]}) if before.is_new else None
    shown = fresh or before
    return await _show(office, shown, form=typed, outdated=True, status=409)


async def _show(  # noqa: PLR0913
    office: Office,
    sheet: Sheet,
    errors: tuple[FieldError, ...] = (),
    *,
    form: Form | None = None,
    outdated: bool = False,
    refused: bool = False,
    status: int = 200,
) -> web.Response:
    view = await office.world.database.read(_form, office, sheet, form)
    view = replace(view, errors=errors, outdated=outdated, refused=refused)
    return office.show("tab/admin/unit.html", view, status)


def _form(tx: Tx, office: Office, sheet: Sheet, form: Form | None) -> UnitForm:
    unit, known = sheet.unit, unit_sheets.known(tx)
    filled = Filled(sheet.written if form is None else form)
    asked = {
        "supervisors": (*sheet.supervisors, *filled.all("supervisors")),
        "reception": (*sheet.reception, *filled.all("reception")),
    }
    return UnitForm(
        sections=office.sections,
        here=HERE,
        action=f"{HERE}/{unit.key or NEW}",
        back=HERE,
        title=unit.name.in_(office.language),
        open=unit.open,
        seen=filled.one("seen") or sheet.seen,
        filled=filled,
        people={role: _named(ids, known) for role, ids in asked.items()},
        known=tuple(sorted(set(known.values()))[:_KNOWN_MAX]),
        fixable=tuple(each.value for each in FIXABLE),
        standing=() if sheet.is_new else _standing(tx, office, unit),
        missing=_missing(unit),
        by_group=unit_sheets.by_group(tx, unit),
        by_former=unit_sheets.by_former(tx, unit),
        services=tuple(
            Choice(each.key, each.name.in_(office.language))
            for each in people.services(tx)
            if not each.retired
        ),
    )


def _missing(unit: Unit) -> tuple[Language, ...]:
    said = (unit.name, unit.arrival)
    return tuple(
        each for each in Language if any(each in words.missing for words in said)
    )


def _named(ids: tuple[str, ...], known: dict[str, str]) -> tuple[Choice, ...]:
    """Name persons; of whom no name is known there is the object id alone."""
    found = (Choice(id_, known.get(id_, id_)) for id_ in dict.fromkeys(ids))
    return tuple(sorted(found, key=lambda each: each.label))


def _standing(tx: Tx, office: Office, unit: Unit) -> tuple[StandingLine, ...]:
    return tuple(
        StandingLine(
            each.professional.name,
            f"{staff.HERE}/{each.professional.object_id}",
            each.professional.bookable,
            each.coming,
            each.last,
        )
        for each in unit_sheets.standing(tx, unit, office.now)
    )

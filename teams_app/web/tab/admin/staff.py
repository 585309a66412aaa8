"""Professionals in administration: the list, and a form for each.

Whoever may be added stands in the professionals' group in Entra, which is read once an
hour. Every mistake is said in its place, and nothing that was filled in is lost.
"""

from dataclasses import replace

from aiohttp import web

from booking import skills
from booking.availability import Mode
from booking.model import Language, Professional, Unit
from booking.service_forms import skills_in
from booking.views.admin import StaffForm, StaffLine, StaffPage
from booking.views.pages import Choice, FieldError
from teams_app.actions import joining, staffing
from teams_app.actions.setup import OwnRules
from teams_app.actions.staffing import Outdated, Sheet
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.site import posted, storable
from teams_app.web.tab.office import Office

HERE = "/teams/admin/professionals"
ONE = f"{HERE}/{{person}}"
_LONG, _DAILY_MAX = 100, 50


async def show(
    office: Office, done: str = "", saved: Sheet | None = None
) -> web.Response:
    """Show everybody, and who of the group may be added. `saved`: who just was."""
    view = await office.world.database.read(_page, office, done, saved)
    return office.show("tab/admin/staff.html", view)


def _page(tx: Tx, office: Office, done: str, saved: Sheet | None) -> StaffPage:
    units = {each.id: each.name.in_(office.language) for each in people.units(tx)}
    return StaffPage(
        sections=office.sections,
        here=HERE,
        lines=tuple(
            _line(each, units[each.professional.unit]) for each in staffing.every(tx)
        ),
        new=tuple(
            StaffLine(each.name, f"{HERE}/{each.object_id}")
            for each in staffing.candidates(tx)
        ),
        group=bool(office.world.policy.professionals_group or joining.wanted(tx)),
        done=done,
        about=saved.professional.name if saved else "",
        unable=_unable(tx, office, saved) if saved else (),
    )


def _unable(
    tx: Tx, office: Office, saved: Sheet
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give which services chosen for her she is not offered for, for want of a skill."""
    return tuple(
        (each.name.in_(office.language), missing)
        for each in people.services(tx)
        if each.key in saved.services and not each.retired
        if (missing := skills.lacking(each.skills, saved.professional.skills))
    )


def _line(sheet: Sheet, unit: str) -> StaffLine:
    own = sheet.professional
    open_ = "open" if own.bookable else "closed"
    return StaffLine(
        own.name,
        f"{HERE}/{own.object_id}",
        unit,
        own.languages,
        "left" if sheet.left else open_,  # type: ignore[arg-type]
    )


async def one(office: Office) -> web.Response:
    """Show the form of one professional, or of somebody to be added."""
    sheet = await office.world.database.read(staffing.of, _person(office))
    if sheet is None:
        return office.not_hers()
    return await _show(office, sheet)


def _person(office: Office) -> str:
    return storable(office.request.match_info["person"]).lower()[:_LONG]


async def save(office: Office) -> web.Response:
    """Set her up as the form says."""
    form = await posted(office.request)
    before = await office.world.database.read(staffing.of, _person(office))
    if before is None:
        return office.not_hers()
    units = await office.world.database.read(people.units)
    wanted, errors = _read(form, before, units)
    seen = _first(form, "seen")
    if errors:
        return await _show(office, wanted, errors, form=form, status=422)
    saved = await office.world.database.write(
        staffing.save, wanted, seen, office.who, office.now
    )
    if isinstance(saved, Outdated):
        stands = await office.world.database.read(staffing.of, _person(office))
        return await _show(office, stands or before, outdated=True, status=409)
    done = "added" if seen == staffing.NEW else "saved"
    return await show(office, done, saved)


def _first(form: dict[str, list[str]], name: str) -> str:
    return (form.get(name) or [""])[0].strip()


def _read(
    form: dict[str, list[str]], before: Sheet, units: list[Unit]
) -> tuple[Sheet, tuple[FieldError, ...]]:
    """Read the form over what stood there; what is wrong keeps what stood there."""
    own, errors = _own(form, before.professional, units)
    rules = _rules(form, before.rules, errors)
    given = frozenset(form.get("services", ()))
    sheet = replace(before, professional=own, rules=rules, services=given)
    return sheet, tuple(errors)


def _own(
    form: dict[str, list[str]], before: Professional, units: list[Unit]
) -> tuple[Professional, list[FieldError]]:
    errors: list[FieldError] = []
    name = _first(form, "name")
    if not name:
        errors.append(FieldError("name", "required"))
    elif len(name) > _LONG:
        errors.append(FieldError("name", "too_long", _LONG))
    unit = next((u for u in units if u.key == _first(form, "unit")), None)
    bookable = _first(form, "bookable") == "yes"
    if unit is None:
        errors.append(FieldError("unit", "not_choice"))
    elif not unit.open and (bookable or unit.id != before.unit):
        errors.append(FieldError("unit", "unit_closed"))
    languages = tuple(
        each for each in Language if each.value in form.get("languages", ())
    )
    if not languages:
        errors.append(FieldError("languages", "choose_some"))
    own = next(
        (each for each in Language if each.value == _first(form, "language")), None
    )
    if own is None:
        errors.append(FieldError("language", "choose_one"))
    made = replace(
        before,
        name=name,
        unit=unit.id if unit else before.unit,
        languages=languages or before.languages,
        language=own or before.language,
        bookable=bookable,
        skills=skills_in(form, errors),
    )
    return made, errors


def _rules(
    form: dict[str, list[str]], before: OwnRules, errors: list[FieldError]
) -> OwnRules:
    category, prefix = _first(form, "category"), _first(form, "prefix")
    errors += [
        FieldError(name, "too_long", _LONG)
        for name, given in (("category", category), ("prefix", prefix))
        if len(given) > _LONG
    ]
    given = _first(form, "daily_limit")
    sound = given.isascii() and given.isdecimal() and 0 < int(given[:3]) <= _DAILY_MAX
    if given and not (sound and len(given) <= 2):  # noqa: PLR2004
        errors.append(FieldError("daily_limit", "not_limit", _DAILY_MAX))
        return before
    mode = Mode.OPENED_BLOCKS if category or prefix else Mode.WORKING_HOURS
    return OwnRules(mode, int(given) if given else None, category, prefix)


async def _show(
    office: Office,
    sheet: Sheet,
    errors: tuple[FieldError, ...] = (),
    *,
    form: dict[str, list[str]] | None = None,
    outdated: bool = False,
    status: int = 200,
) -> web.Response:
    view = await office.world.database.read(_form, office, sheet)
    view = replace(view, errors=errors, outdated=outdated)
    if form is not None:
        view = replace(
            view,
            seen=_first(form, "seen"),
            name=_first(form, "name"),
            unit=_first(form, "unit"),
            languages=tuple(form.get("languages", ())),
            language=_first(form, "language"),
            daily_limit=_first(form, "daily_limit"),
            category=_first(form, "category"),
            prefix=_first(form, "prefix"),
            skills=_first(form, "skills"),
        )
    return office.show("tab/admin/professional.html", view, status)


def _form(tx: Tx, office: Office, sheet: Sheet) -> StaffForm:
    own, language = sheet.professional, office.language
    units = {each.id: each for each in people.units(tx)}
    open_ = [each for each in units.values() if each.open]
    limit = sheet.rules.daily_limit
    # Which of several units is hers an admin says, where no group does.
    unsaid = sheet.is_new and len(open_) > 1
    hers = not unsaid or staffing.unit_by_group(tx, own.object_id, open_)
    return StaffForm(
        sections=office.sections,
        here=HERE,
        action=f"{HERE}/{own.object_id}",
        back=HERE,
        title=own.name,
        is_new=sheet.is_new,
        left=sheet.left,
        beside=sheet.beside,
        seen=sheet.seen,
        name=own.name,
        unit=units[own.unit].key if hers else "",
        units=tuple(
            Choice(each.key, each.name.in_(language))
            for each in units.values()
            if each.open or each.id == own.unit
        ),
        languages=tuple(each.value for each in own.languages),
        language=own.language.value,
        bookable=own.bookable,
        services=tuple(sheet.services),
        every_service=tuple(
            Choice(each.key, each.name.in_(language))
            for each in people.services(tx)
            if not each.retired
        ),
        category=sheet.rules.category,
        prefix=sheet.rules.prefix,
        daily_limit=str(limit) if limit else "",
        skills=", ".join(own.skills),
        known_skills=skills.read(
            name for each in people.services(tx) for name in each.skills
        ),
    )

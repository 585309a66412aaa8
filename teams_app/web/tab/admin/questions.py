"""The questions of a service in administration: a row each, in the order they are asked.

Rows are added, moved and let go before anything is saved; what was typed stays.
"""

from dataclasses import replace

from aiohttp import web

from booking import question_forms
from booking.bounds import QUESTIONS_MAX
from booking.model import QuestionKind
from booking.views.pages import FieldError
from booking.views.sheets import Filled, QuestionRow, QuestionsForm
from teams_app.actions import service_sheets
from teams_app.actions.service_sheets import Sheet
from teams_app.actions.sheets_sent import Outdated, Sent
from teams_app.store.database import Tx
from teams_app.web.site import posted
from teams_app.web.tab.admin import preview, services
from teams_app.web.tab.admin.preview import Drawn
from teams_app.web.tab.office import Office

ONE = f"{services.ONE}/questions"

Form = dict[str, list[str]]


async def show(office: Office) -> web.Response:
    """Show the questions as they are asked."""
    sheet = await _find(office)
    return office.not_hers() if sheet is None else await _show(office, sheet)


async def _find(office: Office) -> Sheet | None:
    """Find the service; one that is not there yet has no questions of its own."""
    sheet = await services.find(office)
    return None if sheet is None or sheet.is_new else sheet


async def save(office: Office) -> web.Response:
    """Save the rows, or only change them before they are saved."""
    form = await posted(office.request)
    before = await _find(office)
    if before is None:
        return office.not_hers()
    act = question_forms.act_of(form)
    if act is not None:
        return await _show(office, before, form=question_forms.acted(form, act))
    wanted = question_forms.read(form, before.service.questions)
    if isinstance(wanted, list):
        return await _show(office, before, tuple(wanted), form=form, status=422)
    sent = Sent(office.who, office.now, form)
    saved = await office.world.database.write(
        service_sheets.ask, services.key_of(office), wanted, sent
    )
    if isinstance(saved, Outdated):
        fresh = await _find(office) or before
        return await _show(office, fresh, outdated=True, status=409)
    return await _show(office, saved, done=True)


async def _show(  # noqa: PLR0913
    office: Office,
    sheet: Sheet,
    errors: tuple[FieldError, ...] = (),
    *,
    form: Form | None = None,
    outdated: bool = False,
    done: bool = False,
    status: int = 200,
) -> web.Response:
    view = await office.world.database.read(_form, office, sheet, form)
    view = replace(view, errors=errors, outdated=outdated, done=done)
    return office.show("tab/admin/questions.html", view, status)


def _form(tx: Tx, office: Office, sheet: Sheet, form: Form | None) -> QuestionsForm:
    service, language = sheet.service, preview.language_of(office, form)
    fields = question_forms.written(service.questions) if form is None else form
    rows = question_forms.rows(fields)
    shown = service
    if form is not None:
        shown = preview.typed(sheet, form | {"sheet": ["questions"]})
    drawn = Drawn(shown, language, preview.readers(tx, sheet, language))
    at = f"{services.HERE}/{service.key}"
    return QuestionsForm(
        sections=office.sections,
        here=services.HERE,
        action=f"{at}/questions",
        back=at,
        title=service.name.in_(office.language),
        seen=Filled(fields).one("seen") or sheet.seen,
        filled=Filled(fields),
        rows=tuple(_row(sheet, Filled(fields), row) for row in rows),
        kinds=tuple(each.value for each in QuestionKind),
        more=len(rows) < QUESTIONS_MAX,
        kept=len(service.questions) - len(service.asking),
        preview=preview.of(office, service.key, drawn, alone=True),
    )


def _row(sheet: Sheet, filled: Filled, row: str) -> QuestionRow:
    own = next(
        (q for q in sheet.service.asking if q.key == filled.one(f"key_{row}")), None
    )
    kind = own.kind.value if own else filled.one(f"kind_{row}")
    return QuestionRow(row, own is not None, kind, filled.one(f"label_{row}_fi"))

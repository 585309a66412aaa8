"""The log as an auditor reads it: searched, a page at a time, and as a file.

The right to it is one of its own: nobody has it by looking after Vuoro. Every reading,
and every file, stands in the log itself.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from booking.own_settings import Section
from booking.spans import instant, wall
from booking.views.admin import LogLine, LogPage
from booking.views.pages import Choice, FieldError
from booking.wording import text
from teams_app.actions import auditing
from teams_app.actions.auditing import EXPORT_MAX, PAGE, Query, TooMany
from teams_app.actions.auditing import UnknownReference as Unknown
from teams_app.actions.log_lines import Line
from teams_app.web.tab.admin import log_words
from teams_app.web.tab.office import Office

HERE = "/teams/admin/log"
FILE = f"{HERE}/export"
_WEEK = timedelta(days=6)
_LONG = 100
#: Nothing was logged before, and nothing that is asked for lies after.
_EARLIEST, _LATEST = date(1970, 1, 2), date(2999, 12, 30)
_DIGITS_MAX = 15
#: What is done, in the order in which it is asked for.
_WHATS = (
    *("view", "search", "export", "book", "move", "cancel", "offer", "withdraw"),
    *("answer", "hand_over", "hand_over_in_outlook", "hand_over_refused"),
    *("arrived", "not_arrived", "waiting", "could_not_join", "trying", "obstacle"),
    "obstacle_answered",
    "message_language",
    *("note_written", "note_changed", "note_struck", "running_late", "on_time"),
    *("outcome_completed", "outcome_late", "outcome_no_show", "outcome_not_reached"),
    *("away", "away_changed", "away_ended", "away_withdrawn"),
    *(
        "add",
        "set_up",
        "left",
        "returned",
        "role_given",
        "role_lost",
        "trial",
        "trial_ended",
    ),
    *("unit_opened", "unit_closed"),
    *("service_open", "service_paused", "service_retired"),
    *("hold", "hold_again", "details", "confirming", "adopt", "undone"),
    *("release", "lapsed", "hold_forgotten", "forgotten", "answers_forgotten"),
    "removed_from_outlook",
    *("outlook_unanswered", "taken_in_outlook", "ask_desk"),
    *("choose_desk", "let_desk_go"),
    *(f"{did}{each.value}" for did in ("set_", "unset_") for each in Section),
    *("retry", "give_up", "believe", "check"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """A search as it was sent; days that are none are wrong, not today."""

    who: str
    what: str
    reference: str
    first: date | None
    last: date | None
    before: int | None
    errors: tuple[FieldError, ...]

    @property
    def sent(self) -> str:
        """Write it as an address has it."""
        days = {"first": f"{self.first}", "last": f"{self.last}"}
        asked = {"who": self.who, "what": self.what, "reference": self.reference}
        return urlencode(asked | days)


def _form(office: Office) -> Form:
    asked = office.request.query
    today = wall(office.now, office.world.policy.zone).date()
    errors: list[FieldError] = []
    last = _day(asked.get("last", ""), "last", today, errors)
    first = _day(asked.get("first", ""), "first", (last or today) - _WEEK, errors)
    if first and last and first > last:
        errors.append(FieldError("last", "before_first"))
    number = asked.get("before", "")
    sound = number.isascii() and number.isdecimal() and len(number) <= _DIGITS_MAX
    return Form(
        asked.get("who", "").replace("\x00", "")[:_LONG],
        asked.get("what", "").replace("\x00", "")[:_LONG],
        asked.get("reference", "").strip()[:_LONG],
        first,
        last,
        int(number) if sound else None,
        tuple(errors),
    )


def _day(
    given: str, name: str, otherwise: date, errors: list[FieldError]
) -> date | None:
    if not given:
        return otherwise
    try:
        found = date.fromisoformat(given)
    except ValueError:
        found = date.min
    if not _EARLIEST <= found <= _LATEST:
        errors.append(FieldError(name, "not_date"))
        return None
    return found


def _query(office: Office, form: Form) -> Query:
    zone = office.world.policy.zone
    assert form.first is not None
    assert form.last is not None

    def begins(day: date) -> datetime:
        return instant(day, time(0), zone)

    return Query(
        begins(form.first),
        begins(form.last + timedelta(days=1)),
        form.who,
        form.what,
        form.reference,
        form.before,
    )


def begin(office: Office) -> web.Response:
    """Show what can be asked for, and nothing of the log yet."""
    return _page(office, _form(office), None)


async def show(office: Office) -> web.Response:
    """Show the newest lines of the log, or those looked for."""
    form = _form(office)
    if form.errors:
        return _page(office, form, None, form.errors, 422)
    found = await office.world.database.write(
        auditing.search, office.who, _query(office, form), office.look
    )
    if isinstance(found, Unknown):
        return _page(office, form, None, _UNKNOWN, 422)
    return _page(office, form, found)


_UNKNOWN = (FieldError("reference", "unknown_reference"),)


def _page(
    office: Office,
    form: Form,
    found: list[Line] | None,
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
    *,
    too_many: bool = False,
) -> web.Response:
    shown = (found or [])[:PAGE]
    more = found is not None and len(found) > PAGE
    older = f"{HERE}?{form.sent}&before={shown[-1].id}" if more else ""
    view = LogPage(
        sections=office.sections,
        here=HERE,
        action=HERE,
        export="" if errors else f"{FILE}?{form.sent}",
        export_max=EXPORT_MAX,
        who=form.who,
        what=form.what,
        whats=tuple(
            Choice(each, text(office.language, f"admin.log.what.{each}"))
            for each in _WHATS
        ),
        reference=form.reference,
        first=form.first,
        last=form.last,
        asked=found is not None,
        lines=tuple(
            log_words.line(office.language, each, office.world.policy.zone)
            for each in shown
        ),
        older=older,
        errors=errors,
        too_many=too_many,
    )
    return office.show("tab/admin/log.html", view, status)


async def export(office: Office) -> web.Response:
    """Give what was looked for as a file, whole; where it is too much, say so."""
    form = _form(office)
    if form.errors:
        return _page(office, form, None, form.errors, 422)
    found = await office.world.database.write(
        auditing.export, office.who, _query(office, form), office.look
    )
    match found:
        case Unknown():
            return _page(office, form, None, _UNKNOWN, 422)
        case TooMany():
            return _page(office, form, None, status=422, too_many=True)
        case _:
            return _file(office, form, found)


#: As the log has it, and beside that in words.
_COLUMNS = (
    *("at", "who", "name", "what", "subject", "references", "source"),
    *("what_in_words", "about_in_words", "detail", "source_in_words"),
)


def _cells(zone: ZoneInfo, line: Line, said: LogLine, name: str) -> Iterator[str]:
    entry = line.entry
    yield wall(entry.at, zone).isoformat(sep=" ")
    yield entry.who
    yield name if line.who == entry.who else line.who
    yield entry.what
    yield entry.subject
    yield " ".join(line.references)
    yield entry.source
    yield said.what
    yield f"{said.about} {said.thing}".strip()
    yield said.detail
    yield said.source


def _file(office: Office, form: Form, found: list[Line]) -> web.Response:
    """Write it as spreadsheets of this country read it: semicolons, and a mark first."""
    zone, written = office.world.policy.zone, StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(_COLUMNS)
    for line in found:
        said = log_words.line(office.language, line, zone)
        name = log_words.named(office.language, line.entry)
        rows.writerow([_cell(each) for each in _cells(zone, line, said, name)])
    return web.Response(
        body=written.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="vuoro-log-{form.first}-{form.last}.csv"',
        },
    )


def _cell(value: str) -> str:
    """Keep a spreadsheet from reading a name as a formula."""
    return f"'{value}" if value[:1] in set("=+-@\t\r") and value else value

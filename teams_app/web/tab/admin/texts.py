"""Every text that goes to clients, as it will look; and the organisation's own lines.

What is shown is composed as messages are. Lines are tried on the messages before they are
saved, and what may not be said is refused in its place.
"""

from dataclasses import replace

from aiohttp import web

from booking import own_lines
from booking.model import Language, Modality
from booking.own_lines import NAMES, OwnLines
from booking.policy import Policy
from booking.views.pages import Choice, FieldError
from booking.views.tenant import PreviewLine, TextsPage
from booking.wording import text
from teams_app.actions import deciding as decisions
from teams_app.actions import previews
from teams_app.actions.deciding import Area, Outdated
from teams_app.store.database import Tx
from teams_app.web.tab.admin.deciding import (
    Form,
    as_sent,
    by,
    deciding,
    form_of,
    seen_in,
)
from teams_app.web.tab.office import Office

HERE = "/teams/admin/texts"


async def show(office: Office) -> web.Response:
    """Show the lines and every message."""
    return await _show(office, office.request.query)


async def save(office: Office) -> web.Response:
    """Decide the lines, or only show the messages with them."""
    form = await form_of(office)
    wanted = OwnLines(**{each: own_lines.tidy(form.get(each, "")) for each in NAMES})
    database, stated = office.world.database, office.world.stated
    if form.get("act") == "preview":
        errors = await database.read(_wrong, wanted, stated)
        return await _show(office, form, wanted, errors=errors)
    came = await database.write(
        decisions.say, wanted, seen_in(form), stated, by(office)
    )
    match came:
        case None:
            return await _show(office, form, done="saved")
        case Outdated():
            return await _show(office, form, outdated=True)
        case _:
            return await _show(office, form, wanted, errors=came)


def _wrong(tx: Tx, wanted: OwnLines, stated: Policy) -> tuple[FieldError, ...]:
    return decisions.wrong_lines(tx, wanted, decisions.policy(tx, stated))


async def _show(
    office: Office, asked: Form, wanted: OwnLines | None = None, **more: object
) -> web.Response:
    view = await office.world.database.read(_page, office, asked, wanted, more)
    status = 409 if more.get("outdated") else 422 if more.get("errors") else 200
    return office.show("tab/admin/texts.html", view, status)


def _page(
    tx: Tx,
    office: Office,
    asked: Form,
    wanted: OwnLines | None,
    more: dict[str, object],
) -> TextsPage:
    policy = decisions.policy(tx, office.world.stated)
    lines = policy.lines if wanted is None else wanted
    wrong = bool(more.get("errors"))
    language, modality = _language(office, asked), _modality(asked)
    view = deciding(tx, office, Area.TEXTS, HERE, **more)  # type: ignore[arg-type]
    if wanted is not None:
        view = as_sent(view, asked)
    else:
        # What was named since, or is named no more, is to be seen before it is sent on.
        view = replace(view, errors=decisions.wrong_lines(tx, lines, policy))
    shown = policy if wrong else replace(policy, lines=lines)
    return TextsPage(
        deciding=view,
        language=language.value,
        modality=modality.value,
        languages=tuple(
            Choice(each.value, text(office.language, f"cards.language.{each}"))
            for each in Language
        ),
        modalities=tuple(each.value for each in Modality),
        lines=tuple((each, str(getattr(lines, each))) for each in NAMES),
        line_max=own_lines.LINE_MAX,
        messages=tuple(_messages(office, language, modality, shown)),
        unsaved=not wrong and lines != policy.lines,
    )


def _messages(
    office: Office, language: Language, modality: Modality, policy: Policy
) -> list[PreviewLine]:
    found = previews.every(
        language,
        modality,
        links=office.world.outside.links,
        policy=policy,
        now=office.now,
    )
    return [
        PreviewLine(
            each.kind.value,
            each.mail.subject,
            each.mail.text,
            each.sms.text,
            each.length.characters,
            each.length.parts,
            each.length.wide,
        )
        for each in found
    ]


def _language(office: Office, asked: Form) -> Language:
    given = asked.get("lang", "")
    return next((each for each in Language if each.value == given), office.language)


def _modality(asked: Form) -> Modality:
    return Modality.read(asked.get("modality", "")) or Modality.REMOTE

"""What a client will see of a service, drawn from what is filled in and not saved yet.

The pages are the public ones, from the same templates. They are shown in a frame that
runs no script, sends no form and opens no window, so nothing in them leads anywhere.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from aiohttp import web

from booking import question_forms, service_forms
from booking.model import BookedBy, Language, Modality, Service
from booking.typed import Form
from booking.views.pages import (
    AppointmentPage,
    DetailsPage,
    ServiceChoice,
    ServicesPage,
)
from booking.views.sheets import Document, Preview
from teams_app.actions.service_sheets import NEW, Sheet
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.public import answers, binding, matters
from teams_app.web.public.book import SCOPE
from teams_app.web.tab.office import Office

#: A link in the frame would open a window, which the frame may not do.
_NOWHERE = '<head>\n<base target="_blank">'
_HELD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A service as it is shown, in a language, and who reads its answers."""

    service: Service
    language: Language
    readers: str


def typed(sheet: Sheet, form: Form) -> Service:
    """Give the service as it is filled in, whichever of its two forms that was."""
    service = sheet.service
    if form.get("sheet") == ["questions"]:
        return _asking(service, form)
    return service_forms.lenient(form, service)[0]


def _asking(service: Service, form: Form) -> Service:
    return replace(service, questions=question_forms.lenient(form, service.questions))


def language_of(office: Office, form: Form | None = None) -> Language:
    """Give the language asked for: with the address, or as it is shown just now."""
    asked = (
        office.request.query.get("lang", "") or ((form or {}).get("lang") or [""])[0]
    )
    return next((each for each in Language if each.value == asked), office.language)


def readers(tx: Tx, sheet: Sheet, language: Language) -> str:
    """Say who reads the answers: the unit of those who give it, where it is one."""
    units = {
        each.unit for each in people.professionals(tx) if each.object_id in sheet.givers
    }
    return people.unit(tx, units.pop()).name.in_(language) if len(units) == 1 else ""


def of(office: Office, key: str, drawn: Drawn, *, alone: bool = False) -> Preview:
    """Draw it. `alone`: its questions only.

    Who was offered times chooses no service, and is asked no more than its questions.
    """
    service = drawn.service
    invited = service.booked_by is BookedBy.INVITED
    documents = []
    if not (alone or invited):
        documents.append(_list(office, drawn))
    if alone or not invited or service.asking:
        documents.append(_details(office, drawn, alone=alone or invited))
    if service.binding is not None and not alone:
        documents.append(_booked(office, drawn))
    return Preview(
        action=f"/teams/admin/services/{key or NEW}/preview",
        language=drawn.language,
        documents=tuple(documents),
        missing=missing(service),
        invited=invited,
    )


def missing(service: Service) -> tuple[Language, ...]:
    """Give the languages in which a client is told something of it in Finnish."""
    said = [service.name, service.summary]
    if service.binding is not None:
        bound = service.binding
        said += [bound.duty, bound.consequence, bound.obstacle]
    for each in service.asking:
        said += [each.label, *(label for _, label in each.choices)]
        said += [each.hint] if each.hint else []
    return tuple(
        each for each in Language if any(each in words.missing for words in said)
    )


def _list(office: Office, drawn: Drawn) -> Document:
    service, language = drawn.service, drawn.language
    choice = ServiceChoice(
        service.name.in_(language),
        service.summary.in_(language),
        service.minutes,
        service.modalities,
        "#",
    )
    return _document(
        office, "list", "public/services.html", ServicesPage((choice,)), language
    )


def _details(office: Office, drawn: Drawn, *, alone: bool) -> Document:
    service, language = drawn.service, drawn.language
    way = service.modalities[0] if service.modalities else Modality.REMOTE
    view = DetailsPage(
        action="#",
        matter=matters.matter_of_service(service, way, language),
        questions=answers.fields(service, language, {}),
        readers=drawn.readers,
        held_until=office.now + _HELD,
        known=alone,
    )
    key = "questions" if alone else "details"
    return _document(office, key, "public/details.html", view, language)


def _booked(office: Office, drawn: Drawn) -> Document:
    """Draw the page of an appointment just agreed on, with what it asks for."""
    service, language = drawn.service, drawn.language
    way = service.modalities[0] if service.modalities else Modality.REMOTE
    starts = office.now + timedelta(days=1)
    matter = matters.matter_of_service(service, way, language)
    view = AppointmentPage(
        state="booked",
        reference="",
        matter=replace(matter, starts=starts, ends=starts + service.length),
        binding=binding.said(service, language),
    )
    return _document(office, "binding", "public/appointment.html", view, language)


def _document(
    office: Office, key: str, template: str, view: object, language: Language
) -> Document:
    frame = office.site.frame(office.request, language, SCOPE, at="/b")
    html = office.site.pages.render(template, frame, view)
    return Document(key, html.replace("<head>", _NOWHERE, 1))


def show(office: Office, view: Preview) -> web.Response:
    return office.show("tab/admin/preview.html", view)

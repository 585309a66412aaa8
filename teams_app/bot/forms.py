"""The booking form in Teams, read: values, or what is wrong with which field.

What was typed travels in the data of the cards until it is booked. A form has a name of
its own (`request`), by which it makes one thing however often it is pressed.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from booking import contact
from booking.model import Language, Modality, Service
from booking.saying import Command, Verb, When
from cards import verbs
from teams_app.actions.booking import Details

#: What travels with a form, and how much of each is given back.
_CARRIED = {
    verbs.SERVICE: 100,
    verbs.MODALITY: 20,
    verbs.CLIENT_NAME: contact.NAME_MAX,
    verbs.CLIENT_LANGUAGE: 10,
    verbs.CLIENT_EMAIL: contact.EMAIL_MAX,
    verbs.CLIENT_PHONE: 32,
}
_REQUEST = re.compile(r"[0-9A-Za-z-]{8,64}")
#: Beside the fields of a form: the message that it stands on.
CARD = "card"


@dataclass(frozen=True, slots=True)
class Filled:
    """A form without mistakes."""

    service: Service
    modality: Modality
    details: Details
    typed: dict[str, str]
    request: str  #: One form makes one thing, however often it is pressed.


#: Field -> text key of what is wrong with it.
Errors = dict[str, str]


def read(services: list[Service], data: dict[str, str]) -> Filled | Errors:
    """Read the form: values, or field name -> text key of what is wrong."""
    errors: Errors = {}
    service = next((s for s in services if s.key == data.get(verbs.SERVICE)), None)
    if service is None:
        errors[verbs.SERVICE] = "cards.error.service"
    modality = Modality.read(data.get(verbs.MODALITY, ""))
    if modality is None or (service and modality not in service.modalities):
        errors[verbs.MODALITY] = "cards.error.modality"
    language = _language(data.get(verbs.CLIENT_LANGUAGE, ""))
    if language is None:
        errors[verbs.CLIENT_LANGUAGE] = "cards.error.client_language"
    name, email, phone = _contact(data, modality, errors)
    if errors:
        return errors
    assert service is not None
    assert modality is not None
    assert language is not None
    details = Details(name, language, email, phone, {})
    return Filled(service, modality, details, typed(data), _request(data))


def typed(data: dict[str, str]) -> dict[str, str]:
    """Give what travels on with the form; a wish and an aim only where there are."""
    wish = wished(data)
    carried = {verbs.WISH: wish.written} if wish else {}
    carried |= {verbs.AIM: verbs.OFFER} if offers(data) else {}
    fields = {name: data.get(name, "")[:longest] for name, longest in _CARRIED.items()}
    return fields | carried


def wished(data: dict[str, str]) -> When | None:
    """Give from when times are to be proposed, where that was wished for."""
    return When.read(data.get(verbs.WISH, ""))


def offers(data: dict[str, str]) -> bool:
    """Say whether the form was asked for to let the client choose."""
    return data.get(verbs.AIM) == verbs.OFFER


def begun(command: Command) -> dict[str, str]:
    """Give what a command says already of what the form asks for."""
    said = {
        verbs.CLIENT_NAME: contact.visible(command.whom),
        verbs.MODALITY: command.how,
        verbs.SERVICE: command.what,
        verbs.AIM: verbs.OFFER if command.verb is Verb.OFFER else "",
        verbs.WISH: command.when.written if command.when else "",
    }
    return {name: each for name, each in said.items() if each}


def _whole(name: str, typed: str) -> bool:
    """Say whether nothing of it is cut off on its way from card to card."""
    return len(typed) <= _CARRIED[name]


def given_request(data: dict[str, str]) -> str:
    given = data.get("request", "")
    return given if _REQUEST.fullmatch(given) else ""


def _request(data: dict[str, str]) -> str:
    """Name the form. One that came without its name is known by what is on it."""
    beside = [data.get(name, "") for name in (verbs.SLOT, verbs.SLOTS, CARD)]
    content = repr([*typed(data).items(), *beside]).encode()
    return given_request(data) or sha256(content).hexdigest()


def _language(given: str) -> Language | None:
    return next((each for each in Language if each.value == given), None)


def _contact(
    data: dict[str, str], modality: Modality | None, errors: Errors
) -> tuple[str, str | None, str | None]:
    typed_name = data.get(verbs.CLIENT_NAME, "")
    name = contact.name(typed_name)
    if name is None:
        too_long = len(contact.visible(typed_name)) > contact.NAME_MAX
        wrong = "too_long" if too_long else "client_name"
        errors[verbs.CLIENT_NAME] = f"cards.error.{wrong}"
    email, phone = data.get(verbs.CLIENT_EMAIL, ""), data.get(verbs.CLIENT_PHONE, "")
    mail = contact.email(email) if _whole(verbs.CLIENT_EMAIL, email) else None
    number = contact.phone(phone) if _whole(verbs.CLIENT_PHONE, phone) else None
    if email.strip() and mail is None:
        errors[verbs.CLIENT_EMAIL] = "cards.error.client_email"
    if phone.strip() and number is None:
        errors[verbs.CLIENT_PHONE] = "cards.error.client_phone"
    if modality is Modality.PHONE and not phone.strip():
        errors[verbs.CLIENT_PHONE] = "cards.error.no_phone"
    elif not email.strip() and not phone.strip():
        errors[verbs.CLIENT_EMAIL] = "cards.error.contact"
    return name or "", mail, number

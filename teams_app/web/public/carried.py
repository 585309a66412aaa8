"""What a client has typed, carried along while she chooses another time.

It goes in hidden fields: never in an address, never into storage. Nothing of it is
believed; once a time is held it is read like any form.
"""

from collections.abc import Iterable, Mapping, Sequence

from booking import intake
from booking.views.pages import Typed
from teams_app.actions.records import Whole
from teams_app.web.public import answers

_NAMES = ("name", "language", "email", "phone")
_VALUES_MAX = 200


def of_form(form: Mapping[str, Sequence[str]]) -> Typed:
    """Give what a form holds of a client's details and answers."""
    found = [
        (name, value)
        for name, values in form.items()
        if name in _NAMES or name.startswith(intake.PREFIX)
        for value in values
        if value
    ]
    return tuple(found[:_VALUES_MAX])


def of_kept(found: Whole) -> Typed:
    """Give what is kept with a hold. An offer's client is known: her answers only."""
    kept = dict(answers.as_typed(found.service, found.appointment.answers))
    client = found.client
    if client is not None and found.appointment.offer is None:
        kept |= {
            "name": [client.name],
            "language": [client.language.value],
            "email": [client.email or ""],
            "phone": [client.phone or ""],
        }
    return of_form(kept)


def as_form(typed: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Give it back as a form would bring it."""
    form: dict[str, list[str]] = {}
    for name, value in typed:
        form.setdefault(name, []).append(value)
    return form

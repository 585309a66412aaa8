"""How a client is written to: by which channel, and in which language.

Her messages keep the language that she was asked for. Where she reads her page in
another, it is offered for them too, and taken only when she asks for it: a link is
opened by those who help her, and a page read once in another language says nothing.
"""

from typing import Literal

from booking.model import AGREED, Channel
from booking.views.own_page import OtherLanguage
from teams_app.web.public.visit import Visit


def told_by(now: Visit) -> tuple[Literal["mail", "sms"], ...]:
    """Say by which channel she is told: the first that is on."""
    client, on = now.found.client, now.site.world.policy.ways
    ways = [each for each in client.channels if each in on] if client else []
    return tuple("mail" if one is Channel.MAIL else "sms" for one in ways[:1])


def is_written_to(now: Visit) -> bool:
    """Say whether anything is still to be written to her about this appointment."""
    agreed = now.appointment.status in AGREED and now.appointment.span.end > now.now
    return agreed and bool(told_by(now))


def is_as_read(now: Visit) -> bool:
    """Say whether she is written to in the language in which she reads the page."""
    client = now.found.client
    return client is not None and client.language is now.language


def otherwise(now: Visit) -> OtherLanguage | None:
    """Say in which language she is written to, where she reads the page in another."""
    client = now.found.client
    if client is None or is_as_read(now) or not is_written_to(now):
        return None
    return OtherLanguage(client.language, now.to("/language"))

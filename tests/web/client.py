"""A client without a script, at the public pages."""

import re
from html import unescape

from booking.model import Appointment
from teams_app.store import appointments
from tests import make
from tests.support.small_world import SmallWorld
from tests.web.conftest import Answer, Door

BOX = make.a_professional().mailbox
FORM = {"name": "Maija Meri", "language": "fi", "email": "maija@client.example"}


def slot(hours: float = 24, who: int = make.AINO) -> str:
    return f"{who}@{int(make.at(hours).timestamp())}"


async def choose(door: Door, hours: float = 24) -> str:
    """Choose a time on the public page; gives the path of the details."""
    page = await door.get("/b/guidance?lang=en")
    answer = await door.post(
        "/b/guidance?lang=en", form_token=page.token, slot=slot(hours)
    )
    assert answer.status == 303, answer.text
    return answer.location


async def fill_in(door: Door, path: str, **changes: str) -> Answer:
    page = await door.get(path)
    return await door.post(path, form_token=page.token, **(FORM | changes))


async def confirm(door: Door, check: str) -> Answer:
    page = await door.get(check)
    return await door.post(check.replace("/check", "/confirm"), form_token=page.token)


async def move(door: Door, page: str, to: str) -> Answer:
    """Choose another time on the page of times, and confirm where that leads."""
    times = await door.get(page)
    chosen = await door.post(page, form_token=times.token, slot=to)
    if chosen.status != 303:
        return chosen
    check = await door.get(chosen.location)
    if check.status != 200:
        return check
    return await door.post(chosen.location, **hidden(check))


def hidden(answer: Answer) -> dict[str, str]:
    """Give what the form of the nearest times sends besides the time."""
    form = re.search(r"<form.*?</form>", answer.text, re.DOTALL)
    assert form is not None, answer.text
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.group())
    return {name: unescape(value) for name, value in found}


def slots_of(answer: Answer) -> list[str]:
    return re.findall(r'value="(\d+@\d+)"', answer.text)


def read(answer: Answer) -> str:
    """Give what is read on a page, a number to call like any other word."""
    return unescape(re.sub(r"</?a\b[^>]*>", "", answer.text))


def only(small: SmallWorld) -> Appointment:
    (found,) = small.read(
        appointments.between, [make.AINO, make.BO], make.Span(make.at(0), make.at(999))
    )
    return found


def is_a_page_that_helps(answer: Answer, language: str = "en") -> bool:
    """A page in the language that says what, and has a way out."""
    return (
        f'lang="{language}"' in answer.text
        and "<h1" in answer.text
        and "<a " in answer.text
        and "Traceback" not in answer.text
    )

"""What is asked for beside a message: searches, dialogs, links (see `driving`)."""

from typing import Any

from booking.links import LinkKind
from booking.model import Status
from booking.wording import plural
from cards import verbs
from tests import make
from tests.bot.driving import Answered, Scene, drives
from tests.bot.talk import looks
from tests.bot.test_dialogs import (
    SHORT,
    WHOM,
    answered,
    card_in,
    fetched,
    invitation,
    opened,
    sends,
    shown_slots,
    submitted,
)
from tests.bot.test_extension import asked, pasted, searched
from tests.bot.test_forms import FREE, appointments, offered

# Searches.


@drives("beside composeExtension/query (free)")
async def _free(at: Scene) -> Answered:
    found = await searched(at.aino, "free", "")
    card = found["attachments"][0]["content"]
    assert sends(card, verbs.COLLEAGUE_FORM)[verbs.INVITATION]
    return card, at.said("extension.times.title", name=at.small.aino.name)


@drives("beside composeExtension/query (find)")
async def _find(at: Scene) -> Answered:
    booked = at.small.book(26)
    (found,) = (await searched(at.aino, "find", "Maija"))["attachments"]
    assert booked.reference in str(found)
    assert [line for line in looks(at.small) if f"{booked.id}" in line]
    return found["content"], at.said("extension.appointment.title")


# Links.


@drives("beside composeExtension/queryLink")
async def _link(at: Scene) -> Answered:
    booked = at.small.book(26)
    base = at.small.links.base
    (found,) = await pasted(at.aino, f"{base}/teams/appointment/{booked.reference}")
    assert booked.reference in str(found)
    assert [line for line in looks(at.small) if f"{booked.id}" in line]
    return found["content"], at.said("extension.appointment.title")


@drives("beside composeExtension/queryLink (a client's own)")
async def _secret(at: Scene) -> Answered:
    booked = at.small.book(26)
    token = at.small.links.token(LinkKind.APPOINTMENT, booked.link, booked.generation)
    (found,) = await pasted(at.aino, f"{at.small.links.base}/a/{token}")
    assert token not in str(found)
    return found["content"], at.said("extension.secret.title")


@drives("beside composeExtension/anonymousQueryLink")
async def _anonymous(at: Scene) -> None:
    booked = at.small.book(26)
    url = f"{at.small.links.base}/teams/appointment/{booked.reference}"
    body = await asked(at.aino, "composeExtension/anonymousQueryLink", {"url": url})
    assert body["composeExtension"]["attachments"] == []
    assert looks(at.small) == []


# The bot's own form in a dialog.


@drives("beside composeExtension/fetchTask (book)")
async def _book(at: Scene) -> Answered:
    card = await opened(at.aino, "book")
    assert sends(card, verbs.BOOK_TIMES)["request"]
    return card, at.said("cards.book.title")


@drives("beside composeExtension/fetchTask (offer)")
async def _offer(at: Scene) -> Answered:
    card = await opened(at.aino, "offer")
    assert sends(card, verbs.BOOK_TIMES)[verbs.AIM] == verbs.OFFER
    return card, at.said("cards.book.title_offer")


async def booked(at: Scene) -> dict[str, Any]:
    """Open the form, fill it in, choose a time; gives the last card."""
    form = await opened(at.aino, "book")
    filled = sends(form, verbs.BOOK_TIMES) | WHOM | SHORT
    times = card_in(await submitted(at.aino, filled))
    chosen = sends(times, verbs.BOOK_NOW) | {verbs.SLOT: FREE}
    return card_in(await submitted(at.aino, chosen))


@drives("beside composeExtension/submitAction (book)")
async def _booked(at: Scene) -> Answered:
    card = await booked(at)
    (made,) = appointments(at.small)
    assert (made.status, made.span.start) == (Status.BOOKED, make.at(24))
    assert made.reference in str(card)
    return card, at.said("cards.appointment.standing")


@drives("beside composeExtension/submitAction (offer)")
async def _offered(at: Scene) -> Answered:
    form = await opened(at.aino, "offer")
    filled = sends(form, verbs.BOOK_TIMES) | WHOM | SHORT
    times = card_in(await submitted(at.aino, filled, "offer"))
    chosen = sends(times, verbs.BOOK_OFFER) | {verbs.SLOTS: FREE}
    card = card_in(await submitted(at.aino, chosen, "offer"))
    (made,) = offered(at.small)
    assert [each.start for each in made.slots] == [make.at(24)]
    return card, plural(at.language, "cards.offer.open", 1)


@drives("press share.appointment")
async def _share(at: Scene) -> Answered:
    data = sends(await booked(at), verbs.SHARE)
    body = await submitted(at.aino, data)
    (found,) = body["composeExtension"]["attachments"]
    (made,) = appointments(at.small)
    assert made.reference in str(found)
    assert WHOM["client_name"] not in str(found)
    return found["content"], at.said("extension.appointment.title")


# A colleague, by the card in the chat.


@drives("press colleague.form", "beside task/fetch")
async def _form(at: Scene) -> Answered:
    card = card_in(await fetched(at.bo, await invitation(at.aino, "")))
    assert all(each.startswith(f"{make.AINO}@") for each in shown_slots(card))
    return card, at.said("cards.book.title")


@drives("press colleague.book", "beside task/submit")
async def _by_colleague(at: Scene) -> Answered:
    form = card_in(await fetched(at.bo, await invitation(at.aino, "")))
    slot = shown_slots(form)[0]
    sent = sends(form, verbs.COLLEAGUE_BOOK) | WHOM | {verbs.SLOT: slot}
    card = card_in(await answered(at.bo, sent))
    (made,) = appointments(at.small)
    assert (made.professional, made.status) == (make.AINO, Status.BOOKED)
    assert made.reference in str(card)
    return card, at.said("extension.done.booked")

"""Where the links lead of every card, notice and mail: to the right view, and for nobody else.

Everything is made as in life, and then each link that stands on a card, in the feed or in
a mail is followed over HTTP, as the tab does: by whom it was sent to, by a colleague, by
somebody of no unit.
"""

import re
from datetime import date

import pytest

from booking.appointments import Actor
from booking.model import Slot
from graph_sync.graph import Forbidden
from teams_app.actions import booking
from teams_app.outside import ChatError
from teams_app.store import conflicts, jobs, tables
from teams_app.store.jobs import Promise
from tests import make
from tests.bot.talk import AINO, BO, Talk, nodes
from tests.support.handing import HERS, HIS, asked, copied, copy, heard, original
from tests.support.leading import PATTERN, TAB, path_of
from tests.support.outside import MEETINGS
from tests.support.small_world import BASE, MAIJA, SUPERVISOR, SmallWorld
from tests.web.conftest import Door

STRANGER = "99999999-0000-4000-8000-000000000009"
CLIENTS = re.compile(rf"{BASE}(/[aoj]/[\w-]+)")
BLOCKED = ChatError(403, code="ConversationBlockedByUser")


def on_cards(small: SmallWorld) -> set[tuple[str, str]]:
    """Give who has which link on a card in her chat; meetings are Teams' own."""
    return {
        (each.to.conversation_id.removeprefix("a:").removeprefix("19:"), one["url"])
        for each in small.chat.posted
        for one in nodes(each.activity)
        if one.get("type") == "Action.OpenUrl" and not one["url"].startswith(MEETINGS)
    }


async def everything_happens(small: SmallWorld) -> None:
    """Have every kind of card made that comes by itself."""
    moved = small.book(24)
    gone = small.book(26)
    seconded = small.book(74)
    taken = small.book(48)
    offer = small.offer(50, 52, wants_card=True)
    assert offer
    await small.settle_down()
    small.write(booking.cancel, gone.id, by=Actor.CLIENT, now=small.now)
    small.move(moved, 26)
    await small.settle_down()
    event = original(small, taken)
    small.graph.change(HERS, event.id, when=make.span(54))
    await heard(small, make.AINO)
    await copied(small, seconded)
    who = Talk(small)
    await who.ask("poissa 1.12.–4.12.")
    form = next(
        one["data"] for one in nodes(small.chat.card()) if one.get("verb") == "away.yes"
    )
    await who.press("away.yes", form, on=small.chat.posted[-1].id)
    for kind, payload in (
        ("morning", {"professional": make.AINO, "day": date(2026, 11, 24).isoformat()}),
        ("given_up", {}),
    ):
        about = moved.id if kind == "given_up" else None
        owed = Promise(kind, f"{kind}:x", small.now, payload=payload, appointment=about)
        small.write(jobs.promise, owed)
    await small.settle_down()
    small.clock.set(make.at(31))
    await small.settle_down()


def subjects(small: SmallWorld) -> set[str]:
    every = small.read(
        lambda tx: list(tx.execute(tables.posted_cards.select()).mappings())
    )
    return {each["subject"].partition(":")[0] for each in every}


async def status(door: Door, path: str, who: str) -> tuple[int, str]:
    answer = await door.get(path, headers=door.staff(oid=who))
    return answer.status, answer.text


async def opens(door: Door, path: str, who: str) -> None:
    """See that a view opens for one, shows what it should, and for no stranger."""
    seen, text = await status(door, path, who)
    assert seen == 200, (path, who, seen)
    reference = path.removeprefix("/teams/appointment/")
    if reference != path:
        assert reference in text, path
        if who == AINO:
            seen, text = await status(door, path, BO)
            assert seen in {403, 404}, path
            assert MAIJA.name not in text
    seen, text = await status(door, path, STRANGER)
    assert seen == 403, (path, seen)
    assert MAIJA.name not in text
    assert (await door.get(path)).status == 401


@pytest.fixture
def ways(door: Door) -> Door:
    door.decide(staff_pattern=PATTERN, tab_url=TAB)
    return door


async def test_every_link_on_a_card_opens_its_view_and_only_for_its_reader(ways: Door):
    small = ways.small
    await everything_happens(small)
    talk = Talk(small)
    for said in (
        *("tänään", "viikko", "vapaat", "seuraava", "apua", "asetukset", "poissa"),
        *("etsi Meri", "varaa", "myöhästyn", "varaa 32.1."),
    ):
        await talk.say(said)

    found = on_cards(small)

    assert subjects(small) == {
        *("appointment", "offer", "conflict", "absence", "morning"),
    }
    assert {who for who, _ in found} >= {AINO, SUPERVISOR}
    for who, url in sorted(found):
        await opens(ways, path_of(url), who)
    kinds = {path_of(url).split("?")[0].rsplit("/", 1)[0] for _, url in found}
    assert kinds >= {"/teams", "/teams/appointment"}
    views = {path_of(url).split("?")[0] for _, url in found}
    assert views >= {"/teams/today", "/teams/away", "/teams/team", "/teams/settings"}
    assert views >= {"/teams/book", "/teams/offers"}
    questions = {path for path in views if path.startswith("/teams/question/")}
    assert questions, "a hand-over is asked about on a page of its own"


async def test_every_notice_in_the_feed_leads_to_the_view_of_its_card(ways: Door):
    small = ways.small
    small.chat.refusal = BLOCKED
    booked = small.book(24)
    small.offer(50, 52, wants_card=True)
    taken = small.book(48)
    await small.rest(rounds=10)
    event = original(small, taken)
    small.graph.change(HERS, event.id, when=make.span(54))
    small.pull()
    await small.rest(rounds=10)

    feed = {told.link: who for who, told in small.teams.feed}

    assert len(feed) >= 3
    assert small.policy.staff_url(booked.reference) in feed
    assert small.policy.view_url("offers") in feed
    (moved,) = small.read(conflicts.open_of, taken.id)
    assert feed[small.policy.view_url("question", f"{moved.id}")] == AINO
    for link, who in feed.items():
        await opens(ways, path_of(link), who)


async def test_who_cannot_be_reached_by_the_bot_answers_where_the_mail_leads(
    ways: Door,
):
    """A colleague is asked, by mail alone, and says yes: the whole of it without the bot."""
    small = ways.small
    small.chat.refusal, small.teams.refusal = BLOCKED, Forbidden("Forbidden")
    booked = small.book(24)
    await small.rest(rounds=10)
    copy(small, original(small, booked))
    small.pull(make.BO)
    await small.rest(rounds=10)
    question = asked(small, booked)

    (mail,) = [each for each in small.graph.mails if each.to == HIS]
    (link,) = re.findall(r"https://\S+", mail.text)
    path = path_of(link)
    await opens(ways, path, BO)
    done = await ways.ask(
        "POST",
        path,
        data={"act": "take", "version": f"{question.version}"},
        headers=ways.staff(oid=BO),
    )

    assert done.status == 200
    assert small.appointment(booked.id).professional == make.BO


async def test_the_mail_that_stands_for_a_card_leads_there_too(ways: Door):
    small = ways.small
    small.chat.refusal, small.teams.refusal = BLOCKED, Forbidden("Forbidden")
    booked = small.book(24)
    await small.rest(rounds=10)

    (mail,) = [each for each in small.graph.mails if each.to == HERS]
    (link,) = re.findall(r"https://\S+", mail.text)

    assert link == small.policy.staff_url(booked.reference)
    assert f'href="{link}"' in mail.html.replace("&amp;", "&")
    assert CLIENTS.search(mail.text) is None, "a client's link is nobody else's"
    await opens(ways, path_of(link), AINO)


async def test_every_link_in_a_clients_message_opens_hers_and_no_other(ways: Door):
    small = ways.small
    booked = small.book(24)
    small.offer(50, 52)
    await small.settle_down()
    moved = small.move(booked, 26)
    await small.settle_down()
    small.clock.set(moved.span.start.replace(hour=moved.span.start.hour - 2))
    await small.settle_down()

    links = {one for each in small.graph.mails for one in CLIENTS.findall(each.text)}

    assert {each[:3] for each in links} >= {"/a/", "/o/"}
    for path in links:
        opened = await ways.get(path)
        assert opened.status in {200, 303}, path
        forged = path[:-1] + ("A" if path[-1] != "A" else "B")
        refused = await ways.get(forged)
        assert refused.status in {404, 410}, forged
        assert MAIJA.name not in refused.text


async def test_a_link_to_what_is_not_hers_is_refused(ways: Door):
    """The check above, proven: a colleague's link, followed by whoever got hold of it."""
    small = ways.small
    booked = small.book(24, slot=Slot(make.BO, make.at(24)))
    path = path_of(small.policy.staff_url(booked.reference))

    assert (await status(ways, path, BO))[0] == 200
    assert (await status(ways, path, SUPERVISOR))[0] == 200
    seen, text = await status(ways, path, AINO)
    assert seen in {403, 404}
    assert MAIJA.name not in text

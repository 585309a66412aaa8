"""The bot and whoever meets no clients herself: a supervisor, an admin."""

from dataclasses import replace
from typing import Any

import pytest

from booking.model import Language
from cards import verbs
from teams_app.store import chats, directory, people
from tests import make
from tests.bot.talk import AINO, STRANGER, Talk, button, nodes, said, title
from tests.support.small_world import SUPERVISOR, SmallWorld


def texts(card: Any) -> list[str]:
    """Give every text of a card, without the marks that keep markdown away."""
    return [str(one.get("text", "")).replace("\\", "") for one in nodes(card)]


async def test_a_supervisor_who_meets_no_clients_is_told_so(small: SmallWorld):
    await Talk(small, SUPERVISOR).say("varaa")

    card = small.chat.card()
    assert title(card) == said("cards.notice.supervisor.title")
    unit = make.a_unit().name.in_(Language.FI)
    assert said("cards.notice.supervisor.body", units=unit) in texts(card)
    # It speaks of the tab, so it leads there.
    assert ways(card) == [(said("cards.do.tab"), small.policy.tab_url)]


async def test_a_supervisor_is_greeted_and_gets_what_waited_for_her(
    small: SmallWorld,
):
    boss = Talk(small, SUPERVISOR)

    await boss.hear(boss.activity("installationUpdate", action="add"))

    assert title(small.chat.card()) == said("cards.notice.supervisor.title")
    assert small.read(chats.conversation, SUPERVISOR) is not None


async def test_a_supervisor_of_several_units_reads_them_all(small: SmallWorld):
    for unit in small.read(people.units):
        small.write(lambda tx, of=unit.id: people.set_supervisors(tx, of, [SUPERVISOR]))

    await Talk(small, SUPERVISOR).say("hei", locale="en-GB")

    name = make.a_unit().name.in_(Language.EN)
    told = said(
        "cards.notice.supervisor_of_many.body", "en", units=f"{name} and {name}"
    )
    assert told in texts(small.chat.card())


async def heard_of_absence(small: SmallWorld) -> str:
    """Let Aino be away from now on; gives the title of what her supervisor gets."""
    aino = Talk(small)
    card = await aino.ask("olen poissa tänään")
    await aino.card(verbs.AWAY_YES, button(card, verbs.AWAY_YES))
    await small.settle_down()
    hers = [each for each in small.chat.posted if SUPERVISOR in str(each.to)]
    return str(title(hers[-1].activity["attachments"][0]["content"]))


def news(language: Language) -> str:
    name = make.a_professional().name
    return said("absence.news.now", language, name=name)


@pytest.mark.parametrize("language", list(Language))
async def test_a_supervisor_is_told_in_the_language_in_which_she_is_answered(
    small: SmallWorld, language: Language
):
    await Talk(small, SUPERVISOR).say("hei", locale=f"{language}-FI")
    assert title(small.chat.card()) == said("cards.notice.supervisor.title", language)

    assert await heard_of_absence(small) == news(language)


async def test_what_says_no_language_takes_none_away(small: SmallWorld):
    boss = Talk(small, SUPERVISOR)
    await boss.say("hei", locale="en-GB")
    await boss.say("hej", locale="sv-SE")

    event = boss.activity("conversationUpdate", locale=None, serviceUrl="http://a/")
    await boss.hear(event)

    kept = small.read(chats.chat, SUPERVISOR)
    assert kept is not None
    assert kept.language is Language.SV
    assert kept.conversation["service_url"] == "http://a/"


async def test_a_supervisor_whose_teams_has_said_nothing_is_told_in_finnish(
    small: SmallWorld,
):
    assert await heard_of_absence(small) == news(Language.FI)


ADMIN = "00000000-0000-4000-8000-0000000000ad"


def looked_after_by(small: SmallWorld, who: str) -> None:
    small.policy = replace(small.policy, admins=frozenset({who}))


def ways(card: Any) -> list[tuple[str, str]]:
    """Give the buttons of a card that open something, and where they lead."""
    opens = [one for one in nodes(card) if one.get("type") == "Action.OpenUrl"]
    return [(one["title"], one["url"]) for one in opens]


@pytest.mark.parametrize("locale", ["fi-FI", "sv-SE", "en-GB"])
async def test_an_admin_is_greeted_with_the_way_to_health_and_how_people_are_set_up(
    small: SmallWorld, locale: str
):
    looked_after_by(small, ADMIN)
    admin, language = Talk(small, ADMIN), locale[:2]

    await admin.hear(admin.activity("installationUpdate", action="add", locale=locale))
    await admin.say("varaa", locale=locale)

    greeted, answered = [each.activity for each in small.chat.posted]
    for each in (greeted, answered):
        card = each["attachments"][0]["content"]
        assert title(card) == said("cards.notice.admin.title", language)
        assert "teams_app organisation" in " ".join(texts(card))
        assert ways(card) == [(said("cards.do.health", language), small.policy.tab_url)]


async def test_who_looks_after_nothing_is_not_greeted(small: SmallWorld):
    looked_after_by(small, ADMIN)
    stranger = Talk(small, STRANGER)

    await stranger.hear(stranger.activity("installationUpdate", action="add"))

    assert small.chat.posted == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_whom_only_a_token_gives_a_role_is_told_where_it_counts(
    small: SmallWorld, language: str
):
    await Talk(small, STRANGER).say("varaa", locale=f"{language}-FI")

    card = small.chat.card()
    assert said("cards.notice.unseen.body", language) in texts(card)
    assert "Entra" in said("cards.notice.unseen.body", language)
    assert ways(card) == [(said("cards.do.tab", language), small.policy.tab_url)]


async def test_who_has_left_is_led_nowhere_though_she_is_named_as_an_admin(
    small: SmallWorld,
):
    looked_after_by(small, ADMIN)
    small.write(directory.save, directory.Known(ADMIN, "Outi", left=small.now))
    admin = Talk(small, ADMIN)

    await admin.hear(admin.activity("installationUpdate", action="add"))
    await admin.say("varaa")

    (answered,) = small.chat.posted
    assert title(small.chat.card()) == said("cards.notice.stranger.title")
    assert said("cards.notice.stranger.body") in texts(answered.activity)
    assert ways(answered.activity) == []


async def test_a_supervisor_who_is_an_admin_too_has_both(small: SmallWorld):
    looked_after_by(small, SUPERVISOR)

    await Talk(small, SUPERVISOR).say("hei")

    card = small.chat.card()
    assert title(card) == said("cards.notice.supervisor.title")
    assert ways(card) == [(said("cards.do.health"), small.policy.tab_url)]


async def test_an_admin_who_meets_clients_goes_on_as_everybody(small: SmallWorld):
    looked_after_by(small, AINO)

    await Talk(small, AINO).say("varaa")

    assert title(small.chat.card()) == said("cards.book.title")

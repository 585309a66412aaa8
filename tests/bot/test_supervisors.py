"""The bot and a supervisor who meets no clients herself."""

from typing import Any

from booking.model import Language
from teams_app.store import chats, people
from tests import make
from tests.bot.talk import Talk, nodes, said, title
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

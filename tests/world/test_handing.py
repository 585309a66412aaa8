"""A supervisor redistributes in Outlook: played against the real tenant over HTTP.

One demo for all: people copy, drag and invite in the small Outlook as different clients
do, and what is looked at is what people see: two professionals' cards, the client's
messages, her page and her link, and everybody's calendar.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from booking.wording import text
from cards import verbs
from teams_app.story.scenes import Booked, Wish, booked
from teams_app.story.script import rest, until
from teams_app.story.stage import Stage, staged
from teams_app.story.teams import Card
from teams_app.story.tenant import Event, Json

AINO, ELIAS, SAGA = "aino.lehtovaara", "elias.sundqvist", "saga.nyholm"
DESK = "kaarina.holmberg"
MOVED = text("fi", "messages.handed_over.subject")
#: So long a notice may be on its way, on a busy machine too.
HEARD = 4.0

pytestmark = pytest.mark.timeout(420)


@dataclass
class Scene:
    """The stage, and a client for each scene."""

    stage: Stage
    numbers: count = field(default_factory=lambda: count(1))

    async def made(self) -> Booked:
        client = self.stage.client(f"Asiakas {next(self.numbers)}")
        wish = Wish(AINO, client)
        return await booked(self.stage, wish, at=await self.common(wish))

    async def common(self, wish: Wish) -> str:
        """Find a time of hers at which her colleague is free too."""
        now = await self.stage.tenant.now()
        asked = f"/teams/book?service={wish.service}&modality={wish.modality}"
        for days in range(4, 20):
            day = f"{asked}&day={(now + timedelta(days=days)).date()}"
            hers = (await (await self.stage.tab(AINO)).open(day)).slots()
            his = (await (await self.stage.tab(ELIAS)).open(day)).slots()
            starts = {slot.partition("@")[2] for slot in his}
            for slot in hers:
                if slot.partition("@")[2] in starts:
                    return slot
        raise AssertionError("no time at which both are free")

    async def act(self, what: str, event: Event, to: str = ELIAS, **more) -> Json:
        asked = {"user": AINO, "id": event.id, "to": to, **more}
        return await self.stage.tenant.post(f"/_tenant/outlook/{what}", asked)

    async def alone(self, made: Booked) -> None:
        """Copy it, and let so much time pass that no drag is thought of any more."""
        await self.act("copy", made.event)
        await rest(HEARD)
        await self.stage.idle()
        await self.stage.advance(timedelta(minutes=3))

    async def stands(self, made: Booked, user: str) -> Event:
        """Wait until there is one event of the appointment, and it is hers."""

        async def look() -> Event | None:
            found = [
                (who, event)
                for who in (AINO, ELIAS, SAGA)
                for event in await self.stage.outlook(who).all_ours(made.reference)
            ]
            alone = len(found) == 1 and found[0][0] == user
            ours = alone and not found[0][1].subject.startswith(("Kop", "Copy"))
            return found[0][1] if ours and found[0][1].join else None

        return await until(f"one event, with {user}", look)

    async def subjects(self, made: Booked, count_: int) -> list[str]:
        async def look() -> list[str] | None:
            had = await self.stage.tenant.messages(made.client.to)
            return [each.subject for each in had] if len(had) >= count_ else None

        return await until(f"{count_} messages", look)

    async def card(self, user: str, made: Booked, title: str) -> Card:
        return await self.stage.teams(user).card(
            title, lambda card: card.title == title and made.reference in card.text
        )

    async def handed_over(self, made: Booked) -> Event:
        """See all that a hand-over is: calendars, cards, message, link."""
        event = await self.stands(made, ELIAS)
        assert event.join != made.event.join
        await self.card(AINO, made, text("fi", "handovers.away.title"))
        assert await self.subjects(made, 2) == [made.message.subject, MOVED]
        page = await self.stage.browser().open(made.link)
        assert "Elias Sundqvist" in page.text

        async def leads() -> bool:
            joining = await self.stage.browser().open(page.link("/j/"))
            return event.join in [href for href, _ in joining.links]

        await until("her link to lead into the new meeting", leads)
        await self.stage.idle()
        assert await self.subjects(made, 2) == [made.message.subject, MOVED]
        return event


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder = Path(tmp_path_factory.mktemp("handing"))
    async with staged(folder, "") as stage:
        for who in (AINO, ELIAS, SAGA, DESK):
            await stage.teams(who).install()
        yield Scene(stage)


@pytest.mark.parametrize("cut", [False, True])
async def test_dragged_to_a_colleague_it_is_handed_over(scene, cut):
    made = await scene.made()

    await scene.act("hand", made.event, cut=cut)

    await scene.handed_over(made)
    taken = text("sv", "cards.appointment.handed_over")
    await scene.card(ELIAS, made, taken)


@pytest.mark.parametrize("manner", ["survive prefixed", "stripped prefixed rewritten"])
async def test_whatever_the_client_leaves_of_it(scene, manner):
    made = await scene.made()

    await scene.act("hand", made.event, manner=manner)

    await scene.handed_over(made)


async def test_a_deletion_minutes_later_is_the_other_half(scene):
    made = await scene.made()
    await scene.act("copy", made.event)
    await rest(HEARD)
    await scene.stage.idle()
    assert await scene.subjects(made, 1) == [made.message.subject]

    await scene.stage.outlook(AINO).delete(made.event)

    await scene.handed_over(made)


async def test_a_copy_alone_is_asked_about(scene):
    made = await scene.made()
    await scene.alone(made)
    card = await scene.card(ELIAS, made, text("sv", "handovers.asked.copied"))
    desk = await scene.card(DESK, made, text("fi", "handovers.asked.desk_copied"))
    assert made.client.name not in card.text + desk.text
    assert await scene.subjects(made, 1) == [made.message.subject]

    shown = await scene.stage.teams(ELIAS).press(card, verbs.HANDOVER_TAKE)

    assert shown.title == text("sv", "handovers.settled.handed_to_you")
    await scene.handed_over(made)


async def test_the_desk_leaves_it_where_it_was(scene):
    made = await scene.made()
    await scene.act("hand", made.event, SAGA)
    card = await scene.card(DESK, made, text("fi", "handovers.asked.desk_moved"))
    taker = "Saga Nyholm"
    assert text("fi", "handovers.doubt.unit", taker=taker) in card.text
    assert await scene.subjects(made, 1) == [made.message.subject]

    await scene.stage.teams(DESK).press(card, verbs.HANDOVER_LEAVE)

    await scene.stands(made, AINO)
    await scene.stage.idle()
    assert await scene.subjects(made, 1) == [made.message.subject]


async def test_a_colleague_invited_may_stay_invited(scene):
    made = await scene.made()
    await scene.act("invite", made.event)
    asked = text("sv", "handovers.asked.copied")
    card = await scene.card(ELIAS, made, asked)

    await scene.stage.teams(ELIAS).press(card, verbs.HANDOVER_LEAVE)
    await scene.stage.idle()

    (his,) = await scene.stage.outlook(ELIAS).all_ours(made.reference)
    (hers,) = await scene.stage.outlook(AINO).all_ours(made.reference)
    assert his.json["organizer"] == hers.json["organizer"]
    assert hers.join == made.event.join


async def test_late_the_meeting_the_client_may_be_in_is_kept(scene):
    made = await scene.made()
    page = await scene.stage.browser().open(made.link)
    await scene.stage.move_to(made.start - timedelta(minutes=20))
    await scene.stage.idle()
    await scene.alone(made)
    card = await scene.card(ELIAS, made, text("sv", "handovers.asked.copied"))
    assert text("sv", "handovers.late") in card.text

    await scene.stage.teams(ELIAS).press(card, verbs.HANDOVER_TAKE)

    async def carried() -> bool:
        found = await scene.stage.outlook(ELIAS).all_ours(made.reference)
        return len(found) == 1 and made.event.join in found[0].json["body"]

    await until("the old meeting's address in his event", carried)
    (hers,) = await scene.stage.outlook(AINO).all_ours(made.reference)
    joining = await scene.stage.browser().open(page.link("/j/"))
    assert made.event.join in [href for href, _ in joining.links]
    assert hers.join == made.event.join

    await scene.stage.move_to(made.event.end + timedelta(minutes=1))

    async def gone() -> bool:
        return not await scene.stage.outlook(AINO).all_ours(made.reference)

    await until("the old event gone at its end", gone)

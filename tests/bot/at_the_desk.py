"""A unit's desk in a Teams channel: chosen, asked, and who takes what."""

from typing import Any

from booking.cover import Why
from booking.model import Appointment, Modality
from cards import verbs
from teams_app.actions import access, covering
from teams_app.actions.access import Claims, Look, Person
from teams_app.actions.covering import Asked, NotAsked
from teams_app.store import directory
from teams_app.store.directory import Known
from tests.bot.talk import AINO, BO, Talk, nodes
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld

CHANNEL, TEAM = "19:paivystys@thread.tacv2", "19:tiimi@thread.tacv2"


class InChannel(Talk):
    """The same person in a channel, where others read along."""

    def activity(self, kind: str, **changes: Any) -> dict[str, Any]:
        channel = changes.pop("channel", CHANNEL)
        told = {
            "conversation": {
                "id": f"{channel};messageid=1",
                "conversationType": "channel",
                "isGroup": True,
                "tenantId": TENANT,
            },
            "channelData": {
                "tenant": {"id": TENANT},
                "team": {"id": TEAM},
                "channel": {"id": channel},
            },
        }
        return super().activity(kind, **(told | changes))


def texts(card: Any) -> str:
    return "\n".join(str(each.get("text", "")) for each in nodes(card))


def titles(card: Any) -> list[str]:
    return [
        each["title"]
        for each in nodes(card)
        if each.get("type") == "Action.Execute" and "verb" in each
    ]


async def made(small: SmallWorld, channel: str = CHANNEL) -> None:
    """Let the supervisor make the channel the desk of her unit."""
    boss = InChannel(small, SUPERVISOR)
    await boss.press(verbs.DESK_HERE, {"unit": "1"}, on="C1", channel=channel)


def person(small: SmallWorld, object_id: str = AINO) -> Person:
    found: Person = small.read(access.person, Claims(TENANT, object_id))
    return found


def ask(small: SmallWorld, *asked: Appointment, who: str = AINO) -> Asked | NotAsked:
    ids = [each.id for each in asked]
    look = Look(small.now, "tab")
    said: Asked | NotAsked = small.write(
        covering.ask, person(small, who), ids, Why.ASKED, look
    )
    return said


def leaves(small: SmallWorld, who: str) -> None:
    """Let somebody have left the professionals' group."""
    small.write(directory.save, Known(who, "Lähtenyt", small.now, closed=False))


def in_channel(small: SmallWorld) -> list[Any]:
    return [each for each in small.chat.posted if each.to.team]


def shown(small: SmallWorld, at: int = -1) -> Any:
    return in_channel(small)[at].activity["attachments"][0]["content"]


async def asked(small: SmallWorld, *hours: float) -> list[Appointment]:
    """Let Aino ask the desk about appointments of hers."""
    await made(small)
    booked = [small.book(each, modality=Modality.REMOTE) for each in hours]
    await small.settle_down()
    assert isinstance(ask(small, *booked), Asked)
    await small.settle_down()
    return booked


async def take(small: SmallWorld, own: Appointment, who: str = BO) -> Any:
    data = {"cover": "1", "appointment": f"{own.id}"}
    return await InChannel(small, who).press(verbs.COVER_TAKE, data, on="C1")

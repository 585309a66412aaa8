"""Who lacks a skill that a service asks for does not give it, wherever one looks."""

from dataclasses import replace

import pytest

from booking.availability import Search
from booking.cover import Bar, bar
from booking.handover import Doubt
from booking.model import Modality, ProfessionalId
from booking.spans import Span
from teams_app.actions import access, giving, takers, team
from teams_app.actions.booking import Closed
from teams_app.actions.handing import Refused, Why
from teams_app.actions.takers import Wanted
from teams_app.store import people, services
from tests import make
from tests.actions.test_handing import AINO, hand, wish
from tests.support.handing import standing
from tests.support.small_world import SUPERVISOR, SmallWorld

DEBT = "Velkaneuvonta"


def ask(small: SmallWorld, *skills: str) -> None:
    """Let the service ask for these, as when an admin saves it."""
    small.write(people.save_service, replace(small.service, skills=skills))


def learn(small: SmallWorld, *skills: str, who: ProfessionalId = make.AINO) -> None:
    found = small.read(people.professional, who)
    small.write(people.save_professional, replace(found, skills=skills))


def free(small: SmallWorld, who: ProfessionalId = make.AINO) -> int:
    search = Search(small.service, Modality.REMOTE, small.now, professionals=(who,))
    return len(small.world.index().free(search, 5))


def test_it_is_neither_found_nor_held_with_who_lacks_the_skill(small: SmallWorld):
    ask(small, DEBT)
    learn(small, "velkaneuvonta", who=make.BO)

    assert (free(small), free(small, make.BO)) == (0, 5)
    assert small.hold() is Closed.NOT_GIVEN
    able = small.read(services.professionals_for, small.service.id)
    assert [each.id for each in able] == [make.BO]
    assert small.read(giving.services_of, make.AINO) == []

    learn(small, DEBT)

    assert free(small) == 5
    assert small.hold().professional == make.AINO


async def test_a_colleague_without_it_is_no_taker_and_a_supervisor_is_warned(
    small: SmallWorld,
):
    booked = await standing(small)
    ask(small, DEBT)
    learn(small, DEBT)

    assert await hand(small, wish(booked), AINO) == Refused(Why.NOT_YOURS)
    asked = await hand(small, wish(booked))
    assert isinstance(asked, Refused)
    assert Doubt.SKILL in asked.doubts
    assert Doubt.SERVICE not in asked.doubts
    agreed = frozenset(asked.doubts)
    assert (await hand(small, wish(booked, agreed=agreed))).professional == make.BO


async def test_the_desk_lets_nobody_take_it_without_the_skill(small: SmallWorld):
    booked = await standing(small)
    ask(small, DEBT)

    wanted = Wanted(booked, make.BO, Span(booked.span.start, booked.span.end))
    against = small.read(takers.against, wanted, small.policy, small.now)

    assert bar(against, full=False) is Bar.SKILL
    assert small.read(takers.colleagues, booked, small.policy, small.now) == []


@pytest.mark.parametrize("hours", [24, 28])
def test_what_is_booked_stays_and_may_be_moved(small: SmallWorld, hours: int):
    booked = small.book()
    ask(small, DEBT)

    assert small.appointment(booked.id) == booked
    if hours != 24:
        assert small.move(booked, hours).span.start == make.at(hours)


async def test_who_lacks_it_is_not_proposed_first_to_who_hands_over(
    small: SmallWorld,
):
    booked = await standing(small)
    ask(small, DEBT)
    learn(small, DEBT)
    claims = access.Claims(small.policy.tenant_id, SUPERVISOR)
    boss = small.read(access.person, claims)
    wanted = Wanted(booked, make.BO, booked.span)

    fits = small.read(team.fits, boss, wanted, small.policy, small.now)

    bo = next(each for each in fits if each.professional.id == make.BO)
    assert Doubt.SKILL in bo.doubts

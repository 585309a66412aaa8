"""Who leaves the professionals' group is let in no more; her appointments are listed."""

import pytest

from booking.health import Level, judge
from graph_sync.graph import Forbidden, GraphError, Member, Throttled
from teams_app.actions import access, group_readings, health, leaving, takers
from teams_app.actions.access import Claims, Look
from teams_app.store import directory, groups, jobs, log, people
from tests import make
from tests.bot.talk import Talk
from tests.bot.talk import said as words
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld

GROUP = "00000000-0000-4000-8000-0000000000c0"
AINO, BO = make.a_professional().object_id, make.bo().object_id
LOOK = Look(make.NOW, "tab")


def member(id_: str, *, enabled: bool = True) -> Member:
    return Member(id_, "Somebody", enabled)


ALL = [member(AINO), member(BO), member(SUPERVISOR)]
WITHOUT_AINO = ALL[1:]


@pytest.fixture
def small(small: SmallWorld) -> SmallWorld:
    small.policy = make.replace(small.policy, professionals_group=GROUP)
    small.write(leaving.learn, GROUP, ALL, small.now)
    return small


def learn(small: SmallWorld, *members: Member) -> None:
    small.write(leaving.learn, GROUP, list(members), small.now)
    small.write(leaving.conclude, small.policy, small.now)


def known(small: SmallWorld, object_id: str) -> bool:
    return small.read(access.person, Claims(TENANT, object_id)) is not None


@pytest.mark.parametrize(
    "now", [WITHOUT_AINO, [member(AINO, enabled=False), *WITHOUT_AINO]]
)
def test_who_is_no_longer_there_or_is_disabled_is_nobody_here(
    small: SmallWorld, now: list[Member]
):
    assert known(small, AINO)

    learn(small, *now)

    assert not known(small, AINO)
    assert not known(small, AINO.upper())
    assert known(small, BO)
    assert known(small, SUPERVISOR)


def test_a_supervisor_who_leaves_supervises_no_more(small: SmallWorld):
    learn(small, *ALL[:2])

    assert not known(small, SUPERVISOR)


async def test_the_bot_knows_her_no_more(small: SmallWorld):
    booked = small.book()
    learn(small, *WITHOUT_AINO)

    card = await Talk(small).ask("seuraava")

    assert words("cards.notice.stranger.title") in str(card)
    assert booked.reference not in str(card)


async def test_her_chat_hears_no_more_of_clients_and_what_stands_there_goes(
    small: SmallWorld,
):
    booked = small.book()
    await small.settle_down()
    (card,) = small.chat.posted
    assert "Maija Meri" in str(card.activity)
    learn(small, *WITHOUT_AINO)

    small.move(booked, 26)
    await small.settle_down()
    small.clock.advance(hours=27)
    await small.settle_down()

    assert small.chat.posted == [card]
    assert words("cards.notice.stranger.title") in str(card.activity)
    assert "Maija" not in str(card.activity)
    assert booked.reference not in str(card.activity)


def test_who_has_left_is_asked_nothing_about_a_hand_over(small: SmallWorld):
    booked = small.book()
    assert small.read(takers.asked, booked, make.BO) == [BO, SUPERVISOR]

    learn(small, *ALL[:2])
    assert small.read(takers.asked, booked, make.BO) == [BO]

    learn(small, ALL[0])
    assert small.read(takers.asked, booked, make.BO) == [AINO]


def test_nothing_new_is_booked_with_her_and_what_she_has_stays(small: SmallWorld):
    booked = small.book()

    learn(small, *WITHOUT_AINO)

    assert not small.aino.bookable
    assert small.appointment(booked.id) == booked


def test_who_comes_back_has_everything_back(small: SmallWorld):
    learn(small, *WITHOUT_AINO)
    learn(small, *ALL)

    assert known(small, AINO)
    assert small.aino.bookable


def test_whom_somebody_had_closed_stays_closed_when_she_comes_back(small: SmallWorld):
    small.write(people.save_professional, make.a_professional(bookable=False))
    learn(small, *WITHOUT_AINO)
    learn(small, *ALL)

    assert not small.aino.bookable


def test_who_was_never_in_the_group_is_left_alone(small: SmallWorld):
    other = "00000000-0000-4000-8000-0000000000c1"
    stranger = make.bo(object_id=other, name="Eve Ek")
    small.write(people.save_professional, stranger)

    learn(small, *ALL)

    assert known(small, other)


def test_it_is_in_the_log_when_and_that_entra_said_so(small: SmallWorld):
    learn(small, *WITHOUT_AINO)
    learn(small, *WITHOUT_AINO)
    learn(small, *ALL)

    lines = small.read(log.entries, f"staff:{AINO}", 10)
    assert [(each.what, each.who, each.source) for each in lines] == [
        ("returned", "system", "entra"),
        ("left", "system", "entra"),
    ]


def test_a_supervisor_is_shown_what_is_still_to_come_and_that_is_logged(
    small: SmallWorld,
):
    booked, other = small.book(24), small.book(48)
    learn(small, *WITHOUT_AINO)
    boss = small.read(access.person, Claims(TENANT, SUPERVISOR))

    found, more = small.write(leaving.listed, boss, LOOK)

    assert [each.appointment.id for each in found] == [booked.id, other.id]
    assert not more
    line = small.read(log.entries, f"appointments:{booked.id},{other.id}", 1)[0]
    assert (line.who, line.what) == (f"staff:{SUPERVISOR}", "view")


def test_health_counts_them_until_they_are_moved_or_cancelled(small: SmallWorld):
    small.book(24)
    before = judge(small.read(health.facts, small.policy, small.now))
    learn(small, *WITHOUT_AINO)

    (sign,) = [
        each
        for each in judge(small.read(health.facts, small.policy, small.now)).signs
        if each.name == "left"
    ]

    assert "left" not in {each.name for each in before.signs}
    assert sign.values == {"n": 1, "who": "Aino Aalto"}
    small.clock.advance(days=2)
    later = judge(small.read(health.facts, small.policy, small.now))
    assert "left" not in {each.name for each in later.signs}


# What cannot be read, and what is not believed.


def signs(small: SmallWorld) -> dict[str, Level]:
    found = judge(small.read(health.facts, small.policy, small.now))
    return {each.name: each.level for each in found.signs}


def test_a_group_that_empties_at_once_shuts_nobody_out(small: SmallWorld):
    learn(small)

    assert known(small, AINO)
    assert signs(small)["group_doubted"] is Level.BAD
    learn(small, *ALL)
    assert "group_doubted" not in signs(small)


def test_after_a_day_it_is_believed(small: SmallWorld):
    learn(small)
    small.clock.advance(days=1)
    learn(small)

    assert not known(small, AINO)
    assert "group_doubted" not in signs(small)


@pytest.mark.parametrize(
    "error", [Forbidden("Authorization_RequestDenied"), Throttled(1.0)]
)
async def test_what_could_not_be_read_leaves_all_as_it_was_and_is_said(
    small: SmallWorld, error: GraphError
):
    small.graph.refusals["group"] = error
    small.write(owe_group)
    await small.settle_down()

    assert known(small, AINO)
    assert "group_unread" not in signs(small)
    small.clock.advance(hours=1)
    assert signs(small)["group_unread"] is Level.BAD


def owe_group(tx):
    jobs.promise(tx, jobs.Promise("group", "group:test", due=make.NOW))


async def test_the_worker_reads_it_and_she_is_out_the_same_hour(small: SmallWorld):
    small.graph.groups[GROUP] = WITHOUT_AINO
    small.write(owe_group)

    await small.settle_down()

    assert not known(small, AINO)
    assert small.read(directory.reading, groups.of_all(GROUP)).read == small.now


async def test_without_a_group_nothing_is_asked(small: SmallWorld):
    small.policy = make.replace(small.policy, professionals_group="")
    small.write(owe_group)

    await small.settle_down()

    assert [each.outcome for each in small.owed("group")] == ["no_group"]


async def test_another_group_begins_anew(small: SmallWorld):
    small.write(group_readings.unread, groups.of_all(GROUP), small.now)
    other = "00000000-0000-4000-8000-0000000000cf"
    small.policy = make.replace(small.policy, professionals_group=other)
    small.graph.groups[other] = ALL

    small.write(owe_group)
    await small.settle_down()

    assert small.read(directory.reading, groups.of_all(GROUP)).failing is None
    assert small.read(directory.reading, groups.of_all(other)).read == small.now

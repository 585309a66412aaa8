"""Who may hand over in the tab, to whom, and what stands against it.

Rules are not the database's: these run on SQLite alone.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.handover import Doubt
from booking.model import Appointment, Language, UnitId
from graph_sync.graph import Unavailable
from teams_app.actions.handing import Refused, Why
from teams_app.store import people
from tests import make
from tests.actions.test_handing import AINO, BO, hand, wish
from tests.support.handing import HIS, standing
from tests.support.small_world import SUPERVISOR, SmallWorld


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def carl(small: SmallWorld, **changes) -> int:
    """Give one more in the unit, who gives nothing yet."""
    made = make.bo(
        id=3,
        object_id="00000000-0000-4000-8000-000000000003",
        mailbox="carl@vuoro.example",
        name="Carl Colm",
        languages=(Language.EN,),
    )
    saved = small.write(people.save_professional, replace(made, **changes))
    small.pull(saved.id)
    return saved.id


async def test_a_professional_hands_only_to_who_gives_it_in_her_own_unit(
    small: SmallWorld,
):
    booked = await standing(small)
    able = wish(booked, to=carl(small), agreed=frozenset(Doubt))
    elsewhere = small.read(people.units)[1]
    away = carl(small, object_id=f"{7:036}", unit=elsewhere.id)
    await small.settle_down()

    for to in (able.to, away, 99):
        assert await hand(small, replace(able, to=to), AINO) == Refused(Why.NOT_YOURS)
    assert await hand(small, wish(booked), BO) == Refused(Why.NOT_YOURS)
    assert small.appointment(booked.id) == booked


async def test_over_the_border_of_a_unit_only_who_supervises_both(small: SmallWorld):
    booked = await standing(small)
    away = carl(small, unit=small.read(people.units)[1].id)
    await small.settle_down()
    wanted = wish(booked, to=away, agreed=frozenset(Doubt))
    assert await hand(small, wanted) == Refused(Why.NOT_YOURS)

    small.write(lambda tx: people.set_supervisors(tx, UnitId(2), [SUPERVISOR]))

    asked = await hand(small, replace(wanted, agreed=frozenset()))
    assert asked == Refused(Why.DOUBTFUL, (Doubt.SERVICE, Doubt.LANGUAGE, Doubt.UNIT))
    assert isinstance(await hand(small, wanted), Appointment)


async def test_a_supervisor_is_warned_first_and_then_obeyed(small: SmallWorld):
    booked = await standing(small)
    to = carl(small)
    await small.settle_down()
    late = make.at(30.5)  # half past four in the afternoon

    asked = await hand(small, wish(booked, to=to, start=late))

    assert asked == Refused(Why.DOUBTFUL, (Doubt.SERVICE, Doubt.LANGUAGE, Doubt.HOURS))
    agreed = wish(booked, to=to, start=late, agreed=frozenset(asked.doubts))
    assert isinstance(await hand(small, agreed), Appointment)


async def test_what_nobody_may_overrule(small: SmallWorld):
    booked = await standing(small)
    agreed = wish(booked, agreed=frozenset(Doubt))
    small.graph.add(HIS, make.span(24.5))

    assert await hand(small, agreed) == Refused(Why.BARRED, (Doubt.BUSY,))
    small.write(people.save_professional, make.bo(bookable=False))
    assert await hand(small, agreed) == Refused(Why.BARRED, (Doubt.CLOSED,))
    small.write(people.save_professional, make.bo())
    for to, start, why in (
        (make.AINO, booked.span.start, Why.SAME),
        (make.BO, make.at(-1), Why.PASSED),
        (make.BO, make.at(26) + timedelta(minutes=2), Why.BESIDE),
        (make.BO, make.at(days=200), Why.TOO_FAR),
    ):
        refused = await hand(small, replace(agreed, to=to, start=start))
        assert refused == Refused(why), why
    assert small.appointment(booked.id) == booked


async def test_where_outlook_does_not_answer_nothing_is_done(small: SmallWorld):
    booked = await standing(small)
    small.gate.arm(1, error=Unavailable("later"))

    assert await hand(small, wish(booked)) == Refused(Why.UNREAD)
    assert small.appointment(booked.id) == booked


async def test_an_old_page_changes_nothing(small: SmallWorld):
    booked = await standing(small)
    small.move(booked, 26)

    assert await hand(small, wish(booked)) == Refused(Why.OUTDATED)

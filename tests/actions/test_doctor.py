"""What the doctor counts in the rows."""

from zoneinfo import ZoneInfo

from teams_app.actions import doctor
from tests.support.small_world import SmallWorld

HELSINKI = ZoneInfo("Europe/Helsinki")


async def test_the_mails_of_the_busiest_day_are_counted_as_they_went(small: SmallWorld):
    booked = small.book(72)
    await small.settle_down()
    small.move(booked, 74)
    await small.settle_down()
    small.clock.advance(hours=17)  # past midnight in Helsinki
    small.book(50)
    await small.settle_down()

    facts = small.read(doctor.mail, HELSINKI, small.now)

    assert facts.sent == 2
    small.clock.advance(days=29)
    assert small.read(doctor.mail, HELSINKI, small.now).sent == 0

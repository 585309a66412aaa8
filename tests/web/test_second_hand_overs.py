"""What the tab says of a hand-over of which the client is sent nothing."""

from booking.wording import text
from teams_app.actions.handing import GRACE
from tests import make
from tests.web.conftest import Door
from tests.web.test_team import IN_DIALOG, hand, see, standing


async def test_of_a_second_hand_over_no_message_is_promised(door: Door):
    small = door.small
    booked = await standing(small)
    form = f"/teams/appointment/{booked.reference}/hand"
    said = text("en", "handovers.known.other")
    assert said not in (await see(door, form)).text
    await hand(door, booked, with_=IN_DIALOG)
    small.clock.advance(seconds=60)
    await small.settle_down()
    once = small.appointment(booked.id)

    asked = await see(door, form)
    done = await hand(door, once, to=make.AINO, with_=IN_DIALOG)

    assert f'class="hint is-known">{said}<' in asked.text
    assert said in done.text
    assert text("en", "team.told.soon", n=int(GRACE.total_seconds())) not in done.text

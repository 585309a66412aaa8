"""A binding appointment at the desk: that it is one is said, of whom and why nothing."""

from dataclasses import replace

from teams_app.actions import obstacles
from teams_app.store import people
from tests.booking.test_binding import BINDING
from tests.bot.at_the_desk import asked, in_channel, shown, texts
from tests.bot.talk import said
from tests.support.small_world import SmallWorld


async def test_that_it_is_binding_and_an_obstacle_reported_is_said_without_the_reason(
    small: SmallWorld,
):
    plain = replace(small.service, binding=BINDING)
    small.write(people.save_service, plain)
    _, two = await asked(small, 24, 26)
    before = texts(shown(small))

    small.write(obstacles.report, two.id, "Juna ei kulje.", small.now)
    await small.settle_down()

    (posted,) = in_channel(small)
    duties = [said("desk.line.binding"), said("desk.line.reported")]
    assert [before.count(each) for each in duties] == [2, 0]
    assert [texts(shown(small)).count(each) for each in duties] == [2, 1]
    assert "Juna" not in str(posted.activity)
    assert small.write(
        obstacles.keep, two.id, int(small.now.timestamp()), "staff:x", small.now
    )
    await small.settle_down()
    assert [texts(shown(small)).count(each) for each in duties] == [2, 0]

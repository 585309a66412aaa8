"""What may have gone out by SMS unanswered is taken back by a message, not by none."""

from datetime import timedelta

import pytest

from booking.model import Appointment
from teams_app.actions import conflicts, lateness, records
from teams_app.actions.lateness import Said
from teams_app.outside import SmsError
from teams_app.store import conflicts as rows
from tests import make
from tests.support.small_world import SmallWorld
from tests.worker.test_messages_in_turn import ONLY_PHONE, claimed

BOX = make.a_professional().mailbox


async def unanswered(small: SmallWorld, kind: str, *, arrived: bool) -> None:
    """Try the one message of this kind that is owed; its answer is lost."""
    (job,) = claimed(small, kind)
    small.gate.arm(1, after=arrived, error=SmsError(0, final=False), only="sms.send")
    worker = small.worker()
    await worker._record(job, await worker._outcome(job))
    small.gate.disarm()


async def booked(small: SmallWorld) -> Appointment:
    made = small.book(48, details=ONLY_PHONE)
    await small.settle_down()
    return made


@pytest.mark.parametrize("arrived", [True, False])
async def test_that_it_begins_on_time_after_all_is_told(
    small: SmallWorld, *, arrived: bool
):
    late = await booked(small)
    small.clock.set(late.span.start - timedelta(hours=1))
    await small.settle_down()
    said = Said("staff:x", small.now, small.policy)
    small.write(lateness.say, small.appointment(late.id), 20, said)
    await unanswered(small, "tell_late", arrived=arrived)

    small.write(lateness.on_time, make.AINO, Said("staff:x", small.now, small.policy))
    small.clock.advance(minutes=10)
    await small.settle_down()

    assert "alkaa sittenkin ajallaan" in small.sms.sent[-1].text
    assert len(small.sms.sent) == 3 + arrived  # with the confirmation and a reminder


@pytest.mark.parametrize("arrived", [True, False])
async def test_that_a_time_holds_after_all_is_told(small: SmallWorld, *, arrived: bool):
    await booked(small)
    small.graph.add(BOX, make.span(48))
    small.pull()
    await small.settle_down()
    (open_,) = small.read(rows.open_for, make.AINO)
    asked = small.write(conflicts.propose, open_, small.now)
    await unanswered(small, "ask_new_time", arrived=arrived)

    small.write(conflicts.hold, asked, small.now)
    small.clock.advance(minutes=10)
    await small.settle_down()

    assert "pitää sittenkin" in small.sms.sent[-1].text
    assert len(small.sms.sent) == 2 + arrived
    truths = small.read(records.truths, small.appointment(asked.appointment))
    assert truths.told.value == "done"

"""Moving by one's link: a time chosen, a last look at both, moved."""

from dataclasses import replace

from booking.appointments import Actor
from booking.model import Modality
from booking.wording import text
from booking.wording.dates import when_range
from teams_app.store import people
from tests import make
from tests.web.client import hidden, is_a_page_that_helps, move, slot, slots_of
from tests.web.conftest import BOTH_ENGINES, Door

#: Of most appointments here.
DAY = make.at(24).date().isoformat()


async def test_choosing_another_time_moves_nothing_before_it_is_confirmed(door: Door):
    booked = door.small.book(24)
    page = door.path(booked, "/move?lang=en")
    times = await door.get(page)

    chosen = await door.post(page, form_token=times.token, slot=slot(26))
    check = await door.get(chosen.location)

    assert chosen.status == 303
    assert door.small.appointment(booked.id) == booked
    shown = [when_range("en", make.at(h), make.at(h + 0.75)) for h in (24, 26)]
    assert [each for each in shown if each in check.text] == shown
    moved = await door.post(chosen.location, **hidden(check))
    again = await door.post(chosen.location, **hidden(check))
    assert "done=moved" in moved.location
    assert again.location == moved.location
    assert door.small.appointment(booked.id).version == booked.version + 1


async def test_a_move_is_confirmed_from_the_time_that_was_seen(door: Door):
    """Moved by somebody meanwhile: she is shown from where to where it would go."""
    small, booked = door.small, door.small.book(24)
    path = f"{door.path(booked, '/move/check')}?lang=en&slot={slot(26)}"
    check = await door.get(path)
    small.move(booked, 28)

    answer = await door.post(path, **hidden(check))

    assert answer.status == 409
    assert text("en", "page.move.changed") in answer.text
    assert when_range("en", make.at(28), make.at(28.75)) in answer.text
    assert small.appointment(booked.id).span.start == make.at(28)
    assert (await door.post(path, **hidden(answer))).status == 303


async def test_a_time_gone_before_the_check_is_said_with_the_nearest(door: Door):
    small, booked = door.small, door.small.book(24)
    path = f"{door.path(booked, '/move/check')}?lang=en&slot={slot(26)}"
    check = await door.get(path)
    small.hold(26)

    for answer in (await door.get(path), await door.post(path, **hidden(check))):
        assert answer.status == 409
        assert text("en", "slots.taken") in answer.text
        assert slot(26) not in slots_of(answer)
    assert small.appointment(booked.id) == booked


@BOTH_ENGINES
async def test_her_own_time_is_in_nobodys_way_when_she_moves_it(door: Door):
    """A quarter of an hour later, her event in Outlook and buffers notwithstanding."""
    small = door.small
    buffers = {Modality.REMOTE: (15, 15)}
    small.write(people.save_service, replace(small.service, buffers=buffers))
    booked = small.book(24)
    await small.settle_down()
    page = await door.get(door.path(booked, "/move") + f"?day={DAY}")
    shown = slots_of(page)
    assert slot(24) not in shown
    assert {slot(23.75), slot(24.25)} <= {*shown}

    moved = await move(door, door.path(booked, "/move"), slot(24.25))

    assert moved.status == 303, moved.text
    assert small.appointment(booked.id).span.start == make.at(24.25)


async def test_times_that_reach_into_the_present_one_are_proposed_last(door: Door):
    """A quarter of an hour sooner or later is hardly what anybody looks for."""
    booked = door.small.book(0.25, by=Actor.PROFESSIONAL)
    later = door.small.book(2.25)

    staff = await door.get(
        f"/teams/appointment/{booked.reference}/move", headers=door.staff()
    )
    hers = await door.get(door.path(later, "/move?lang=en"))

    assert slots_of(staff)[0] == slot(1)
    assert slots_of(hers)[0] == slot(3)
    assert slot(2) in slots_of(hers), "it may be had all the same"
    apart, _, below = staff.text.partition(text("fi", "slots.crossing"))
    assert slot(0.5) in below
    assert slot(0.5) not in apart


@BOTH_ENGINES
async def test_another_appointment_beside_hers_is_in_the_way(door: Door):
    small, booked = door.small, door.small.book(24)
    small.book(25)
    await small.settle_down()
    page = await door.get(door.path(booked, "/move") + f"?day={DAY}")

    refused = await move(door, door.path(booked, "/move"), slot(24.5))

    assert slot(24.5) not in slots_of(page)
    assert refused.status == 409
    # Of the nearest, one reaches into the time that is hers now.
    assert slot(23.75) in slots_of(refused)[:3]
    assert slot(24) not in slots_of(refused)
    assert small.appointment(booked.id).span.start == make.at(24)


async def test_moving_while_outlook_is_silent_is_503_and_changes_nothing(door: Door):
    booked = door.small.book(24)
    door.small.gate.arm(1, only="graph.view")

    answer = await move(door, door.path(booked, "/move?lang=en"), slot(26))
    again = f"{door.path(booked, '/move/check')}?lang=en&slot={slot(26)}"

    assert answer.status == 503
    assert is_a_page_that_helps(answer)
    assert text("en", "page.move.busy") in answer.text
    assert door.small.appointment(booked.id) == booked
    assert (await door.post(again, **hidden(answer))).status == 303
    assert door.small.appointment(booked.id).span.start == make.at(26)


async def test_moving_to_another_professional_is_not_the_clients_to_do(door: Door):
    booked = door.small.book(24)
    page = await door.get(door.path(booked, "/move"))

    answer = await door.post(
        door.path(booked, "/move"), form_token=page.token, slot=slot(26, make.BO)
    )

    assert answer.status == 422
    assert door.small.appointment(booked.id) == booked

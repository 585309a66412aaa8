"""Who may see what, and that every look leaves a line that names nobody served."""

from dataclasses import replace

import pytest

from booking.appointments import Actor
from booking.links import LinkKind, Links
from booking.model import Appointment, AppointmentId, Offer, OfferId, UnitId
from teams_app.actions import access, booking, offers
from teams_app.actions.access import Claims, Look, Person
from teams_app.store import appointments, log, people
from tests import make
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld

AINO = make.a_professional().object_id
BO = make.bo().object_id
STRANGER = "00000000-0000-4000-8000-0000000000ff"
LOOK = Look(make.NOW, "tab")


def person(small: SmallWorld, object_id: str) -> Person:
    found = small.read(access.person, Claims(TENANT, object_id))
    assert found is not None
    return found


def lines(small: SmallWorld, subject: str | None = None) -> list[log.Entry]:
    views = small.read(log.entries, subject, 100)
    return [each for each in views if each.what == "view"]


def seen(small: SmallWorld, object_id: str, id_: AppointmentId) -> Appointment | None:
    who = person(small, object_id)
    return small.write(access.appointment, who, id_, LOOK)


def test_a_professional_and_a_supervisor_are_known_by_their_object_id(
    small: SmallWorld,
):
    aino, boss = person(small, AINO), person(small, SUPERVISOR)

    assert aino.professional == small.aino
    assert aino.supervises == frozenset()
    assert boss.professional is None
    assert boss.supervises == {UnitId(1)}


def test_an_object_id_may_be_written_in_capitals(small: SmallWorld):
    for object_id in (AINO, SUPERVISOR):
        found = person(small, object_id.upper())

        assert found == person(small, object_id)


def test_somebody_else_of_the_tenant_is_nobody_here(small: SmallWorld):
    assert small.read(access.person, Claims(TENANT, STRANGER, "Aino Aalto")) is None


def test_who_no_longer_supervises_is_nobody_any_more(small: SmallWorld):
    small.write(people.set_supervisors, UnitId(1), [])

    assert small.read(access.person, Claims(TENANT, SUPERVISOR)) is None


def test_she_sees_her_own_and_her_supervisor_those_of_the_unit(small: SmallWorld):
    booked = small.book()

    assert seen(small, AINO, booked.id) == booked
    assert seen(small, SUPERVISOR, booked.id) == booked


def test_a_colleague_sees_nothing_and_no_line_says_she_did(small: SmallWorld):
    booked = small.book()

    assert seen(small, BO, booked.id) is None
    assert lines(small) == []


def test_a_supervisor_of_another_unit_sees_nothing(small: SmallWorld):
    booked = small.book()
    small.write(people.set_supervisors, UnitId(1), [])
    small.write(people.set_supervisors, UnitId(2), [SUPERVISOR])

    assert seen(small, SUPERVISOR, booked.id) is None


def test_handed_over_it_is_the_colleagues_to_see(small: SmallWorld):
    booked = small.book()
    handed = replace(booked, professional=make.BO, version=booked.version + 1)
    small.write(appointments.save, handed)

    assert seen(small, AINO, booked.id) is None
    assert seen(small, BO, booked.id) == handed


def test_every_look_is_a_line_who_what_when_and_where(small: SmallWorld):
    booked = small.book()
    seen(small, AINO, booked.id)
    seen(small, AINO, booked.id)

    first, second = lines(small, f"appointment:{booked.id}")
    assert first == second
    assert (first.who, first.at, first.source) == (f"staff:{AINO}", make.NOW, "tab")
    assert "Maija" not in str(first)


def test_what_does_not_exist_is_not_told_from_what_is_not_hers(small: SmallWorld):
    booked = small.book()

    assert seen(small, BO, AppointmentId(4711)) is seen(small, BO, booked.id) is None


def test_an_appointment_is_found_by_its_reference_however_it_is_typed(
    small: SmallWorld,
):
    booked, who = small.book(), person(small, AINO)

    for typed in (booked.reference, booked.reference.lower()):
        found = small.write(access.appointment_by_reference, who, typed, LOOK)
        assert found == booked
    assert len(lines(small)) == 2


@pytest.mark.parametrize(
    "typed", ["", "ÄÖÅ234", "K7 2FM", "'; --", "K7Q2FM\x00", "NOSUCH", "K" * 5000]
)
def test_a_reference_that_is_none_finds_nothing(small: SmallWorld, typed: str):
    who = person(small, AINO)
    small.book()

    assert small.write(access.appointment_by_reference, who, typed, LOOK) is None


def test_a_reference_opens_nothing_to_who_may_not_see_it(small: SmallWorld):
    booked, who = small.book(), person(small, BO)

    found = small.write(access.appointment_by_reference, who, booked.reference, LOOK)

    assert found is None


def offer_seen(small: SmallWorld, object_id: str, id_: OfferId) -> Offer | None:
    return small.write(access.offer, person(small, object_id), id_, LOOK)


def test_an_offer_is_seen_by_who_made_it_and_her_supervisor(small: SmallWorld):
    made = small.offer(24)

    assert offer_seen(small, AINO, made.id) == made
    assert offer_seen(small, SUPERVISOR, made.id) == made
    assert offer_seen(small, BO, made.id) is None
    assert offer_seen(small, AINO, OfferId(4711)) is None
    assert len(lines(small, f"offer:{made.id}")) == 2


def test_a_list_is_logged_with_all_that_it_showed(small: SmallWorld):
    who = person(small, AINO)
    ids = [AppointmentId(number) for number in range(1, 131)]

    small.write(access.listed, who, [], LOOK)
    small.write(access.listed, who, ids[:3], LOOK)
    small.write(access.listed, who, ids, LOOK)

    rest, long, short = lines(small)
    assert short.subject == "appointments:1,2,3"
    assert long.subject.count(",") == 99, "a line has an end"
    both = ",".join(each.subject.partition(":")[2] for each in (long, rest))
    assert both == ",".join(map(str, ids))


# Clients: a link is all they have.


def token(small: SmallWorld, of: Appointment | Offer) -> str:
    kind = LinkKind.OFFER if isinstance(of, Offer) else LinkKind.APPOINTMENT
    url = small.links.url(kind, of.link, of.generation)
    return url.rpartition("/")[2]


def test_a_link_opens_its_own_appointment(small: SmallWorld):
    booked, other = small.book(24), small.book(26)

    assert small.read(access.by_link, small.links, token(small, booked)) == booked
    assert small.read(access.by_link, small.links, token(small, other)) == other


def test_a_link_of_an_offer_opens_no_appointment_and_the_other_way_round(
    small: SmallWorld,
):
    booked, made = small.book(24), small.offer(26)

    assert small.read(access.by_link, small.links, token(small, made)) is None
    assert small.read(access.offer_by_link, small.links, token(small, booked)) is None
    assert small.read(access.offer_by_link, small.links, token(small, made)) == made


def test_a_link_taken_back_opens_nothing(small: SmallWorld):
    booked = small.book(24)
    before = token(small, booked)
    renewed = replace(
        booked, generation=booked.generation + 1, version=booked.version + 1
    )
    small.write(appointments.save, renewed)

    assert small.read(access.by_link, small.links, before) is None
    assert small.read(access.by_link, small.links, token(small, renewed)) == renewed


def test_a_link_signed_with_another_key_opens_nothing(small: SmallWorld):
    booked = small.book(24)
    forger = Links(b"a key of somebody else, long enough", "https://aika.example")
    forged = forger.url(LinkKind.APPOINTMENT, booked.link, 0).rpartition("/")[2]

    assert small.read(access.by_link, small.links, forged) is None


@pytest.mark.parametrize("tampered", ["", "x", "ä", "\x00", "a" * 5000, "../..", "%00"])
def test_what_is_no_link_opens_nothing(small: SmallWorld, tampered: str):
    small.book(24)

    assert small.read(access.by_link, small.links, tampered) is None
    assert small.read(access.offer_by_link, small.links, tampered) is None


@pytest.mark.parametrize("place", [0, 3, -1])
def test_a_link_with_one_letter_changed_opens_nothing(small: SmallWorld, place: int):
    booked = small.book(24)
    letters = list(token(small, booked))
    letters[place] = "A" if letters[place] != "A" else "B"
    # The last letter holds bits that are no part of the signature.
    changed = "".join(letters) if place >= 0 else "".join(letters[:-1])

    assert small.read(access.by_link, small.links, changed) is None


def test_a_cancelled_appointment_is_still_its_clients_to_see(small: SmallWorld):
    booked = small.book(24)
    link = token(small, booked)

    ended = small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)

    assert small.read(access.by_link, small.links, link) == ended


def test_a_withdrawn_offer_is_still_its_clients_to_see(small: SmallWorld):
    made = small.offer(24)
    gone = small.write(offers.call_off, made, small.now)

    found = small.read(access.offer_by_link, small.links, token(small, made))

    assert found == gone

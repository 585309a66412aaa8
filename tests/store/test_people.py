"""What is saved of people and services comes back as it was."""

from dataclasses import replace
from datetime import time

import pytest

from booking.calendar import Mailbox, WorkingHours
from booking.model import (
    BookedBy,
    ClientId,
    Language,
    Modality,
    ProfessionalId,
    Question,
    QuestionKind,
    Sensitivity,
    ServiceId,
    UnitId,
)
from teams_app.store import absences, people
from tests import make


def test_a_unit_is_kept_by_its_key(database):
    moved = make.a_unit(address="Rantatie 2", sensitivity=Sensitivity.PRIVATE)

    saved = database.write_here(people.save_unit, replace(moved, id=UnitId(77)))

    assert saved == moved
    assert database.read_here(people.units) == [moved]
    assert database.read_here(people.unit, UnitId(1)) == moved


def test_what_is_not_there_is_a_key_error(database):
    for load, id_ in (
        (people.unit, UnitId(9)),
        (people.professional, ProfessionalId(9)),
        (people.service, ServiceId(9)),
        (people.client, ClientId(9)),
    ):
        with pytest.raises(KeyError):
            database.read_here(load, id_)


def test_supervisors_are_those_of_the_last_list(database):
    database.write_here(people.set_supervisors, UnitId(1), ["s1", "s2", "s2"])
    database.write_here(people.set_supervisors, UnitId(1), ["s2"])

    assert database.read_here(people.units_supervised, "s1") == []
    assert database.read_here(people.units_supervised, "s2") == [UnitId(1)]


def test_a_professional_is_kept_by_her_object_id(database):
    changed = make.a_professional(name="Aino Aallotar", bookable=False)

    database.write_here(people.save_professional, changed)

    assert database.read_here(people.professionals) == [changed, make.bo()]
    assert database.read_here(
        lambda tx: people.professionals(tx, bookable_only=True)
    ) == [make.bo()]
    assert (
        database.read_here(people.professional_by_object_id, changed.object_id)
        == changed
    )
    assert database.read_here(people.professional_by_object_id, "nobody") is None


def test_saving_a_professional_leaves_her_mailbox_and_rules(database):
    odd = Mailbox(
        hours=WorkingHours(frozenset({1, 6}), time(9, 30), time(12), "Europe/Riga"),
        zone="Europe/Stockholm",
        online_meetings=False,
    )

    assert database.read_here(people.mailbox, make.AINO) == Mailbox()
    assert database.read_here(people.rules, make.AINO) is None
    database.write_here(people.save_mailbox, make.AINO, odd)
    database.write_here(people.save_rules, make.AINO, {"blocks": "Varattavissa"})
    database.write_here(people.save_professional, make.a_professional(name="A"))

    assert database.read_here(people.mailbox, make.AINO) == odd
    assert database.read_here(people.rules, make.AINO) == {"blocks": "Varattavissa"}
    assert database.read_here(people.mailbox, make.BO) == Mailbox()


def test_a_service_comes_back_whole(database):
    questions = (
        Question(
            "goal",
            QuestionKind.ONE_OF,
            make.words("Goal"),
            hint=make.words("In a word"),
            required=True,
            choices=(("work", make.words("Work")), ("study", make.words("Study"))),
        ),
        Question("more", QuestionKind.LONG, make.words("Anything else")),
    )
    full = make.a_service(
        buffers={Modality.IN_PERSON: (10, 15), Modality.PHONE: (0, 5)},
        languages=(Language.SV,),
        questions=questions,
        reminder_hours=(48,),
        booked_by=BookedBy.INVITED,
        open=False,
    )

    database.write_here(people.save_service, full)

    assert database.read_here(people.services) == [full]
    assert database.read_here(people.service, ServiceId(1)) == full


def test_who_gives_a_service_is_who_was_named_last(database):
    service = ServiceId(1)
    other = database.write_here(
        people.save_service, make.a_service(key="other", id=ServiceId(0))
    )
    database.write_here(people.set_service_professionals, other.id, [make.BO])
    database.write_here(people.set_service_professionals, service, [make.BO, make.AINO])
    database.write_here(people.save_professional, make.a_professional(bookable=False))

    assert database.read_here(people.professionals_for, service) == [make.bo()]
    assert database.read_here(people.services_of, make.BO) == [
        make.a_service(),
        other,
    ]
    database.write_here(people.set_service_professionals, service, [])
    assert database.read_here(people.services_of, make.AINO) == []


def test_a_client_is_found_by_name_and_contact_together(database):
    known = make.a_client()

    def find(name, email, phone):
        return database.read_here(people.find_client, name, email, phone)

    assert find(known.name, known.email, known.phone) == known
    assert find("Somebody Else", known.email, known.phone) is None
    assert find(known.name, known.email, None) is None
    assert find(known.name, None, None) is None


def test_a_client_without_contact_points_is_never_found_again(database):
    made = database.write_here(
        people.add_client, "Ei Puhelinta", Language.SV, None, None, make.NOW
    )

    assert database.read_here(people.client, made.id) == made
    assert database.read_here(people.find_client, made.name, None, None) is None


def test_absences_come_in_order(database):
    later, sooner = make.span(72), make.span(24)

    first = database.write_here(absences.add, make.AINO, later)
    second = database.write_here(absences.add, make.AINO, sooner)

    assert database.read_here(absences.of, make.AINO) == [second, first]
    assert database.read_here(absences.of, make.BO) == []

"""What has happened to an appointment, what its client was sent, and her other times."""

from booking.appointments import Actor
from booking.model import Appointment, Language, Slot
from booking.views.cards import ConflictKind
from booking.views.record import Event, Others, Sent
from booking.wording import text
from graph_sync.graph import Refused
from teams_app.actions import access, booking, conflicts, history, same_client, sent
from teams_app.actions.access import Claims, Look
from teams_app.store import log, people, persons
from tests import make
from tests.support.handing import copied, deleted, standing, trust
from tests.support.small_world import MAIJA, SUPERVISOR, TENANT, SmallWorld

AINO, BO = make.a_professional().object_id, make.bo().object_id
HERS = make.a_professional().mailbox


def lines(small: SmallWorld, found: Appointment) -> list[Event]:
    """Give the history, the first first."""
    told: tuple[Event, ...] = small.read(history.of, small.appointment(found.id))
    return list(told)[::-1]


def whats(small: SmallWorld, found: Appointment) -> list[tuple[str, str, str]]:
    return [(each.what, each.by, each.name) for each in lines(small, found)]


def said(small: SmallWorld, found: Appointment) -> list[Sent]:
    told: tuple[Sent, ...] = small.read(
        sent.to_client, small.appointment(found.id), small.policy, Language.EN
    )
    return list(told)[::-1]


# What has happened.


async def test_a_life_is_told_by_whom_and_from_where(small: SmallWorld):
    booked = small.book(24)
    small.clock.advance(minutes=1)
    moved = small.write(
        booking.move,
        booked.id,
        Slot(make.AINO, make.at(26)),
        version=booked.version,
        by=Actor.PROFESSIONAL,
        policy=small.policy,
        now=small.now,
        who=f"staff:{AINO}",
    )
    assert isinstance(moved, Appointment)
    small.clock.advance(minutes=1)
    small.write(
        booking.cancel,
        booked.id,
        by=Actor.SUPERVISOR,
        now=small.now,
        who=f"staff:{SUPERVISOR}",
    )

    assert whats(small, booked) == [
        ("book", "client", ""),
        ("move", "professional", "Aino Aalto"),
        ("cancel", "supervisor", ""),
    ]
    small.write(persons.save, SUPERVISOR, "Kaarina Holmberg")
    assert whats(small, booked)[-1] == ("cancel", "supervisor", "Kaarina Holmberg")


async def test_what_the_reception_did_is_called_hers(small: SmallWorld):
    booked = small.book(24)
    desk = "00000000-0000-4000-8000-000000000052"
    small.write(people.set_receptionists, small.aino.unit, [desk])
    small.clock.advance(minutes=1)
    small.write(
        booking.cancel,
        booked.id,
        by=Actor.RECEPTION,
        now=small.now,
        who=f"staff:{desk}",
    )

    assert whats(small, booked)[-1] == ("cancel", "reception", "")
    small.write(persons.save, desk, "Liisa Laine")
    assert whats(small, booked)[-1] == ("cancel", "reception", "Liisa Laine")


async def test_what_outlook_did_has_no_known_hand_and_its_question_an_end(
    small: SmallWorld,
):
    booked = await standing(small)
    small.clock.advance(minutes=1)
    small.graph.change(HERS, small.graph.ours(HERS)[0].id, when=make.span(30))
    small.pull()
    await small.settle_down()
    small.clock.advance(minutes=1)
    question = small.question(ConflictKind.MOVED)
    small.write(conflicts.put_back, question, small.now)

    asked, answered = lines(small, booked)[1:3]

    assert (asked.what, asked.by) == ("asked_moved", "outlook")
    assert asked.when == make.at(30)
    assert answered.what == "answered_put_back"


async def test_a_hand_over_names_both_and_stands_there_once(small: SmallWorld):
    trust(small)
    booked = await standing(small)
    small.clock.advance(minutes=1)
    await copied(small, booked)
    await deleted(small, booked)

    handed = [each for each in lines(small, booked) if each.what.startswith("hand")]

    (one,) = handed
    assert (one.what, one.was, one.to) == (
        "hand_over_in_outlook",
        "Aino Aalto",
        "Bo Berg",
    )
    assert (one.by, one.name) == ("outlook", "")


def test_a_code_that_nobody_has_put_into_words_is_no_code_on_the_page(
    small: SmallWorld,
):
    booked = small.book(24)
    subject = f"appointment:{booked.id}"
    for who, what in (("staff:x", "reopened"), ("nobody", "view"), ("?", "frobbed")):
        small.write(
            log.record, at=small.now, who=who, what=what, subject=subject, source="v9"
        )

    assert whats(small, booked)[1:] == [
        ("other", "professional", ""),
        ("other", "", ""),
    ]


# What the client was sent.


async def test_a_message_says_kind_channel_moment_and_its_text_as_it_was(
    small: SmallWorld,
):
    booked = small.book(24)
    await small.settle_down()
    (mail,) = small.graph.mails

    (one,) = said(small, booked)

    assert (one.kind, one.channel, one.state) == ("booked", "mail", "accepted")
    assert (one.to, one.why) == ("m…@client.example", "")
    assert one.subject == mail.subject
    link = text(Language.EN, "sent.link")
    before, after = one.text.split(link)
    assert mail.text.startswith(before)
    assert mail.text.endswith(after)
    assert booked.link not in one.text


async def test_what_said_another_time_is_not_put_together_again(small: SmallWorld):
    booked = small.book(24)
    await small.settle_down()
    small.clock.advance(minutes=1)
    small.move(booked, 26)
    await small.settle_down()

    first, second = said(small, booked)

    assert (first.kind, first.text, first.subject) == ("booked", "", "")
    assert second.kind == "moved_by_client"
    assert second.text


async def test_what_did_not_go_out_says_why(small: SmallWorld):
    small.graph.refusals[str(MAIJA.email)] = Refused("ErrorInvalidRecipients")
    booked = small.book(24)
    await small.settle_down()

    (one,) = said(small, booked)

    assert (one.state, one.why) == ("failed", "mail")
    for language in Language:
        assert text(language, f"sent.why.{one.why}")


async def test_what_was_never_tried_is_not_left_out(small: SmallWorld):
    booked = small.book(1, by=Actor.PROFESSIONAL)
    small.clock.advance(hours=3)
    await small.settle_down()

    told = said(small, booked)

    assert [(each.kind, each.state, each.why) for each in told] == [
        ("booked", "failed", "started")
    ]


# Her other times.


def others(small: SmallWorld, found: Appointment, who: str = AINO) -> Others:
    person = small.read(access.person, Claims(TENANT, who))
    look = Look(small.now, "tab")
    made: Others = small.write(
        same_client.others, person, found, look, Language.EN, "/at/{}".format
    )
    return made


def test_she_sees_her_own_of_the_same_client_and_not_even_a_count_of_the_rest(
    small: SmallWorld,
):
    past, now = small.book(2), small.book(48)
    coming, his = small.book(72), small.book(96, slot=Slot(make.BO, make.at(96)))
    small.hold(98)
    small.book(97, details=make.replace(MAIJA, name="Maija Muu"))
    small.clock.advance(hours=24)

    found = others(small, now)
    before = found.earlier

    assert [each.reference for each in found.coming] == [coming.reference]
    assert [each.reference for each in before] == [past.reference]
    assert before[0].href == f"/at/{past.reference}"
    assert before[0].professional == ""
    boss = others(small, now, SUPERVISOR).coming
    assert {each.reference for each in boss} == {coming.reference, his.reference}
    assert {each.professional for each in boss} == {"Aino Aalto", "Bo Berg"}


def test_what_is_cancelled_is_not_to_come(small: SmallWorld):
    now, off, coming = small.book(24), small.book(48), small.book(72)
    small.write(booking.cancel, off.id, by=Actor.PROFESSIONAL, now=small.now)

    found = others(small, now)

    assert [each.reference for each in found.coming] == [coming.reference]
    assert [each.reference for each in found.cancelled] == [off.reference]
    small.clock.advance(hours=96)
    later = others(small, now)
    assert not later.cancelled
    assert {each.reference for each in later.earlier} == {
        off.reference,
        coming.reference,
    }


def test_each_that_is_shown_is_logged(small: SmallWorld):
    now, other = small.book(24), small.book(48)

    others(small, now)

    (entry,) = small.read(log.entries, f"appointments:{other.id}", 10)
    assert (entry.who, entry.what) == (f"staff:{AINO}", "view")


def test_of_a_unit_she_no_longer_supervises_nothing_is_left(small: SmallWorld):
    now = small.book(24, slot=Slot(make.BO, make.at(24)))
    small.book(48)
    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, []))

    assert others(small, now, BO) == Others()

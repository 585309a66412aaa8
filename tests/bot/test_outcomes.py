"""How an appointment went: the card at its end, the buttons, and what is written."""

from datetime import timedelta
from typing import Any

import pytest

from booking.appointments import Actor
from booking.model import Appointment, Language, Modality, Status
from cards import verbs
from teams_app.actions import booking, postings, staff_views
from teams_app.actions import conflicts as answers
from teams_app.store import conflicts, log, people
from teams_app.store.database import Tx
from tests import make
from tests.bot.talk import (
    AINO,
    BO,
    Talk,
    button,
    looks,
    pressable,
    said,
    speaks,
    texts,
    title,
    values,
)
from tests.support.small_world import MAIJA, SmallWorld


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give SQLite alone: nothing here is the database's own doing."""
    return sqlite_url


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


async def ended(small: SmallWorld, hours: float = 2, **changes: Any) -> Appointment:
    """Book an appointment and let it end."""
    booked = small.book(hours, **changes)
    await small.settle_down()
    small.clock.advance(hours=hours, minutes=45)
    await small.settle_down()
    return booked


def ways(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["data"] for each in pressable(card, verbs.OUTCOME_RECORD)]


def way(card: dict[str, Any], outcome: Status) -> dict[str, Any]:
    return next(each for each in ways(card) if each[verbs.OUTCOME] == outcome)


def changes_of(small: SmallWorld, booked: Appointment) -> list[tuple[str, str]]:
    found = small.read(log.entries, f"appointment:{booked.id}", 100)
    return [(each.who, each.what) for each in found if each.what != "view"]


def sent(small: SmallWorld) -> int:
    return len(small.graph.mails) + len(small.sms.sent)


# The card at the end.


@pytest.mark.parametrize("language", Language)
async def test_when_it_ends_she_is_asked_once_how_it_went(
    aino: Talk, language: Language
):
    speaks(aino.small, language)
    before = len(aino.posted)

    booked = await ended(aino.small)
    aino.small.clock.advance(hours=2)
    await aino.small.settle_down()

    asked = [
        each
        for each in aino.posted[before:]
        if ways(each.activity["attachments"][0]["content"])
    ]
    assert len(asked) == 1
    card = aino.small.chat.card()
    assert title(card) == said("cards.appointment.outcome", language)
    offered = [each[verbs.OUTCOME] for each in ways(card)]
    assert offered == ["completed", "late", "no_show", "not_reached"]
    assert booked.reference in str(card)
    assert MAIJA.name not in str(asked[0].activity["summary"])


@pytest.mark.parametrize("happens", ["cancelled", "moved", "recorded", "choosing"])
async def test_it_is_decided_at_the_end_whether_she_is_asked(aino: Talk, happens: str):
    small, booked = aino.small, aino.small.book(2)
    await small.settle_down()
    if happens == "cancelled":
        small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    elif happens == "moved":
        small.move(booked, 26)
    elif happens == "choosing":
        await _is_to_choose(small, booked)
    else:
        small.clock.advance(hours=2)
        await aino.ask(f"kirjaa {booked.reference} toteutui")
    small.clock.advance(hours=3)
    count = len(aino.posted)
    await small.settle_down()

    later = [each.activity for each in aino.posted[count:]]
    assert not [each for each in later if verbs.OUTCOME_RECORD in str(each)]


async def _is_to_choose(small: SmallWorld, booked: Appointment) -> None:
    """Let the client be asked to choose another time, and not answer."""
    small.graph.add(make.a_professional().mailbox, booked.span)
    small.pull()
    await small.settle_down()
    (question,) = small.read(conflicts.open_for, make.AINO)
    small.write(answers.propose, question, small.now)
    await small.settle_down()


# Pressed.


@pytest.mark.parametrize("outcome", ["completed", "late", "no_show", "not_reached"])
async def test_one_press_records_it_and_tells_the_client_nothing(
    aino: Talk, outcome: str
):
    small, booked = aino.small, await ended(aino.small)
    before, events = sent(small), len(small.graph.ours(make.a_professional().mailbox))
    asked = way(small.chat.card(), Status(outcome))

    card = await aino.card(verbs.OUTCOME_RECORD, asked)
    await small.settle_down()

    assert title(card) == said(f"cards.appointment.{outcome}")
    assert small.appointment(booked.id).status == outcome
    assert sent(small) == before
    assert len(small.graph.ours(make.a_professional().mailbox)) == events
    assert changes_of(small, booked)[0] == (f"staff:{AINO}", f"outcome_{outcome}")
    assert said("cards.truth.told.done") in " ".join(texts(card))


async def test_pressed_twice_or_in_an_old_teams_it_is_recorded_once(aino: Talk):
    small, booked = aino.small, await ended(aino.small)
    data = way(small.chat.card(), Status.NO_SHOW)

    first = await aino.card(verbs.OUTCOME_RECORD, data)
    second = await aino.card(verbs.OUTCOME_RECORD, data)
    await aino.submit(data, replyToId="M1")

    assert first == second
    assert small.appointment(booked.id).version == booked.version + 1
    assert [what for _, what in changes_of(small, booked)].count("outcome_no_show") == 1


async def test_an_old_copy_shows_what_was_recorded_and_changes_nothing(aino: Talk):
    small, booked = aino.small, await ended(aino.small)
    old = small.chat.card()
    await aino.card(verbs.OUTCOME_RECORD, way(old, Status.COMPLETED))

    card = await aino.card(verbs.OUTCOME_RECORD, way(old, Status.NO_SHOW))

    assert small.appointment(booked.id).status is Status.COMPLETED
    assert title(card) == said("cards.appointment.completed")
    assert said("cards.problem.outdated") in " ".join(texts(card))


async def test_it_is_corrected_on_the_newest_card(aino: Talk):
    small, booked = aino.small, await ended(aino.small)
    card = await aino.card(verbs.OUTCOME_RECORD, way(small.chat.card(), Status.NO_SHOW))

    corrected = await aino.card(verbs.OUTCOME_RECORD, way(card, Status.LATE))

    assert title(corrected) == said("cards.appointment.late")
    whats = [what for _, what in changes_of(small, booked)]
    assert whats[:2] == ["outcome_late", "outcome_no_show"]


@pytest.mark.parametrize("outcome", ["", "booked", "cancelled_by_us", "held", "odd"])
async def test_a_forged_outcome_is_none(aino: Talk, outcome: str):
    small, booked = aino.small, await ended(aino.small)
    data = {"appointment": booked.id, "version": booked.version, "outcome": outcome}

    card = await aino.card(verbs.OUTCOME_RECORD, data)

    assert said("outcomes.problem.unfit") in " ".join(texts(card))
    assert small.appointment(booked.id) == booked


async def test_nothing_is_recorded_before_it_begins_or_after_two_weeks(aino: Talk):
    small, booked = aino.small, aino.small.book(2)
    data = {"appointment": booked.id, "version": booked.version, "outcome": "no_show"}

    early = await aino.card(verbs.OUTCOME_RECORD, data)
    small.clock.advance(days=15)
    late = await aino.card(verbs.OUTCOME_RECORD, data)

    assert said("outcomes.problem.not_begun") in " ".join(texts(early))
    assert said("outcomes.problem.too_old") in " ".join(texts(late))
    assert small.appointment(booked.id) == booked


async def test_who_was_asked_for_another_time_has_missed_nothing(aino: Talk):
    small, booked = aino.small, aino.small.book(2)
    await small.settle_down()
    await _is_to_choose(small, booked)
    small.clock.advance(hours=3)
    data = {"appointment": booked.id, "version": booked.version, "outcome": "no_show"}

    card = await aino.card(verbs.OUTCOME_RECORD, data)

    assert said("outcomes.problem.unfit") in " ".join(texts(card))
    assert small.appointment(booked.id).status is Status.BOOKED
    assert title(await aino.ask("tulos")) == said("outcomes.list.title_none")


async def test_one_that_was_made_longer_is_asked_about_at_its_new_end(aino: Talk):
    small, booked = aino.small, aino.small.book(2)
    end = int(booked.span.end.timestamp())
    small.clock.advance(hours=2, minutes=50)

    def asked(tx: Tx, end: int) -> Any:
        return postings.ended(tx, "k", booked.id, end, small.policy, small.now)

    assert small.write(asked, end - 600) is None
    assert small.write(asked, end) is not None


async def test_what_is_a_colleagues_cannot_be_recorded(aino: Talk):
    small, booked = aino.small, await ended(aino.small)
    bo = Talk(small, BO)
    data = way(small.chat.card(), Status.NO_SHOW)

    pressed = await bo.card(verbs.OUTCOME_RECORD, data)
    written = await bo.ask(f"{booked.reference} uteblev")

    assert title(pressed) == said("cards.notice.gone.title", "sv")
    assert title(written) == said("cards.notice.not_found.title", "sv")
    assert small.appointment(booked.id) == booked


# The next appointment.


async def test_the_next_one_opens_the_form_filled_in(aino: Talk):
    small = aino.small
    await ended(
        small,
        modality=Modality.PHONE,
        details=make.replace(MAIJA, phone="+358400000001"),
    )

    form = await aino.card(
        verbs.OUTCOME_NEXT, button(small.chat.card(), verbs.OUTCOME_NEXT)
    )

    assert values(form) == {
        "service": "guidance",
        "modality": "phone",
        "client_name": MAIJA.name,
        "client_language": "fi",
        "client_email": MAIJA.email,
        "client_phone": "+358400000001",
    }


async def test_who_goes_on_to_the_next_one_first_is_asked_again(aino: Talk):
    small, booked = aino.small, await ended(aino.small)
    asked = small.chat.posted[-1]
    await aino.card(
        verbs.OUTCOME_NEXT, button(small.chat.card(), verbs.OUTCOME_NEXT), on=asked.id
    )
    count = len(aino.posted)

    small.clock.advance(minutes=11)
    await small.settle_down()

    assert len(aino.posted) == count + 1
    assert ways(small.chat.card())
    assert booked.reference in str(small.chat.card())


# Written.


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (Language.FI, "kirjaa {} ei saapunut"),
        (Language.SV, "registrera {} uteblev"),
        (Language.EN, "record {} no-show"),
    ],
)
async def test_it_is_written_in_a_sentence(
    aino: Talk, language: Language, sentence: str
):
    speaks(aino.small, language)
    booked = await ended(aino.small)

    card = await aino.ask(sentence.format(booked.reference))

    assert title(card) == said("cards.appointment.no_show", language)
    assert aino.small.appointment(booked.id).status is Status.NO_SHOW


@pytest.mark.parametrize(
    ("language", "word"),
    [(Language.FI, "tulos"), (Language.SV, "resultat"), (Language.EN, "outcome")],
)
async def test_the_word_alone_lists_what_has_no_outcome_and_a_press_goes_on(
    aino: Talk, language: Language, word: str
):
    speaks(aino.small, language)
    first, second = aino.small.book(2), aino.small.book(3)
    aino.small.book(26)
    aino.small.clock.advance(hours=3, minutes=10)

    card = await aino.ask(word)

    assert {each["appointment"] for each in ways(card)} == {first.id, second.id}
    assert f"appointments:{first.id},{second.id}" in looks(aino.small)[-1]
    left = await aino.card(verbs.OUTCOME_RECORD, ways(card)[0])
    assert {each["appointment"] for each in ways(left)} == {second.id}
    outcome = aino.small.appointment(first.id).status
    assert said(f"history.what.outcome_{outcome}", language) in str(left)
    assert first.reference in str(left)
    assert said("outcomes.do.correct", language) in str(left)
    done = await aino.card(verbs.OUTCOME_RECORD, ways(left)[0])
    assert title(done) == said("outcomes.list.title_none", language)


# Until then.


async def test_it_stands_in_the_days_list_until_it_is_recorded(aino: Talk):
    booked = await ended(aino.small)

    open_ = await aino.ask("tänään")
    await aino.ask(f"kirjaa {booked.reference} myöhästyi")
    recorded = await aino.ask("tänään")

    assert said("outcomes.unrecorded") in texts(open_)
    assert said("outcomes.way.late") in texts(recorded)
    assert said("outcomes.unrecorded") not in texts(recorded)


async def test_the_days_list_leads_to_a_meeting_until_its_time_is_over(aino: Talk):
    aino.small.book(2)
    await aino.small.settle_down()

    ahead = await aino.ask("tänään")
    aino.small.clock.advance(hours=3)
    over = await aino.ask("tänään")

    assert said("cards.do.join") in str(ahead)
    assert said("outcomes.unrecorded") in texts(over)
    assert said("cards.do.join") not in str(over)


async def test_the_next_mornings_list_counts_them_and_names_nobody(aino: Talk):
    small = aino.small
    await ended(small)
    day = (small.now + timedelta(days=1)).date()

    view = small.read(_morning, day, small)

    assert view.unrecorded == 1
    assert MAIJA.name not in str(view)


def _morning(tx: Tx, day: Any, small: SmallWorld) -> Any:
    later = small.now + timedelta(days=1)
    return staff_views.morning(tx, make.AINO, day, small.policy, later)


async def test_a_supervisors_answer_is_in_her_name(small: SmallWorld):
    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, [BO]))
    booked = await ended(small)

    await Talk(small, BO).ask(f"{booked.reference} genomfördes")

    assert changes_of(small, booked)[0] == (f"staff:{BO}", "outcome_completed")

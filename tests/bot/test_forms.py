"""The booking form in the bot: nothing typed is lost, one form makes one thing."""

from typing import Any

import pytest

from booking.model import Status
from cards import verbs
from teams_app.actions import offers
from teams_app.bot import forms
from teams_app.store import people
from teams_app.store.database import Tx
from tests import make
from tests.bot.talk import (
    AINO,
    BO,
    FORM,
    Talk,
    button,
    nodes,
    said,
    slots,
    title,
    values,
)
from tests.support.small_world import POLICY, SmallWorld

FREE = f"{make.AINO}@{int(make.at(24).timestamp())}"
LATER = f"{make.AINO}@{int(make.at(26).timestamp())}"
OF_BO = f"{make.BO}@{int(make.at(24).timestamp())}"
GONE = f"{make.AINO}@{int(make.at(-1).timestamp())}"
FAR = f"{make.AINO}@99999999999"
ODD = f"{make.AINO}@{int(make.at(24).timestamp()) + 60}"
MAKING = [verbs.BOOK_NOW, verbs.BOOK_OFFER, verbs.BOOK_OPEN]


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


def appointments(small: SmallWorld) -> list[Any]:
    found = [small.appointment(number) for number in range(1, 20)]
    return [each for each in found if each is not None]


def offered(small: SmallWorld) -> list[Any]:
    def look(tx: Tx) -> list[Any]:
        found = [offers.offers.find(tx, number) for number in range(1, 20)]
        return [each for each in found if each is not None]

    listed: list[Any] = small.read(look)
    return listed


def told(small: SmallWorld) -> list[str]:
    return [each.key for each in small.owed() if each.kind in {"tell", "tell_offer"}]


# Filling it in.


async def test_the_times_shown_are_her_own_and_free(aino: Talk):
    aino.small.book(2)

    card = await aino.card(verbs.BOOK_TIMES, FORM)

    shown = slots(card)
    assert len(shown) == 6
    assert all(each.startswith(f"{make.AINO}@") for each in shown)
    assert f"{make.AINO}@{int(make.at(2).timestamp())}" not in shown
    assert button(card, verbs.BOOK_NOW) == FORM | {"verb": verbs.BOOK_NOW}


@pytest.mark.parametrize(
    ("field", "typed", "wrong"),
    [
        ("service", "", "service"),
        ("service", "another", "service"),
        ("modality", "", "modality"),
        ("modality", "by_pigeon", "modality"),
        ("client_language", "", "client_language"),
        ("client_language", "de", "client_language"),
        ("client_name", "", "client_name"),
        ("client_name", "  ", "client_name"),
        ("client_name", "123", "client_name"),
        ("client_name", "A" * 121, "too_long"),
        ("client_email", "maija@", "client_email"),
        ("client_email", "maija meri@client.example", "client_email"),
        ("client_email", "a" * 250 + "@client.example", "client_email"),
        (
            "client_email",
            "maija@client.example\nBcc: all@client.example",
            "client_email",
        ),
        ("client_phone", "12", "client_phone"),
        ("client_phone", "soita", "client_phone"),
        ("client_phone", "0600 123 456", "client_phone"),
        (
            "client_phone",
            "0 4 0 1 2 3 4 5 6 7" + " " * 3 + "- " * 20 + "8",
            "client_phone",
        ),
        ("client_email", "", "contact"),
    ],
)
async def test_a_mistake_is_said_and_nothing_typed_is_lost(
    aino: Talk, field: str, typed: str, wrong: str
):
    sent = FORM | {field: typed}

    card = await aino.card(verbs.BOOK_TIMES, sent)

    assert title(card) == said("cards.book.title")
    assert said(f"cards.error.{wrong}") in str(card)
    for name, shown in values(card).items():
        kept = forms.typed({name: sent[name].replace("\n", " ")})[name]
        known = {"service": {"guidance"}, "client_language": {"fi", "sv", "en"}}
        known["modality"] = {"remote", "phone", "in_person"}
        if name not in known or sent[name] in known[name]:
            assert shown == kept, name
    assert button(card, verbs.BOOK_TIMES)["request"] == FORM["request"]


@pytest.mark.parametrize("verb", MAKING)
async def test_nothing_is_made_of_a_form_with_a_mistake(aino: Talk, verb: str):
    """An appointment by phone without a number is one: nobody could be called."""
    sent = FORM | {"modality": "phone", "slot": FREE, "slots": FREE}

    card = await aino.card(verb, sent)

    assert said("cards.error.no_phone") in str(card)
    assert values(card)["client_name"] == FORM["client_name"]
    assert appointments(aino.small) == []
    assert told(aino.small) == []


async def test_every_mistake_is_said_at_once(aino: Talk):
    card = await aino.card(verbs.BOOK_TIMES, {})

    for wrong in ("service", "modality", "client_language", "client_name", "contact"):
        assert said(f"cards.error.{wrong}") in str(card)


async def test_a_service_that_is_not_hers_or_is_closed_is_refused(aino: Talk):
    aino.small.write(people.set_service_professionals, 1, [make.BO])

    card = await aino.card(verbs.BOOK_TIMES, FORM)

    assert said("cards.error.service") in str(card)


async def test_a_phone_alone_is_enough_and_is_kept_whole(aino: Talk):
    by_phone = FORM | {"client_email": "", "client_phone": "(040) 123 45 67"}

    card = await aino.card(verbs.BOOK_TIMES, by_phone)
    await aino.card(verbs.BOOK_NOW, button(card, verbs.BOOK_NOW) | {"slot": FREE})

    (made,) = appointments(aino.small)
    client = aino.small.read(people.client, made.client)
    assert (client.email, client.phone) == (None, "+358401234567")


async def test_marks_that_cannot_be_seen_are_not_kept(aino: Talk):
    name = "Ma\0i\u202eja\u200b \x1bMeri\n"

    card = await aino.card(verbs.BOOK_TIMES, FORM | {"client_name": name})
    carried = button(card, verbs.BOOK_NOW)
    await aino.card(verbs.BOOK_NOW, carried | {"slot": FREE})

    assert carried["client_name"] == "Maija Meri "
    (made,) = appointments(aino.small)
    assert aino.small.read(people.client, made.client).name == "Maija Meri"


async def test_going_back_keeps_what_was_typed(aino: Talk):
    card = await aino.card(verbs.BOOK_TIMES, FORM)

    back = await aino.card(verbs.BOOK_BACK, button(card, verbs.BOOK_BACK))

    shown = values(back)
    assert shown == {name: FORM[name] for name in shown}
    assert button(back, verbs.BOOK_TIMES)["request"] == FORM["request"]


async def test_another_service_or_way_may_be_chosen_after_going_back(aino: Talk):
    changed = FORM | {
        "modality": "phone",
        "client_phone": "040 123 4567",
        "client_language": "sv",
    }

    card = await aino.card(verbs.BOOK_TIMES, changed)
    await aino.card(verbs.BOOK_NOW, button(card, verbs.BOOK_NOW) | {"slot": FREE})

    (made,) = appointments(aino.small)
    assert (made.modality.value, made.language.value) == ("phone", "sv")


async def test_what_is_far_too_long_comes_back_short(aino: Talk):
    endless = dict.fromkeys(FORM, "a" * 50_000)

    card = await aino.card(verbs.BOOK_TIMES, endless)

    assert len(str(card)) < 20_000


async def test_a_calendar_not_read_yet_is_said_so(small: SmallWorld):
    person = make.a_professional(
        id=0, object_id="00000000-0000-4000-8000-000000000003", mailbox="uusi@x.example"
    )
    new = small.write(people.save_professional, person)
    small.write(people.set_service_professionals, 1, [new.id])

    card = await Talk(small, new.object_id).card(verbs.BOOK_TIMES, FORM)

    assert said("cards.times.unread") in str(card)
    assert button(card, verbs.BOOK_BACK)["client_name"] == FORM["client_name"]


# What was said beside the word.


async def test_who_asks_to_offer_gets_that_part_first_and_open(aino: Talk):
    form = await aino.ask("ehdota Kalle Kokeilu")
    wrong = await aino.card(
        verbs.BOOK_TIMES, FORM | button(form, verbs.BOOK_TIMES) | {"client_email": "m@"}
    )
    times = await aino.card(verbs.BOOK_TIMES, FORM | button(wrong, verbs.BOOK_TIMES))
    back = await aino.card(verbs.BOOK_BACK, button(times, verbs.BOOK_BACK))

    assert values(form)["client_name"] == "Kalle Kokeilu"
    for card in (form, wrong, times, back):
        assert title(card) == said("cards.book.title_offer")
    inputs = [one["id"] for one in times["body"] if one["type"] == "Input.ChoiceSet"]
    assert inputs == [verbs.SLOTS]
    (first, *_) = [one for one in times["body"] if one["type"] == "ActionSet"]
    assert first["actions"][0]["verb"] == verbs.BOOK_OFFER
    sent = button(times, verbs.BOOK_OFFER) | {"slots": slots(times)[0]}
    assert title(await aino.card(verbs.BOOK_OFFER, sent)) == "Aikaa on ehdotettu"


async def test_no_more_times_are_offered_at_once_than_the_tenant_allows(aino: Talk):
    aino.small.policy = make.replace(aino.small.policy, offered_max=1)
    form = await aino.ask("ehdota Kalle Kokeilu")
    times = await aino.card(verbs.BOOK_TIMES, FORM | button(form, verbs.BOOK_TIMES))
    two = ",".join(slots(times)[:2])

    sent = button(times, verbs.BOOK_OFFER)
    refused = await aino.card(verbs.BOOK_OFFER, sent | {"slots": two})

    assert said("cards.error.too_many_slots") in str(refused)
    assert aino.small.owed("tell_offer") == []
    taken = await aino.card(verbs.BOOK_OFFER, sent | {"slots": slots(times)[0]})
    assert title(taken) == "Aikaa on ehdotettu"


async def test_the_name_in_a_sentence_is_filled_in_to_be_looked_at(aino: Talk):
    aino.small.book(26)

    card = await aino.ask("varaa Maija Meri huomenna klo 10 puhelimella")
    empty = await aino.ask("varaa huomenna")

    filled = {name: each for name, each in values(card).items() if each}
    assert filled == {
        "service": "guidance",
        "client_name": "Maija Meri",
        "modality": "phone",
    }
    assert said("cards.book.name_heard") in str(card)
    assert said("cards.book.name_heard") not in str(empty)
    assert title(card) == said("cards.book.title")


async def test_a_service_named_in_a_sentence_is_chosen_beforehand(aino: Talk):
    second = make.a_service(
        id=0,
        key="second",
        name=make.Words("Uraohjaus", "Karriärvägledning", "Career guidance"),
    )
    saved = aino.small.write(people.save_service, second)
    aino.small.write(people.set_service_professionals, saved.id, [make.AINO])

    card = await aino.ask("varaa uraohjaukseen Kalle Kokeilu")

    assert values(card)["service"] == "second"
    assert values(card)["client_name"] == "Kalle Kokeilu"


# Booking and offering.


async def test_a_time_is_booked_at_once_and_shown_as_it_is(aino: Talk):
    card = await aino.card(verbs.BOOK_NOW, FORM | {"slot": FREE})

    (made,) = appointments(aino.small)
    assert made.status is Status.BOOKED
    assert made.span.start == make.at(24)
    assert title(card) == said("cards.appointment.standing")
    assert made.reference in str(card)


@pytest.mark.parametrize("slot", ["", "odd", OF_BO, "1@", "@1", f"{FAR}9", "1@-5"])
@pytest.mark.parametrize("verb", [verbs.BOOK_NOW, verbs.BOOK_OFFER])
async def test_a_time_that_is_not_hers_is_not_taken(aino: Talk, verb: str, slot: str):
    card = await aino.card(verb, FORM | {"slot": slot, "slots": slot})

    wrong = "slot" if verb == verbs.BOOK_NOW else "slots"
    assert said(f"cards.error.{wrong}") in str(card)
    assert slots(card)
    assert appointments(aino.small) == []
    assert offered(aino.small) == []


@pytest.mark.parametrize("verb", [verbs.BOOK_NOW, verbs.BOOK_OFFER])
async def test_a_time_that_has_passed_is_not_taken(aino: Talk, verb: str):
    card = await aino.card(verb, FORM | {"slot": GONE, "slots": GONE})

    assert said("cards.error.past") in str(card)
    assert appointments(aino.small) == []
    assert offered(aino.small) == []


@pytest.mark.parametrize("verb", [verbs.BOOK_NOW, verbs.BOOK_OFFER])
@pytest.mark.parametrize(("slot", "why"), [(FAR, "too_far"), (ODD, "off_grid")])
async def test_a_time_that_nobody_can_have_is_not_taken(
    aino: Talk, verb: str, slot: str, why: str
):
    card = await aino.card(verb, FORM | {"slot": slot, "slots": slot})

    assert said(f"cards.error.{why}") in str(card)
    assert said("cards.times.taken") not in str(card)
    assert slots(card)
    assert appointments(aino.small) == []
    assert offered(aino.small) == []
    assert told(aino.small) == []


@pytest.mark.parametrize("verb", [verbs.BOOK_NOW, verbs.BOOK_OFFER])
async def test_a_time_just_taken_gives_the_nearest_others(aino: Talk, verb: str):
    aino.small.book(24)

    card = await aino.card(verb, FORM | {"slot": FREE, "slots": FREE})

    assert said("cards.times.taken") in str(card)
    assert FREE not in slots(card)
    assert len(appointments(aino.small)) == 1
    assert offered(aino.small) == []


async def test_of_the_times_offered_those_taken_meanwhile_are_left_out(aino: Talk):
    aino.small.book(24)

    await aino.card(
        verbs.BOOK_OFFER, FORM | {"slots": f"{FREE},{LATER},{LATER},{OF_BO},odd"}
    )

    (made,) = offered(aino.small)
    assert [slot.start for slot in made.slots] == [make.at(26)]


async def test_outlook_out_of_reach_is_said_and_nothing_is_booked_blind(aino: Talk):
    aino.small.gate.arm(1, only="graph.view")

    card = await aino.card(verbs.BOOK_NOW, FORM | {"slot": FREE})

    assert title(card) == said("cards.appointment.confirming")
    (made,) = appointments(aino.small)
    assert made.status is Status.HELD
    assert made.confirming


# One form, one thing.


@pytest.mark.parametrize("first", MAKING)
@pytest.mark.parametrize("second", MAKING)
async def test_one_form_makes_one_thing_whichever_copy_is_pressed(
    aino: Talk, first: str, second: str
):
    sent = FORM | {"slot": FREE, "slots": FREE}
    made = await aino.card(first, sent, on="M1")

    again = await aino.card(second, sent | {"slot": LATER, "slots": LATER}, on="M2")

    assert title(again) == title(made)
    assert len(appointments(aino.small)) + len(offered(aino.small)) == 1
    assert len(told(aino.small)) == 1


async def test_an_old_copy_shows_that_what_it_made_is_cancelled(aino: Talk):
    sent = FORM | {"slot": FREE}
    card = await aino.card(verbs.BOOK_NOW, sent)
    cancel = button(card, verbs.APPOINTMENT_CANCEL)
    await aino.card(verbs.APPOINTMENT_CANCEL, cancel)

    again = await aino.card(verbs.BOOK_NOW, sent)

    assert title(again) == said("cards.appointment.cancelled_by_us")
    assert [each.status for each in appointments(aino.small)] == [
        Status.CANCELLED_BY_US
    ]


@pytest.mark.parametrize(
    "request_", [None, "", " ", "\0", "a b c d e f g h", "x" * 500]
)
async def test_forms_without_a_name_do_not_stand_for_each_other(
    aino: Talk, request_: Any
):
    nameless = FORM | {"request": request_}
    other = nameless | {
        "client_name": "Ville Virta",
        "client_email": "v@client.example",
    }

    await aino.card(verbs.BOOK_NOW, nameless | {"slot": FREE})
    await aino.card(verbs.BOOK_NOW, other | {"slot": LATER})
    await aino.card(verbs.BOOK_NOW, nameless | {"slot": FREE})

    made = appointments(aino.small)
    assert [each.span.start for each in made] == [make.at(24), make.at(26)]
    names = [aino.small.read(people.client, each.client).name for each in made]
    assert names == ["Maija Meri", "Ville Virta"]


async def test_a_nameless_form_gets_a_name_with_its_times(aino: Talk):
    nameless = {name: value for name, value in FORM.items() if name != "request"}

    one = await aino.card(verbs.BOOK_TIMES, nameless)
    two = await aino.card(verbs.BOOK_TIMES, nameless)

    names = {button(card, verbs.BOOK_NOW)["request"] for card in (one, two)}
    assert len(names) == 2
    assert "" not in names


async def test_a_form_of_one_professional_says_nothing_of_anothers(small: SmallWorld):
    await Talk(small, AINO).card(verbs.BOOK_NOW, FORM | {"slot": FREE})

    card = await Talk(small, BO).card(verbs.BOOK_NOW, FORM | {"slot": OF_BO})

    assert len(appointments(small)) == 2
    assert appointments(small)[0].reference not in str(card)


# Where Teams knows Action.Submit only.


async def test_a_submitted_form_is_answered_in_place_of_its_card(aino: Talk):
    await aino.say("varaa")
    form = aino.posted[0]

    await aino.submit({"verb": verbs.BOOK_TIMES, **FORM}, replyToId=form.id)
    await aino.submit({"verb": verbs.BOOK_NOW, **FORM, "slot": FREE}, replyToId=form.id)

    assert len(aino.posted) == 1
    assert form.updates == 2
    assert title(aino.small.chat.card()) == said("cards.appointment.standing")
    assert form.activity["summary"] == said("cards.summary.notice")
    assert len(appointments(aino.small)) == 1


@pytest.mark.parametrize("on", [None, "gone", "x" * 5000, 7])
async def test_a_submitted_form_whose_card_is_gone_is_answered_below(
    aino: Talk, on: Any
):
    await aino.submit({"verb": verbs.BOOK_TIMES, **FORM}, replyToId=on)

    assert title(aino.small.chat.card()) == said("cards.times.title")


async def test_the_card_that_answers_below_follows_what_it_shows(aino: Talk):
    await aino.submit(FORM | {"verb": verbs.BOOK_NOW, "slot": FREE}, replyToId="gone")
    (below,) = aino.posted
    await aino.small.settle_down()
    (booked,) = appointments(aino.small)

    for hours, clock in ((26, "12.00"), (28, "14.00")):
        booked = aino.small.move(booked, hours)
        aino.small.clock.advance(seconds=5)
        await aino.small.settle_down()

        shown = below.activity["attachments"][0]["content"]
        assert clock in str(shown)


async def test_a_value_that_is_no_button_is_read_as_words(aino: Talk):
    await aino.submit({"odd": 1}, text="varaa")

    assert title(aino.small.chat.card()) == said("cards.book.title")


async def test_the_only_service_and_way_are_chosen_beforehand(aino: Talk):
    await aino.say("varaa")

    shown = values(aino.small.chat.card())
    assert shown["service"] == "guidance"
    assert shown["client_language"] == ""
    assert POLICY.tenant_id not in str(nodes(aino.small.chat.card()))

"""Dialogs: the bot's form beside a message, and a colleague who books by invitation."""

import asyncio
from typing import Any

import pytest

from booking.model import Language, Modality, ServiceId, Status
from booking.sharing import GOOD_FOR, Shared
from cards import verbs
from teams_app.bot import extension
from teams_app.bot.making import read_slots
from teams_app.store import log, people
from tests import make
from tests.bot.talk import AINO, BO, FORM, Talk, nodes, said, title, values
from tests.bot.test_extension import asked, searched
from tests.bot.test_forms import FREE, LATER, appointments, offered, told
from tests.bot.test_presses import a_conflict
from tests.support.small_world import SUPERVISOR, SmallWorld

FI, SV, EN = Language
SHORT = {"service": "guidance", "modality": "remote"}
FETCH, SUBMIT = "composeExtension/fetchTask", "composeExtension/submitAction"
WHOM = {
    "client_name": "Kalle Kokeilu",
    "client_language": "fi",
    "client_email": "kalle@client.example",
    "client_phone": "",
}


BOTH_ENGINES = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
    indirect=True,
)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Give SQLite; PostgreSQL too only where `BOTH_ENGINES` says it matters."""
    engine = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue(f"{engine}_url")
    return url


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


@pytest.fixture
def bo(small: SmallWorld) -> Talk:
    return Talk(small, BO)


def card_in(body: dict[str, Any]) -> dict[str, Any]:
    """Give the card that a dialog shows."""
    assert body["task"]["type"] == "continue", body
    found: dict[str, Any] = body["task"]["value"]["card"]["content"]
    assert not [each for each in nodes(found) if each.get("type") == "Action.Execute"]
    return found


async def opened(talk: Talk, command: str) -> dict[str, Any]:
    value = {"commandId": command, "commandContext": "compose"}
    return card_in(await asked(talk, FETCH, value))


async def submitted(
    talk: Talk, data: Any, command: str = "book", context: str = "compose"
) -> dict[str, Any]:
    value = {"commandId": command, "commandContext": context, "data": data}
    return await asked(talk, SUBMIT, value)


def sends(card: dict[str, Any], verb: str) -> dict[str, Any]:
    """Give the data of a button in a dialog."""
    found = [
        each["data"]
        for each in nodes(card)
        if each.get("type") == "Action.Submit" and each["data"].get("verb") == verb
    ]
    assert found, (verb, title(card))
    data: dict[str, Any] = found[0]
    return data


# The bot's own form.


@pytest.mark.parametrize("language", Language)
async def test_the_form_opens_in_her_language_and_books_at_once(
    small: SmallWorld, language: Language
):
    small.write(people.save_professional, make.a_professional(language=language))
    aino = Talk(small)

    form = await opened(aino, "book")
    times = card_in(await submitted(aino, sends(form, verbs.BOOK_TIMES) | WHOM | SHORT))
    booking = sends(times, verbs.BOOK_NOW) | {"slot": FREE}
    made = card_in(await submitted(aino, booking))
    again = card_in(await submitted(aino, booking))

    assert title(form) == said("cards.book.title", language)
    (one,) = appointments(small)
    assert one.status is Status.BOOKED
    assert one.reference in str(made)
    assert one.reference in str(again)
    assert len(told(small)) == 1


async def test_a_mistake_keeps_what_was_typed_and_back_leads_back(aino: Talk):
    form = await opened(aino, "book")
    wrong = sends(form, verbs.BOOK_TIMES) | WHOM | SHORT | {"client_email": "kalle@"}

    shown = card_in(await submitted(aino, wrong))
    times = card_in(await submitted(aino, FORM | {"verb": verbs.BOOK_TIMES}))
    back = card_in(await submitted(aino, sends(times, verbs.BOOK_BACK)))

    assert said("cards.error.client_email") in str(shown)
    kept = values(shown)
    assert kept["client_name"] == WHOM["client_name"]
    assert kept["client_email"] == "kalle@"
    assert values(back)["client_name"] == FORM["client_name"]
    assert appointments(aino.small) == []


async def test_times_offered_in_a_dialog_are_followed_by_a_card_in_her_own_chat(
    aino: Talk,
):
    form = await opened(aino, "offer")
    times = card_in(
        await submitted(aino, sends(form, verbs.BOOK_TIMES) | WHOM | SHORT, "offer")
    )
    sent = sends(times, verbs.BOOK_OFFER) | {"slots": f"{FREE},{LATER}"}
    shown = card_in(await submitted(aino, sent, "offer"))
    await aino.small.settle_down()

    assert title(form) == said("cards.book.title_offer")
    assert len(offered(aino.small)) == 1
    assert WHOM["client_name"] in str(shown)
    assert any("offer" in str(each.activity) for each in aino.posted)
    assert WHOM["client_name"] in str(aino.posted[-1].activity["attachments"])


async def test_what_was_booked_can_be_put_into_the_message_without_the_client(
    aino: Talk,
):
    booked = sends_now(FORM)
    made = card_in(await submitted(aino, booked))
    share = sends(made, verbs.SHARE)

    body = await submitted(aino, share)
    elsewhere = card_in(await submitted(aino, booked, context="commandBox"))

    (one,) = body["composeExtension"]["attachments"]
    (appointment,) = appointments(aino.small)
    assert appointment.reference in str(one)
    assert "Maija" not in str(one)
    assert verbs.SHARE not in str(elsewhere)  # No message is being written there.
    theirs = await submitted(Talk(aino.small, BO), share)
    assert theirs["task"]["value"] == said("extension.gone", SV)


def sends_now(form: dict[str, str]) -> dict[str, str]:
    return form | {"verb": verbs.BOOK_NOW, "slot": FREE}


async def test_whoever_meets_no_clients_opens_no_form(small: SmallWorld):
    boss = Talk(small, SUPERVISOR)
    value = {"commandId": "book", "commandContext": "compose"}

    for name, sent in ((FETCH, value), (SUBMIT, {"data": sends_now(FORM)})):
        body = await asked(boss, name, sent)
        assert body["task"]["type"] == "message"
    assert appointments(small) == []


async def test_what_no_button_of_ours_sends_does_nothing(aino: Talk):
    for verb in ("", "book.everything", verbs.COLLEAGUE_FORM):
        body = await submitted(aino, FORM | {"verb": verb, "slot": FREE})
        assert body["task"]["value"] == said("extension.bad")
    unknown = await asked(aino, FETCH, {"commandId": "delete"})
    assert unknown["task"]["value"] == said("extension.bad")


async def test_a_question_that_no_dialog_asks_is_answered_in_none(
    aino: Talk, caplog: pytest.LogCaptureFixture
):
    aino.small.book()
    await aino.small.settle_down()
    question = await a_conflict(aino.small)
    for verb in (verbs.HANDOVER_TAKE, verbs.HANDOVER_LEAVE):
        sent = {"verb": verb, "conflict": str(question.id), "version": "1"}
        body = await submitted(aino, sent)

        assert said("cards.notice.bad_press.title") in str(body)
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


async def test_a_fault_is_said_with_a_code_and_the_form_can_be_sent_again(
    aino: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    async def broken(*_: Any, **__: Any) -> Any:
        raise LookupError("planted: Maija Meri")

    monkeypatch.setattr(extension.dialogs.presses, "done", broken)
    sent = sends_now(FORM)

    card = card_in(await submitted(aino, sent))

    (again,) = [each for each in nodes(card) if each.get("type") == "Action.Submit"]
    assert again["data"] == sent
    assert "planted" not in str(card)
    assert said("cards.notice.failed.title") in str(card)
    code = next(each.request for each in caplog.records if hasattr(each, "request"))
    assert code in str(card)


# A colleague.


async def invitation(aino: Talk, typed: str = "huomenna") -> dict[str, Any]:
    """Give what the button on Aino's card in the chat sends."""
    found = await searched(aino, "free", typed)
    return sends(found["attachments"][0]["content"], verbs.COLLEAGUE_FORM)


async def fetched(talk: Talk, data: Any) -> dict[str, Any]:
    value = {"data": data, "context": {"theme": "default"}}
    return await asked(talk, "task/fetch", value)


async def answered(talk: Talk, data: Any) -> dict[str, Any]:
    value = {"data": data, "context": {"theme": "default"}}
    return await asked(talk, "task/submit", value)


@BOTH_ENGINES
async def test_a_colleague_books_with_her_who_invited_and_she_is_told(
    aino: Talk, bo: Talk
):
    small = aino.small
    form = card_in(await fetched(bo, await invitation(aino)))
    sent = sends(form, verbs.COLLEAGUE_BOOK) | WHOM | {"slot": FREE}
    at_once = await asyncio.gather(answered(bo, sent), answered(bo, sent))
    done, again = map(card_in, at_once)
    await small.settle_down()

    (made,) = appointments(small)
    assert (made.professional, made.status) == (make.AINO, Status.BOOKED)
    assert title(form) == said("cards.book.title", SV)
    assert title(done) == title(again) == said("extension.done.booked", SV)
    assert made.reference in str(done)
    (card,) = [each for each in aino.posted if "Kalle" in str(each.activity)]
    assert made.reference in str(card.activity)
    done_by = [each.who for each in small.read(log.entries, None, 50)]
    assert f"staff:{BO}" in done_by
    assert len(told(small)) == 1


async def test_the_times_are_those_that_are_free_when_it_is_opened(
    aino: Talk, bo: Talk
):
    data = await invitation(aino)
    before = card_in(await fetched(bo, data))
    first = shown_slots(before)[0]
    aino.small.book(slot=read_slots(first)[0])
    after = card_in(await fetched(bo, data))

    assert first not in shown_slots(after)
    assert all(each.startswith(f"{make.AINO}@") for each in shown_slots(after))


def shown_slots(card: dict[str, Any]) -> list[str]:
    choose = next(each for each in nodes(card) if each.get("id") == "slot")
    return [each["value"] for each in choose["choices"]]


async def test_a_mistake_or_a_time_just_taken_gives_the_form_back_as_it_was(
    aino: Talk, bo: Talk
):
    form = card_in(await fetched(bo, await invitation(aino)))
    first, second, *_ = shown_slots(form)
    sent = sends(form, verbs.COLLEAGUE_BOOK) | WHOM | {"slot": first}
    other = f"{make.BO}@{FREE.partition('@')[2]}"

    wrong = card_in(await answered(bo, sent | {"client_email": "", "slot": second}))
    theirs = card_in(await answered(bo, sent | {"slot": other}))
    aino.small.book(slot=read_slots(first)[0])
    taken = card_in(await answered(bo, sent))
    mended = card_in(
        await answered(bo, sends(taken, verbs.COLLEAGUE_BOOK) | WHOM | {"slot": LATER})
    )

    assert said("cards.error.contact", SV) in str(wrong)
    assert values(wrong)["slot"] == second
    assert said("cards.error.slot", SV) in str(theirs)
    assert said("cards.times.taken", SV) in str(taken)
    for card in (wrong, theirs, taken):
        assert values(card)["client_name"] == WHOM["client_name"]
    assert title(mended) == said("extension.done.booked", SV)


async def test_while_no_time_is_known_what_was_typed_waits_behind_a_button(bo: Talk):
    small = bo.small
    person = make.a_professional(
        id=0, object_id="00000000-0000-4000-8000-000000000003", mailbox="uusi@x.example"
    )
    new = small.write(people.save_professional, person)
    small.write(people.set_service_professionals, 1, [new.id])
    until = small.now + GOOD_FOR
    shared = Shared(new.id, ServiceId(1), Modality.REMOTE, until)
    sealed = small.links.sealed(shared.written)
    sent = WHOM | {verbs.INVITATION: sealed, "request": "request-9"}

    card = card_in(await answered(bo, sent | {"verb": verbs.COLLEAGUE_BOOK}))

    assert said("extension.colleague.unread", SV) in str(card)
    again = sends(card, verbs.COLLEAGUE_BOOK)
    assert again == {name: each for name, each in sent.items() if each} | {
        "verb": verbs.COLLEAGUE_BOOK
    }


async def test_an_invitation_that_is_forged_over_or_taken_back_opens_nothing(
    aino: Talk, bo: Talk
):
    small = aino.small
    good = await invitation(aino)
    sealed = good[verbs.INVITATION]
    over = said("extension.colleague.over", SV)
    forged = (
        *("", "x", "~", sealed[:-1], f"{sealed}x", sealed.partition("~")[0]),
        sealed.replace(f"{make.AINO}.", f"{make.BO}.", 1),
        small.links.sealed("no.invitation"),
        small.links.sealed("1.1.by_pigeon.9999999999"),
    )
    for each in forged:
        for ask in (fetched, answered):
            verb = good["verb"] if ask is fetched else verbs.COLLEAGUE_BOOK
            data = good | WHOM | {"slot": FREE, "verb": verb, verbs.INVITATION: each}
            assert (await ask(bo, data))["task"]["value"] == over, each
    small.write(people.set_service_professionals, 1, [make.BO])
    not_given = await fetched(bo, good)
    small.write(people.set_service_professionals, 1, [make.AINO])
    small.clock.advance(days=14)
    late = await fetched(bo, good)

    assert not_given["task"]["value"] == late["task"]["value"] == over
    assert appointments(small) == []


async def test_a_supervisor_may_book_by_it_and_she_herself_as_well(
    aino: Talk, small: SmallWorld
):
    for who, slot in ((SUPERVISOR, FREE), (AINO, LATER)):
        talk = Talk(small, who)
        form = card_in(await fetched(talk, await invitation(aino)))
        sent = sends(form, verbs.COLLEAGUE_BOOK) | WHOM | {"slot": slot}
        assert title(card_in(await answered(talk, sent))) == said(
            "extension.done.booked"
        )
    assert len(appointments(small)) == 2


async def test_while_outlook_is_silent_a_colleague_reads_that_it_is_being_confirmed(
    aino: Talk, bo: Talk
):
    form = card_in(await fetched(bo, await invitation(aino)))
    sent = sends(form, verbs.COLLEAGUE_BOOK) | WHOM | {"slot": FREE}
    aino.small.gate.arm(1, lasting=True)

    shown = card_in(await answered(bo, sent))

    assert title(shown) == said("extension.done.confirming", SV)
    (made,) = appointments(aino.small)
    assert made.confirming

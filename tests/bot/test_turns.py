"""Turns: who is answered, where, in which language, and how often."""

import asyncio
import logging
from typing import Any

import pytest

from booking.model import Language, Status
from cards import verbs
from teams_app.actions import access, staff_views
from teams_app.bot import turns
from teams_app.outside import ChatError
from teams_app.store import chats, people
from tests import make
from tests.bot.talk import AINO, BO, MESSAGE, STRANGER, Talk, said, title
from tests.support.small_world import TENANT, SmallWorld, dump
from tests.support.waiting import until

ANOTHER_TENANT = "99999999-0000-4000-8000-000000000099"


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


@pytest.fixture
def stranger(small: SmallWorld) -> Talk:
    return Talk(small, STRANGER)


def conversation(small: SmallWorld, who: str) -> dict[str, str] | None:
    found: dict[str, str] | None = small.read(chats.conversation, who)
    return found


# Where she is, and that she is one of ours.


async def test_what_is_written_in_private_is_answered_there(aino: Talk):
    await aino.say("varaa")

    (answer,) = aino.posted
    assert answer.to.conversation_id == f"a:{AINO}"
    assert title(answer.activity["attachments"][0]["content"]) == said(
        "cards.book.title"
    )
    kept = conversation(aino.small, AINO)
    assert kept is not None
    assert (kept["user_id"], kept["bot_id"]) == (f"29:{AINO}", "28:bot")


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"channelData": {"tenant": {"id": ANOTHER_TENANT}}},
        {"conversation": {"id": "a:1", "tenantId": ANOTHER_TENANT}},
        {
            "channelData": {"tenant": {"id": ANOTHER_TENANT}},
            "conversation": {"id": "a:1", "tenantId": ANOTHER_TENANT},
        },
        {"channelData": None, "conversation": {"id": "a:1"}},
        {"channelData": "odd", "conversation": {"id": "a:1"}},
        {"channelData": {"tenant": TENANT}, "conversation": {"id": "a:1"}},
    ],
    ids=["claimed", "two tenants", "another", "none", "text", "odd"],
)
async def test_another_tenant_gets_no_answer(aino: Talk, elsewhere: dict[str, Any]):
    before = aino.small.read(dump)

    said_nothing = await aino.hear(aino.activity("message", text="varaa", **elsewhere))
    refused = await aino.hear(aino.activity("invoke", **elsewhere))

    assert said_nothing is None
    assert refused == {"status": 403, "body": None}
    assert aino.posted == []
    assert aino.small.read(dump) == before


async def test_a_tenant_is_the_same_in_capital_letters(aino: Talk):
    named = {"id": TENANT.upper()}

    await aino.say("varaa", channelData={"tenant": named})

    assert len(aino.posted) == 1


@pytest.mark.parametrize(
    "where",
    [
        {"conversationType": "groupChat", "id": "19:g@thread.v2"},
        {"conversationType": "channel", "id": "19:c@thread.tacv2;messageid=1"},
        {"isGroup": True, "id": "a:odd"},
        {"id": "19:g@thread.v2"},
        {"conversationType": 7, "id": "a:odd"},
    ],
    ids=["group", "channel", "marked a group", "named a group", "odd"],
)
async def test_clients_are_not_spoken_of_where_others_read(
    aino: Talk, where: dict[str, Any]
):
    aino.small.book()

    await aino.say("tänään", conversation={"tenantId": TENANT, **where})
    pressed = await aino.press(
        verbs.APPOINTMENT_CANCEL,
        {"appointment": 1},
        conversation={"tenantId": TENANT, **where},
    )

    assert title(aino.small.chat.card()) == said("cards.notice.personal_only.title")
    assert said("cards.notice.personal_only.body") in pressed["value"]
    assert "Maija" not in str(pressed) + str(aino.posted)
    assert conversation(aino.small, AINO) is None


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("fi-FI", Language.FI),
        ("sv-SE", Language.SV),
        ("SV", Language.SV),
        ("en-US", Language.EN),
        ("de-DE", Language.EN),
        (None, Language.FI),
        (7, Language.FI),
    ],
)
async def test_a_stranger_hears_whom_to_ask_in_the_language_of_her_teams(
    stranger: Talk, locale: Any, language: Language
):
    await stranger.say("varaa", locale=locale)

    assert title(stranger.small.chat.card()) == said(
        "cards.notice.stranger.title", language
    )
    assert conversation(stranger.small, STRANGER) is None


async def test_a_stranger_can_press_nothing(stranger: Talk):
    stranger.small.book()
    before = stranger.small.read(dump)
    ids = {"appointment": 1, "offer": 1, "conflict": 1, "version": 1}

    for verb in sorted(verbs.ALL):
        answer = await stranger.press(verb, ids)

        assert answer["type"] == MESSAGE
        assert answer["value"].startswith(said("cards.notice.stranger.title"))

    assert stranger.small.read(dump) == before


@pytest.mark.parametrize("speaker", [{}, {"id": "29:x"}, {"aadObjectId": 5}, "odd"])
async def test_somebody_without_an_object_id_is_a_stranger(aino: Talk, speaker: Any):
    await aino.say("varaa", **{"from": speaker})

    assert title(aino.small.chat.card()) == said("cards.notice.stranger.title")


async def test_each_professional_is_answered_in_her_own_language(small: SmallWorld):
    await Talk(small, BO).say("varaa", locale="fi-FI")

    assert title(small.chat.card()) == said("cards.book.title", "sv")
    assert small.chat.posted[0].activity["summary"] == said("cards.summary.book", "sv")


# How often.


async def test_a_message_delivered_twice_is_answered_once(aino: Talk):
    activity = aino.activity("message", text="varaa")

    await aino.hear(activity)
    await aino.hear(activity)

    assert len(aino.posted) == 1


async def test_the_same_words_said_again_are_answered_again(aino: Talk):
    await aino.say("varaa")
    await aino.say("varaa")

    assert len(aino.posted) == 2


@pytest.mark.parametrize("id_", [None, "", "x" * 5000, "odd\0one", 12])
async def test_messages_without_an_id_of_use_are_each_answered(aino: Talk, id_: Any):
    await aino.say("varaa", id=id_)
    await aino.say("varaa", id=id_)

    assert len(aino.posted) == 2


async def test_a_message_that_could_not_be_answered_is_heard_when_it_comes_again(
    aino: Talk,
):
    activity = aino.activity("message", text="varaa")
    aino.small.chat.refusal = ChatError(502)
    with pytest.raises(ChatError):
        await aino.hear(activity)
    aino.small.chat.refusal = None

    await aino.hear(activity)

    assert len(aino.posted) == 1


@pytest.mark.parametrize("seconds", [2, 29.5])
async def test_an_answer_waits_while_teams_is_busy(
    aino: Talk, monkeypatch: pytest.MonkeyPatch, seconds: float
):
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        aino.small.chat.refusal = None

    monkeypatch.setattr("tests.support.small_world.asyncio.sleep", sleep)
    aino.small.chat.refusal = ChatError(429, retry_after=seconds)
    await aino.say("varaa")

    assert waited == [seconds]
    assert len(aino.posted) == 1


async def test_told_to_wait_again_and_again_what_was_written_is_answered_all_the_same(
    aino: Talk, monkeypatch: pytest.MonkeyPatch
):
    """The room that comes free is taken by what the worker sends, seven times in a row."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 7:
            aino.small.chat.refusal = None

    monkeypatch.setattr("tests.support.small_world.asyncio.sleep", sleep)
    aino.small.chat.refusal = ChatError(429, retry_after=1.5)
    await aino.say("varaa")

    assert waited == [1.5] * 7
    assert len(aino.posted) == 1


async def test_what_old_teams_submitted_waits_for_its_answer_too(
    aino: Talk, monkeypatch: pytest.MonkeyPatch
):
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        refused.clear()

    update, refused = aino.small.chat.update, [ChatError(429, retry_after=1.5)]

    async def busy(*said: Any) -> None:
        if refused:
            raise refused[0]
        await update(*said)

    await aino.say("varaa")
    form, booked = aino.posted[0], aino.small.book(24)
    monkeypatch.setattr("tests.support.small_world.asyncio.sleep", sleep)
    monkeypatch.setattr(aino.small.chat, "update", busy)
    cancel = {"verb": verbs.APPOINTMENT_CANCEL, "appointment": booked.id}
    await aino.submit(cancel | {"version": booked.version}, replyToId=form.id)

    assert waited == [1.5]
    assert form.updates == 1
    assert aino.small.appointment(booked.id).status is Status.CANCELLED_BY_US


async def test_it_waits_no_longer_than_it_is_worth(
    aino: Talk, monkeypatch: pytest.MonkeyPatch
):
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("tests.support.small_world.asyncio.sleep", sleep)
    aino.small.chat.refusal = ChatError(429, retry_after=0)
    with pytest.raises(ChatError):
        await aino.say("varaa")

    assert min(waited) > 0
    assert sum(waited) <= 181


# What else Teams tells.


@pytest.mark.parametrize(
    "kind",
    [
        "conversationUpdate",
        "messageReaction",
        "messageUpdate",
        "messageDelete",
        "typing",
        "endOfConversation",
        "event",
        "somethingNew",
    ],
)
async def test_what_is_not_for_the_bot_is_let_be(aino: Talk, kind: str):
    answer = await aino.hear(
        aino.activity(kind, reactionsAdded=[{"type": "like"}], text="varaa")
    )

    assert answer is None
    assert aino.posted == []


@pytest.mark.parametrize(
    "name", ["signin/verifyState", "composeExtension/selectItem", None, 7]
)
async def test_an_invoke_of_another_kind_is_not_answered_for(aino: Talk, name: Any):
    answer = await aino.hear(aino.activity("invoke", name=name, value={}))

    assert answer == {"status": 501, "body": None}


@pytest.mark.parametrize("value", [None, "odd", [], {}, {"action": "odd"}])
async def test_a_press_without_an_action_is_400(aino: Talk, value: Any):
    assert await aino.invoke(value) == {"status": 400, "body": None}


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("book.everything", {}),
        ("book.everything", "odd"),
        ("", None),
        (None, []),
        (7, 5),
        ({"a": 1}, {"verb": 5}),
        ("x" * 9999, {}),
    ],
)
async def test_a_button_that_is_not_ours_is_said_so(aino: Talk, verb: Any, data: Any):
    answer = await aino.press(verb, data)

    assert answer["type"] == MESSAGE
    assert answer["value"].startswith(said("cards.notice.bad_press.title"))


async def test_who_gets_the_app_is_greeted_once(aino: Talk):
    activity = aino.activity("installationUpdate", action="add")

    await aino.hear(activity)
    await aino.hear(activity)
    bot_and_she = [{"id": "28:bot"}, {"id": f"29:{AINO}"}]
    await aino.hear(aino.activity("conversationUpdate", membersAdded=bot_and_she))

    assert len(aino.posted) == 1
    assert title(aino.small.chat.card()) == said(
        "cards.help.title", name=aino.small.aino.name
    )
    assert conversation(aino.small, AINO) is not None


async def test_cards_that_waited_for_the_app_come_with_it(aino: Talk):
    aino.small.chat.refusal = ChatError(403)
    aino.small.book()
    await aino.small.rest(rounds=10)
    (waits,) = aino.small.owed("announce")
    assert (waits.error, waits.open) == ("app_not_installed", True)
    aino.small.chat.refusal = None

    await aino.hear(aino.activity("installationUpdate", action="add"))
    worker = aino.small.worker()
    working = asyncio.create_task(worker.run())
    await until(lambda: len(aino.posted) > 1)
    worker.stop()
    await working

    assert [
        title(each.activity["attachments"][0]["content"]) for each in aino.posted
    ] == [
        said("cards.help.title", name=aino.small.aino.name),
        said("cards.appointment.booked_by_client"),
    ]


async def test_a_stranger_who_gets_the_app_is_not_spoken_to(stranger: Talk):
    await stranger.hear(stranger.activity("installationUpdate", action="add"))

    assert stranger.posted == []
    assert conversation(stranger.small, STRANGER) is None


@pytest.mark.parametrize("order", [("removed", "told"), ("told", "removed")])
async def test_who_takes_the_app_away_is_forgotten(aino: Talk, order: tuple[str, str]):
    await aino.say("varaa")
    told = {
        "removed": aino.activity("installationUpdate", action="remove"),
        "told": aino.activity("conversationUpdate", membersRemoved=[{"id": "28:bot"}]),
    }

    for each in order:
        await aino.hear(told[each])

    assert conversation(aino.small, AINO) is None


async def test_of_her_id_the_case_says_nothing_when_she_goes_either(small: SmallWorld):
    letters = make.a_professional().object_id[:-1] + "a"
    owner = make.a_professional(object_id=letters)
    small.write(people.save_professional, owner)
    talk = Talk(small, letters.upper())
    await talk.say("varaa")
    assert conversation(small, letters) is not None

    await talk.hear(talk.activity("installationUpdate", action="remove"))

    assert conversation(small, letters) is None


@pytest.mark.parametrize("action", ["add-upgrade", "remove-upgrade"])
async def test_an_upgrade_neither_greets_nor_forgets(aino: Talk, action: str):
    await aino.say("varaa")

    await aino.hear(aino.activity("installationUpdate", action=action))

    assert len(aino.posted) == 1
    assert conversation(aino.small, AINO) is not None


# When something is broken.


async def test_a_fault_is_said_with_a_code_and_nothing_leaks(
    aino: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object, **__: object) -> None:
        raise LookupError("planted: Maija Meri")

    monkeypatch.setattr(staff_views, "book_form", broken)
    await aino.say("varaa")
    pressed = await aino.press(verbs.BOOK_AGAIN)

    (code,) = {record.request for record in caplog.records[:1]}
    assert len(code) == 8
    shown = str(aino.small.chat.card())
    assert title(aino.small.chat.card()) == said("cards.notice.failed.title")
    assert code in shown
    assert pressed["type"] == MESSAGE
    assert said("cards.notice.failed.title") in pressed["value"]
    assert "planted" not in shown + str(pressed)
    assert [one.levelno for one in caplog.records] == [logging.ERROR] * 2


async def test_without_a_database_a_press_is_answered_and_what_was_typed_is_kept(
    aino: Talk, monkeypatch: pytest.MonkeyPatch
):
    async def away(*_: object, **__: object) -> None:
        raise OSError("planted: no database")

    monkeypatch.setattr(aino.small.database, "read", away)
    pressed = await aino.press(verbs.BOOK_AGAIN)
    sent = {"data": {"verb": verbs.BOOK_NOW, "client_name": "Kalle Kokeilu"}}
    dialog = await aino.invoke(sent, name="composeExtension/submitAction")

    assert said("cards.notice.failed.title") in pressed["value"]
    assert dialog["status"] == 200
    assert said("cards.notice.failed.title") in str(dialog["body"])
    assert "Kalle Kokeilu" in str(dialog["body"])
    assert "planted" not in str(pressed) + str(dialog)
    with pytest.raises(OSError, match="planted"):
        await aino.say("varaa")


async def test_a_fault_behind_a_submitted_form_leaves_the_form_where_it_is(
    aino: Talk, monkeypatch: pytest.MonkeyPatch
):
    await aino.say("varaa")
    form = aino.posted[0]

    def broken(*_: object, **__: object) -> None:
        raise LookupError("planted")

    monkeypatch.setattr(access, "appointment", broken)
    await aino.submit(
        {"verb": verbs.APPOINTMENT_CANCEL, "appointment": 1}, replyToId=form.id
    )

    assert form.updates == 0
    assert title(aino.small.chat.card()) == said("cards.notice.failed.title")


async def test_a_press_that_takes_too_long_hears_that_it_goes_on(aino: Talk):
    answer = turns.late(aino.activity("invoke", locale="sv-FI"))

    assert answer is not None
    assert answer["status"] == 200
    assert answer["body"]["type"] == MESSAGE
    assert answer["body"]["value"].startswith(said("cards.notice.late.title", "sv"))

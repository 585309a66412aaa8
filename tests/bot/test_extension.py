"""The message extension: what a search finds, and what of it goes into a chat."""

from dataclasses import replace
from typing import Any

import pytest

from booking.links import LinkKind
from booking.model import Language, Slot, Words
from booking.wording import text
from cards import verbs
from teams_app.bot.turns import late
from teams_app.store import chats, people
from tests import make
from tests.bot.talk import (
    AINO,
    BO,
    CARD,
    STRANGER,
    Talk,
    looks,
    nodes,
    said,
    speaks,
    title,
)
from tests.support.small_world import MAIJA, SUPERVISOR, TENANT, SmallWorld

FI, SV, EN = Language
GROUP = {
    "id": "19:team@thread.v2",
    "conversationType": "groupChat",
    "isGroup": True,
    "tenantId": TENANT,
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give one database: nothing is written here but looks."""
    return sqlite_url


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


async def asked(talk: Talk, name: str, value: Any, **changes: Any) -> dict[str, Any]:
    """Ask as Teams does, from a group chat in which the bot is not; gives the body."""
    more = {"conversation": GROUP} | changes
    answer = await talk.invoke(value, name=name, **more)
    assert answer["status"] == 200, answer
    body: dict[str, Any] = answer["body"]
    return body


async def searched(
    talk: Talk, command: str, typed: str, **options: Any
) -> dict[str, Any]:
    parameter = {"free": "when", "find": "whom"}[command]
    value = {
        "commandId": command,
        "parameters": [{"name": parameter, "value": typed}],
        "queryOptions": {"skip": 0, "count": 25} | options,
    }
    body = await asked(talk, "composeExtension/query", value)
    found: dict[str, Any] = body["composeExtension"]
    return found


async def pasted(talk: Talk, url: str, **changes: Any) -> list[dict[str, Any]]:
    body = await asked(talk, "composeExtension/queryLink", {"url": url}, **changes)
    found: list[dict[str, Any]] = body["composeExtension"]["attachments"]
    return found


def words(attachment: dict[str, Any]) -> str:
    """Give everything on the card that goes into the chat, data of buttons too."""
    assert attachment["contentType"] == CARD
    return str(attachment["content"])


# Free times.


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        (FI, "ohjaus huomenna"),
        (FI, "ohja"),
        (FI, ""),
        (SV, "vägledning tisdag"),
        (EN, "guidance tue 2pm"),
        (EN, "book guidance on tuesday"),
    ],
)
async def test_free_times_are_found_in_the_words_one_writes(
    aino: Talk, language: Language, typed: str
):
    speaks(aino.small, language)
    named = replace(aino.small.service, name=Words("Ohjaus", "Vägledning", "Guidance"))
    aino.small.write(people.save_service, named)

    found = await searched(aino, "free", typed)

    assert (found["type"], found["attachmentLayout"]) == ("result", "list")
    assert len(found["attachments"]) == 3  # One for each way of meeting.
    first = found["attachments"][0]
    assert first["preview"]["contentType"].endswith("card.thumbnail")
    assert named.name.in_(language) in first["preview"]["content"]["title"]
    day = {FI: "ti 24.11.", SV: "ti 24.11", EN: "Tue 24 Nov"}[language]
    assert (day in first["preview"]["content"]["text"]) == bool(typed[5:])
    assert text(language, "extension.do.book") in words(first)
    assert first["content"]["version"] == "1.3"


async def test_a_card_of_free_times_says_nothing_of_any_client(aino: Talk):
    aino.small.book(24)

    found = await searched(aino, "free", "huomenna")

    for each in found["attachments"]:
        assert "Maija" not in str(each)
        assert "klo 11.00" not in words(each)  # Taken, so not free.


@pytest.mark.parametrize(
    ("typed", "key"),
    [("höpöhöpö", "extension.times.unknown"), ("la 28.11.", "extension.times.none")],
)
async def test_what_is_not_found_is_said_in_words(aino: Talk, typed: str, key: str):
    found = await searched(aino, "free", typed)

    assert found["type"] == "message"
    assert found["text"].startswith(said(key, said=typed, example="")[:20])
    assert typed in found["text"]


async def test_a_list_is_given_in_pages(aino: Talk):
    whole = await searched(aino, "free", "")
    second = await searched(aino, "free", "", skip=1, count=1)
    odd = await searched(aino, "free", "", skip="x", count=-1)

    assert second["attachments"] == whole["attachments"][1:2]
    assert odd["attachments"] == whole["attachments"]


# An appointment.


@pytest.mark.parametrize("language", Language)
async def test_her_own_appointment_is_found_by_name_and_shared_without_it(
    aino: Talk, language: Language
):
    speaks(aino.small, language)
    booked = aino.small.book(26)

    found = await searched(aino, "find", "mai")

    (one,) = found["attachments"]
    assert one["preview"]["content"]["title"] == MAIJA.name
    assert booked.reference in one["preview"]["content"]["text"]
    assert booked.reference in words(one)
    assert text(language, "cards.modality.remote") in words(one)
    for secret in ("Maija", "Meri", MAIJA.email, "Guidance", "/a/", "/j/"):
        assert secret is not None
        assert secret not in words(one)
    opens = [each["url"] for each in nodes(one["content"]) if "url" in each]
    assert opens == [aino.small.policy.staff_url(booked.reference)]
    assert [each for each in looks(aino.small) if f"appointments:{booked.id}" in each]


async def test_what_is_not_certain_is_not_said_to_be_booked(aino: Talk):
    confirming = aino.small.confirming(26)

    (one,) = await pasted(
        aino, f"{aino.small.links.base}/teams/appointment/{confirming.reference}"
    )

    assert said("extension.done.confirming") in words(one)
    assert said("extension.appointment.title") not in words(one)


async def test_by_name_a_supervisor_finds_her_own_alone_and_by_reference_her_units(
    small: SmallWorld,
):
    booked = small.book(26)
    boss = Talk(small, SUPERVISOR)

    by_name = await searched(boss, "find", "Maija")
    by_reference = await searched(boss, "find", booked.reference)

    assert by_name["type"] == "message"
    assert booked.reference in str(by_reference)


async def test_what_is_a_colleagues_is_not_told_from_nothing(aino: Talk):
    booked = aino.small.book(26, slot=Slot(make.BO, make.at(26)))

    theirs = await searched(aino, "find", booked.reference)
    none = await searched(aino, "find", "ZZZZZZ")

    assert theirs["text"].replace(booked.reference, "ZZZZZZ") == none["text"]


async def test_one_letter_finds_nobody_and_is_no_search(aino: Talk):
    aino.small.book(26)

    for typed in ("", " ", "m", "."):
        found = await searched(aino, "find", typed)
        assert found == {"type": "message", "text": said("extension.find.hint")}
    assert not looks(aino.small)


# A link.


async def test_a_link_of_ours_shows_what_its_reader_may_see_and_no_client(aino: Talk):
    booked = aino.small.book(26)
    base = aino.small.links.base
    deep = f'{aino.small.policy.tab_url}?context={{"subEntityId":"{booked.reference}"}}'
    tab = f"{base}/teams/tab?context=%7B%22subEntityId%22%3A%22{booked.reference}%22%7D"
    times = deep.replace(booked.reference, f"move:{booked.reference}")

    for url in (f"{base}/teams/appointment/{booked.reference}", deep, tab, times):
        (one,) = await pasted(aino, url)
        assert booked.reference in words(one)
        assert "Maija" not in str(one)
        assert one["preview"]["content"]["title"]

    other = Talk(aino.small, BO)
    assert await pasted(other, f"{base}/teams/appointment/{booked.reference}") == []
    assert looks(aino.small)


async def test_a_link_to_the_tab_alone_shows_the_way_there(aino: Talk):
    (one,) = await pasted(aino, f"{aino.small.links.base}/teams/tab?theme=dark")

    assert said("extension.tab.body") in words(one)
    assert aino.small.policy.tab_url in words(one)


async def test_a_link_with_a_context_without_end_shows_the_way_to_the_tab(aino: Talk):
    deep = f"{aino.small.policy.tab_url}?context={'[' * 3500}"

    (one,) = await pasted(aino, deep)

    assert said("extension.tab.body") in words(one)


SECRET = (
    *("/a/{token}", "/a/{token}/move", "/A/{token}", "//a//{token}?lang=sv#x"),
    *("/%61/{token}", "/o/{token}", "/j/{token}", "/a/no-token-of-ours", "/a/"),
)


async def test_a_clients_own_link_is_warned_of_and_never_shown(aino: Talk):
    booked = aino.small.book(26)
    kind = LinkKind.APPOINTMENT
    token = aino.small.links.token(kind, booked.link, booked.generation)
    before = looks(aino.small)

    for path in SECRET:
        url = aino.small.links.base + path.format(token=token)
        for who, language in ((AINO, FI), (BO, SV), (STRANGER, FI)):
            (one,) = await pasted(Talk(aino.small, who), url)

            assert said("extension.secret.title", language) in words(one)
            for secret in (token, booked.link, booked.reference, "24.11", "/a/"):
                assert secret not in str(one), path
            assert not [each for each in nodes(one) if "url" in each]
    assert looks(aino.small) == before


OTHERS = (
    "https://evil.example/teams/appointment/{reference}",
    "https://aika.example.evil.example/a/x",
    "https://aika.example:99999/a/x",
    "https://aika.example/b",
    "https://aika.example/teams/health",
    "https://aika.example/teams/appointment/",
    "https://aika.example/teams/appointment/%2e%2e",
    *("http://[", "javascript:alert(1)", "", "a" * 5000),
)


async def test_any_other_link_is_left_as_it_is(aino: Talk):
    booked = aino.small.book(26)

    for url in OTHERS:
        assert await pasted(aino, url.format(reference=booked.reference)) == []


async def test_a_link_pasted_by_nobody_known_to_us_is_answered_with_nothing(
    aino: Talk,
):
    booked = aino.small.book(26)
    url = f"{aino.small.links.base}/teams/appointment/{booked.reference}"
    hidden = {
        "from": {"id": "redacted", "name": "redacted"},
        "conversation": {"id": "redacted", "tenantId": "redacted"},
        "channelData": {"tenant": {"id": "redacted"}},
    }

    name = "composeExtension/anonymousQueryLink"
    body = await asked(aino, name, {"url": url}, **hidden)

    assert body["composeExtension"]["attachments"] == []


# Who is not one of ours, and what goes wrong.


@pytest.mark.parametrize("language", Language)
async def test_a_stranger_is_told_kindly_whom_to_ask(
    small: SmallWorld, language: Language
):
    stranger = Talk(small, STRANGER)
    locale = {"locale": f"{language}-FI"}
    told = text(language, "cards.notice.stranger.title")
    query = {"commandId": "find", "parameters": [{"name": "whom", "value": "Maija"}]}
    dialog = {"commandId": "book", "commandContext": "compose"}
    button = {"data": {"verb": verbs.COLLEAGUE_FORM}}

    listed = await asked(stranger, "composeExtension/query", query, **locale)
    for name, value in (
        ("composeExtension/fetchTask", dialog),
        ("composeExtension/submitAction", button),
        ("task/fetch", button),
        ("task/submit", button),
    ):
        shown = await asked(stranger, name, value, **locale)
        assert shown["task"]["type"] == "message"
        assert told in shown["task"]["value"]
    assert told in listed["composeExtension"]["text"]


async def test_another_tenant_is_refused(aino: Talk):
    elsewhere = {"tenant": {"id": "00000000-0000-4000-8000-000000000099"}}

    answer = await aino.invoke(
        {"commandId": "free"}, name="composeExtension/query", channelData=elsewhere
    )

    assert answer == {"status": 403, "body": None}


INVOKES = (
    *("composeExtension/query", "composeExtension/queryLink"),
    *("composeExtension/fetchTask", "composeExtension/submitAction"),
    *("task/fetch", "task/submit"),
)


async def test_what_has_the_wrong_shape_breaks_nothing(aino: Talk):
    for name in INVOKES:
        for value in (None, [], "x", {"parameters": "x"}, {"commandId": 7}):
            body = await asked(aino, name, value)

            assert body.keys() <= {"composeExtension", "task"}


async def test_what_takes_long_is_answered_in_the_shape_it_was_asked_in(aino: Talk):
    typed = {"verb": verbs.BOOK_NOW, "client_name": "Maija Meri", "request": "r1234567"}

    def given(name: str) -> dict[str, Any]:
        value = {"data": typed, "url": "x", "commandId": "free"}
        answer = late(aino.activity("invoke", name=name, value=value))
        assert answer is not None
        body: dict[str, Any] = answer["body"]
        return body

    listed = given("composeExtension/query")["composeExtension"]
    assert listed["type"] == "message"
    assert said("cards.notice.slow.title") in listed["text"]
    assert given("composeExtension/queryLink")["composeExtension"]["attachments"] == []
    assert given("composeExtension/fetchTask")["task"]["type"] == "message"
    for name in ("composeExtension/submitAction", "task/submit"):
        dialog = given(name)["task"]["value"]
        (again,) = [
            each for each in nodes(dialog) if each.get("type") == "Action.Submit"
        ]
        assert again["data"] == typed


async def test_where_somebody_writes_is_no_way_to_reach_her(aino: Talk):
    """Between two people Teams may call a chat personal; Outlook names none at all."""
    await aino.say("hei")
    known = aino.small.read(chats.conversation, AINO)
    between = {"id": "19:a_b@unq.gbl.spaces", "conversationType": "personal"}

    for where in (between, {"id": "outlook"}):
        elsewhere = {"conversation": where | {"tenantId": TENANT}}
        await asked(aino, "composeExtension/query", {"commandId": "free"}, **elsewhere)
        await asked(aino, "task/fetch", {"data": {}}, **elsewhere)

    assert known is not None
    assert aino.small.read(chats.conversation, AINO) == known


#: What some clients write of a card that stands in a message.
PLACED = '\n<span itemid="0" class="card">\n <span itemprop="cardId"></span>\n</span>\n'


async def test_a_chosen_card_sent_to_the_bot_itself_is_no_word_to_it(aino: Talk):
    found = await searched(aino, "free", "")
    chosen = {"contentType": CARD, "content": found["attachments"][0]["content"]}

    await aino.say("", attachments=[chosen])
    await aino.say(PLACED, attachments=[chosen])

    assert aino.posted == []


async def test_a_word_beside_a_chosen_card_is_answered(aino: Talk):
    found = await searched(aino, "free", "")
    chosen = {"contentType": CARD, "content": found["attachments"][0]["content"]}

    await aino.say(f"kiitos{PLACED}", attachments=[chosen])

    assert title(aino.small.chat.card()) == said("cards.notice.thanks.title")

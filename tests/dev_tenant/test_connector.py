"""The connector over real HTTP, with a bot of a few lines on the other side."""

import asyncio
import json
from datetime import timedelta

import jwt
import pytest
import pytest_asyncio

from dev_tenant.connector import names
from dev_tenant.connector.chats import CARD_TYPE, Chats
from dev_tenant.entra.household import entra_in
from tests.contracts import check_har
from tests.dev_tenant.small_bot import AINO, BO, a_card, a_world, with_card


@pytest_asyncio.fixture(loop_scope="session")
async def world():
    async with a_world() as made:
        yield made


async def test_installing_tells_the_bot_twice(world):
    status, body = await world.teams("install", user=BO)

    assert status == 200
    assert body["told"] == [200, 200]
    assert world.bot.kinds() == ["conversationUpdate", "installationUpdate"]
    heard = world.bot.heard[0]
    user = world.tenant.find_user(BO)
    assert heard["from"]["aadObjectId"] == user.id
    assert heard["from"]["id"].startswith("29:1")
    assert heard["conversation"]["id"].startswith("a:1")
    assert heard["conversation"]["tenantId"] == world.tenant.id
    assert heard["recipient"]["id"] == f"28:{world.tenant.app.bot_id}"
    assert heard["locale"] == "sv-FI"


async def test_the_bot_can_verify_who_speaks(world):
    await world.teams("say", user=AINO, text="varaa")

    address = f"{world.root}/botframework/v1/.well-known/keys"
    async with world.session.get(address) as answer:
        key = (await answer.json())["keys"][0]
    claims = jwt.decode(
        world.bot.tokens[-1],
        jwt.PyJWK(key),
        audience=world.tenant.app.bot_id,
        issuer="https://api.botframework.com",
    )
    heard = world.bot.heard[-1]
    assert (heard["type"], heard["text"]) == ("message", "varaa")
    assert claims["serviceurl"] == heard["serviceUrl"] == f"{world.root}/connector/"


async def test_a_message_that_finds_nobody_is_shown_as_failed_and_sent_again(world):
    world.bot.status = 503
    _, message = await world.teams("say", user=AINO, text="varaa")
    assert message["state"] == "failed"
    world.bot.status = 200

    _, message = await world.teams("again", user=AINO, message=message["id"])

    assert message["state"] == "sent"


async def test_what_the_bot_posts_stands_in_the_chat_and_can_be_changed(world):
    first = await world.sent({"type": "message", "text": "Hei Aino"})
    path = f"conversations/{world.chat_of()}/activities/{first}"
    changed, _, _ = await world.connector(
        "PUT", path, {"type": "message", "text": "Hei taas"}
    )
    chat = await world.chat()
    gone, _, _ = await world.connector("DELETE", path)
    again, body, _ = await world.connector("DELETE", path)

    message = chat["messages"][-1]
    assert changed == 200
    assert message["activity"]["text"] == "Hei taas"
    assert message["versions"][0]["text"] == "Hei Aino"
    assert chat["unread"] == 1
    assert (gone, again) == (200, 404)
    assert body["error"]["code"] == "ActivityNotFoundInConversation"
    assert (await world.chat())["messages"][-1]["deleted"]


async def test_a_chat_that_did_not_change_is_not_sent_again(world):
    chat = await world.chat()
    params = {"user": AINO, "since": chat["rev"]}
    address = f"{world.root}/_tenant/teams/chat"
    async with world.session.get(address, params=params) as answer:
        assert answer.status == 204
        shown = answer.headers["Tenant-Clock"]
    world.tenant.clock.advance(timedelta(hours=1))
    async with world.session.get(address, params=params) as answer:
        assert answer.status == 204
        assert answer.headers["Tenant-Clock"] != shown, "the page follows the clock"
    await world.sent({"type": "message", "text": "uutta"})
    async with world.session.get(address, params=params) as answer:
        assert answer.status == 200


async def test_a_reply_knows_what_it_answers_and_typing_shows(world):
    first = await world.sent({"type": "message", "text": "1"})
    path = f"conversations/{world.chat_of()}/activities"
    await world.connector("POST", f"{path}/{first}", {"type": "message", "text": "2"})
    assert (await world.chat())["messages"][-1]["activity"]["replyToId"] == first
    status, _, _ = await world.connector("POST", path, {"type": "typing"})

    assert status == 202
    assert (await world.chat())["typing"]


async def test_a_personal_chat_is_created_once(world):
    user = world.tenant.find_user(AINO)
    body = {
        "bot": {"id": names.of_bot(world.tenant)},
        "members": [{"id": names.of_user(world.tenant, user.id)}],
        "tenantId": world.tenant.id,
        "activity": {"type": "message", "text": "Hei"},
    }
    status, first, _ = await world.connector("POST", "conversations", body)
    by_object_id = {**body, "members": [{"id": user.id}]}
    _, second, _ = await world.connector("POST", "conversations", by_object_id)

    assert status == 201
    assert first["id"] == second["id"] == world.chat_of()
    assert first["activityId"] != second["activityId"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"tenantId": "other"}, 400, "BadArgument"),
        ({"members": []}, 400, "BadArgument"),
        ({"isGroup": True}, 400, "BadArgument"),
        ({"members": [{"id": "29:1nobody"}]}, 404, "UserNotFound"),
        ({"members": [{"id": BO}]}, 403, "BotNotInConversationRoster"),
        ({"activity": {"type": "message"}}, 400, "BadSyntax"),
    ],
)
async def test_conversations_that_cannot_be_made(world, changes, status, code):
    body = {"members": [{"id": AINO}], "tenantId": world.tenant.id, **changes}
    got, answer, _ = await world.connector("POST", "conversations", body)

    assert (got, answer["error"]["code"]) == (status, code)


async def test_members_are_found_and_strangers_are_not(world):
    user = world.tenant.find_user(AINO)
    path = f"conversations/{world.chat_of()}"
    _, roster, _ = await world.connector("GET", f"{path}/members")
    _, paged, _ = await world.connector("GET", f"{path}/pagedmembers?pageSize=50")
    _, one, _ = await world.connector("GET", f"{path}/members/{roster[0]['id']}")
    stranger = names.of_user(world.tenant, world.tenant.find_user(BO).id)
    status, body, _ = await world.connector("GET", f"{path}/members/{stranger}")

    assert roster[0]["aadObjectId"] == user.id
    assert roster[0]["userPrincipalName"] == AINO
    assert paged["members"] == roster
    assert one == roster[0]
    assert (status, body["error"]["code"]) == (404, "MemberNotFoundInConversation")


async def test_only_the_bot_may_call(world):
    path = f"conversations/{world.chat_of()}/activities"
    hei = {"type": "message", "text": "Hei"}
    bad, _, _ = await world.connector("POST", path, hei, token="x.y.z")
    async with world.session.post(
        f"{world.root}/connector/v3/{path}", json=hei
    ) as answer:
        none = answer.status

    assert (bad, none) == (401, 401)


async def test_nothing_is_written_to_an_unknown_chat(world):
    status, body, _ = await world.connector(
        "POST", "conversations/a:1nothing/activities", {"type": "message", "text": "x"}
    )

    assert (status, body["error"]["code"]) == (404, "ConversationNotFound")


async def test_a_person_without_the_app_or_who_blocked_it_gets_nothing(world):
    path = f"conversations/{world.chat_of()}/activities"
    hei = {"type": "message", "text": "Hei"}
    await world.teams("block", user=AINO, blocked=True)
    blocked, body, _ = await world.connector("POST", path, hei)
    await world.teams("block", user=AINO, blocked=False)
    await world.teams("uninstall", user=AINO)
    removed, gone, _ = await world.connector("POST", path, hei)

    assert (blocked, body["error"]["code"]) == (403, "ConversationBlockedByUser")
    assert (removed, gone["error"]["code"]) == (403, "BotNotInConversationRoster")


async def test_the_eighth_message_within_a_second_has_to_wait(world):
    path = f"conversations/{world.chat_of()}/activities"
    seen = [
        await world.connector("POST", path, {"type": "message", "text": str(n)})
        for n in range(8)
    ]

    assert [status for status, _, _ in seen] == [201] * 7 + [429]
    assert int(seen[-1][2]["Retry-After"]) >= 1


async def test_size_has_a_limit_and_a_fat_card_a_note(world):
    path = f"conversations/{world.chat_of()}/activities"
    huge = {"type": "message", "text": "x" * 60_000}
    status, body, _ = await world.connector("POST", path, huge)
    await world.sent(with_card(a_card("x" * 29_000)))

    assert (status, body["error"]["code"]) == (413, "MessageSizeTooBig")
    notes = (await world.chat())["messages"][-1]["notes"]
    assert "28 KB" in notes[0]


async def test_a_pressed_execute_is_an_invoke_whose_card_replaces_the_card(world):
    first = await world.sent(with_card(a_card()))
    world.bot.answer = {
        "statusCode": 200,
        "type": CARD_TYPE,
        "value": a_card("Varattu", actions=[]),
    }
    status, body = await world.teams(
        "press", user=AINO, action="Book", values={"name": "Kalle", "mode": "phone"}
    )

    heard = world.bot.heard[-1]
    assert status == 200
    assert (heard["type"], heard["name"]) == ("invoke", "adaptiveCard/action")
    assert heard["replyToId"] == first
    assert heard["value"]["trigger"] == "manual"
    assert heard["value"]["action"] == {
        "type": "Action.Execute",
        "verb": "book",
        "data": {"slot": "s1", "name": "Kalle", "remind": "false", "mode": "phone"},
    }
    assert body["answer"]["shown"] == "card"
    shown = body["message"]["activity"]["attachments"][0]["content"]
    assert shown["body"][0]["text"] == "Varattu"


async def test_an_old_copy_can_be_pressed(world):
    first = await world.sent(with_card(a_card()))
    path = f"conversations/{world.chat_of()}/activities/{first}"
    await world.connector("PUT", path, with_card(a_card("Varattu", actions=[])))
    now, _ = await world.teams("press", user=AINO, message=first, action="Book")
    old, _ = await world.teams(
        "press",
        user=AINO,
        message=first,
        version=0,
        action={"verb": "book", "data": {"slot": "s1"}},
        values={"name": "Kalle"},
    )

    assert (now, old) == (404, 200)
    assert world.bot.heard[-1]["value"]["action"]["data"]["slot"] == "s1"


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({}, {"name": "Write the name"}),
        ({"name": "K", "mode": "boat"}, {"mode": "is not one of the choices"}),
        ({"name": "K", "what": "1"}, {"what": "the card has no such input"}),
    ],
)
async def test_what_the_renderer_keeps_back_is_not_sent(world, values, fault):
    await world.sent(with_card(a_card()))
    status, body = await world.teams("press", user=AINO, action="book", values=values)

    assert (status, body["faults"]) == (422, fault)
    assert world.bot.heard == []


async def test_a_submit_is_a_message_with_a_value(world):
    first = await world.sent(with_card(a_card()))
    await world.teams(
        "press", user=AINO, action="Send", values={"name": "K", "remind": True}
    )

    heard = world.bot.heard[-1]
    assert heard["type"] == "message"
    assert heard["replyToId"] == first
    assert heard["value"] == {
        "kind": "x",
        "name": "K",
        "remind": "true",
        "mode": "remote",
    }


@pytest.mark.parametrize(
    ("status", "answer", "shown", "text"),
    [
        (
            200,
            {
                "statusCode": 200,
                "type": "application/vnd.microsoft.activity.message",
                "value": "Kiitos",
            },
            "message",
            "Kiitos",
        ),
        (
            200,
            {
                "statusCode": 400,
                "type": "application/vnd.microsoft.error",
                "value": {"code": "BadRequest", "message": "Ei onnistu"},
            },
            "error",
            "Ei onnistu",
        ),
        (500, {}, "error", "Unable to reach app. Please try again."),
    ],
)
async def test_answers_are_shown_as_teams_shows_them(
    world, status, answer, shown, text
):
    await world.sent(with_card(a_card()))
    world.bot.status, world.bot.answer = status, answer
    _, body = await world.teams("press", user=AINO, action="Book", values={"name": "K"})

    assert (body["answer"]["shown"], body["answer"]["text"]) == (shown, text)


async def test_a_card_refreshes_by_itself_and_a_dialog_opens(world):
    refresh = {"action": {"type": "Action.Execute", "verb": "look"}, "userIds": []}
    fetch = {"msteams": {"type": "task/fetch"}, "what": "new"}
    card = a_card(
        refresh=refresh,
        actions=[{"type": "Action.Submit", "title": "Open", "data": fetch}],
    )
    first = await world.sent(with_card(card))
    await world.teams("refresh", user=AINO, message=first)
    assert world.bot.heard[-1]["value"]["trigger"] == "automatic"
    world.bot.answer = {"task": {"type": "continue", "value": {"title": "Uusi"}}}
    _, body = await world.teams("press", user=AINO, action="Open", values={"name": "K"})

    assert world.bot.heard[-1]["name"] == "task/fetch"
    assert body["answer"]["shown"] == "dialog"
    assert body["answer"]["dialog"]["title"] == "Uusi"


async def test_chats_are_kept_as_plain_json(world):
    await world.sent(with_card(a_card()))

    kept = json.loads(json.dumps(world.tenant.chats))

    assert kept == world.tenant.chats
    assert Chats(world.tenant).by_id(world.chat_of()) is not None


async def test_a_fault_on_order_reaches_the_connector(world):
    world.tenant.faults.add(
        {"area": "connector", "method": "POST", "status": 502, "after_effect": True}
    )
    path = f"conversations/{world.chat_of()}/activities"
    status, _, _ = await world.connector(
        "POST", path, {"type": "message", "text": "kerran"}
    )

    texts = [m["activity"].get("text") for m in (await world.chat())["messages"]]
    assert status == 502
    assert texts == ["kerran"]


async def test_an_installation_by_graph_reaches_the_bot(world):
    user = world.tenant.find_user(BO)
    granted = entra_in(world.tenant).registrations[world.tenant.app.client_id]
    granted.graph_roles += ("TeamsAppInstallation.ReadWriteSelfForUser.All",)
    form = {
        "grant_type": "client_credentials",
        "client_id": world.tenant.app.client_id,
        "client_secret": world.tenant.app.secret,
        "scope": "https://graph.microsoft.com/.default",
    }
    address = f"{world.root}/{world.tenant.id}/oauth2/v2.0/token"
    async with world.session.post(address, data=form) as answer:
        headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
    app = f"{world.root}/v1.0/appCatalogs/teamsApps/{world.tenant.app.catalogue_id}"
    apps = f"{world.root}/v1.0/users/{user.id}/teamwork/installedApps"
    async with world.session.post(
        apps, json={"teamsApp@odata.bind": app}, headers=headers
    ) as answer:
        assert answer.status == 201
        place = answer.headers["Location"]
    async with world.session.get(f"{place}/chat", headers=headers) as answer:
        chat = (await answer.json())["id"]
    path = f"conversations/{chat}/activities"
    status, _, _ = await world.connector(
        "POST", path, {"type": "message", "text": "Hej"}
    )
    for _ in range(2):
        await asyncio.wait_for(world.bot.arrivals.get(), 5)

    assert world.bot.kinds() == ["conversationUpdate", "installationUpdate"]
    assert status == 201
    assert (await world.chat(BO))["messages"][-1]["activity"]["text"] == "Hej"


async def test_traffic_of_the_connector_keeps_to_its_contract(world):
    first = await world.sent(with_card(a_card()))
    chat = f"conversations/{world.chat_of()}"
    create = {"members": [{"id": AINO}], "tenantId": world.tenant.id}
    await world.connector("POST", "conversations", create)
    text = {"type": "message", "text": "Hei"}
    await world.connector("POST", f"{chat}/activities/{first}", text)
    await world.connector("PUT", f"{chat}/activities/{first}", text)
    await world.connector("DELETE", f"{chat}/activities/{first}")
    await world.connector("DELETE", f"{chat}/activities/{first}")
    member = names.of_user(world.tenant, world.tenant.find_user(AINO).id)
    rosters = ("members", f"members/{member}", f"activities/{first}/members")
    for path in (*rosters, "pagedmembers"):
        await world.connector("GET", f"{chat}/{path}")
    har = world.tenant.journal.har()

    paths = [entry["request"]["url"] for entry in har["log"]["entries"]]
    assert sum("/connector/v3/" in path for path in paths) == 10
    assert check_har(har) == []


async def test_the_chat_says_that_it_is_blocked(world):
    before = await world.chat()
    await world.teams("block", user=AINO, blocked=True)
    after = await world.chat()
    await world.teams("block", user=AINO, blocked=False)

    assert (before["blocked"], after["blocked"]) == (False, True)
    assert before["rev"] != after["rev"]

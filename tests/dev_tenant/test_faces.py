"""The faces in a real browser: what a person sees and does, by mouse and by keyboard."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import expect

from dev_tenant.connector.chats import CARD_TYPE
from dev_tenant.faces.teams import moment
from tests.browser.pages import audit
from tests.dev_tenant.small_bot import AINO, BO, a_card, a_world, with_card

pytestmark = pytest.mark.browser

TEAMS_JS = Path(
    "teams_app/web/static/vendor/teams-js-2.58.0/MicrosoftTeams.min.js"
).read_text(encoding="utf-8")
TAB = """<!doctype html><html lang="fi"><title>Tab</title>
<link rel="icon" href="data:,">
<p id="told"></p><p id="theme"></p><button id="go">go</button>
<script src="/teams-js"></script><script src="/tab-js"></script></html>"""
TAB_JS = """
const host = location.ancestorOrigins[0];
(async () => {
  await microsoftTeams.app.initialize([host]);
  const context = await microsoftTeams.app.getContext();
  const token = await microsoftTeams.authentication.getAuthToken();
  microsoftTeams.app.registerOnThemeChangeHandler((theme) => {
    document.getElementById("theme").textContent = theme;
  });
  document.getElementById("told").textContent = JSON.stringify({
    theme: context.app.theme, locale: context.app.locale, sub: context.page.subPageId,
    user: context.user.id, token,
  });
  microsoftTeams.app.notifySuccess();
})();
document.getElementById("go").onclick = () =>
  microsoftTeams.pages.currentApp.navigateTo({ pageId: "x", subPageId: "a7" });
"""


def served(text, kind):
    async def handler(_):
        return web.Response(text=text, content_type=kind)

    return handler


@pytest_asyncio.fixture(loop_scope="session")
async def world():
    offsets = []

    async def move_clock(request):
        offsets.append((await request.json())["offset_seconds"])
        return web.json_response({})

    routes = [
        web.post("/_demo/clock", move_clock),
        web.get("/teams/tab", served(TAB, "text/html")),
        web.get("/tab-js", served(TAB_JS, "text/javascript")),
        web.get("/teams-js", served(TEAMS_JS, "text/javascript")),
    ]
    async with a_world(*routes) as made:
        made.offsets = offsets
        for box in made.tenant.mailboxes.values():
            box.events.clear()
        yield made


async def test_a_card_is_drawn_pressed_and_replaced(world, windows):
    await world.sent(with_card(a_card("Varaa aika")))
    done = a_card("Varattu", actions=[])
    world.bot.answer = {"statusCode": 200, "type": CARD_TYPE, "value": done}
    page = await windows.open()
    await page.goto(f"{world.root}/teams/?user={AINO}")
    card = page.locator(".card")
    await card.get_by_text("Varaa aika").wait_for()
    await page.get_by_role("button", name="Book").click()
    assert world.bot.heard == []
    await card.locator("input[type=text]").fill("Kalle")
    await page.get_by_role("button", name="Book").click()
    await card.get_by_text("Varattu").wait_for()

    sent = world.bot.heard[-1]["value"]["action"]
    assert sent["verb"] == "book"
    assert sent["data"] == {
        "slot": "s1",
        "name": "Kalle",
        "remind": "false",
        "mode": "remote",
    }
    assert await page.get_by_role("button", name="Earlier copies (1)").count() == 1


async def test_an_old_copy_still_on_some_phone_can_be_pressed(world, windows):
    first = await world.sent(with_card(a_card("Vanha")))
    path = f"conversations/{world.chat_of()}/activities/{first}"
    await world.connector("PUT", path, with_card(a_card("Uusi", actions=[])))
    page = await windows.open()
    await page.goto(f"{world.root}/teams/?user={AINO}")
    await page.get_by_role("button", name="Earlier copies").click()
    dialog = page.locator("#dialog")
    await dialog.locator("input[type=text]").fill("K")
    await dialog.get_by_role("button", name="Book").click()
    await world.bot.arrivals.get()

    assert world.bot.heard[-1]["replyToId"] == first


async def test_a_person_writes_chooses_a_command_and_sees_an_error(world, windows):
    await world.sent(with_card(a_card()))
    world.bot.answer = {
        "statusCode": 400,
        "type": "application/vnd.microsoft.error",
        "value": {"code": "BadRequest", "message": "Aika meni jo"},
    }
    page = await windows.open()
    await page.goto(f"{world.root}/teams/?user={AINO}")
    await page.locator("#text").fill("hei")
    await page.keyboard.press("Enter")
    await page.locator(".message.user", has_text="hei").wait_for()
    await page.locator("[data-command=varaa]").click()
    await page.locator(".message.user", has_text="varaa").wait_for()
    await page.locator(".card input[type=text]").fill("K")
    await page.get_by_role("button", name="Book").click()
    await page.locator(".outcome.bad", has_text="Aika meni jo").wait_for()

    said = [a["text"] for a in world.bot.heard if a["type"] == "message"]
    assert said == ["hei", "varaa"]


async def test_someone_without_the_app_adds_it(world, windows):
    page = await windows.open()
    await page.goto(f"{world.root}/teams/?user={BO}")
    await page.get_by_role("button", name="Add Vuoro").click()
    await page.locator("#compose").wait_for()

    assert world.bot.kinds() == ["conversationUpdate", "installationUpdate"]


async def test_the_tab_gets_context_token_theme_and_deep_links(
    world, windows, complaints
):
    complaints.forgive("res.cdn.office.net|ERR_NAME_NOT_RESOLVED")
    page = await windows.open()
    await page.goto(f"{world.root}/teams/tab?user={AINO}&theme=dark&locale=sv&sub=a1")
    frame = page.frame_locator("iframe")
    await frame.locator("#told", has_text="theme").wait_for()
    told = json.loads(await frame.locator("#told").inner_text())
    user = world.tenant.find_user(AINO)
    assert (told["theme"], told["locale"], told["sub"]) == ("dark", "sv-se", "a1")
    assert told["user"] == user.id
    from dev_tenant.entra import entra_in

    claims = entra_in(world.tenant).check(told["token"], world.tenant.app.client_id)
    assert claims["oid"] == user.id
    assert claims["scp"] == "access_as_user"
    await page.select_option("#theme", "contrast")
    await frame.locator("#theme", has_text="contrast").wait_for()
    await frame.locator("#go").click()

    await frame.locator("#told", has_text='"sub":"a7"').wait_for()


async def test_a_deep_link_opens_the_tab_as_the_person_of_last_time(
    world, windows, complaints
):
    complaints.forgive("res.cdn.office.net|ERR_NAME_NOT_RESOLVED")
    page = await windows.open()
    await page.goto(f"{world.root}/teams/?user={BO}")
    link = "/l/entity/app/vuoro?context=%7B%22subEntityId%22%3A%22K7Q2FM%22%7D"
    await page.goto(world.root + link)
    frame = page.frame_locator("iframe")
    await frame.locator("#told", has_text='"sub":"K7Q2FM"').wait_for()
    told = json.loads(await frame.locator("#told").inner_text())

    assert told["user"] == world.tenant.find_user(BO).id


async def test_a_card_draws_in_every_theme(world, windows):
    await world.sent(with_card(a_card()))
    page = await windows.open()
    await page.goto(f"{world.root}/teams/?user={AINO}")
    seen = []
    for theme in ("default", "dark", "contrast"):
        await page.select_option("#theme", theme)
        await page.locator(f"html[data-theme={theme}] .card").wait_for()
        colour = "e => getComputedStyle(e).color"
        block = page.locator(".card .ac-textBlock").first
        await page.wait_for_timeout(150)
        seen.append(await block.evaluate(colour))

    assert seen == ["rgb(36, 36, 36)", "rgb(255, 255, 255)", "rgb(255, 255, 255)"]


async def create(world, **more):
    body = {"user": AINO, "subject": "Tiimi", "start": "2027-03-02T09:00", **more}
    async with world.session.post(
        f"{world.root}/_tenant/outlook/create", json=body
    ) as answer:
        return await answer.json()


async def calendar(world, user=AINO):
    window = {"from": "2027-03-01T00:00", "to": "2027-03-08T00:00"}
    async with world.session.get(
        f"{world.root}/_tenant/outlook/events", params={"user": user, **window}
    ) as answer:
        return (await answer.json())["value"]


async def drag(page, block, by_x, by_y, *, grip="middle"):
    box = await block.bounding_box()
    x = box["x"] + box["width"] / 2
    y = box["y"] + (box["height"] - 3 if grip == "edge" else 12)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + by_x / 2, y + by_y / 2, steps=4)
    await page.mouse.move(x + by_x, y + by_y, steps=4)
    await page.mouse.up()


async def spacing(page):
    column = await page.locator(".column").first.bounding_box()
    hours = int(await page.locator("#grid").get_attribute("data-last")) - int(
        await page.locator("#grid").get_attribute("data-first")
    )
    return column["width"], column["height"] / hours


async def test_an_event_is_dragged_pulled_and_its_page_follows(world, windows):
    await create(world)
    page = await windows.open(viewport={"width": 1280, "height": 900})
    await page.goto(f"{world.root}/outlook/?user={AINO}&date=2027-03-02")
    block = page.locator(".column .event")
    day, hour = await spacing(page)
    await drag(page, block, day, hour * 2)
    await page.locator("[data-start='2027-03-03T11:00']").wait_for()
    await drag(page, block, 0, hour, grip="edge")
    await page.locator("[data-end='2027-03-03T13:00']").wait_for()

    (event,) = await calendar(world)
    assert (event["start"], event["end"]) == ("2027-03-03T11:00", "2027-03-03T13:00")


async def test_an_event_is_dragged_into_a_colleagues_calendar(world, windows):
    await create(world)
    page = await windows.open(viewport={"width": 1280, "height": 900})
    await page.goto(f"{world.root}/outlook/?user={AINO}&date=2027-03-02&view=people")
    day, hour = await spacing(page)
    await drag(page, page.locator(".column .event"), day, hour)
    bo = world.tenant.find_user(BO)
    await page.locator(f".event[data-user='{bo.id}']").wait_for()

    assert await calendar(world) == []
    (event,) = await calendar(world, BO)
    assert event["start"] == "2027-03-02T10:00"


async def test_every_act_has_a_form_that_works_without_script(world, windows):
    page = await windows.open(java_script_enabled=False)
    await page.goto(f"{world.root}/outlook/?user={AINO}&date=2027-03-02")
    await page.get_by_role("link", name="New event").click()
    await page.get_by_label("Subject").fill("Kotikäynti")
    await page.get_by_label("Start", exact=True).fill("2027-03-02T10:00")
    await page.get_by_label("End", exact=True).fill("2027-03-02T11:30")
    await page.get_by_label("Private").check()
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("link", name="Kotikäynti").click()
    await page.get_by_label("Start", exact=True).fill("2027-03-02T12:00")
    await page.get_by_label("End", exact=True).fill("2027-03-02T13:00")
    await page.get_by_label("Private").uncheck()
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("link", name="Kotikäynti").click()
    await page.get_by_label("Colleague").select_option("Elias Sundqvist")
    await page.get_by_role("button", name="Copy").click()
    (event,) = await calendar(world)
    (copy,) = await calendar(world, BO)
    await page.get_by_role("link", name="Kotikäynti").click()
    await page.get_by_role("button", name="Delete").click()

    assert (event["start"], event["sensitivity"]) == ("2027-03-02T12:00", "normal")
    assert copy["start"] == "2027-03-02T12:00"
    assert await calendar(world) == []


async def test_a_refused_act_says_why(world, windows):
    event = await create(world)
    page = await windows.open(java_script_enabled=False)
    address = f"{world.root}/outlook/?user={AINO}&date=2027-03-02&event={event['id']}"
    await page.goto(address)
    await page.get_by_label("End", exact=True).fill("2027-03-01T09:00")
    await page.get_by_role("button", name="Save").click()

    assert "earlier" in await page.get_by_role("alert").inner_text()


async def test_what_graph_changes_appears_by_itself(world, windows):
    page = await windows.open()
    await page.goto(f"{world.root}/outlook/?user={AINO}&date=2027-03-02")
    await create(world, subject="Varattu aika · K7Q2FM")

    await page.get_by_text("K7Q2FM").wait_for()


async def test_who_waits_in_the_lobby_sees_herself_let_in(world, windows):
    event = await create(world, online=True)
    page = await windows.open()
    await page.goto(event["join"])
    await page.get_by_label("Your name").fill("Kalle")
    await page.get_by_role("button", name="Join now").click()
    await page.get_by_text("You are in the lobby").wait_for()
    host = await windows.open()
    await host.goto(event["join"])
    await host.get_by_role("button", name="Admit").click()

    await page.get_by_text("You have joined").wait_for()


async def test_the_front_door_moves_the_clock_of_both(world, windows):
    page = await windows.open()
    await page.goto(world.root)
    before = world.tenant.clock.now()
    await page.get_by_role("button", name="One hour on").click()
    await page.get_by_text("has been moved").wait_for()
    assert 3590 < world.offsets[-1] <= 3600
    after = world.tenant.clock.now()
    await page.get_by_role("button", name="Back to real time").click()
    await page.get_by_text("shows real time").wait_for()

    assert abs(world.offsets[-1]) < 1
    assert 3590 < (after - before).total_seconds() < 3660
    assert abs((world.tenant.clock.now() - before).total_seconds()) < 60


async def test_the_front_page_says_who_reads_the_log_and_that_a_unit_is_chosen(
    world, windows
):
    page = await windows.open()
    await page.goto(world.root)

    auditor = page.get_by_role("listitem").filter(has_text="auditor: reads the log")
    await expect(auditor).to_have_count(1)
    await expect(auditor).to_contain_text("Mikael Holm")
    desk = page.get_by_role("listitem").filter(has_text="@Vuoro päivystys")
    await expect(desk).to_contain_text("Choose the unit")


async def test_the_inbox_fills_by_itself_and_its_links_lead_on(world, windows):
    page = await windows.open()
    await page.goto(f"{world.root}/inbox/")
    await page.get_by_text("Nothing has been sent").wait_for()
    await world.session.post(
        f"{world.root}/sms/send",
        json={
            "to": "+358401234567",
            "from": "Vuoro",
            "text": f"Hei. {world.root}/teams-js",
            "client_reference": "r1",
        },
        headers={"Authorization": "Bearer sms-key-of-the-demo"},
    )
    link = page.get_by_role("link", name=f"{world.root}/teams-js").last
    await link.wait_for()

    assert await link.get_attribute("href") == f"{world.root}/teams-js"


async def test_on_a_phone_the_people_of_the_inbox_are_folded_away(world, windows):
    world.tenant.inbox += [
        {"id": f"s{n}", "kind": "sms", "at": "2027-03-02T07:00:00+00:00"}
        | {"from": "Vuoro", "to": f"+35840123456{n}", "text": f"Hei {n}", "parts": 1}
        for n in range(9)
    ]
    page = await windows.open(viewport={"width": 390, "height": 860})
    await page.goto(f"{world.root}/inbox/")
    mail = await page.locator(".inbox main article").bounding_box()
    assert mail is not None
    assert mail["y"] < 300

    await page.locator("summary").click()
    await page.get_by_role("link", name="+358401234563").click()

    await page.locator("main").get_by_text("Hei 3").wait_for()


@pytest.mark.parametrize("width", [1280, 390])
async def test_nothing_stands_in_anybodys_way(world, windows, complaints, width):
    complaints.forgive("res.cdn.office.net|ERR_NAME_NOT_RESOLVED")
    world.tenant.inbox.append(
        {"id": "s1", "kind": "sms", "at": "2027-03-02T07:00:00+00:00"}
        | {"from": "Vuoro", "to": "+358401234567", "text": "Hei", "parts": 1}
    )
    await world.sent(with_card(a_card()))
    event = await create(world, online=True)
    week = f"/outlook/?user={AINO}&date=2027-03-02"
    page = await windows.open(viewport={"width": width, "height": 860})
    found = {}
    for path in (
        "/",
        "/inbox/",
        "/misbehaviour/",
        week,
        f"{week}&view=people",
        f"{week}&event={event['id']}",
        f"{week}&new=2027-03-02T09:00",
        event["join"].removeprefix(world.root),
        *(f"/teams/?user={AINO}&theme={t}" for t in ("default", "dark", "contrast")),
    ):
        await page.goto(world.root + path)
        if path.startswith("/teams"):
            await page.locator(".card").wait_for()
        found[path] = await audit(page)
        wider = "document.documentElement.scrollWidth - innerWidth"
        assert await page.evaluate(wider) <= 0, path

    assert {path: faults for path, faults in found.items() if faults} == {}


async def test_the_clock_in_the_head_of_teams_follows_the_tenants(world, windows):
    page = await windows.open()
    await page.goto(f"{world.root}/teams/?user={AINO}")
    clock = page.locator("[data-clock]")
    before = await clock.text_content()

    world.tenant.clock.advance(timedelta(hours=1))

    await expect(clock).not_to_have_text(before)
    await expect(clock).to_have_text(moment(world.tenant))


async def test_a_link_to_the_chat_leads_there_and_not_into_the_tab(
    world, windows, complaints
):
    complaints.forgive("res.cdn.office.net|ERR_NAME_NOT_RESOLVED")
    await world.sent(with_card(a_card(actions=[LEADS])))
    page = await windows.open()
    await page.goto(f"{world.root}/teams/?user={AINO}")

    await page.get_by_role("link", name="Chat there").click()

    await expect(page.locator("#view-chat")).to_be_visible()
    await expect(page.locator("#view-tab")).to_be_hidden()


LEADS = {
    "type": "Action.OpenUrl",
    "title": "Chat there",
    "url": "https://teams.microsoft.com/l/entity/app/conversations",
}

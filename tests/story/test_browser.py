"""The browser without script sends what a browser would send, and nothing else."""

from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from teams_app.story.browser import ANY, Browser
from teams_app.story.script import Unmet

PAGE = """
<!doctype html><title>Secret title</title><script>let x = "<b>not text</b>"</script>
<a href="/next?a=1"><b>On</b> and on</a>
<form action="/first" method="post"><button name="slot" value="1@1">First</button></form>
<form action="/sent?lang=fi" method="post">
  <input type="hidden" name="form_token" value="t">
  <input name="name" value="A &amp; B">
  <input type="radio" name="how" value="a" checked><input type="radio" name="how" value="b">
  <input type="checkbox" name="many" value="1" checked>
  <input type="checkbox" name="many" value="2">
  <textarea name="words">as it
was</textarea>
  <select name="one"><option value="x">X</option><option value="y" selected>Y</select>
  <input type="radio" name="slot" value="1@2">
  <button name="act" value="book">Book</button><button name="act" value="offer">O</button>
</form>
"""


async def shown(_: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


async def sent(request: web.Request) -> web.Response:
    """Tell what came, after being sent on to another address."""
    pairs = "&".join(f"{k}={v}" for k, v in (await request.post()).items())
    origin = request.headers["Origin"].rpartition("/")[2]
    here = f"{request.host}" == origin
    raise web.HTTPSeeOther(f"/told?origin={here}&sent={quote(pairs)}")


async def told(request: web.Request) -> web.Response:
    return web.Response(text=request.query["sent"] + request.query["origin"])


@pytest.fixture
async def browser():
    app = web.Application()
    app.add_routes(
        [
            web.get("/", shown),
            web.post("/sent", sent),
            web.post("/first", sent),
            web.get("/told", told),
        ]
    )
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Browser(session, str(server.make_url("")).rstrip("/"))


async def test_a_form_is_sent_as_it_stands_and_redirects_are_followed(browser):
    page = await browser.open("/")

    found = await browser.send(page, "/sent")

    assert found.path == "/told"
    assert found.source == (
        "form_token=t&name=A & B&how=a&many=1&words=as it\r\nwas&one=yTrue"
    )


async def test_what_is_typed_ticked_and_pressed_is_sent(browser):
    page = await browser.open("/")

    found = await browser.send(
        page,
        "/sent",
        {"name": "C", "how": "b", "many": ["2"], "words": "", "one": "x"},
        button=("act", "offer"),
    )

    assert found.source == (
        "form_token=t&name=C&how=b&many=2&words=&one=x&act=offerTrue"
    )


async def test_a_time_is_chosen_by_its_button_or_its_radio(browser):
    page = await browser.open("/")

    assert page.slots() == ["1@1", "1@2"]
    assert (await browser.choose(page, "1@1")).source == "slot=1@1True"
    assert "slot=1@2" in (await browser.choose(page, "1@2")).source


async def test_text_and_links_are_what_a_person_sees(browser):
    page = await browser.open("/")

    assert page.text.startswith("On and on First")
    assert "Secret" not in page.text
    assert "not text" not in page.text
    assert page.link("/next").endswith("/next?a=1")
    assert page.has_link("a=1")
    assert not page.has_link("/nowhere")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda browser, page: browser.send(page, "/elsewhere"),
        lambda browser, page: browser.send(page, "/sent", {"unknown": "1"}),
        lambda browser, page: browser.choose(page, "9@9"),
        lambda browser, _: browser.open("/nothing"),
    ],
)
async def test_what_no_browser_could_do_is_told(browser, wrong):
    page = await browser.open("/")

    with pytest.raises(Unmet):
        await wrong(browser, page)

    assert (await browser.open("/nothing", status=ANY)).status == 404

"""What of a gateway's answers counts as an SMS that was sent."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from teams_app.outside import SmsError
from teams_app.senders.sms import HttpSms

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Gateway:
    """Answers a POST as a test says; whoever is sent on from here is let in."""

    def __init__(self, answer: web.Response) -> None:
        self.answer = answer
        self.heard: list[str] = []

    async def _take(self, request: web.Request) -> web.Response:
        self.heard.append(f"{request.method} {request.path}")
        return self.answer

    async def _sign_in(self, request: web.Request) -> web.Response:
        self.heard.append(f"{request.method} {request.path}")
        return web.json_response({"id": "a page"})

    async def send(self) -> str:
        app = web.Application()
        app.router.add_post("/sms", self._take)
        app.router.add_get("/sign-in", self._sign_in)
        async with TestServer(app) as server, aiohttp.ClientSession() as session:
            url = str(server.make_url("/sms"))
            sms = HttpSms(session, url, "key", "Vuoro")
            return await sms.send("m1", "+358401234567", "Huomenna klo 9")


async def test_an_accepted_message_has_the_gateways_id():
    assert await Gateway(web.json_response({"id": "s1"}, status=201)).send() == "s1"
    assert await Gateway(web.json_response({"id": 17})).send() == "17"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_message_that_is_sent_elsewhere_is_not_accepted(status: int):
    moved = web.Response(status=status, headers={"Location": "/sign-in"})
    gateway = Gateway(moved)

    with pytest.raises(SmsError) as refused:
        await gateway.send()

    assert (refused.value.status, refused.value.final) == (status, False)
    assert gateway.heard == ["POST /sms"]


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=202, text="queued"),
        web.Response(status=202, body=b"\xff\xfe", content_type="application/json"),
        web.Response(status=204),
        web.json_response(["s1"]),
        web.json_response({"message": "s1"}),
        web.json_response({"id": None}),
    ],
    ids=["text", "no text", "nothing", "a list", "no id", "an empty id"],
)
async def test_what_cannot_be_read_of_an_acceptance_is_no_reason_to_send_again(
    answer: web.Response,
):
    gateway = Gateway(answer)

    assert await gateway.send() == ""
    assert gateway.heard == ["POST /sms"]


@pytest.mark.parametrize(
    ("status", "final"), [(400, True), (404, True), (422, True), (401, False)]
)
async def test_only_what_the_gateway_says_of_the_message_is_final(status, final):
    with pytest.raises(SmsError) as refused:
        await Gateway(web.Response(status=status)).send()

    assert refused.value.final is final

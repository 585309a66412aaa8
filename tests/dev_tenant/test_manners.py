"""What is left of an event that somebody copies, hands over or shares by inviting."""

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from dev_tenant.graph import manners
from dev_tenant.server import Config, start

AINO, BO = "aino.lehtovaara", "elias.sundqvist"
TAG = "String {6a4f1f0e-3b57-4f0c-9c53-7d1f8e2b90a1} Name vuoro"
SUBJECT = "Varattu aika · K7Q2FM"
BODY = '<p>Aika K7Q2FM.</p><p><a href="https://teams.example/?at=K7Q2FM">Avaa</a></p>'


class Calendars:
    """Two calendars, an event of an application in the first one."""

    def __init__(self, running, session):
        self.tenant, self.root, self.session = running.tenant, running.base_url, session
        self.heard = []
        for name in (AINO, BO):
            self.box(name).events.clear()

    def box(self, name):
        return self.tenant.mailboxes[
            self.tenant.find_user(f"{name}@lumivaara.example").id
        ]

    def events(self, name):
        return list(self.box(name).events.values())

    async def act(self, act, **body):
        url = f"{self.root}/_tenant/outlook/{act}"
        async with self.session.post(url, json={"user": AINO, **body}) as answer:
            return answer.status, await answer.json()

    async def made(self):
        _, event = await self.act(
            "create",
            subject=SUBJECT,
            start="2027-03-02T09:00",
            body=BODY,
            body_type="html",
            online=True,
        )
        self.events(AINO)[0].ext[TAG] = "K7Q2FM"
        self.tenant.listeners.append(lambda *told: self.heard.append(told))
        return event


@pytest_asyncio.fixture(loop_scope="session")
async def two():
    running = await start(Config(tls_port=None))
    async with ClientSession() as session:
        yield Calendars(running, session)
    await running.stop()


@pytest.mark.parametrize(
    ("manner", "kept"),
    [("survive", "K7Q2FM"), ("stripped", None), ("stripped prefixed", None)],
)
async def test_a_copy_keeps_its_properties_or_loses_them(two, manner, kept):
    made = await two.made()

    await two.act("copy", id=made["id"], to=BO, manner=manner)

    (copy,) = two.events(BO)
    assert copy.ext.get(TAG) == kept
    assert copy.meeting is None


@pytest.mark.parametrize(
    ("language", "prefix"),
    [("fi-FI", "Kopio: "), ("sv-FI", "Kopia: "), ("en-GB", "Copy: ")],
)
async def test_the_subject_of_a_copy_is_prefixed_in_the_calendars_language(
    two, language, prefix
):
    made = await two.made()
    two.tenant.users[two.box(BO).user].language = language

    await two.act("copy", id=made["id"], to=BO, manner=["survive", "prefixed"])

    (copy,) = two.events(BO)
    assert copy.props["subject"] == f"{prefix}{SUBJECT}"
    assert copy.ext[TAG] == "K7Q2FM"


async def test_the_body_of_a_copy_can_be_rewritten(two):
    made = await two.made()

    await two.act("copy", id=made["id"], to=BO, manner="rewritten")

    (copy,) = two.events(BO)
    assert "K7Q2FM" in copy.props["body"]
    assert "href" not in copy.props["body"]


async def test_a_manner_may_be_the_tenants_own(two):
    made = await two.made()
    two.tenant.switches["copy_manner"] = "survive prefixed"

    await two.act("copy", id=made["id"], to=BO)

    (copy,) = two.events(BO)
    assert copy.props["subject"].startswith("Kopia: ")
    assert copy.ext[TAG] == "K7Q2FM"
    assert (await two.act("copy", id=made["id"], to=BO, manner="nonsense"))[0] == 400
    assert manners.read("") == manners.Manner()


@pytest.mark.parametrize(("cut", "order"), [(True, "dc"), (False, "cd")])
async def test_cut_and_pasted_the_original_goes_first(two, cut, order):
    made = await two.made()

    await two.act("hand", id=made["id"], to=BO, cut=cut)

    assert "".join(kind[0] for *_, kind in two.heard) == order
    assert (len(two.events(AINO)), len(two.events(BO))) == (0, 1)


async def test_an_invited_colleague_has_the_event_without_its_properties(two):
    made = await two.made()

    await two.act("invite", id=made["id"], to=BO)

    (original,), (copy,) = two.events(AINO), two.events(BO)
    assert copy.ical == original.ical
    assert copy.props["organizer"] == original.props["organizer"]
    assert (original.ext, copy.ext) == ({TAG: "K7Q2FM"}, {})

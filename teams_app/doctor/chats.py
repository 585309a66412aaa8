"""The bot, the package, and who has the app."""

import asyncio

from booking.doctor import YES, Answer, Finding, Heard
from booking.doctor import judging as judge
from booking.model import Professional
from graph_sync.graph import GraphError
from teams_app.actions.doctor import Staff
from teams_app.doctor.parts import Parts, answer_of, chat_opened, heard

_OK = 200
_AT_ONCE = 4
#: With any of these Vuoro may see what is installed, or the catalogue.
SEES_INSTALLED = (
    "TeamsAppInstallation.ReadForUser.All",
    "TeamsAppInstallation.ReadWriteForUser.All",
    "TeamsAppInstallation.ReadWriteSelfForUser.All",
)
_SEES_CATALOGUE = ("AppCatalog.Read.All", "AppCatalog.ReadWrite.All")
#: Asked about where nobody is set up yet; the connector knows nobody of this id.
_NOBODY = "00000000-0000-4000-8000-000000000000"


async def bot(parts: Parts, staff: Staff) -> list[Finding]:
    """Look at our endpoint, the channel's keys, the bot's token and the connector.

    Opening a chat sends nothing: it is the call that says who the bot is.
    """
    url = f"{parts.base_url}/api/messages"
    status, _ = await parts.web.post(url, '{"type":"message"}')
    keys = await parts.web.get(parts.bot_keys_url)
    token, _ = await heard(parts.tenancy.let_in(parts.bot_scope))
    connector = YES
    if token.yes:
        who = staff.people[0].object_id if staff.people else _NOBODY
        connector = await chat_opened(parts, who)
    silent = Heard(Answer.SILENT, str(keys) if keys else "")
    published = YES if keys == _OK else silent
    return judge.bot(judge.BotFacts(url, status, published, token, connector))


async def manifest(parts: Parts, roles: frozenset[str]) -> list[Finding]:
    listed, answer = None, YES
    if parts.package and roles.intersection(_SEES_CATALOGUE):
        try:
            listed = await parts.tenancy.catalogue(parts.package) is not None
        except GraphError as error:
            answer = answer_of(error)
    facts = judge.ManifestFacts(parts.package, parts.package_faults, listed, answer)
    return judge.manifest(facts)


async def app(parts: Parts, staff: Staff, roles: frozenset[str]) -> list[Finding]:
    """See whom the bot can write to, and of the others whether they have the app."""
    gate = asyncio.Semaphore(_AT_ONCE)
    sees = bool(roles.intersection(SEES_INSTALLED)) and bool(parts.package)

    async def one(each: Professional) -> judge.Reader:
        async with gate:
            chat = await chat_opened(parts, each.object_id)
            has = None
            if sees and not chat.yes:
                asking = parts.tenancy.installation(each.object_id, parts.package)
                answer, found = await heard(asking)
                has = found is not None if answer.yes else None
            shut = staff.closed.get(each.object_id)
            return judge.Reader(each.name, chat, has, shut)

    return judge.app(await asyncio.gather(*map(one, staff.people)))

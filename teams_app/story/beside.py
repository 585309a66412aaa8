"""10: beside a message: free times for a colleague, an appointment, pasted links."""

from dataclasses import dataclass
from typing import Any

from booking.wording import text
from cards import verbs
from teams_app.story.script import Page, Story, Unmet, absent, expect, same, within
from teams_app.story.stage import Client, Stage
from teams_app.story.teams import Card
from teams_app.story.tenant import Json, Tenant

HOST, GUEST = "daniel.osei", "aino.lehtovaara"
_GROUP = "group"


def stories(stage: Stage) -> list[Story]:
    return [Story("10 Beside a message", lambda p: _beside(p, stage))]


@dataclass(frozen=True, slots=True)
class Writing:
    """Somebody who is writing a message in a chat of several people."""

    tenant: Tenant
    user: str

    async def _post(self, act: str, **body: Any) -> Json:
        asked = {"user": self.user, "chat": _GROUP, **body}
        return await self.tenant.post(f"/_tenant/teams/{act}", asked)

    async def search(self, command: str, words: str) -> list[Json]:
        found = await self._post("search", command=command, text=words)
        listed: list[Json] = found["attachments"]
        expect(listed, f"something found by {words!r}", found["text"])
        return listed

    async def paste(self, url: str) -> list[Json]:
        found: list[Json] = (await self._post("paste", url=url))["attachments"]
        return found

    async def send(self, attachment: Json) -> Card:
        """Send a chosen card; gives it as it stands in the chat."""
        sent = await self._post("send", attachments=[attachment])
        (shown,) = sent["activity"]["attachments"]
        return Card(shown["content"], str(sent["id"]))

    async def press(self, card: Card, verb: str) -> Card:
        """Press a button that opens a dialog; gives what stands in it."""
        action = {"type": "Action.Submit", "data": card.data_of(verb)}
        return _in_dialog(await self._post("act", message=card.message, action=action))

    async def submit(self, card: Card, verb: str, typed: dict[str, str]) -> Card:
        data = {**card.data_of(verb), **card.typed(), **typed}
        sent = await self._post("dialog", name="task/submit", data=data)
        return _in_dialog(sent)


async def _language(stage: Stage, user: str) -> str:
    """Say in which language somebody reads her cards."""
    for each in await stage.people():
        if str(each["mail"]).startswith(user):
            return str(each["language"])[:2]
    raise Unmet("somebody of that name", user)


def _in_dialog(answer: Json) -> Card:
    said = answer["answer"]
    same("what Teams shows", said["shown"], "dialog")
    return Card(said["dialog"]["card"]["content"], "")


async def _beside(page: Page, stage: Stage) -> None:
    host, guest = Writing(stage.tenant, HOST), Writing(stage.tenant, GUEST)
    for each in (HOST, GUEST):
        await stage.teams(each).install()
    client = stage.client("Beeta Besökare")
    words = {"fi": "huomenna", "sv": "i morgon", "en": "tomorrow"}
    tongue = await _language(stage, HOST)
    with page.step("10.1", "free times are found in the words one writes to the bot"):
        every = await host.search("free", "")
        found = [*await host.search("free", words[tongue]), *every]
        for one in found:
            expect(one["preview"]["content"]["title"], "a preview", one)
    with page.step("10.2", "the chosen card stands in the chat and names no client"):
        card = await host.send(every[0])
        within("the card", card.text, every[0]["preview"]["content"]["text"][:12])
        expect(card.data_of(verbs.COLLEAGUE_FORM), "a way to book", card.text)
    made = await _by_colleague(page, stage, _Invited(card, client, guest))
    with page.step("10.5", "she finds it by its client, who is not on its card"):
        (one, *_) = await host.search("find", client.name)
        same("the preview", one["preview"]["content"]["title"], client.name)
        shown = await host.send(one)
        within("the card", shown.text, made)
        absent("the card", str(shown.json), *client.name.split(), client.email)
    await _links(page, stage, made, client)


@dataclass(frozen=True, slots=True)
class _Invited:
    card: Card
    client: Client
    guest: Writing


async def _by_colleague(page: Page, stage: Stage, asked: _Invited) -> str:
    """Let a colleague book from the card; gives the reference."""
    language, typed = await _language(stage, GUEST), asked.client.form
    with page.step("10.3", "a colleague opens its form; a mistake loses nothing"):
        form = await asked.guest.press(asked.card, verbs.COLLEAGUE_FORM)
        same("the title", form.title, text(language, "cards.book.title"))
        wrong = {**typed, "client_email": "beeta@"}
        form = await asked.guest.submit(form, verbs.COLLEAGUE_BOOK, wrong)
        within("the form", form.text, text(language, "cards.error.client_email"))
        same("the name", form.typed()["client_name"], typed["client_name"])
    with page.step("10.4", "she books: the client is told, and whose time it is"):
        before = await stage.teams(HOST).newest()
        done = await asked.guest.submit(form, verbs.COLLEAGUE_BOOK, typed)
        same("the title", done.title, text(language, "extension.done.booked"))
        again = await asked.guest.submit(form, verbs.COLLEAGUE_BOOK, typed)
        same("the reference", again.reference, done.reference)
        await stage.tenant.message("a confirmation", asked.client.to)
        await stage.teams(HOST).card(
            "a card about it", lambda c: done.reference in c.text, after=before
        )
    return done.reference


async def _links(page: Page, stage: Stage, reference: str, client: Client) -> None:
    host, guest = Writing(stage.tenant, HOST), Writing(stage.tenant, GUEST)
    url = f"{stage.base}/teams/appointment/{reference}"
    with page.step("10.6", "its link becomes a card where she may see it, else stays"):
        (one,) = await host.paste(url)
        within("the card", str(one), reference)
        absent("the card", str(one), *client.name.split())
        same("what a colleague sees", await guest.paste(url), [])
    with page.step("10.7", "a client's own link is warned of, and shows nothing"):
        (message, *_) = await stage.tenant.messages(client.to)
        (one,) = await guest.paste(message.link)
        tongue = await _language(stage, GUEST)
        within("the card", str(one), text(tongue, "extension.secret.title"))
        secret = message.link.rpartition("/")[2]
        absent("the card", str(one), secret, reference, *client.name.split())

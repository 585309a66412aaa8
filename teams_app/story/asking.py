"""1: a professional writes to the bot, fills in the form, books, offers, lets choose."""

import json
from dataclasses import dataclass
from importlib import resources

from booking.wording import plural, text
from cards import verbs
from teams_app.story.scenes import (
    REMOTE,
    Wish,
    becomes_free,
    booked,
    offered,
    proposed,
    start_of,
)
from teams_app.story.script import Page, Story, expect, same, within
from teams_app.story.stage import Stage
from teams_app.story.teams import Card, Teams
from teams_app.story.tenant import Event

#: What is wrong on the form, what is typed into it, and what is said about it.
MISTAKES = [
    ("service", "", "service"),
    ("modality", "by_pigeon", "modality"),
    ("client_name", "  ", "client_name"),
    ("client_language", "de", "client_language"),
    ("client_email", "anna@", "client_email"),
    ("client_phone", "040", "client_phone"),
    ("client_phone", "", "no_phone"),
]


def stories(stage: Stage) -> list[Story]:
    return [
        Story("1  The bot's form, in Finnish", lambda p: _finnish(p, stage)),
        Story("1  Nothing typed is lost", lambda p: _mistakes(p, stage)),
        Story("1  A time is booked at once", lambda p: _at_once(p, stage)),
        Story("1  Cancelled on the card", lambda p: _cancels(p, stage)),
        Story("1  Three times are offered, in Swedish", lambda p: _three(p, stage)),
        Story("1  The client chooses freely, in English", lambda p: _any(p, stage)),
    ]


def _is_form(card: Card, language: str) -> None:
    same("the title", card.title, text(language, "cards.book.title"))
    for name in verbs.CLIENT_NAME, verbs.CLIENT_EMAIL, verbs.CLIENT_PHONE:
        within("the form", card.text, text(language, f"cards.field.{name}"))
        same(f"what stands in {name}", card.typed()[name], "")
    languages = [value for _, value in card.choices(verbs.CLIENT_LANGUAGE)]
    same("the client's languages", languages, ["fi", "sv", "en"])
    same("the language is asked, not guessed", card.typed()["client_language"], "")
    expect(card.choices(verbs.SERVICE), "services to choose from", card.text)


def _commands(language: str) -> list[str]:
    """Give the command list as the app's package has it."""
    name = "manifest.json" if language == "en" else f"{language}.json"
    told = json.loads(resources.files("manifest").joinpath(name).read_text())
    if language == "en":
        commands = told["bots"][0]["commandLists"][0]["commands"]
        return [str(each["title"]) for each in commands]
    at = "bots[0].commandLists[0].commands["
    return [
        str(said)
        for key, said in told.items()
        if key.startswith(at) and key.endswith("title")
    ]


async def _finnish(page: Page, stage: Stage) -> None:
    aino, outi = stage.teams("aino.lehtovaara"), stage.teams("outi.salmela")
    with page.step("1.1", "Aino adds the app; it greets her once, in Finnish"):
        await aino.install()
        hello = await aino.card("a greeting")
        title = text("fi", "cards.help.title", name="Aino Lehtovaara")
        same("the greeting", hello.title, title)
        same("greetings", [c.title for c in await aino.cards()].count(title), 1)
    with page.step("1.2", "varaa: a card asks for service, client and modality"):
        _is_form(await aino.ask("varaa"), "fi")
    with page.step("1.3", "every command of the list is understood, the first books"):
        book, *others = _commands("fi")
        _is_form(await aino.ask(book), "fi")
        for each in others:
            card = await aino.ask(each)
            unknown = text("fi", "cards.help.unknown")
            expect(card.title != unknown, f"{each!r} understood", card.text)
    with page.step(
        "1.4", "another word gets help, and an admin who meets no clients her own"
    ):
        card = await aino.ask("Mitä kuuluu?")
        same("the answer", card.title, text("fi", "cards.help.unknown"))
        await outi.install()
        card = await outi.ask("varaa")
        same("the answer", card.title, text("fi", "cards.notice.admin.title"))
        within("the answer", card.text, text("fi", "cards.notice.admin.body"))


async def _mistakes(page: Page, stage: Stage) -> None:
    client = stage.client("Nelli Peltola")
    right = Wish("aino.lehtovaara", client, modality="phone").form
    right[verbs.CLIENT_PHONE] = "040 123 4567"
    teams = stage.teams("aino.lehtovaara")
    form = await teams.form()
    for number, (field, typed, said) in enumerate(MISTAKES, start=5):
        words = f"{field} {typed!r}: said on the form, the rest stays as typed"
        with page.step(f"1.{number}", words):
            data = {**form.data(verbs.BOOK_TIMES), **right, field: typed}
            form = await teams.send(form, verbs.BOOK_TIMES, data)
            within("the form", form.text, text("fi", f"cards.error.{said}"))
            choices = {verbs.SERVICE, verbs.MODALITY, verbs.CLIENT_LANGUAGE}
            kept = {**right, field: "" if field in choices else typed}
            same("what stands in it", form.typed(), kept)
    with page.step("1.12", "put right, the same form proposes times; back keeps all"):
        times = await teams.press(form, verbs.BOOK_TIMES, right)
        within("the proposal", times.text, client.name, client.email)
        back = await teams.press(times, verbs.BOOK_BACK)
        same("what stands in it", back.typed(), right)


async def _at_once(page: Page, stage: Stage) -> None:
    teams, outlook = stage.teams("aino.lehtovaara"), stage.outlook("aino.lehtovaara")
    wish = Wish("aino.lehtovaara", stage.client("Matti Meikäläinen"))
    with page.step("1.13", "the times proposed are free in her own Outlook"):
        times = await proposed(stage, wish)
        events = [each for each in await outlook.events() if _blocks(each)]
        for slot in times.slots():
            start = start_of(slot)
            over = [e for e in events if e.start < start < e.end or e.start == start]
            expect(not over, f"nothing at {start}", over)
    slot = times.slots()[1]
    with page.step("1.14", "she books the second one at once"):
        card = await teams.press(times, verbs.BOOK_NOW, {"slot": slot})
        same("the card", card.title, text("fi", "cards.appointment.standing"))
    with page.step("1.15", "the card shows three truths, each when it holds"):
        await _truths(teams, card, "fi")
        same("events", len(await outlook.all_ours(card.reference)), 1)
        had = await stage.tenant.messages(wish.client.to)
        same("messages", len(had), 1)
    with page.step("1.16", "pressed again, an old copy books nothing more"):
        again = await teams.send(
            card, verbs.BOOK_NOW, {**times.data(verbs.BOOK_NOW), "slot": slot}
        )
        same("the reference", again.reference, card.reference)
    with page.step("1.17", "a time that is gone is not booked; nearest are shown"):
        other = Wish("aino.lehtovaara", stage.client("Liisa Virta"))
        times = await proposed(stage, other)
        data = {**times.data(verbs.BOOK_NOW), "slot": slot}
        lost = await teams.send(times, verbs.BOOK_NOW, data)
        within("the card", lost.text, text("fi", "cards.times.taken"), "Liisa Virta")
        expect(lost.slots() and slot not in lost.slots(), "other times", lost.slots())


async def _cancels(page: Page, stage: Stage) -> None:
    teams = stage.teams("aino.lehtovaara")
    with page.step(
        "1.18", "she cancels on the card: the client is told, Outlook empty"
    ):
        wish = Wish("aino.lehtovaara", stage.client("Hannes Sipilä"))
        made = await booked(stage, wish)
        card = await teams.press(made.card, verbs.APPOINTMENT_CANCEL)
        title = text("fi", "cards.appointment.cancelled_by_us")
        same("the card", card.title, title)
        told = await stage.tenant.message("news", wish.client.to, after=1)
        key = "messages.cancelled_by_us.subject"
        same("the subject", told.subject, text("fi", key))
        await becomes_free(stage, wish, made.slot)
    with page.step("1.19", "from the same card she books anew: it shows the new one"):
        again = await teams.press(card, verbs.BOOK_AGAIN)
        _is_form(again, "fi")
        other = stage.client("Saara Leino")
        form = Wish("aino.lehtovaara", other).form
        times = await teams.press(again, verbs.BOOK_TIMES, form)
        await stage.idle()
        slot = times.slots()[0]
        card = await teams.press(times, verbs.BOOK_NOW, {"slot": slot})
        done = await _truths(teams, card, "fi")
        within("the card", done.text, other.name, card.reference)


def _blocks(event: Event) -> bool:
    return event.json["show_as"] in {"busy", "oof", "tentative"}


async def _truths(teams: Teams, card: Card, language: str) -> Card:
    done = [
        f"✓ {text(language, f'cards.truth.{which}.done')}"
        for which in ("booked", "in_outlook", "told")
    ]
    return await teams.shown(
        f"{done}", card.message, lambda c: all(each in c.text for each in done)
    )


async def _three(page: Page, stage: Stage) -> None:
    elias = stage.teams("elias.sundqvist")
    wish = Wish("elias.sundqvist", stage.client("Siv Nordström", "sv"))
    with page.step("1.20", "boka: Elias gets the form in Swedish, from the list too"):
        await elias.install()
        _is_form(await elias.ask("Boka"), "sv")
        _is_form(await elias.ask(_commands("sv")[0]), "sv")
    with page.step("1.21", "he offers three times; the card says they are not held"):
        times = await proposed(stage, wish)
        ticked = times.input(verbs.SLOTS)["value"].split(",")
        same("times ticked beforehand", len(ticked), 3)
        within("the card", times.text, text("sv", "cards.times.offer_lead"))
        card = await elias.press(times, verbs.BOOK_OFFER, {"slots": ",".join(ticked)})
        same("the card", card.title, plural("sv", "cards.offer.open", 3))
    with page.step("1.22", "the card says when the client's message has gone out"):
        sent = text("sv", "cards.offer.sent.done")
        await elias.shown(sent, card.message, lambda c: sent in c.text)
    with page.step("1.23", "no time ticked, or one gone by: said, nothing is sent"):
        had = len(await stage.tenant.messages(wish.client.to))
        times = await proposed(stage, wish)
        carried = times.data(verbs.BOOK_OFFER)
        for slots, said in (("", "slots"), (_gone(ticked[0]), "past")):
            card = await elias.send(
                times, verbs.BOOK_OFFER, {**carried, "slots": slots}
            )
            within("the card", card.text, text("sv", f"cards.error.{said}"))
        same("messages", len(await stage.tenant.messages(wish.client.to)), had)


def _gone(slot: str) -> str:
    return f"{slot.partition('@')[0]}@1700000000"


@dataclass(frozen=True, slots=True)
class _Free:
    """How many times somebody offered freely is shown, and of whom."""

    count: int
    whose: set[str]


async def _any(page: Page, stage: Stage) -> None:
    daniel = stage.teams("daniel.osei")
    client = stage.client("Grace Mensah", "en")
    wish = Wish("daniel.osei", client, "tyokyvyn-tuki", REMOTE)
    with page.step("1.24", "book: Daniel gets the form in English, from the list too"):
        await daniel.install()
        _is_form(await daniel.ask("Book"), "en")
        _is_form(await daniel.ask(_commands("en")[0]), "en")
    with page.step("1.25", "he lets the client choose freely: any of his free times"):
        offer = await offered(stage, wish, freely=True)
        within("the card", offer.card.text, text("en", "cards.offer.free"))
        shown = await stage.browser().open(offer.link)
        found = _Free(len(shown.slots()), {s.split("@")[0] for s in shown.slots()})
        expect(found.count > 3, "more than three times", found)  # noqa: PLR2004
        same("professionals", len(found.whose), 1)
    with page.step("1.26", "he withdraws it; the link then says so and books nothing"):
        gone = await daniel.press(offer.card, verbs.OFFER_WITHDRAW)
        same("the card", gone.title, text("en", "cards.offer.withdrawn"))
        closed = await stage.browser().open(offer.link, status=410)
        within("the page", closed.text, text("en", "page.offer.withdrawn.title"))
        same("times", closed.slots(), [])

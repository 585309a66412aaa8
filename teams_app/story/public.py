"""5: a client books by herself, moves and cancels by her link; the rest follows."""

from dataclasses import dataclass, field
from datetime import timedelta

from booking.wording import text
from teams_app.story.browser import Browser, Document
from teams_app.story.scenes import reference_on, start_of, unreadable, week_of
from teams_app.story.script import Page, Story, absent, expect, same, until, within
from teams_app.story.stage import Client, Stage
from teams_app.story.tenant import Event

ADVICE = "/b/yritysneuvonta?lang=sv&modality=remote"
CAREER = "/b/uraohjaus?lang=fi&modality=remote"
INTERVIEW = "/b/alkuhaastattelu?lang=en&modality=phone"
LONG = "a" * 201


def stories(stage: Stage) -> list[Story]:
    return [
        Story("5  From the services to a time", lambda p: _times(p, stage)),
        Story("5  Mistakes are said, and cost nothing", lambda p: _mistakes(p, stage)),
        Story("5  Booked, moved, cancelled by link", lambda p: _books(p, stage)),
    ]


async def _times(page: Page, stage: Stage) -> None:
    browser = stage.browser("sv-FI,sv;q=0.9")
    with page.step("5.1", "the public page lists what anybody may book, in Swedish"):
        listed = await browser.open("/")
        within("the page", listed.text, text("sv", "page.services.title"))
        within("the page", listed.text, "Företagsrådgivning")
        absent("the page", listed.text, "Stöd för arbetsförmåga")
        await browser.open("/b/tyokyvyn-tuki", status=404)
        await browser.open("/b/ingenting", status=404)
    with page.step("5.2", "a service shows the times of everybody who gives it"):
        shown = await stage.browser().open(CAREER)
        times = await week_of(stage.browser(), shown)
        whose = {slot.partition("@")[0] for slot in times}
        expect(len(whose) > 1, "several professionals", times)
        names = [name for name in ("Mikael", "Saga", "Irina") if name in shown.source]
        expect(names, "their first names", shown.text)
    with page.step("5.3", "no time chosen: said, and the times are still there"):
        again = await stage.browser().send(shown, "slot", status=422)
        within("the page", again.text, text("fi", "error.field.no_slot"))
        same("times", again.slots(), shown.slots())
    with page.step("5.4", "times gone by, out of reach or not hers are refused: 409"):
        who, when = shown.slots()[0].split("@")
        token = shown.form("slot").sent("form_token")[0]
        year = 365 * 86400
        for slot in (f"{who}@1700000000", f"{who}@{int(when) + year}", f"1@{when}"):
            pairs = [["form_token", token], ["slot", slot]]
            refused = await stage.browser().post(CAREER, pairs, status=409)
            expect(refused.slots(), "times to choose from", refused.text)
    await _as_json(page, stage)


async def _as_json(page: Page, stage: Stage) -> None:
    browser = stage.browser()
    with page.step("5.5", "the search as JSON: known services, possible ways only"):
        asked = "/api/public/slots?service="
        await browser.open(f"{asked}uraohjaus&modality=remote")
        await browser.open(f"{asked}uraohjaus&modality=phone", status=400)
        await browser.open(f"{asked}tyokyvyn-tuki&modality=remote", status=404)


@dataclass(frozen=True, slots=True)
class _Mistake:
    """What is typed wrongly, and what is said: (text key, label of the field)."""

    words: str
    typed: dict[str, str | list[str]]
    said: list[str]
    lost: set[str] = field(default_factory=set)  #: What no browser shows again.


def _said(language: str, problem: str, label: str = "", limit: int = 0) -> str:
    return text(language, f"error.field.{problem}", label=label, limit=limit)


def _swedish(right: dict[str, str]) -> list[_Mistake]:
    """Give mistakes on the form of a service that asks for a date and a number."""
    label = text("sv", "form.name")
    return [
        _Mistake("no name", {"name": " "}, [_said("sv", "no_name")]),
        _Mistake(
            "a name too long",
            {"name": "Å" * 130},
            [_said("sv", "too_long", label, 120)],
        ),
        _Mistake("half an address", {"email": "gun@"}, [_said("sv", "not_email")]),
        _Mistake("half a number", {"phone": "12"}, [_said("sv", "not_phone")]),
        _Mistake("no contact", {"email": "", "phone": ""}, [_said("sv", "no_contact")]),
        _Mistake(
            "a day that is none", {"q_since": "31.2.2026"}, ["24.11.2026"], {"q_since"}
        ),
        _Mistake("words for a number", {"q_people": "många"}, ["siffror"]),
        _Mistake(
            "three at once",
            {"name": "", "email": "x", "q_people": "?"},
            [
                _said("sv", "no_name"),
                _said("sv", "not_email"),
                "siffror",
                *(right[name] for name in ("phone",)),
            ],
        ),
    ]


async def _mistakes(page: Page, stage: Stage) -> None:
    browser = stage.browser()
    times = await browser.open(ADVICE)
    with page.step("5.6", "a time is chosen and held; details are asked, in Swedish"):
        details = await browser.choose(times, times.slots()[-1])
        within("the page", details.text, text("sv", "page.details.title"))
    right: dict[str, str] = {
        "name": "Gunnel Häggman",
        "language": "sv",
        "email": "gunnel@posti.example",
        "phone": "040 123 4567",
        "q_since": "2026-03-01",
        "q_people": "4",
    }
    for number, mistake in enumerate(_swedish(right), start=7):
        with page.step(f"5.{number}", f"{mistake.words}: said; the rest stays"):
            details = await _mistaken(browser, details, right, mistake)
    with page.step("5.15", "put right, everything is shown for a last look"):
        check = await browser.send(details, "/details", right)
        within("the page", check.text, text("sv", "page.check.title"))
        within("the page", check.text, right["name"], right["email"], "4")
    with page.step("5.16", "back to the details: as they were; then let go"):
        back = await browser.open(check.link("/details"))
        for name in ("name", "email"):
            same(name, back.form("name").sent(name), [right[name]])
        freed = await browser.send(check, "/release")
        expect(freed.slots(), "times again", freed.text)
    await _required(page, stage)


async def _mistaken(
    browser: Browser, details: Document, right: dict[str, str], mistake: _Mistake
) -> Document:
    typed = {**right, **mistake.typed}
    shown = await browser.send(details, "/details", typed, status=422)
    within("the page", shown.text, *[s for s in mistake.said if s not in typed])
    for name, value in typed.items():
        if name not in mistake.lost:
            same(f"what stands in {name}", shown.form("name").sent(name), [value])
    return shown


async def _required(page: Page, stage: Stage) -> None:
    browser = stage.browser()
    with page.step("5.17", "a required question must be answered, from its choices"):
        far = (await stage.tenant.now() + timedelta(days=20)).date()
        times = await browser.open(f"{INTERVIEW}&day={far}")
        details = await browser.choose(times, times.slots()[-1])
        typed = {"name": "Ada Byrne", "phone": "040 123 4567", "language": "en"}
        shown = await browser.send(details, "/details", typed, status=422)
        label = "What describes your situation best?"
        within("the page", shown.text, _said("en", "choose_one", label))
        token = shown.form("name").sent("form_token")[0]
        forged = [*typed.items(), ("form_token", token), ("q_situation", "emperor")]
        pairs = [list(pair) for pair in forged]
        shown = await browser.post(shown.url, pairs, status=422)
        within("the page", shown.text, _said("en", "not_choice", label))
        same("the name", shown.form("name").sent("name"), ["Ada Byrne"])
    with page.step("5.18", "an answer to what was never asked is refused"):
        pairs += [["q_situation", "jobless"], ["q_salary", "1"]]
        refused = await browser.post(shown.url, pairs, status=400)
        within("the page", refused.text, text("en", "page.error.bad_request.title"))
        check = await browser.send(shown, "/details", {"q_situation": "jobless"})
        await browser.send(check, "/release")


@dataclass(slots=True)
class _Visit:
    """An appointment a client has booked by herself."""

    stage: Stage
    client: Client
    user: str
    slot: str
    page: Document
    event: Event

    @property
    def reference(self) -> str:
        return reference_on(self.page)


async def _books(page: Page, stage: Stage) -> None:
    for user in ("mikael.ojanpera", "saga.nyholm", "irina.volkonen"):
        await stage.teams(user).install()
    browser, client = stage.browser(), stage.client("Pekka Heikkinen")
    with page.step("5.19", "service, time, details with answers, check, confirm"):
        times = await browser.open(CAREER)
        slot = times.slots()[0]
        details = await browser.choose(times, slot)
        typed = {
            "name": client.name,
            "language": "fi",
            "email": client.email,
            "q_field": "Sähköala",
            "q_topics": ["training", "cv"],
        }
        check = await browser.send(details, "/details", typed)
        within("the page", check.text, "Sähköala", client.email)
        booked = await browser.send(check, "/confirm")
        within("the page", booked.text, text("fi", "page.appointment.done.booked"))
    with page.step("5.20", "Outlook has it, she is told, the professional gets a card"):
        user = await stage.owner(slot)
        event = await stage.outlook(user).has(reference_on(booked))
        same("the start", event.start, start_of(slot))
        told = await stage.tenant.message("a confirmation", client.to)
        same("the subject", told.subject, text("fi", "messages.booked.subject"))
        expect(told.link.endswith(booked.path), f"a link to {booked.path}", told.link)
        visit = _Visit(stage, client, user, slot, booked, event)
        await _announced(visit, "booked_by_client")
    await _moves(page, visit)
    await _busy(page, visit)
    await _cancels(page, visit)


async def _announced(visit: _Visit, key: str) -> None:
    """Wait for a card that says what the client did."""
    said = {text(each, f"cards.appointment.{key}") for each in ("fi", "sv")}
    await visit.stage.teams(visit.user).card(
        f"{said} about {visit.reference}",
        lambda c: c.title in said and visit.reference in c.text,
    )


async def _free_again(visit: _Visit, slot: str, *, free: bool) -> None:
    """Wait until a time is, or is not, offered to the next client."""
    browser = visit.stage.browser()
    day = start_of(slot).date()

    async def look() -> bool:
        shown = await browser.open(f"{CAREER}&day={day}")
        starts = {each.partition("@")[2] for each in shown.slots()}
        tab = await visit.stage.tab(visit.user)
        own = await tab.open(f"/teams/book?service=uraohjaus&modality=remote&day={day}")
        return (slot in own.slots()) is free and (
            not free or slot.partition("@")[2] in starts
        )

    await until(f"{slot} {'free' if free else 'taken'}", look)


async def _moves(page: Page, visit: _Visit) -> None:
    stage, browser = visit.stage, visit.stage.browser()
    had = len(await stage.tenant.messages(visit.client.to))
    old = visit.slot
    with page.step(
        "5.21", "she moves it by her link, both times seen first; the old one is free"
    ):
        move = await browser.open(visit.page.link("/move"))
        new = next(s for s in move.slots() if start_of(s) != start_of(old))
        new = max(move.slots(), key=start_of) if new == old else new
        check = await browser.choose(move, new)
        within("the page", check.text, text("fi", "page.move.check.title"))
        still = await stage.outlook(visit.user).has(visit.reference)
        same("the start", still.start, start_of(old))
        moved = await browser.send(check, "/move/check")
        within("the page", moved.text, text("fi", "page.appointment.done.moved"))
        visit.page, visit.slot = moved, new
        await _free_again(visit, new, free=False)
    with page.step("5.22", "the same event stands at the new time, its link the same"):
        outlook = stage.outlook(visit.user)

        async def there() -> Event | None:
            event = await outlook.ours(visit.reference)
            return event if event and event.start == start_of(new) else None

        event = await until("the event at the new time", there)
        same("the event", event.id, visit.event.id)
        same("the join address", event.join, visit.event.join)
        same("events", len(await outlook.all_ours(visit.reference)), 1)
    with page.step("5.23", "she is told the new time, the professional gets a card"):
        told = await stage.tenant.message("news", visit.client.to, after=had)
        same(
            "the subject", told.subject, text("fi", "messages.moved_by_client.subject")
        )
        await _announced(visit, "moved_by_client")
    await _keeps(page, visit)


async def _keeps(page: Page, visit: _Visit) -> None:
    stage, browser = visit.stage, visit.stage.browser()
    outlook = stage.outlook(visit.user)
    with page.step("5.24", "no time, another's time, a time gone by: she keeps hers"):
        move = await browser.open(visit.page.link("/move"))
        token = move.form("slot").sent("form_token")[0]
        who, start = visit.slot.partition("@")[0], start_of(visit.slot)
        for slot, status in (("", 422), ("1@1795600000", 422), (f"{who}@1", 409)):
            pairs = [["form_token", token], ["slot", slot]]
            await browser.post(move.url, pairs, status=status)
        same("the start", (await outlook.has(visit.reference)).start, start)


async def _busy(page: Page, visit: _Visit) -> None:
    stage, browser = visit.stage, visit.stage.browser()
    with page.step("5.25", "Outlook cannot be read: busy for now, she keeps her time"):
        move = await browser.open(visit.page.link("/move"))
        slot = next(s for s in move.slots() if start_of(s) != start_of(visit.slot))
        check = await browser.choose(move, slot)
        await unreadable(stage, visit.user, 1)
        busy = await browser.send(check, "/move/check", status=503)
        within("the page", busy.text, text("fi", "page.move.busy"))
        await stage.idle()
        event = await stage.outlook(visit.user).has(visit.reference)
        same("the start", event.start, start_of(visit.slot))


async def _cancels(page: Page, visit: _Visit) -> None:
    stage, browser = visit.stage, visit.stage.browser()
    had = len(await stage.tenant.messages(visit.client.to))
    with page.step("5.26", "she cancels by her link; the time is free at once"):
        sure = await browser.open(visit.page.link("/cancel"))
        expect(await stage.outlook(visit.user).ours(visit.reference), "still there", "")
        gone = await browser.send(sure, "/cancel")
        within(
            "the page",
            gone.text,
            text("fi", "page.appointment.cancelled_by_client.title"),
        )
        await _free_again(visit, visit.slot, free=True)
    with page.step("5.27", "Outlook is empty again, both are told"):
        outlook = stage.outlook(visit.user)

        async def empty() -> bool:
            return await outlook.ours(visit.reference) is None

        await until("no event", empty)
        told = await stage.tenant.message("a receipt", visit.client.to, after=had)
        key = "messages.cancelled_by_client.subject"
        same("the subject", told.subject, text("fi", key))
        await _announced(visit, "cancelled_by_client")
    with page.step("5.28", "cancelled twice, moved after: nothing more happens"):
        await browser.send(sure, "/cancel")
        back = await browser.open(visit.page.link("/move"))
        title = text("fi", "page.appointment.cancelled_by_client.title")
        within("the page", back.text, title)
        await browser.open(visit.page.link("calendar.ics"), status=404)
        await stage.idle()
        same("messages", len(await stage.tenant.messages(visit.client.to)), had + 1)

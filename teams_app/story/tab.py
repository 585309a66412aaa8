"""7: the Teams tab: today, the week, the list, an appointment, booking from it."""

from dataclasses import dataclass

from booking.wording import text
from cards import verbs
from teams_app.story.browser import Browser, Document
from teams_app.story.scenes import (
    TALK,
    Booked,
    Wish,
    becomes_free,
    booked,
    reference_on,
    start_of,
)
from teams_app.story.script import Page, Story, absent, expect, same, until, within
from teams_app.story.stage import Client, Stage

AINO, DANIEL = "aino.lehtovaara", "daniel.osei"
FORM = f"/teams/book?service={TALK}&modality=remote"
VIEWS = ("/teams/today", "/teams/week", "/teams/list", "/teams/book")
STRANGER = "00000000-0000-4000-8000-000000000000"


def stories(stage: Stage) -> list[Story]:
    return [
        Story("7  Who may see the tab", lambda p: _doors(p, stage)),
        Story("7  Today, the week, an appointment", lambda p: _views(p, stage)),
        Story("7  Booking from the tab", lambda p: _books(p, stage)),
        Story("7  Moving and cancelling in the tab", lambda p: _changes(p, stage)),
        Story("7  Reception and log", lambda p: _reception(p, stage)),
    ]


async def _doors(page: Page, stage: Stage) -> None:
    with page.step("7.1", "the shell is for anybody and holds nothing about anybody"):
        shell = await stage.browser("fi").open("/teams/tab")
        absent("the shell", shell.source, "Aino", AINO)
    with page.step("7.2", "without a token nothing else opens: 401"):
        for view in VIEWS:
            await stage.browser().open(view, status=401)
        await stage.browser().post("/teams/book", [["act", "book"]], status=401)
    with page.step("7.3", "nor with one that is forged, expired or for another app"):
        wrong: list[dict[str, object]] = [
            {"key": "foreign"},
            {"exp": 1_700_000_000},
            {"aud": STRANGER},
            {"tid": STRANGER},
            {"iss": "https://login.microsoftonline.com/x/v2.0"},
            {"scp": "openid"},
        ]
        for claims in wrong:
            token = await stage.forged_token(AINO, **claims)
            await stage.tab_with(token).open("/teams/today", status=401)
        for token in ("", "x.y.z", "eyJhbGciOiJub25lIn0.e30."):
            await stage.tab_with(token).open("/teams/today", status=401)
    with page.step("7.4", "somebody without a place in Vuoro is told so, kindly"):
        ritva = await stage.tab("ritva.kallionpaa", "fi")
        refused = await ritva.open("/teams/today", status=403)
        title = text("fi", "tab.not_allowed.unknown_person.title")
        within("the page", refused.text, title)


@dataclass(frozen=True, slots=True)
class _Seen:
    """An appointment with answers, and whose it is."""

    client: Client
    user: str
    slot: str
    reference: str


async def _views(page: Page, stage: Stage) -> None:
    with page.step("7.5", "a client books with answers; whose it is, her tab shows it"):
        client = stage.client("Sanni Jokela")
        seen = await _interview(stage, client)
        user, slot, reference = seen.user, seen.slot, seen.reference
        tab, day = await stage.tab(user, "fi"), start_of(slot).date()
        shown = await tab.open(f"/teams/today?day={day}")
        within("the day", shown.text, client.name, reference, "Alkuhaastattelu")
        within("the day", shown.text, text("fi", "modality.remote"))

        async def joinable() -> bool:
            again = await tab.open(f"/teams/today?day={day}")
            return again.has_link("meetup-join")

        await until("a button to join", joinable)
    with page.step("7.6", "the answers are there before the meeting"):
        within("the day", shown.text, "Haluan kokeilla uutta alaa")
        opened = await tab.open(f"/teams/appointment/{reference}")
        within("the appointment", opened.text, "Haluan kokeilla uutta alaa")
        within("the appointment", opened.text, client.email, reference)
    await _calendars(page, stage, seen)
    await _others(page, stage, seen)
    with page.step("7.9", "today opens without a day, in the person's language"):
        for language in ("fi", "sv", "en"):
            today = await (await stage.tab(user, language)).open("/teams/today")
            within("the page", today.text, text(language, "tab.view.week"))


async def _calendars(page: Page, stage: Stage, seen: _Seen) -> None:
    user, slot = seen.user, seen.slot
    tab, day = await stage.tab(user, "fi"), start_of(slot).date()
    with page.step("7.7", "week and list show it, and Outlook's own only as busy"):
        own = await stage.outlook(user).put(
            start_of(slot),
            start_of(slot),
            subject="Salainen hanke",
            all_day=True,
            show_as="tentative",
        )
        for view in ("week", "list", "today"):
            shown = await tab.open(f"/teams/{view}?day={day}")
            within(view, shown.text, seen.client.name, seen.reference)
            absent(view, shown.source, "Salainen")
        busy = [text("fi", f"tab.show_as.{each}") for each in ("busy", "tentative")]
        week = await tab.open(f"/teams/week?day={day}")
        expect(any(each in week.text for each in busy), f"{busy}", week.text)
        await stage.outlook(user).delete(own)


async def _others(page: Page, stage: Stage, seen: _Seen) -> None:
    client, slot = seen.client, seen.slot
    with page.step("7.8", "another professional can neither see nor touch it: 403"):
        other = await stage.tab(DANIEL, "en")
        path = f"/teams/appointment/{seen.reference}"
        refused = await other.open(path, status=403)
        absent("the page", refused.source, client.name, client.email)
        await other.open(f"{path}/move", status=403)
        for act in ("cancel", "move"):
            pairs = [["version", "2"], ["tell", "yes"], ["slot", slot]]
            await other.post(f"{path}/{act}", pairs, status=403)
        await other.open("/teams/appointment/ZZZZZZ", status=403)
        tab = await stage.tab(seen.user)
        within("the page", (await tab.open(path)).text, client.name)


async def _interview(stage: Stage, client: Client) -> _Seen:
    """Book a first interview from the public page, far ahead; give whose it became."""
    browser = stage.browser()
    times = await browser.open("/b/alkuhaastattelu?lang=fi&modality=remote")
    for _ in range(2):
        weeks = [href for href, _ in times.links if "day=" in href]
        times = await browser.open(weeks[-1])
    slot = times.slots()[-1]
    details = await browser.choose(times, slot)
    typed = {
        "name": client.name,
        "language": "fi",
        "email": client.email,
        "q_goal": "Haluan kokeilla uutta alaa",
        "q_situation": "jobless",
    }
    check = await browser.send(details, "/details", typed)
    done = await browser.send(check, "/confirm")
    reference = reference_on(done)
    user = await stage.owner(slot)
    await stage.outlook(user).has(reference)
    await stage.idle()
    return _Seen(client, user, slot, reference)


async def _books(page: Page, stage: Stage) -> None:
    tab, client = await stage.tab(AINO, "fi"), stage.client("Maija Toivonen")
    with page.step("7.10", "the form shows her services and her own free times"):
        form = await tab.open(FORM)
        within("the form", form.text, text("fi", "tab.book.title"))
        expect(form.slots(), "free times", form.text)
        same(
            "whose",
            {s.partition("@")[0] for s in form.slots()},
            {await stage.number(AINO)},
        )
        asked = form.form("name").sent("language")
        same("the language is asked, not guessed", asked, [])
    right = {"name": client.name, "language": "fi", "email": client.email, "phone": ""}
    slot = form.slots()[0]
    with page.step("7.11", "every mistake is said at once, nothing typed is lost"):
        wrong = [
            ({"name": ""}, _error("client_name")),
            ({"email": "maija@"}, _error("not_email")),
            ({"phone": "12"}, _error("not_phone")),
            ({"email": ""}, _error("no_contact")),
        ]
        for typed, said in wrong:
            given = {**right, **typed, "slot": slot}
            form = await tab.send(
                form, "name", given, button=("act", "book"), status=422
            )
            within("the form", form.text, said)
            for name, value in given.items():
                same(f"what stands in {name}", form.form("name").sent(name), [value])
        form = await tab.send(
            form, "name", {**right, "slot": []}, button=("act", "book"), status=422
        )
        expect(form.form("name").sent("name") == [client.name], client.name, form.text)
    await _booked(page, stage, tab, form, {**right, "slot": slot}, client)
    await _offers(page, stage, tab)


def _error(problem: str) -> str:
    return text("fi", f"error.field.{problem}", label="", limit=0)


async def _booked(
    page: Page,
    stage: Stage,
    tab: Browser,
    form: Document,
    typed: dict[str, str],
    client: Client,
) -> None:
    with page.step("7.12", "booked for a client in one go: page, Outlook, message"):
        done = await tab.send(form, "name", typed, button=("act", "book"))
        within("the page", done.text, text("fi", "tab.done.booked"), client.name)
        told = await stage.tenant.message("a confirmation", client.to)
        same("the subject", told.subject, text("fi", "messages.booked.subject"))
    with page.step("7.13", "sent twice, it is booked once"):
        again = await tab.send(form, "name", typed, button=("act", "book"))
        within("the page", again.text, client.name)
        await stage.idle()
        same("messages", len(await stage.tenant.messages(client.to)), 1)
    with page.step("7.14", "a time just gone: said, and the form stays filled in"):
        fresh = await tab.open(FORM)
        pairs = fresh.form("name").pairs(
            {**typed, "slot": [], "name": "Joku Muu"}, ("act", "book")
        )
        pairs.append(["slot", typed["slot"]])
        lost = await tab.post("/teams/book", pairs, status=409)
        within("the form", lost.text, text("fi", "tab.taken"))
        same("the name", lost.form("name").sent("name"), ["Joku Muu"])


async def _offers(page: Page, stage: Stage, tab: Browser) -> None:
    for number, act, key in ((15, "offer", "offer"), (16, "free", "offer_free")):
        client = stage.client(f"Jorma {act.title()}")
        with page.step(f"7.{number}", f"{act}: the client gets her link from the tab"):
            form = await tab.open(FORM)
            typed: dict[str, str | list[str]] = {
                "name": client.name,
                "language": "fi",
                "email": client.email,
                "slot": form.slots()[:3] if act == "offer" else [],
            }
            done = await tab.send(form, "name", typed, button=("act", act))
            within("the page", done.text, text("fi", "tab.done.offered"))
            told = await stage.tenant.message("an offer", client.to)
            same("the subject", told.subject, text("fi", f"messages.{key}.subject"))
            shown = await stage.browser().open(told.link)
            expect(shown.slots(), "times to choose from", shown.text)


async def _changes(page: Page, stage: Stage) -> None:
    await stage.teams(AINO).install()
    tab = await stage.tab(AINO, "fi")
    made = await booked(stage, Wish(AINO, stage.client("Veli Ranta")))
    path = f"/teams/appointment/{made.reference}"
    with page.step("7.17", "moved in the tab: event and client follow"):
        move = await tab.open(f"{path}/move")
        slot = max(move.slots(), key=start_of)
        old = await tab.open(path)
        moved = await tab.send(move, "/move", {"slot": slot})
        within("the page", moved.text, text("fi", "tab.done.moved"))
        told = await stage.tenant.message("news", made.client.to, after=1)
        same("the subject", told.subject, text("fi", "messages.moved.subject"))
        await becomes_free(stage, Wish(AINO, made.client), made.slot)
    with page.step("7.18", "an old copy of the page cancels nothing"):
        shown = await tab.send(old, "/cancel", status=409)
        absent("the page", shown.text, text("fi", "tab.status.cancelled_by_us"))
    with page.step("7.19", "cancelled without telling: gone from Outlook, no message"):
        gone = await tab.send(await tab.open(path), "/cancel", {"tell": []})
        within("the page", gone.text, text("fi", "tab.status.cancelled_by_us"))
        await becomes_free(stage, Wish(AINO, made.client), slot)

        async def left() -> bool:
            return not await stage.outlook(AINO).all_ours(made.reference)

        await until("no event", left)
        await stage.idle()
        same("messages", len(await stage.tenant.messages(made.client.to)), 2)
    await _told(page, stage, tab)


async def _told(page: Page, stage: Stage, tab: Browser) -> None:
    with page.step("7.20", "cancelled and told: she hears it, and the card says so"):
        made: Booked = await booked(stage, Wish(AINO, stage.client("Irma Lehto")))
        path = f"/teams/appointment/{made.reference}"
        await tab.send(await tab.open(path), "/cancel")
        told = await stage.tenant.message("news", made.client.to, after=1)
        key = "messages.cancelled_by_us.subject"
        same("the subject", told.subject, text("fi", key))
        title = text("fi", "cards.appointment.cancelled_by_us")
        card = await stage.teams(AINO).shown(
            title, made.card.message, lambda c: c.title == title
        )
        expect(not card.offers(verbs.APPOINTMENT_CANCEL), "no button", card.text)


DESK, AUDITOR, ADMIN = "liisa.vanhala", "mikael.holm", "outi.salmela"
LOG = "/teams/admin/log"


async def _reception(page: Page, stage: Stage) -> None:
    await stage.teams(AINO).install()
    made = await booked(stage, Wish(AINO, stage.client("Taru Tuomi")))
    path = f"/teams/appointment/{made.reference}"
    with page.step("7.28", "the unit's reception sees who comes, and moves her"):
        desk = await stage.tab(DESK, "fi")
        shown = await desk.open(f"/teams/reception?day={start_of(made.slot).date()}")
        within("the day", shown.text, "Taru Tuomi")
        move = await desk.open(f"{path}/move")
        slot = max(move.slots(), key=start_of)
        moved = await desk.send(move, "/move", {"slot": slot})
        within("the page", moved.text, text("fi", "tab.done.moved"))
    with page.step("7.29", "the log says so, to who may read it and to no admin"):
        await (await stage.tab(ADMIN)).open(LOG, status=403)
        await desk.open(LOG, status=403)
        auditor = await stage.tab(AUDITOR, "fi")
        found = await auditor.open(f"{LOG}?reference={made.reference}")
        for done in ("view", "move"):
            within("the log", found.text, text("fi", f"admin.log.what.{done}"))
        absent("the log", found.source, "Taru")
    with page.step("7.30", "and that it was read"):
        again = await auditor.open(f"{LOG}?reference={made.reference}")
        within("the log", again.text, text("fi", "admin.log.about.log"))

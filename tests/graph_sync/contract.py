"""What anything that implements `Graph` must do, in the product's own words.

A subclass gives the fixtures: `graph`, `outlook` (a person's hands), `mailbox`, `other`
and `sender` (addresses), and `first_day`, from which on the calendars are empty. Every
test takes a day of its own, so that one tenant serves them all.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest

from booking.calendar import AllDay, Event, EventDraft, Page, ShowAs
from booking.spans import Span, span
from graph_sync.graph import (
    Drop,
    Gone,
    Graph,
    GraphError,
    Mail,
    NoMailbox,
    Put,
    Refused,
    TokenExpired,
    View,
    Written,
)
from tests.graph_sync.outlook import Outlook, all_day, times, weekly

_days = count()


@pytest.fixture
def morning(first_day: date) -> Span:
    """Nine to ten, UTC, on a day that no other test has."""
    day = first_day + timedelta(days=next(_days))
    return span(datetime.combine(day, time(9), UTC), timedelta(hours=1))


def day_of(morning: Span) -> Span:
    start = morning.start.replace(hour=0)
    return Span(start, start + timedelta(days=1))


def draft(when: Span, key: str, *, online: bool = False) -> EventDraft:
    return EventDraft(
        subject=f"Varattu aika · {key}",
        span=when,
        body='<p>Varattu. <a href="https://vuoro.example/staff">Avaa</a></p>',
        location="Teams" if online else "Toimisto",
        sensitivity="normal",
        online=online,
        key=key,
    )


def key_of(when: Span) -> str:
    """A key that no other test has, nor another run on another day."""
    return f"K{when.start:%y%m%d}"


async def booked(
    graph: Graph, mailbox: str, when: Span, *, online: bool = False
) -> Written:
    wanted = draft(when, key_of(when), online=online)
    (answer,) = await graph.put([Put(mailbox, wanted, f"transaction-{wanted.key}")])
    return done(answer)


def done(answer: Written | GraphError) -> Written:
    assert isinstance(answer, Written), answer
    return answer


async def seen(graph: Graph, mailbox: str, within: Span) -> tuple[Event, ...]:
    (answer,) = await graph.view([View(mailbox, within)])
    assert isinstance(answer, tuple), answer
    return answer


async def round_of(
    graph: Graph, mailbox: str, window: Span, link: str | None = None
) -> tuple[dict[str, Event], set[str], str]:
    """Read a round to its end: what stands, what was removed, where to go on."""
    told: dict[str, Event] = {}
    removed: set[str] = set()
    page: Page | None = None
    async for page in graph.changes(mailbox, window, link):
        told |= {event.id: event for event in page.events}
        removed |= set(page.removed)
    assert page is not None
    assert page.link is not None
    return told, removed, page.link


class GraphContract:
    async def test_a_created_event_is_read_back_as_it_was_drawn(
        self, graph: Graph, mailbox: str, morning: Span
    ):
        written = await booked(graph, mailbox, morning)

        read = await graph.event(mailbox, written.event.id)

        assert read.subject == f"Varattu aika · {key_of(morning)}"
        assert read.when == morning
        assert read.location == "Toimisto"
        assert read.show_as is ShowAs.BUSY
        assert read.key == key_of(morning)
        assert "vuoro.example/staff" in (read.body or "")
        assert not read.online

    async def test_a_write_reads_its_slot_back(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        foreign = await outlook.create(mailbox, morning)

        written = await booked(graph, mailbox, morning)

        assert {each.id for each in written.around or ()} == {foreign, written.event.id}

    async def test_an_online_event_gets_an_address_to_join_by(
        self, graph: Graph, mailbox: str, morning: Span
    ):
        written = await booked(graph, mailbox, morning, online=True)

        read = await graph.event(mailbox, written.event.id)

        assert read.online
        assert read.join_url is not None
        assert read.join_url.startswith("http")

    async def test_a_repeated_create_makes_no_second_event(
        self, graph: Graph, mailbox: str, morning: Span
    ):
        first = await booked(graph, mailbox, morning)

        second = await booked(graph, mailbox, morning)

        assert second.event.id == first.event.id
        assert len(await seen(graph, mailbox, morning)) == 1

    async def test_a_repeated_create_with_another_time_moves_the_event(
        self, graph: Graph, mailbox: str, morning: Span
    ):
        wanted = draft(morning, key_of(morning))
        (first,) = await graph.put([Put(mailbox, wanted, f"again-{wanted.key}")])
        later = span(morning.start + timedelta(hours=3), morning.length)

        (second,) = await graph.put(
            [Put(mailbox, replace(wanted, span=later), f"again-{wanted.key}")]
        )

        assert done(second).event.id == done(first).event.id
        assert done(second).event.when == later
        assert [each.when for each in await seen(graph, mailbox, day_of(morning))] == [
            later
        ]

    async def test_a_change_sends_only_what_is_named(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        written = await booked(graph, mailbox, morning)
        await outlook.change(mailbox, written.event.id, subject="Oma otsikko")
        later = span(morning.start + timedelta(hours=2), morning.length)
        wanted = draft(later, key_of(morning))

        (answer,) = await graph.put(
            [Put(mailbox, wanted, "", written.event.id, changed=("span",))]
        )

        assert done(answer).event.when == later
        assert done(answer).event.subject == "Oma otsikko"
        assert done(answer).event.change_key != written.event.change_key

    async def test_a_new_body_keeps_the_way_to_join(
        self, graph: Graph, mailbox: str, morning: Span
    ):
        written = await booked(graph, mailbox, morning, online=True)
        before = await graph.event(mailbox, written.event.id)
        wanted = replace(
            draft(morning, key_of(morning), online=True), body="<p>Uusi teksti</p>"
        )

        (answer,) = await graph.put(
            [Put(mailbox, wanted, "", written.event.id, changed=("body",))]
        )

        done(answer)
        after = await graph.event(mailbox, written.event.id)
        assert "Uusi teksti" in (after.body or "")
        assert "vuoro.example/staff" not in (after.body or "")
        assert after.online
        assert after.join_url == before.join_url

    async def test_changing_what_is_gone_is_refused_as_gone(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        written = await booked(graph, mailbox, morning)
        await outlook.remove(mailbox, written.event.id)

        (answer,) = await graph.put(
            [
                Put(
                    mailbox,
                    draft(morning, key_of(morning)),
                    "",
                    written.event.id,
                    changed=("span",),
                )
            ]
        )

        assert isinstance(answer, Gone)

    async def test_many_writes_each_get_their_own_answer(
        self, graph: Graph, mailbox: str, other: str, morning: Span
    ):
        wanted = draft(morning, key_of(morning))
        writes = [
            Put(mailbox, wanted, f"many-a-{wanted.key}"),
            Put(other, wanted, f"many-b-{wanted.key}"),
            Put(mailbox, wanted, "", "no-such-event", changed=("span",)),
        ]

        first, second, third = await graph.put(writes)

        assert [each.id for each in done(first).around or ()] == [done(first).event.id]
        assert [each.id for each in done(second).around or ()] == [
            done(second).event.id
        ]
        assert isinstance(third, Gone | Refused)

    async def test_a_drop_removes_and_a_second_drop_is_content(
        self, graph: Graph, mailbox: str, morning: Span
    ):
        written = await booked(graph, mailbox, morning)
        drop = Drop(mailbox, written.event.id)

        assert await graph.drop([drop]) == [None]
        assert await graph.drop([drop, drop]) == [None, None]

        assert await seen(graph, mailbox, morning) == ()
        with pytest.raises(Gone):
            await graph.event(mailbox, written.event.id)

    async def test_an_event_is_found_by_our_key_alone(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        written = await booked(graph, mailbox, morning)
        await outlook.change(mailbox, written.event.id, subject="Ei viitettä")

        found = await graph.find(mailbox, key_of(morning))

        assert [each.id for each in found] == [written.event.id]
        assert await graph.find(mailbox, "K'0'0") == ()

    async def test_a_view_shows_what_touches_its_span_and_nothing_else(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        hour = timedelta(hours=1)
        into = await outlook.create(
            mailbox, span(morning.start - hour / 2, hour), showAs="tentative"
        )
        await outlook.create(mailbox, span(morning.end, hour))
        await outlook.create(mailbox, span(morning.start - hour, hour))

        events = await seen(graph, mailbox, morning)

        assert [(each.id, each.show_as) for each in events] == [
            (into, ShowAs.TENTATIVE)
        ]

    async def test_views_of_many_mailboxes_stand_in_the_order_of_the_questions(
        self, graph: Graph, outlook: Outlook, mailbox: str, other: str, morning: Span
    ):
        mine = await outlook.create(mailbox, morning)
        hers = await outlook.create(other, morning)

        answers = await graph.view(
            [View(other, morning), View("nobody@nowhere.invalid", morning)]
            + [View(mailbox, morning)] * 6
        )

        ids = [
            [each.id for each in answer] if isinstance(answer, tuple) else type(answer)
            for answer in answers
        ]
        assert ids == [[hers], NoMailbox, *[[mine]] * 6]

    async def test_an_all_day_event_keeps_its_dates(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        first, after = morning.start.date(), (morning.start + timedelta(days=1)).date()
        await outlook.create(
            mailbox, morning, **all_day(first.isoformat(), after.isoformat())
        )

        (event,) = await seen(graph, mailbox, morning)

        assert event.when == AllDay(first, after)

    async def test_a_round_tells_everything_and_the_next_only_what_changed(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        window = day_of(morning)
        stays = await outlook.create(mailbox, morning)
        goes = await outlook.create(mailbox, morning)
        told, _, link = await round_of(graph, mailbox, window)
        assert set(told) == {stays, goes}

        await outlook.remove(mailbox, goes)
        comes = await outlook.create(mailbox, morning)
        told, removed, link = await round_of(graph, mailbox, window, link)

        assert set(told) == {comes}
        assert removed == {goes}
        assert await round_of(graph, mailbox, window, link) != (told, removed, link)
        again, none, _ = await round_of(graph, mailbox, window, link)
        assert (again, none) == ({}, set())

    async def test_a_round_of_many_pages_misses_nothing(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        window = day_of(morning)
        made = {
            await outlook.create(mailbox, morning, subject=f"Palaveri {number}")
            for number in range(23)
        }

        told, _, _ = await round_of(graph, mailbox, window)

        assert set(told) == made

    async def test_occurrences_are_told_whole_even_when_their_master_is_older(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        # Four weeks on, so that the window begins after the series does.
        start = span(morning.start + timedelta(weeks=100), morning.length)
        master = await outlook.create(
            mailbox,
            start,
            subject="Viikkopalaveri",
            showAs="oof",
            categories=["Avoin"],
            **weekly(start, 6),
        )
        week = timedelta(weeks=1)
        window = Span(start.start + 2 * week, start.start + 4 * week)

        told, _, _ = await round_of(graph, mailbox, window)

        stood = {each.when: each for each in told.values() if each.series == master}
        assert set(stood) == {
            span(start.start + 2 * week, start.length),
            span(start.start + 3 * week, start.length),
        }
        for each in stood.values():
            assert each.show_as is ShowAs.OOF
            assert each.subject == "Viikkopalaveri"
            assert each.categories == ("Avoin",)

    async def test_a_changed_occurrence_is_told_whole(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        """It may last all day or show free, whatever its series does."""
        start = span(morning.start + timedelta(weeks=200), morning.length)
        master = await outlook.create(
            mailbox, start, subject="Vapaa ilta", showAs="free", **weekly(start, 3)
        )
        window = Span(start.start, start.start + timedelta(weeks=3))
        first, second, third = await outlook.occurrences(mailbox, master, window)
        day = second["start"]["dateTime"][:10]
        after = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
        await outlook.change(mailbox, second["id"], **all_day(day, after), showAs="oof")
        await outlook.change(mailbox, third["id"], subject="Muu")

        told, _, _ = await round_of(graph, mailbox, window)

        assert told[first["id"]].show_as is ShowAs.FREE
        assert told[second["id"]].show_as is ShowAs.OOF
        assert told[second["id"]].when == AllDay(
            date.fromisoformat(day), date.fromisoformat(after)
        )
        assert told[third["id"]].show_as is ShowAs.FREE
        assert told[third["id"]].subject == "Muu"

    async def test_an_old_link_is_refused_as_such(
        self, graph: Graph, mailbox: str, morning: Span
    ):
        _, _, link = await round_of(graph, mailbox, day_of(morning))
        broken = link[: link.index("?")] + "?$deltatoken=expired"

        with pytest.raises((TokenExpired, Refused)):
            await round_of(graph, mailbox, day_of(morning), broken)

    async def test_a_link_to_elsewhere_is_never_followed_but_all_read_anew(
        self, graph: Graph, mailbox: str, morning: Span
    ):
        """It was kept from before our address of Graph was changed."""
        with pytest.raises(TokenExpired, match="ForeignLink"):
            await round_of(
                graph, mailbox, day_of(morning), "https://127.0.0.1:9/v1.0/delta"
            )

    async def test_ids_survive_every_way_of_reading(
        self, graph: Graph, mailbox: str, morning: Span
    ):
        written = await booked(graph, mailbox, morning)

        (viewed,) = await seen(graph, mailbox, morning)
        told, _, _ = await round_of(graph, mailbox, day_of(morning))
        (found,) = await graph.find(mailbox, key_of(morning))

        assert {viewed.id, found.id, *told} == {written.event.id}
        assert {viewed.change_key, found.change_key} == {
            told[written.event.id].change_key
        }

    async def test_a_move_in_outlook_changes_the_change_key(
        self, graph: Graph, outlook: Outlook, mailbox: str, morning: Span
    ):
        written = await booked(graph, mailbox, morning)
        later = span(morning.start + timedelta(hours=2), morning.length)

        await outlook.change(mailbox, written.event.id, **times(later))

        read = await graph.event(mailbox, written.event.id)
        assert read.when == later
        assert read.change_key != written.event.change_key

    async def test_a_mailbox_tells_its_hours_and_zone(self, graph: Graph, mailbox: str):
        told = await graph.mailbox(mailbox)

        assert told.zone == "Europe/Helsinki"
        assert told.hours.days
        assert told.hours.start < told.hours.end
        assert told.online_meetings

    async def test_a_mailbox_that_is_not_there_is_told_from_an_event_that_is_not(
        self, graph: Graph, mailbox: str, morning: Span
    ):
        written = await booked(graph, mailbox, morning)
        nobody = "nobody@nowhere.invalid"

        with pytest.raises(NoMailbox):
            await graph.mailbox(nobody)
        with pytest.raises(NoMailbox):
            await graph.event(nobody, written.event.id)
        (answer,) = await graph.drop([Drop(nobody, written.event.id)])
        assert isinstance(answer, NoMailbox)

    async def test_a_sent_mail_is_found_by_its_key(
        self, graph: Graph, sender: str, morning: Span
    ):
        mail = Mail(
            key=f"mail-{key_of(morning)}",
            sender=sender,
            to="asiakas@example.com",
            subject="Aikasi on varattu",
            text="Hei",
            html="<p>Hei</p>",
            language="fi",
            attachments=(("aika.ics", "text/calendar", b"BEGIN:VCALENDAR"),),
        )
        assert not await graph.sent(sender, mail.key)

        await graph.send(mail)

        assert await graph.sent(sender, mail.key)
        assert not await graph.sent(sender, f"{mail.key}-other")

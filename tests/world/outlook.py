"""What people do in Outlook with their own hands: meetings, leave, and our events."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from booking.events import join_block
from booking.spans import HELSINKI
from dev_tenant.faces.diary import Found, day_pair, pair
from dev_tenant.graph.answers import Failure
from dev_tenant.graph.manners import Manner
from dev_tenant.tenant import Json
from tests.world.deeds import standing
from tests.world.evidence import key_of

if TYPE_CHECKING:
    from tests.world.storm import Storm

FOREIGN = ("Tiimipalaveri", "Lounas", "Koulutus", "Oma aika", "Varattu aika")
MINUTES = (15, 30, 45, 60, 90, 180)
SHOWN = ("busy", "busy", "busy", "oof", "tentative", "free", "workingElsewhere")


def _when(storm: "Storm") -> datetime:
    """Give a moment: often beside or over an appointment, else in the days ahead."""
    found = standing(storm)
    if found and storm.chance.random() < 0.5:
        near = storm.chance.choice(found).span.start
        return near + timedelta(minutes=storm.chance.choice((-45, -30, -15, 0, 15, 30)))
    day = storm.now.astimezone(HELSINKI).date() + timedelta(
        days=storm.chance.randrange(8)
    )
    minutes = storm.chance.randrange(6 * 4, 18 * 4) * 15
    wall = datetime(day.year, day.month, day.day, tzinfo=HELSINKI)
    return wall.replace(hour=minutes // 60, minute=minutes % 60)


def _ahead(storm: "Storm", *, ours: bool) -> list[Found]:
    """Give what lies ahead in everybody's calendar: our events, or the others."""
    found = []
    for each in storm.workers:
        start = storm.now - timedelta(hours=2)
        lies = storm.diary.between(each.object_id, start, start + timedelta(days=40))
        found += [one for one in lies if bool(one.event.ext) is ours]
    return found


def add(storm: "Storm") -> str:
    """Put a meeting, an all-day event or a series into a calendar."""
    chance, who = storm.chance, storm.chance.choice(storm.workers)
    start = _when(storm)
    end = start + timedelta(minutes=chance.choice(MINUTES))
    fields: Json = {
        "subject": chance.choice(FOREIGN),
        "showAs": chance.choice(SHOWN),
        "sensitivity": chance.choice(("normal", "normal", "private")),
        "start": pair(start),
        "end": pair(end),
    }
    kind = chance.choice(("single", "single", "single", "all day", "series"))
    day = start.astimezone(HELSINKI).date()
    if kind == "all day":
        first = day.isoformat()
        length = chance.choice((1, 1, 3))
        fields |= {
            "isAllDay": True,
            "start": day_pair(first),
            "end": day_pair(first, length),
        }
    if kind == "series":
        fields["recurrence"] = _pattern(storm, day.isoformat(), day.strftime("%A"))
    made = storm.diary.create(who.object_id, fields)
    shown = fields["showAs"]
    return f"{who.id} {made.name} {kind} {shown} {start:%d.%m. %H:%M %Z}-{end:%H:%M}"


def _pattern(storm: "Storm", first: str, weekday: str) -> Json:
    pattern: Json = {"type": "daily", "interval": storm.chance.choice((1, 2))}
    if storm.chance.random() < 0.6:
        pattern = {"type": "weekly", "interval": 1, "daysOfWeek": [weekday.lower()]}
    ends: Json = {"type": "numbered", "numberOfOccurrences": storm.chance.randint(2, 6)}
    if storm.chance.random() < 0.2:
        ends = {"type": "noEnd"}
    ends |= {"startDate": first, "recurrenceTimeZone": "Europe/Helsinki"}
    return {"pattern": pattern, "range": ends}


def _act(storm: "Storm", found: list[Found], work: Callable[[Found], str]) -> str:
    if not found:
        return "none"
    one = storm.chance.choice(found)
    user = next(w.id for w in storm.workers if w.object_id == one.box.user)
    try:
        return f"{user} {one.name} {work(one)}"
    except Failure as failure:
        return f"{user} {one.name} refused: {failure.code}"


def change(storm: "Storm") -> str:
    """Move, stretch, show as something else, turn into a series or out of one."""
    return _act(storm, _ahead(storm, ours=False), lambda one: _changed(storm, one))


def _changed(storm: "Storm", one: Found) -> str:
    chance = storm.chance
    what = chance.choice(("move", "move", "stretch", "show", "private", "series"))
    if what == "move":
        to = _when(storm)
        storm.diary.drag(one, to, None)
        return f"moved to {to:%d.%m. %H:%M %Z}"
    if what == "stretch":
        end = one.occurrence.begins + timedelta(minutes=chance.choice(MINUTES))
        storm.diary.drag(one, None, end)
        return f"until {end:%d.%m. %H:%M %Z}"
    fields: Json = {"showAs": chance.choice(SHOWN)}
    if what == "private":
        fields = {"sensitivity": "private"}
    if what == "series" and one.day is None:
        day = one.occurrence.begins.astimezone(HELSINKI).date()
        pattern = _pattern(storm, day.isoformat(), day.strftime("%A"))
        fields = {"recurrence": None if one.event.recurrence else pattern}
    storm.diary.change(one, fields)
    return f"{fields}"


def delete(storm: "Storm") -> str:
    """Delete an event, one day of a series, or the whole of it."""

    def work(one: Found) -> str:
        whole = one.day is not None and storm.chance.random() < 0.4
        storm.diary.delete(Found(one.box, one.event, None) if whole else one)
        return "whole series" if whole else "deleted"

    return _act(storm, _ahead(storm, ours=False), work)


def move_ours(storm: "Storm") -> str:
    def work(one: Found) -> str:
        to = _when(storm)
        if storm.chance.random() < 0.4:
            minutes = storm.chance.choice((-60, -30, -15, 15, 30, 60))
            to = one.occurrence.begins + timedelta(minutes=minutes)
        storm.diary.drag(one, to, None)
        return f"{one.props['subject'][-6:]} to {to:%d.%m. %H:%M %Z}"

    return _act(storm, _ahead(storm, ours=True), work)


def resize_ours(storm: "Storm") -> str:
    def work(one: Found) -> str:
        minutes = storm.chance.choice((15, 30, 60, 90))
        storm.diary.drag(one, None, one.occurrence.begins + timedelta(minutes=minutes))
        return f"{one.props['subject'][-6:]} {minutes} minutes"

    return _act(storm, _ahead(storm, ours=True), work)


def delete_ours(storm: "Storm") -> str:
    def work(one: Found) -> str:
        storm.diary.delete(one)
        return f"{one.props['subject'][-6:]} deleted"

    return _act(storm, _ahead(storm, ours=True), work)


def edit_ours(storm: "Storm") -> str:
    """Touch what is hers and what is not: subject, category, show-as, privacy."""

    def work(one: Found) -> str:
        choice = storm.chance.choice(
            (
                {"subject": "Tärkeä"},
                {"subject": f"Siirretty: {one.props['subject']}"},
                {"categories": ["Asiakas"]},
                {"showAs": "tentative"},
                {"sensitivity": "private"},
                {"location": {"displayName": "Huone 4"}},
                {"isReminderOn": False},
            )
        )
        reference = one.props["subject"][-6:]
        storm.diary.change(one, choice)
        return f"{reference} {choice}"

    return _act(storm, _ahead(storm, ours=True), work)


#: What she writes into events of ours herself.
NOTE = "Oma muistiinpano"


def edit_body(storm: "Storm") -> str:
    """Write into the body of our event: over all of it, or beside what stands there."""

    def work(one: Found) -> str:
        plain = str(one.props["body"])
        what, content = storm.chance.choice(
            (
                ("emptied", ""),
                ("only a note", f"<p>{NOTE}</p>"),
                ("only the block", join_block(plain, None) or ""),
                ("a note above", plain.replace("<body>", f"<body><p>{NOTE}</p>")),
                ("a note below", plain.replace("</body>", f"<p>{NOTE}</p></body>")),
            )
        )
        body = {"contentType": "html", "content": content}
        reference = one.props["subject"][-6:]
        storm.diary.change(one, {"body": body})
        return f"{reference} {what}"

    return _act(storm, _ahead(storm, ours=True), work)


def all_day_ours(storm: "Storm") -> str:
    """Make our event one of the whole day."""

    def work(one: Found) -> str:
        day = one.occurrence.begins.astimezone(HELSINKI).date().isoformat()
        whole = {"isAllDay": True, "start": day_pair(day), "end": day_pair(day, 1)}
        reference = _reference(one)
        storm.diary.change(one, whole)
        return f"{reference} all day"

    return _act(storm, _ahead(storm, ours=True), work)


def invite_to_ours(storm: "Storm") -> str:
    """Add a colleague to our event as an attendee: he gets an event of his own."""
    lies = [one for one in _ahead(storm, ours=True) if _may_be_copied(storm, one)]

    def work(one: Found) -> str:
        other = next(w for w in storm.workers if w.object_id != one.box.user)
        reference = _reference(one)
        storm.diary.invite(one, other.object_id)
        return f"{reference}: {other.id}"

    return _act(storm, lies, work)


def settings(storm: "Storm") -> str:
    """Change when she works, where she is, or whether she answers by herself."""
    chance, who = storm.chance, storm.chance.choice(storm.workers)
    kept = storm.tenant.mailboxes[who.object_id].settings
    what = chance.choice(("hours", "zone", "replies"))
    if what == "hours":
        start, end = chance.choice((("08:00", "16:00"), ("10:00", "18:00")))
        kept["workingHours"] |= {
            "startTime": f"{start}:00.0000000",
            "endTime": f"{end}:00.0000000",
        }
        return f"{who.id} {start}-{end}"
    if what == "zone":
        zone = chance.choice(
            ("Europe/Helsinki", "FLE Standard Time", "GMT Standard Time")
        )
        kept["timeZone"] = zone
        return f"{who.id} {zone}"
    replies = kept["automaticRepliesSetting"]
    on = replies["status"] == "disabled"
    replies["status"] = "alwaysEnabled" if on else "disabled"
    return f"{who.id} replies {replies['status']}"


def empty(storm: "Storm") -> str:
    """Everything in one calendar is deleted, ours with it."""
    who = storm.chance.choice(storm.workers)
    box = storm.tenant.mailboxes[who.object_id]
    count = len(box.events)
    for event in list(box.events.values()):
        storm.diary.delete(Found(box, event, None))
    return f"{who.id}: {count} events"


# Redistribution: a supervisor with rights to everybody's calendar.


def hand_ours(storm: "Storm") -> str:
    """Drag our event into a colleague's calendar, in whichever way a client does."""
    cut = storm.chance.random() < 0.5

    def work(one: Found, to: str, start: datetime | None, manner: Manner) -> None:
        storm.diary.hand(one, to, start, manner=manner, cut=cut)

    return _to_colleague(storm, work, "cut" if cut else "dragged")


def copy_ours(storm: "Storm") -> str:
    """Copy our event into a colleague's calendar; the other half may come or not."""

    def work(one: Found, to: str, start: datetime | None, manner: Manner) -> None:
        storm.diary.copy(one, to, start, manner=manner)

    return _to_colleague(storm, work, "copied")


def _to_colleague(
    storm: "Storm",
    work: Callable[[Found, str, datetime | None, Manner], None],
    what: str,
) -> str:
    chance = storm.chance
    lies = [one for one in _ahead(storm, ours=True) if _may_be_copied(storm, one)]

    def done(one: Found) -> str:
        other = next(w for w in storm.workers if w.object_id != one.box.user)
        manner = Manner(*(chance.random() < 0.5 for _ in range(3)))
        start = _when(storm) if chance.random() < 0.15 else None
        reference = _reference(one)
        work(one, other.object_id, start, manner)
        return f"{reference} {what} to {other.id} {manner} {start or ''}"

    return _act(storm, lies, done)


def _may_be_copied(storm: "Storm", one: Found) -> bool:
    """Whether no other event says it is this appointment: one copy at a time."""
    reference = _reference(one)
    said = [
        event
        for who in storm.workers
        for event in storm.tenant.mailboxes[who.object_id].events.values()
        if reference in f"{event.props['subject']} {event.props['body']}"
    ]
    return len(said) < 2


def _reference(one: Found) -> str:
    return key_of(one.event) or str(one.props["subject"])[-6:]

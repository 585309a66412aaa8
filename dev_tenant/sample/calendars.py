"""What stands in the sample calendars, laid out around the clock's today.

Each unit meets weekly, everybody has standing blocks of her own, and the three weeks
around today are strewn with single meetings drawn from the seed: free gaps remain, so
that there is something to book. A few are set pieces: an all-day training, leave, a
private matter, a tentative lunch talk, a night on call that crosses midnight.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from dev_tenant.graph import store
from dev_tenant.sample.people import PEOPLE, UNITS, Person, user_id
from dev_tenant.tenant import Json, Mailbox, Tenant

WEEKS_BACK, WEEKS_AHEAD = 1, 4
#: Places in the list of people: who is on call one night, who works from home.
ON_CALL, REMOTE = {2, 6, 10}, {3, 8, 13}
DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday"]

#: Subjects of ordinary meetings, by the calendar's language.
MEETINGS = {
    "fi-FI": [
        "Verkostopalaveri",
        "Työpari: tilannekatsaus",
        "Kirjaamista",
        "Työnantajatapaaminen",
        "Perehdytys",
        "Suunnittelupalaveri",
    ],
    "sv-FI": [
        "Nätverksmöte",
        "Avstämning med kollega",
        "Dokumentation",
        "Arbetsgivarträff",
        "Planeringsmöte",
    ],
    "en-GB": ["Partner meeting", "Case notes", "Check-in", "Planning"],
}
PRIVATE = {"fi-FI": "Hammaslääkäri", "sv-FI": "Tandläkare", "en-GB": "Dentist"}
TRAINING = {
    "fi-FI": "Koulutuspäivä",
    "sv-FI": "Utbildningsdag",
    "en-GB": "Training day",
}
LEAVE = {"fi-FI": "Loma", "sv-FI": "Semester", "en-GB": "Leave"}
LUNCH = {
    "fi-FI": "Lounaskeskustelu?",
    "sv-FI": "Lunchprat?",
    "en-GB": "Lunch and learn?",
}
NIGHT = {"fi-FI": "Päivystysvuoro", "sv-FI": "Jour", "en-GB": "On call"}
WRITING = {
    "fi-FI": "Kirjaaminen",
    "sv-FI": "Dokumentation",
    "en-GB": "Writing time",
}


@dataclass
class Layout:
    """One person's calendar while it is being laid out."""

    tenant: Tenant
    box: Mailbox
    person: Person
    monday: date
    chance: random.Random
    taken: dict[date, list[tuple[int, int]]] = field(default_factory=dict)

    def on(self, week: int, weekday: int) -> date:
        return self.monday + timedelta(days=7 * week + weekday)

    def put(
        self, day: date, start: str, minutes: int, subject: str, **other: object
    ) -> None:
        begin = datetime.combine(day, time.fromisoformat(start))
        self._put(begin, begin + timedelta(minutes=minutes), subject, **other)
        at = begin.hour * 60 + begin.minute
        self.taken.setdefault(day, []).append((at, at + minutes))

    def whole_days(self, day: date, count: int, subject: str, **other: object) -> None:
        begin = datetime.combine(day, time())
        end = begin + timedelta(days=count)
        self._put(begin, end, subject, isAllDay=True, **other)

    def free(self, day: date, start: int, end: int) -> bool:
        return not any(a < end and b > start for a, b in self.taken.get(day, []))

    def _put(
        self, begin: datetime, end: datetime, subject: str, **other: object
    ) -> None:
        zone = str(self.box.settings["timeZone"])
        body: Json = {
            "subject": subject,
            "start": {"dateTime": begin.isoformat(), "timeZone": zone},
            "end": {"dateTime": end.isoformat(), "timeZone": zone},
            "isReminderOn": False,
        }
        store.create(self.tenant, self.box, body | other)


def fill_calendars(tenant: Tenant) -> None:
    today = tenant.clock.now().date()
    monday = today - timedelta(days=today.weekday())
    for number, person in enumerate(PEOPLE):
        box = tenant.mailboxes[user_id(tenant, person.key)]
        chance = random.Random(f"{tenant.seed}/{person.key}/{monday}")
        layout = Layout(tenant, box, person, monday, chance)
        _standing(layout, number)
        _set_pieces(layout, number)
        _strewn(layout)


def weekly(first: date, weekday: int, interval: int = 1) -> Json:
    return {
        "pattern": {
            "type": "weekly",
            "interval": interval,
            "daysOfWeek": [DAY_NAMES[weekday]],
            "firstDayOfWeek": "monday",
        },
        "range": {"type": "noEnd", "startDate": first.isoformat()},
    }


def _standing(layout: Layout, number: int) -> None:
    """What repeats: the unit's meeting, everybody's coffee, one's own writing time."""
    person = layout.person
    unit = next((u for u in UNITS if u.key == person.unit), None)
    if unit is not None:
        weekday = UNITS.index(unit)
        first = layout.on(-8, weekday)
        layout.put(
            first,
            "09:00",
            60,
            f"{unit.name}: viikkopalaveri",
            recurrence=weekly(first, weekday),
            location={"displayName": "Neuvotteluhuone Kataja"},
        )
        _keep_free(layout, weekday, 540, 600)
    own = (number + 3) % 5
    first = layout.on(-4, own)
    layout.put(
        first,
        "13:00",
        60,
        WRITING[person.language],
        recurrence=weekly(first, own),
        categories=["Asiakas"],
    )
    _keep_free(layout, own, 780, 840)
    _monthly(layout)


def _monthly(layout: Layout) -> None:
    """The whole house hears the news on the first Thursday; nobody has to come."""
    month = layout.on(-8, 3)
    layout.put(
        month,
        "14:00",
        90,
        "Talon yhteinen info",
        recurrence={
            "pattern": {
                "type": "relativeMonthly",
                "interval": 1,
                "daysOfWeek": ["thursday"],
                "index": "first",
            },
            "range": {"type": "noEnd", "startDate": month.isoformat()},
        },
        showAs="free",
    )


def _keep_free(layout: Layout, weekday: int, start: int, end: int) -> None:
    for week in range(-WEEKS_BACK, WEEKS_AHEAD):
        day = layout.on(week, weekday)
        layout.taken.setdefault(day, []).append((start, end))


def _set_pieces(layout: Layout, number: int) -> None:
    """One of each unusual kind, spread over the people so that every unit has some."""
    language = layout.person.language
    if number % 4 == 0:
        layout.whole_days(
            layout.on(1, number % 5),
            1,
            TRAINING[language],
            showAs="busy",
            categories=["Koulutus"],
        )
    if number % 4 == 1:
        layout.whole_days(layout.on(2, 2), 3, LEAVE[language], showAs="oof")
    if number in ON_CALL:
        layout.put(layout.on(0, 2), "22:00", 600, NIGHT[language], showAs="busy")
    if number % 3 == 0:
        layout.put(
            layout.on(0, 4),
            "08:30",
            90,
            PRIVATE[language],
            sensitivity="private",
            showAs="oof",
        )
    if number % 3 == 1:
        layout.put(layout.on(1, 1), "11:30", 45, LUNCH[language], showAs="tentative")
    if number % 5 == 0:
        layout.whole_days(layout.on(0, 3), 1, "Palkkapäivä", showAs="free")
    if number in REMOTE:
        layout.put(layout.on(1, 3), "08:00", 240, "Etätyö", showAs="workingElsewhere")


def _strewn(layout: Layout) -> None:
    """Single meetings, about two a day, inside working hours and clear of the rest."""
    person, chance = layout.person, layout.chance
    begin, end = (int(h[:2]) * 60 + int(h[3:]) for h in person.hours)
    for week in range(-WEEKS_BACK, WEEKS_AHEAD):
        for weekday, name in enumerate(DAY_NAMES):
            day = layout.on(week, weekday)
            if name not in person.days:
                continue
            for _ in range(chance.choice([1, 2, 2, 3])):
                length = chance.choice([30, 45, 60, 60, 90])
                start = chance.randrange(begin, end - length, 15)
                if layout.free(day, start, start + length):
                    layout.put(
                        day,
                        f"{start // 60:02d}:{start % 60:02d}",
                        length,
                        chance.choice(MEETINGS[person.language]),
                    )

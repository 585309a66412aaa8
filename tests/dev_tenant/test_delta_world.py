"""A mirror fed by delta alone always equals the calendar view, whatever happens.

The mirror does what any honest reader does: it forgets what is removed, keeps the rest
by id, and leaves masters out. A machine of random acts looks for an order of events
after which the two differ.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from dev_tenant.graph import delta, events, ids, recurrence, store
from dev_tenant.graph.answers import Call, Failure, Prefer
from dev_tenant.graph.shape import whole
from dev_tenant.graph.views import calendar_view
from dev_tenant.server import Config, new_tenant
from tests.dev_tenant.graph_world import DESK, HELSINKI, NOW, all_day

#: Begins and ends in the middle of a day, with the autumn's clock change inside.
WINDOW = {
    "startDateTime": "2026-10-10T09:30:00Z",
    "endDateTime": "2026-11-07T13:00:00Z",
}
DAYS = st.dates(date(2026, 10, 1), date(2026, 11, 15))
HOURS = st.integers(0, 23)
LENGTHS = st.integers(1, 30)
KINDS = st.sampled_from(["daily", "weekly", "absoluteMonthly"])


def span(day, hour, hours):
    begin = datetime.combine(day, datetime.min.time()) + timedelta(hours=hour)
    end = begin + timedelta(hours=hours)
    return {
        "start": {"dateTime": begin.isoformat(), "timeZone": HELSINKI},
        "end": {"dateTime": end.isoformat(), "timeZone": HELSINKI},
    }


def pattern(kind, day, interval, count):
    return {
        "pattern": {
            "type": kind,
            "interval": interval,
            "daysOfWeek": [f"{day:%A}".lower()],
            "dayOfMonth": day.day,
        },
        "range": {
            "type": "numbered",
            "startDate": day.isoformat(),
            "numberOfOccurrences": count,
        },
    }


class Mirror(RuleBasedStateMachine):
    made = Bundle("made")

    def __init__(self):
        super().__init__()
        self.tenant = new_tenant(Config(now=NOW, frozen=True))
        self.box = self.tenant.mailboxes[self.tenant.find_user(DESK).id]
        self.user = self.box.user
        self.kept = {}
        self.link = ""
        self.size = 3

    def call(self, tail, query=None, body=None):
        return Call(
            tenant=self.tenant,
            method="GET",
            segments=["users", self.user, *tail],
            query=query or {},
            headers={},
            body=body,
            claims={"roles": ["*"]},
            origin="http://tenant",
            request_id="1",
            prefer=Prefer(page_size=self.size),
        )

    def alive(self, key):
        return self.box.events.get(key)

    @rule(target=made, day=DAYS, hour=HOURS, hours=LENGTHS)
    def create(self, day, hour, hours):
        body = {"subject": "x", **span(day, hour, hours)}
        return store.create(self.tenant, self.box, body).key

    @rule(target=made, day=DAYS, length=st.integers(1, 3))
    def create_all_day(self, day, length):
        after = day + timedelta(days=length)
        body = {"subject": "x", **all_day(day.isoformat(), after.isoformat())}
        return store.create(self.tenant, self.box, body).key

    @rule(
        target=made,
        day=DAYS,
        hour=HOURS,
        kind=KINDS,
        interval=st.integers(1, 3),
        count=st.integers(1, 12),
    )
    def create_series(self, day, hour, kind, interval, count):
        body = {
            "subject": "x",
            **span(day, hour, 1),
            "recurrence": pattern(kind, day, interval, count),
        }
        return store.create(self.tenant, self.box, body).key

    @rule(key=made, day=DAYS, hour=HOURS, hours=LENGTHS)
    def move(self, key, day, hour, hours):
        event = self.alive(key)
        if event is None or event.props["isAllDay"]:
            return
        body = span(day, hour, hours)
        if event.recurrence is not None:
            count = event.recurrence["range"]["numberOfOccurrences"]
            body["recurrence"] = pattern("daily", day, 1, max(1, count // 2))
        store.change(self.tenant, self.box, event, body)

    @rule(key=made, which=st.integers(0, 11), shift=st.integers(-40, 40))
    def move_an_occurrence(self, key, which, shift):
        event, day = self.alive(key), None
        if event is not None and event.recurrence is not None:
            days = [d for d in recurrence.all_days(event) if d not in event.cancelled]
            day = days[which % len(days)] if days else None
        if event is None or day is None:
            return
        begin = date.fromisoformat(day) + timedelta(days=shift)
        body = span(begin, event.start.hour, 1)
        with suppress(Failure):  # it would cross its neighbour
            store.change_occurrence(self.tenant, self.box, event, day, body)

    @rule(key=made, which=st.integers(0, 11))
    def delete_an_occurrence(self, key, which):
        event = self.alive(key)
        if event is None or event.recurrence is None:
            return
        days = [d for d in recurrence.all_days(event) if d not in event.cancelled]
        if days:
            store.delete(self.tenant, self.box, event, days[which % len(days)])

    @rule(key=made)
    def rename(self, key):
        event = self.alive(key)
        if event is not None:
            store.change(self.tenant, self.box, event, {"subject": "y"})

    @rule(key=consumes(made))
    def delete(self, key):
        event = self.alive(key)
        if event is not None:
            store.delete(self.tenant, self.box, event)

    @rule(target=made, key=made)
    def copy(self, key):
        event = self.alive(key)
        if event is None:
            return multiple()
        return store.copy(self.tenant, event, self.box).key

    @rule(size=st.integers(1, 7))
    def read_in_pages_of(self, size):
        self.size = size

    @rule()
    def sync(self):
        query = dict(parse_qsl(self.link)) if self.link else WINDOW
        path = ["calendarView", "delta"]
        for _ in range(500):
            page = delta.delta(self.call(path, query), self.user).body
            for item in page["value"]:
                self.merge(item)
            onward = page.get("@odata.nextLink") or page["@odata.deltaLink"]
            query = dict(parse_qsl(onward.partition("?")[2]))
            if "@odata.deltaLink" in page:
                self.link = onward.partition("?")[2]
                return
        raise AssertionError("the round never ended")

    def merge(self, item):
        if "@removed" in item:
            self.kept.pop(item["id"], None)
        elif item["type"] != "seriesMaster":
            self.kept[item["id"]] = (item["start"], item["end"], item["type"])

    @invariant()
    def the_mirror_is_the_view_once_synced(self):
        self.sync()
        query = {**WINDOW, "$top": "1000"}
        seen = calendar_view(self.call(["calendarView"], query), self.user).body

        assert self.kept == {
            i["id"]: (i["start"], i["end"], i["type"]) for i in seen["value"]
        }

    @invariant()
    def every_event_is_found_by_its_id(self):
        for event in self.box.events.values():
            id_ = ids.event_id(self.box, event, immutable=False)
            _, found, one = events.find(self.call([]), self.user, id_)

            assert found is event
            assert one == whole(event)


TestMirror = Mirror.TestCase
TestMirror.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)

"""The small Outlook: a person's week, or everybody's day side by side.

Pages are plain: every act is a form, script only adds dragging. The forms go to
`/_tenant/outlook`.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from dev_tenant.faces import grid, hours, people, replies
from dev_tenant.faces.asking import user_of
from dev_tenant.faces.clean import cleaned
from dev_tenant.faces.diary import HELSINKI, Diary
from dev_tenant.faces.pages import page
from dev_tenant.faces.teams import WEEKDAYS, moment
from dev_tenant.graph.answers import Failure
from dev_tenant.graph.bodies import as_text
from dev_tenant.tenant import Json, Tenant, User

WHOLE = 100.0
SHOW_AS = (
    ("busy", "Busy"),
    ("tentative", "Tentative"),
    ("free", "Free"),
    ("oof", "Out of office"),
    ("workingElsewhere", "Working elsewhere"),
)
#: How a client copies into a colleague's calendar, as one chooses it on the page.
MANNERS = (
    ("", "As usual"),
    ("survive", "Properties survive"),
    ("stripped", "Properties stripped"),
    ("stripped prefixed", "… and subject prefixed"),
    ("stripped prefixed rewritten", "… and body rewritten"),
)


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    face = OutlookFace(tenant)
    return [web.get("/outlook", face.home), web.get("/outlook/", face.home)]


class OutlookFace:
    """The one page of the small Outlook."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.diary = Diary(tenant)

    async def home(self, request: web.Request) -> web.Response:
        """`?user=&view=week|people&date=&event=&new=&replies=&unit=&error=`."""
        asked = dict(request.query)
        if asked.get("itemid"):
            self._lead_to_item(asked["itemid"])
        user = people.viewer(self.tenant, request)
        today = self.tenant.clock.now().astimezone(HELSINKI).date()
        view = "people" if asked.get("view") == "people" else "week"
        day = _day(asked.get("date"), self.tenant.clock.now().astimezone(HELSINKI))
        shown = self._shown(user, asked.get("unit"), view)
        columns, hours = self._columns(user, view, day, shown)
        opened = self._opened(user, asked)
        link = _Link(user, view, day, asked.get("unit"))
        shown_page = page(
            "outlook.html",
            user=user,
            view=view,
            day=day,
            link=link,
            columns=columns,
            hours=hours,
            units=people.by_unit(self.tenant),
            unit=asked.get("unit", ""),
            title=_title(view, day),
            names={u.id: u for u in people.members(self.tenant)},
            opened=opened,
            body=_body(opened),
            text=as_text(opened["body"]) if opened else "",
            **self._replies(user, asked),
            **_new(asked),
            now_day=today.isoformat(),
            error=asked.get("error", ""),
            show_as=SHOW_AS,
            manners=MANNERS,
            now=moment(self.tenant),
            now_mark=self._now_mark(hours),
            version=self.diary.version([u.id for u in shown]),
            watched=urlencode([("user", u.id) for u in shown]),
        )
        return people.remember(shown_page, user)

    def _replies(self, user: User, asked: dict[str, str]) -> Json:
        """Give what the page says of a mailbox's settings, and who can have them read."""
        return {
            "replies": replies.of(self.tenant, user),
            "replies_open": "replies" in asked,
            "replies_states": replies.STATES,
            "working": hours.of(self.tenant, user),
            "admin": people.with_role(self.tenant, "admin"),
        }

    def _lead_to_item(self, graph_id: str) -> None:
        """Follow an event's `webLink` to the person and week it is in."""
        for user_id in self.tenant.mailboxes:
            try:
                found = self.diary.find(user_id, graph_id)
            except Failure:
                continue
            day = found.occurrence.begins.astimezone(HELSINKI).date()
            query = {"user": user_id, "date": day.isoformat(), "event": found.name}
            raise web.HTTPFound(f"/outlook/?{urlencode(query)}")
        raise web.HTTPNotFound(text="The event is not there any more.")

    def _shown(self, user: User, unit: str | None, view: str) -> list[User]:
        if view == "week":
            return [user]
        everybody = people.members(self.tenant)
        if unit == "all":
            return everybody
        wanted = unit or user.department
        return [u for u in everybody if u.department == wanted] or [user]

    def _columns(
        self, user: User, view: str, day: date, shown: list[User]
    ) -> tuple[list[grid.Column], grid.Hours]:
        today = self.tenant.clock.now().astimezone(HELSINKI).date()
        monday = day - timedelta(days=day.weekday())
        if view == "week":
            days = [monday + timedelta(days=n) for n in range(7)]
            seen = {user.id: self._seen(user, user, days[0], days[-1])}
            columns = [
                grid.Column(
                    user.id,
                    one,
                    f"{WEEKDAYS[one.weekday()]} {one.day}.{one.month}.",
                    today=one == today,
                )
                for one in days
            ]
            weekend = any(e for e in seen[user.id] if _on_weekend(e))
            columns = columns if weekend else columns[:5]
        else:
            seen = {one.id: self._seen(one, user, day, day) for one in shown}
            columns = [
                grid.Column(one.id, day, one.name, one.title, one.id == user.id)
                for one in shown
            ]
        hours = grid.hours_of(event for events in seen.values() for event in events)
        for column in columns:
            grid.fill(column, seen[column.user], hours)
        return columns, hours

    def _seen(self, owner: User, viewer: User, first: date, last: date) -> list[Json]:
        start = datetime.combine(first, time(), HELSINKI)
        end = datetime.combine(last + timedelta(days=1), time(), HELSINKI)
        try:
            found = self.diary.between(owner.id, start, end)
        except Failure:
            return []
        return [self.diary.seen(one, viewer.id) for one in found]

    def _opened(self, viewer: User, asked: dict[str, str]) -> Json | None:
        if not asked.get("event"):
            return None
        owner = user_of(self.tenant, asked.get("of") or viewer.id)
        try:
            found = self.diary.find(owner.id, asked["event"])
        except Failure:
            return None
        return self.diary.seen(found, viewer.id)

    def _now_mark(self, hours: grid.Hours) -> float | None:
        now = self.tenant.clock.now().astimezone(HELSINKI)
        share = hours.share(now.hour * 60 + now.minute)
        return share if 0 <= share <= WHOLE else None


class _Link:
    """Makes the page's own addresses: what is named changes, the rest stays."""

    def __init__(self, user: User, view: str, day: date, unit: str | None) -> None:
        self._now: dict[str, Any] = {"user": user.mail, "view": view, "date": day}
        if unit:
            self._now["unit"] = unit

    def __call__(self, **changes: Any) -> str:
        query = {**self._now, **changes}
        return f"/outlook/?{urlencode({k: v for k, v in query.items() if v})}"


def _day(text: str | None, now: datetime) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return now.date()


def _local(text: str | None, add_minutes: int = 0) -> str:
    """Read a time of the address for a form; anything else is no time."""
    try:
        wall = datetime.fromisoformat(text or "")
    except ValueError:
        return ""
    wall = wall.replace(tzinfo=None) + timedelta(minutes=add_minutes)
    return wall.isoformat(timespec="minutes")


def _new(asked: dict[str, str]) -> Json:
    """Give when an event begins and ends that is being made."""
    end = asked.get("end")
    length = 0 if end else 60
    begins = asked.get("new")
    return {"new": _local(begins), "new_end": _local(end or begins, length)}


def _on_weekend(event: Json) -> bool:
    start, end = (datetime.fromisoformat(event[name]) for name in ("start", "end"))
    return start.weekday() >= 5 or (end - timedelta(minutes=1)).weekday() >= 5  # noqa: PLR2004 - Saturday


def _title(view: str, day: date) -> str:
    if view == "people":
        return f"{WEEKDAYS[day.weekday()]} {day.day}.{day.month}.{day.year}"
    monday = day - timedelta(days=day.weekday())
    sunday = monday + timedelta(days=6)
    week = monday.isocalendar().week
    return f"vk {week} · {monday.day}.{monday.month}.\u2013{sunday.day}.{sunday.month}.{sunday.year}"


def _body(opened: Json | None) -> Markup:
    return cleaned(opened["body"]) if opened else Markup()

"""The world outside, small: a calendar, a chat and a gateway that keep lists.

Every call goes by the gate first, which may refuse it before it has any effect, or lose
the answer after it had. What was done stands in plain lists.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from booking.calendar import (
    AllDay,
    Event,
    EventDraft,
    Mailbox,
    Page,
    ShowAs,
    Subscription,
)
from booking.spans import HELSINKI, Span
from graph_sync.graph import (
    Drop,
    Gone,
    GraphError,
    Mail,
    Member,
    NoMailbox,
    Put,
    TokenExpired,
    Unavailable,
    View,
    Written,
)
from graph_sync.teamwork import Told
from teams_app.outside import Activity, ChatError, Conversation, SmsError


@dataclass
class Gate:
    """Lets calls through and counts them; fails those it was told to.

    `fail_at` is the number of the first call that fails, counted from 1 after `arm`;
    `lasting`: so do all after it. `after`: the call took effect, its answer is lost.
    `only` counts the calls of one name, for many run at once in no fixed order.
    `outage`: with that call its whole service falls silent, and hears nothing more.
    """

    calls: list[str] = field(default_factory=list)
    fail_at: int = 0
    after: bool = False
    lasting: bool = False
    error: Exception | None = None
    only: str = ""
    outage: bool = False
    silent: str = ""  #: The service that hears nothing any more.
    failed: list[str] = field(default_factory=list)

    def arm(
        self,
        at: int,
        *,
        after: bool = False,
        lasting: bool = False,
        error: Exception | None = None,
        only: str = "",
        outage: bool = False,
    ) -> None:
        self.calls, self.failed, self.only = [], [], only
        self.fail_at, self.after, self.lasting = at, after, lasting
        self.error, self.outage, self.silent = error, outage, ""

    def disarm(self) -> None:
        self.fail_at, self.silent = 0, ""

    @contextmanager
    def passing(self, name: str) -> Iterator[None]:
        self.calls.append(name)
        if self.silent and self.silent == service_of(name):
            self.failed.append(name)
            raise self._failure(name)
        wanted = not self.only or name == self.only
        number = self.calls.count(name) if self.only else len(self.calls)
        reached = number == self.fail_at or (self.lasting and number > self.fail_at)
        hit = bool(self.fail_at) and wanted and reached
        if hit:
            self.failed.append(name)
            self.silent = service_of(name) if self.outage else ""
        if hit and not self.after:
            raise self._failure(name)
        yield
        if hit and self.after:
            raise self._failure(name)

    def _failure(self, name: str) -> Exception:
        if self.error is not None:
            return self.error
        if name.startswith("chat"):
            return ChatError(0)
        if name.startswith("sms"):
            return SmsError(0, final=False)
        return Unavailable("planted")


def service_of(name: str) -> str:
    """Say who answers a call: apps and feeds of Teams are Graph's too."""
    service = name.partition(".")[0]
    return "graph" if service == "teams" else service


#: Where the meetings are whose address an event is given.
MEETINGS = "https://teams.example/l/meetup-join/"


class ListGraph:
    """Outlook as lists: `boxes` hold events by id, `mails` what was handed over."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.boxes: dict[str, dict[str, Event]] = {}
        self.settings: dict[str, Mailbox] = {}
        self.made: dict[str, str] = {}  #: Transaction id -> event id.
        self.puts: list[Put] = []
        self.mails: list[Mail] = []
        self.groups: dict[str, list[Member]] = {}
        self.told: dict[str, list[str]] = {}  #: By mailbox: ids that changed, in order.
        self.subscribed: dict[str, Subscription] = {}
        self.secrets: dict[str, str] = {}
        self.renewed: list[str] = []
        self.joins = True  #: Whether a new online meeting has its address at once.
        self.silent = False  #: A read of a calendar is never answered.
        self.refusals: dict[str, GraphError] = {}  #: By mailbox: what a write gets.
        self.deleted: dict[str, Event] = {}
        self.keeps_deleted = False  #: Ids lead into Deleted Items; views never do.
        self.old_links: set[str] = set()
        self.closed: dict[str, Exception] = {}  #: Mailboxes that cannot be read.
        self._numbers = count(1)

    def box(self, mailbox: str) -> dict[str, Event]:
        return self.boxes.setdefault(mailbox, {})

    # What somebody does in Outlook.

    def add(self, mailbox: str, when: Span | AllDay, **more: Any) -> Event:
        event = Event(
            id=f"E{next(self._numbers)}",
            when=when,
            change_key=f"ck{next(self._numbers)}",
            show_as=more.pop("show_as", ShowAs.BUSY),
            subject=more.pop("subject", "Lounas"),
            **more,
        )
        self._keep(mailbox, event)
        return event

    def change(self, mailbox: str, id_: str, **more: Any) -> Event:
        was = self.box(mailbox)[id_]
        if more.get("join_url") and was.body is not None:
            more = {"body": _with_way_in(was.body, more["join_url"])} | more
        changed = replace(was, change_key=f"ck{next(self._numbers)}", **more)
        self._keep(mailbox, changed)
        return changed

    def remove(self, mailbox: str, id_: str) -> None:
        deleted = self.box(mailbox).pop(id_)
        if self.keeps_deleted:
            self.deleted[id_] = replace(deleted, change_key=f"ck{next(self._numbers)}")
        self.told.setdefault(mailbox, []).append(id_)

    def _keep(self, mailbox: str, event: Event) -> None:
        self.box(mailbox)[event.id] = event
        self.told.setdefault(mailbox, []).append(event.id)

    def ours(self, mailbox: str) -> list[Event]:
        """Give the events that carry our key."""
        return [each for each in self.box(mailbox).values() if each.key is not None]

    # What the product asks: `graph_sync.graph.Graph`.

    async def view(self, asks: Sequence[View]) -> list[tuple[Event, ...] | GraphError]:
        with self.gate.passing("graph.view"):
            if self.silent:
                await asyncio.Event().wait()
            return [self._seen(ask.mailbox, ask.span) for ask in asks]

    def _seen(self, mailbox: str, within: Span) -> tuple[Event, ...]:
        return tuple(
            each
            for each in self.box(mailbox).values()
            if each.span(HELSINKI).overlaps(within)
        )

    async def put(self, writes: Sequence[Put]) -> list[Written | GraphError]:
        with self.gate.passing("graph.put"):
            return [self._put(write) for write in writes]

    def _put(self, write: Put) -> Written | GraphError:
        self.puts.append(write)
        if write.mailbox in self.refusals:
            return self.refusals[write.mailbox]
        box = self.box(write.mailbox)
        id_ = write.event_id or self.made.get(write.transaction_id)
        if id_ is None:
            id_ = f"E{next(self._numbers)}"
            self.made[write.transaction_id] = id_
            self._keep(write.mailbox, self._drawn(id_, write))
        elif id_ in self.deleted:
            was = self.deleted[id_]
            kept = replace(was, **_fields(write, was.join_url))
            self.deleted[id_] = kept
            return Written(kept, ())
        elif id_ not in box:
            return Gone("ErrorItemNotFound")
        elif write.event_id is not None:
            url = box[id_].join_url or self._meeting(id_, write.draft)
            self.change(write.mailbox, id_, join_url=url, **_fields(write, url))
        around = self._seen(write.mailbox, write.draft.span) if write.verify else None
        return Written(box[id_], around)

    def carry_out_again(self, write: Put) -> Event:
        """Carry out a create that was handed in before, as if for the first time."""
        late = self._drawn(f"E{next(self._numbers)}", write)
        self._keep(write.mailbox, late)
        return late

    def _meeting(self, id_: str, draft: EventDraft) -> str | None:
        joins = draft.online and self.joins
        return f"{MEETINGS}19%3ameeting_{id_}%40thread.v2/0" if joins else None

    def _drawn(self, id_: str, write: Put) -> Event:
        draft = write.draft
        url = self._meeting(id_, draft)
        return Event(
            id=id_,
            when=draft.span,
            change_key=f"ck{next(self._numbers)}",
            show_as=ShowAs.BUSY,
            subject=draft.subject,
            sensitivity=draft.sensitivity,
            join_url=url,
            online=draft.online,
            body=_with_way_in(draft.body, url),
            location=draft.location,
            key=draft.key,
            transaction=write.transaction_id,
        )

    async def drop(self, drops: Sequence[Drop]) -> list[GraphError | None]:
        with self.gate.passing("graph.drop"):
            for each in drops:
                if each.event_id in self.box(each.mailbox):
                    self.remove(each.mailbox, each.event_id)
            return [None for _ in drops]

    async def event(self, mailbox: str, event_id: str) -> Event:
        with self.gate.passing("graph.event"):
            found = self.box(mailbox).get(event_id) or self.deleted.get(event_id)
            if found is None:
                raise Gone("ErrorItemNotFound")
            return found

    async def find(self, mailbox: str, key: str) -> tuple[Event, ...]:
        with self.gate.passing("graph.find"):
            return tuple(e for e in self.box(mailbox).values() if e.key == key)

    async def changes(
        self, mailbox: str, window: Span, link: str | None
    ) -> AsyncIterator[Page]:
        with self.gate.passing("graph.changes"):
            if mailbox in self.closed:
                raise self.closed[mailbox]
            if link in self.old_links:
                raise TokenExpired("SyncStateNotFound")
            told = self.told.setdefault(mailbox, [])
            box = self.box(mailbox)
            if link is None:
                seen = tuple(_unexpanded(e) for e in self._seen(mailbox, window))
                yield Page(seen, (), f"delta:{len(told)}")
                return
            ids = dict.fromkeys(told[int(link.partition(":")[2]) :])
            yield Page(
                tuple(_unexpanded(box[id_]) for id_ in ids if id_ in box),
                tuple(id_ for id_ in ids if id_ not in box),
                f"delta:{len(told)}",
            )

    async def mailbox(self, mailbox: str) -> Mailbox:
        with self.gate.passing("graph.mailbox"):
            return self.settings.get(mailbox, Mailbox())

    async def subscriptions(self) -> list[Subscription]:
        with self.gate.passing("graph.subscriptions"):
            return list(self.subscribed.values())

    async def subscribe(
        self, mailbox: str, url: str, secret: str, expires: datetime
    ) -> Subscription:
        with self.gate.passing("graph.subscribe"):
            made = Subscription(
                f"S{next(self._numbers)}", f"users/{mailbox}/events", url, expires
            )
            self.subscribed[made.id] = made
            self.secrets[made.id] = secret
            return made

    async def renew(self, subscription: str, expires: datetime) -> Subscription:
        with self.gate.passing("graph.renew"):
            if subscription not in self.subscribed:
                raise Gone("ResourceNotFound")
            self.renewed.append(subscription)
            renewed = replace(self.subscribed[subscription], expires=expires)
            self.subscribed[subscription] = renewed
            return renewed

    async def unsubscribe(self, subscription: str) -> None:
        with self.gate.passing("graph.unsubscribe"):
            self.subscribed.pop(subscription, None)

    async def members(self, group: str) -> list[Member]:
        with self.gate.passing("graph.members"):
            if "group" in self.refusals:
                raise self.refusals["group"]
            if group not in self.groups:
                raise NoMailbox("Request_ResourceNotFound")
            return list(self.groups[group])

    async def send(self, mail: Mail) -> None:
        with self.gate.passing("graph.send"):
            if mail.to in self.refusals:
                raise self.refusals[mail.to]
            self.mails.append(mail)

    async def sent(self, sender: str, key: str) -> bool:
        with self.gate.passing("graph.sent"):
            return any((m.sender, m.key) == (sender, key) for m in self.mails)


def _with_way_in(body: str, join_url: str | None) -> str:
    """Give a body as Exchange keeps it: with the way into the event's meeting."""
    if join_url is None or join_url in body:
        return body
    return f'{body}<a href="{join_url}">Join</a>'


def _fields(write: Put, join_url: str | None) -> dict[str, Any]:
    fields = {name: getattr(write.draft, name) for name in write.changed}
    if "body" in fields:
        fields["body"] = _with_way_in(fields["body"], join_url)
    if "span" in fields:
        fields["when"] = fields.pop("span")
    return fields


def _unexpanded(event: Event) -> Event:
    """Give an event as a page of changes does: without our property."""
    return replace(event, key=None)


@dataclass
class Posted:
    """A message as it stands in a chat now, and how often it was put there."""

    id: str
    to: Conversation
    activity: Activity
    updates: int = 0


class ListChat:
    """Chats as one list of messages, in the order in which they were posted."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.posted: list[Posted] = []
        self.refusal: ChatError | None = None
        self._numbers = count(1)

    def card(self, at: int = -1) -> dict[str, Any]:
        found: dict[str, Any] = self.posted[at].activity["attachments"][0]["content"]
        return found

    async def send(self, to: Conversation, activity: Activity) -> str:
        with self.gate.passing("chat.send"):
            if self.refusal is not None:
                raise self.refusal
            made = Posted(f"M{next(self._numbers)}", to, activity)
            self.posted.append(made)
            return made.id

    async def update(self, to: Conversation, id_: str, activity: Activity) -> None:
        del to
        with self.gate.passing("chat.update"):
            for each in self.posted:
                if each.id == id_:
                    each.activity = activity
                    each.updates += 1
                    return
            raise ChatError(404)

    async def delete(self, to: Conversation, id_: str) -> None:
        del to
        with self.gate.passing("chat.delete"):
            self.posted = [each for each in self.posted if each.id != id_]

    async def create(self, tenant: str, user: str) -> Conversation:
        with self.gate.passing("chat.create"):
            return Conversation(
                service_url="http://127.0.0.1:1/",
                conversation_id=f"a:{user}",
                tenant_id=tenant,
                bot_id="28:bot",
            )

    def found(self, tenant: str, chat: str) -> Conversation:
        return Conversation("http://127.0.0.1:1/", chat, tenant, "28:bot")

    async def member(self, to: Conversation, id_: str) -> dict[str, Any]:
        del to
        with self.gate.passing("chat.member"):
            return {"aadObjectId": id_, "name": "", "tenantId": ""}


class ListTeams:
    """Who has the app, and what stands in whose feed. `graph_sync.teamwork.Teamwork`."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.chats: dict[str, str] = {}
        self.feed: list[tuple[str, Told]] = []
        self.installing: GraphError | None = None  #: Why nobody is given the app.
        self.refusal: GraphError | None = None  #: Why nothing comes into a feed.

    async def chat(self, user: str) -> str | None:
        with self.gate.passing("teams.chat"):
            return self.chats.get(user)

    async def install(self, user: str, colleagues: Sequence[str]) -> None:
        del colleagues
        with self.gate.passing("teams.install"):
            if self.installing is not None:
                raise self.installing
            self.chats[user] = f"19:{user}"

    async def address(self, mailbox: str) -> str:
        with self.gate.passing("teams.address"):
            return f"{mailbox}@lumivaara.example"

    async def notify(self, user: str, told: Told) -> None:
        with self.gate.passing("teams.notify"):
            if self.refusal is not None:
                raise self.refusal
            same = (user, told.chain)
            self.feed = [(u, t) for u, t in self.feed if (u, t.chain) != same]
            self.feed.append((user, told))


@dataclass
class Texted:
    key: str
    to: str
    text: str


class ListSms:
    """A gateway that sends a repeat of a key once, as the real one does."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.sent: list[Texted] = []
        self.refusal: SmsError | None = None

    async def send(self, key: str, to: str, text: str) -> str:
        with self.gate.passing("sms.send"):
            if self.refusal is not None:
                raise self.refusal
            if all(each.key != key for each in self.sent):
                self.sent.append(Texted(key, to, text))
            return f"sms:{key}"

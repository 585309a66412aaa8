"""Microsoft Graph itself, behind the Protocol of `graph_sync.graph`."""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from booking.calendar import Event, EventDraft, Mailbox, Page, Subscription
from booking.events import is_blank, join_block, with_way_in
from booking.spans import Span
from graph_sync.graph import (
    Drop,
    Forbidden,
    Gone,
    GraphError,
    Mail,
    Member,
    Put,
    Refused,
    TokenExpired,
    Unavailable,
    View,
    Written,
)
from graph_sync.microsoft.delta import Round
from graph_sync.microsoft.errors import DUPLICATE, Reply
from graph_sync.microsoft.events import (
    Unreadable,
    differing,
    read_event,
)
from graph_sync.microsoft.limits import Limits
from graph_sync.microsoft.mailbox import read_mailbox
from graph_sync.microsoft.parts import Part
from graph_sync.microsoft.requests import DELTA_HEADERS, VIEW_HEADERS, Requests
from graph_sync.microsoft.teamwork import Installed
from graph_sync.microsoft.tenancy import Prepared
from graph_sync.microsoft.tokens import Credential
from graph_sync.microsoft.transport import FOREIGN, Transport, World

log = logging.getLogger(__name__)

NEXT: Final = "@odata.nextLink"
PAGES_MAX = 500  #: Of one view or delta round; more is a loop, not a calendar.


class Microsoft:
    """Graph over HTTP. One per process; `aclose` at the end."""

    def __init__(
        self,
        base_url: str,
        tokens: Credential,
        world: World,
        *,
        limits: Limits | None = None,
        home: str = "Europe/Helsinki",
        package: str = "",
    ) -> None:
        """`base_url` with the version; `home` is the zone of mailboxes without one.

        `package`: the id of our Teams package, where one is set.
        """
        self._home = home
        self._tokens = tokens
        self._transport = Transport(base_url, tokens, limits or Limits(), world)
        self._make = Requests(self._transport.client)
        #: For whoever prepares a tenant, or removes Vuoro from it.
        self.tenancy = Prepared(self._transport, self._make, tokens, self._each)
        #: Our app in Teams.
        self.teams = Installed(self._transport, self._make, package)

    def ahead(self) -> float | None:
        """Say by how many seconds our clock is ahead of Graph's, by what it answered."""
        return self._transport.ahead

    async def aclose(self) -> None:
        """Let go of connections; the credential is its maker's to close."""
        await self._transport.aclose()

    async def view(self, asks: Sequence[View]) -> list[tuple[Event, ...] | GraphError]:
        parts = [self._make.view(ask.mailbox, ask.span) for ask in asks]
        replies = await self._each(parts)
        return [
            await self._viewed(ask.mailbox, reply)
            for ask, reply in zip(asks, replies, strict=True)
        ]

    async def _each(self, parts: Sequence[Part]) -> list[Reply | GraphError]:
        """Ask one thing by itself, many things in batches."""
        if len(parts) != 1:
            return await self._transport.batch(parts)
        try:
            return [await self._transport.ask(parts[0])]
        except GraphError as failed:
            return [failed]

    async def _viewed(
        self, mailbox: str, reply: Reply | GraphError
    ) -> tuple[Event, ...] | GraphError:
        """Read a view to its last page. A calendar with a hole in it is no answer."""
        if isinstance(reply, GraphError):
            return reply
        found: list[Event] = []
        try:
            for _ in range(PAGES_MAX):
                found.extend(read_event(raw) for raw in reply.items())
                link = reply.link(NEXT)
                if link is None:
                    return tuple(found)
                reply = await self._follow(link, mailbox, VIEW_HEADERS)
        except GraphError as failed:
            return failed
        except Unreadable:
            return Refused("Unreadable", "an event says too little of itself")
        return Refused("TooManyPages", "a view that does not end")

    async def _follow(self, link: str, mailbox: str, headers: dict[str, str]) -> Reply:
        request = self._transport.link(link, headers)
        return await self._transport.ask(Part(request, mailbox, safe=True))

    async def put(self, writes: Sequence[Put]) -> list[Written | GraphError]:
        if len(writes) == 1:
            return [await self._put_one(writes[0])]
        return await self._put_many(writes)

    async def _put_one(self, write: Put) -> Written | GraphError:
        """Write, and read the slot back in the same round trip."""
        try:
            part = await self._writing(write)
            if not write.verify:
                reply = await self._transport.ask(part)
                return await self._written(write, reply, None)
            seen = self._make.view(write.mailbox, write.draft.span)
            replies = await self._transport.chain([part, seen])
            around = await self._viewed(write.mailbox, replies[1])
            return await self._written(write, replies[0], around)
        except GraphError as failed:
            return await self._recovered(write, failed)

    async def _put_many(self, writes: Sequence[Put]) -> list[Written | GraphError]:
        """Write all in batches, then read all slots back in batches.

        Graph takes batches whose parts depend on each other only as one row or not at
        all, so writing and reading of many cannot share one.
        """
        made = [await self._prepared(write) for write in writes]
        sent = [part for part in made if isinstance(part, Part)]
        told = iter(await self._transport.batch(sent))
        replies = [next(told) if isinstance(part, Part) else part for part in made]
        done = [
            View(write.mailbox, write.draft.span)
            for write, reply in zip(writes, replies, strict=True)
            if isinstance(reply, Reply) and write.verify
        ]
        views = iter(await self.view(done))
        results: list[Written | GraphError] = []
        for write, reply in zip(writes, replies, strict=True):
            seen = isinstance(reply, Reply) and write.verify
            around = next(views) if seen else None
            try:
                results.append(await self._written(write, reply, around))
            except GraphError as failed:
                results.append(await self._recovered(write, failed))
        return results

    async def _prepared(self, write: Put) -> Part | GraphError:
        try:
            return await self._writing(write)
        except GraphError as failed:
            return failed

    async def _writing(self, write: Put) -> Part:
        if write.event_id is None:
            return self._make.create(write.mailbox, write.draft, write.transaction_id)
        draft, changed = write.draft, write.changed
        if "body" in changed:
            draft, changed = await self._with_join_block(write)
        if "online" in changed and not draft.online:
            # A Teams meeting cannot be taken off an event again.
            changed = tuple(name for name in changed if name != "online")
        if not changed:
            return self._make.event(write.mailbox, write.event_id)
        return self._make.change(write.mailbox, write.event_id, draft, changed)

    async def _with_join_block(self, write: Put) -> tuple[EventDraft, tuple[str, ...]]:
        """Carry the join block of the event's present body over into the new one.

        Exchange ends the meeting when the block is missing. If somebody has removed
        it, a link stands in its place; without an address the body is left as it is.
        """
        assert write.event_id is not None
        now = await self.event(write.mailbox, write.event_id)
        if not now.online:
            return write.draft, write.changed
        present = now.body or ""
        block = join_block(present, now.join_url)
        if block is None and now.join_url is not None:
            words = write.draft.body if is_blank(present) else present
            body = with_way_in(words, now.join_url)
            return replace(write.draft, body=body), write.changed
        if block is None:
            log.warning("no join block found; body kept", extra={"id": write.event_id})
            rest = tuple(name for name in write.changed if name != "body")
            return write.draft, rest
        body = f"{write.draft.body}\n{block}"
        return replace(write.draft, body=body), write.changed

    async def _written(
        self,
        write: Put,
        reply: Reply | GraphError,
        around: tuple[Event, ...] | GraphError | None,
    ) -> Written:
        """Put together what came of a write. Raises the error that the reply is."""
        if isinstance(reply, GraphError):
            raise reply
        event = _read(reply.value())
        slot = around if isinstance(around, tuple) else None
        if write.event_id is None and (other := differing(event, write.draft)):
            return await self._set_right(write, event, other)
        event = replace(event, key=event.key or write.draft.key)
        return Written(_freshest(event, slot), slot)

    async def _set_right(
        self, write: Put, event: Event, changed: tuple[str, ...]
    ) -> Written:
        """Bring an event that an earlier try made up to the present draft."""
        again = replace(write, event_id=event.id, changed=changed)
        written = await self._put_one(again)
        if isinstance(written, GraphError):
            raise written
        return written

    async def _recovered(self, write: Put, failed: GraphError) -> Written | GraphError:
        """Adopt the event that the transaction id of a repeat already made.

        Gone when there is none any more: the id is used up, and the next try of the
        caller needs a new one. Our key may stand on a person's copy too, the id cannot.
        """
        if failed.code != DUPLICATE or write.event_id is not None:
            return failed
        try:
            for event in await self.find(write.mailbox, write.draft.key):
                if event.transaction != write.transaction_id:
                    continue
                changed = differing(event, write.draft)
                if not changed and not write.verify:
                    return Written(event, None)
                return await self._set_right(write, event, changed)
        except GraphError as again:
            return again
        return Gone(DUPLICATE, "made once, and not there any more", failed.request_id)

    async def drop(self, drops: Sequence[Drop]) -> list[GraphError | None]:
        parts = [self._make.drop(drop.mailbox, drop.event_id) for drop in drops]
        return [
            reply
            if isinstance(reply, GraphError) and not isinstance(reply, Gone)
            else None
            for reply in await self._each(parts)
        ]

    async def event(self, mailbox: str, event_id: str) -> Event:
        reply = await self._transport.ask(self._make.event(mailbox, event_id))
        return _read(reply.value())

    async def find(self, mailbox: str, key: str) -> tuple[Event, ...]:
        reply = await self._transport.ask(self._make.find(mailbox, key))
        found = await self._viewed(mailbox, reply)
        if isinstance(found, GraphError):
            raise found
        return found

    async def changes(
        self, mailbox: str, window: Span, link: str | None
    ) -> AsyncIterator[Page]:
        so_far = Round()
        if link is None:
            part = self._make.delta(mailbox, window)
            reply = await self._transport.ask(part)
        else:
            reply = await self._go_on(link, mailbox)
        for _ in range(PAGES_MAX):
            events, removed = so_far.take(reply.items())
            onward = reply.link(NEXT)
            if onward is None:
                await self._learn_masters(mailbox, so_far)
                await self._look_at_exceptions(mailbox, so_far)
                final = reply.link("@odata.deltaLink")
                if final is None:
                    raise Unavailable("NoDeltaLink", "a round without an end")
                yield Page((*events, *so_far.late()), removed, final)
                return
            yield Page(events, removed, None)
            reply = await self._follow(onward, mailbox, DELTA_HEADERS)
        raise Refused("TooManyPages", "a delta round that does not end")

    async def _go_on(self, link: str, mailbox: str) -> Reply:
        """Take up a round by the link kept of the last one.

        A link of another address of Graph's, from before ours was changed, is not
        followed: all is read anew, as after one that is too old.
        """
        try:
            return await self._follow(link, mailbox, DELTA_HEADERS)
        except Refused as refused:
            if refused.code != FOREIGN:
                raise
            raise TokenExpired(FOREIGN, "a link of another address") from refused

    async def _learn_masters(self, mailbox: str, so_far: Round) -> None:
        """Ask for the masters that began before the window. Raises what one answers.

        A master that is gone takes nothing with it: its stubs stay, as busy time.
        """
        parts = [self._make.event(mailbox, id_) for id_ in so_far.missing()]
        for reply in await self._each(parts) if parts else ():
            if isinstance(reply, Reply):
                so_far.learn(reply.value())
            elif not isinstance(reply, Gone):
                raise reply

    async def _look_at_exceptions(self, mailbox: str, so_far: Round) -> None:
        """Look at the calendar where exceptions came bare: one view for all of them."""
        unclear = so_far.unclear()
        if unclear is None:
            return
        (seen,) = await self.view([View(mailbox, unclear)])
        if isinstance(seen, GraphError):
            raise seen
        so_far.clear_up(seen)

    async def mailbox(self, mailbox: str) -> Mailbox:
        settings, calendar = await self._transport.batch(
            [self._make.settings(mailbox), self._make.calendar(mailbox)]
        )
        for reply in (settings, calendar):
            if isinstance(reply, GraphError):
                raise reply
        assert isinstance(settings, Reply)
        assert isinstance(calendar, Reply)
        return read_mailbox(settings.value(), calendar.value(), self._home)

    async def subscriptions(self) -> list[Subscription]:
        reply = await self._transport.ask(self._make.subscriptions())
        found: list[Subscription] = []
        for _ in range(PAGES_MAX):
            found.extend(_subscription(raw) for raw in reply.items())
            link = reply.link(NEXT)
            if link is None:
                return found
            reply = await self._follow(link, "", VIEW_HEADERS)
        raise Refused("TooManyPages", "a list that does not end")

    async def subscribe(
        self, mailbox: str, url: str, secret: str, expires: datetime
    ) -> Subscription:
        part = self._make.subscribe(mailbox, url, secret, expires)
        return _subscription((await self._transport.ask(part)).value())

    async def renew(self, subscription: str, expires: datetime) -> Subscription:
        part = self._make.renew(subscription, expires)
        return _subscription((await self._transport.ask(part)).value())

    async def unsubscribe(self, subscription: str) -> None:
        try:
            await self._transport.ask(self._make.unsubscribe(subscription))
        except Gone:
            return

    async def members(self, group: str) -> list[Member]:
        reply = await self._transport.ask(self._make.members(group))
        found: list[Member] = []
        for _ in range(PAGES_MAX):
            found.extend(_member(raw) for raw in reply.items() if _is_user(raw))
            link = reply.link(NEXT)
            if link is None:
                return found
            reply = await self._follow(link, "", {})
        raise Refused("TooManyPages", "a group that does not end")

    async def send(self, mail: Mail) -> None:
        # What it says was true a moment ago: it goes now, or is composed anew.
        await self._transport.ask(self._make.send(mail), patience=0.0)

    async def sent(self, sender: str, key: str) -> bool:
        reply = await self._transport.ask(self._make.sent(sender, key))
        return bool(reply.items())


def _read(body: dict[str, Any]) -> Event:
    try:
        return read_event(body)
    except Unreadable as missing:
        raise Unavailable("Unreadable", "an event without id or time") from missing


def _freshest(event: Event, slot: tuple[Event, ...] | None) -> Event:
    """Take change key and join address from the slot, which was read after the write.

    Exchange itself changes an event once more when it adds the meeting. What a person
    has changed between the two is no state of ours: it keeps its news for the next round.
    """
    for seen in slot or ():
        if seen.id == event.id:
            ours = _own(seen) == _own(event)
            return replace(
                event,
                change_key=(ours and seen.change_key) or event.change_key,
                join_url=seen.join_url or event.join_url,
                online=seen.online,
            )
    return event


def _own(event: Event) -> tuple[object, ...]:
    """Give what Exchange never changes by itself."""
    return (
        event.when,
        event.type,
        event.show_as,
        event.subject,
        event.sensitivity,
        event.cancelled,
        event.categories,
    )


_USER = "#microsoft.graph.user"


def _is_user(raw: dict[str, Any]) -> bool:
    """Leave out the groups in a group, and devices: their people are listed besides."""
    return str(raw.get("@odata.type", _USER)) == _USER


def _member(raw: dict[str, Any]) -> Member:
    enabled, id_ = raw.get("accountEnabled"), str(raw.get("id") or "").lower()
    if not id_:
        raise Unavailable("Unreadable", "a member without an id")
    if not isinstance(enabled, bool):
        # Graph leaves out what the app may not read, and says no more.
        raise Forbidden("NoAccountEnabled", "whether accounts are enabled is not read")
    return Member(id_, str(raw.get("displayName") or ""), enabled)


def _subscription(raw: dict[str, Any]) -> Subscription:
    try:
        return Subscription(
            id=str(raw["id"]),
            resource=str(raw.get("resource") or ""),
            url=str(raw.get("notificationUrl") or ""),
            expires=datetime.fromisoformat(str(raw["expirationDateTime"])),
        )
    except (KeyError, ValueError) as missing:
        raise Unavailable("Unreadable", "a subscription without id or end") from missing

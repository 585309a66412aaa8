"""What the doctor makes and takes away again: a test event, a subscription.

Each carries a mark. Whatever a doctor that was killed has left is found by it and
removed by the next one, before anything is made.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from booking.calendar import Event, EventDraft
from booking.doctor import MARK, YES, Finding, Heard
from booking.doctor import judging as judge
from booking.spans import span
from booking.wording import text
from graph_sync.graph import Drop, Gone, GraphError, Put
from teams_app.actions.doctor import Staff
from teams_app.doctor.parts import Parts, answer_of, heard, of_part

#: So far ahead that no calendar is followed there, and nobody meets.
_AHEAD: Final = timedelta(days=200)
_LENGTH: Final = timedelta(minutes=15)
#: Real seconds between looks for a link to join that comes late.
_WAITS: Final = (1, 2, 3, 6, 8)
#: What is at the end of a test subscription's address, by which it is known.
_QUERY: Final = "?from=doctor"
_LIFE: Final = timedelta(hours=1)


async def sweep_events(parts: Parts, mailbox: str, staff: Staff) -> int:
    """Remove what an earlier doctor has left; give how many events those were."""
    boxes = list(dict.fromkeys(filter(None, [mailbox, *staff.mailboxes()])))
    found = await parts.tenancy.carrying(boxes, MARK)
    drops = [
        Drop(box, each.id)
        for box, events in zip(boxes, found, strict=True)
        if not isinstance(events, GraphError)
        for each in events
    ]
    return sum(error is None for error in await _erased(parts, drops))


async def _erased(parts: Parts, drops: Sequence[Drop]) -> list[GraphError | None]:
    """Remove for good, or into Deleted Items where that cannot be done."""
    if not drops:
        return []
    found = await parts.tenancy.erase(drops)
    again = [drop for drop, error in zip(drops, found, strict=True) if error]
    left = iter(await parts.graph.drop(again) if again else [])
    return [next(left) if error else None for error in found]


async def event(parts: Parts, mailbox: str, swept: int) -> list[Finding]:
    """Make a test event with a Teams meeting, wait for its link, remove it."""
    made: Event | None = None
    put, erased, seconds = YES, YES, 0
    try:
        (written,) = await parts.graph.put([_test_event(parts, mailbox)])
        if isinstance(written, GraphError):
            put = answer_of(written)
        else:
            made, seconds = await _joined(parts, mailbox, written.event)
    finally:
        erased = await _taken_away(parts, mailbox, made)
    return judge.event(
        judge.EventFacts(
            mailbox=mailbox,
            put=put,
            online=made is not None and made.online,
            joined=made is not None and made.join_url is not None,
            seconds=seconds,
            erased=erased,
            swept=swept,
        )
    )


def _test_event(parts: Parts, mailbox: str) -> Put:
    morning = parts.now().replace(hour=3, minute=0, second=0, microsecond=0)
    draft = EventDraft(
        subject=text(parts.language, "doctor.event.subject"),
        span=span(morning + _AHEAD, _LENGTH),
        body=f"<p>{text(parts.language, 'doctor.event.body')}</p>",
        location="",
        sensitivity="private",
        online=True,
        key=MARK,
        reminder_minutes=0,
    )
    return Put(mailbox, draft, parts.ids.uuid(), verify=False)


async def _joined(parts: Parts, mailbox: str, event: Event) -> tuple[Event, int]:
    """Look for the link to join until it is there, or not any more."""
    waited = 0.0
    for seconds in _WAITS:
        if event.join_url is not None or not event.online:
            break
        await parts.sleep(seconds)
        waited += seconds
        with suppress(GraphError):
            event = await parts.graph.event(mailbox, event.id)
    return event, round(waited)


async def _taken_away(parts: Parts, mailbox: str, made: Event | None) -> Heard:
    """Remove the event, and whatever a write that was not answered has made."""
    drops = [Drop(mailbox, made.id)] if made else []
    (found,) = await parts.tenancy.carrying([mailbox], MARK)
    if not isinstance(found, GraphError):
        known = {drop.event_id for drop in drops}
        drops += [Drop(mailbox, each.id) for each in found if each.id not in known]
    errors = [each for each in await _erased(parts, drops) if each]
    return of_part(errors[0]) if errors else YES


async def sweep_subscriptions(parts: Parts) -> int:
    """End what an earlier doctor has left; give how many subscriptions those were."""
    _, listed = await heard(parts.graph.subscriptions())
    swept = 0
    for each in listed or ():
        if each.url.endswith(_QUERY) and each.url.startswith(parts.base_url):
            ended, _ = await heard(parts.graph.unsubscribe(each.id))
            swept += ended.yes
    return swept


async def subscription(parts: Parts, mailbox: str, swept: int) -> list[Finding]:
    """Subscribe, for which Graph asks our address first, and end it at once."""
    url = f"{parts.policy.notice_url}{_QUERY}"
    here = await _answers(parts, url)
    secret, expires = parts.ids.secret(), parts.real() + _LIFE
    ended: Heard = YES
    made: Heard = YES
    try:
        made, _ = await heard(parts.graph.subscribe(mailbox, url, secret, expires))
    finally:
        ended = await _ended(parts, url)
    facts = judge.SubscriptionFacts(
        parts.policy.notice_url,
        made,
        answers_here=here,
        ended=ended,
        swept=swept,
        mailbox=mailbox,
    )
    return judge.subscription(facts)


async def _answers(parts: Parts, url: str) -> bool:
    """Shake hands with our own address as Graph does."""
    word = parts.ids.uuid()
    asked = f"{url}&{urlencode({'validationToken': word})}"
    status, said = await parts.web.post(asked)
    return status == _OK and said == word


_OK: Final = 200


async def _ended(parts: Parts, url: str) -> Heard:
    """End every subscription with this address, also one nobody told us of."""
    answer, listed = await heard(parts.graph.subscriptions())
    for each in listed or ():
        if each.url == url:
            try:
                await parts.graph.unsubscribe(each.id)
            except Gone:
                continue
            except GraphError as error:
                answer = answer_of(error)
    return answer

"""What we write to a calendar ourselves while it is being read.

A page says how things stood when it was asked for. What it says of an event that we have
written since is no news, and nobody's doing: it must be read by its id.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from booking.calendar import Event, Page
from booking.model import ProfessionalId
from booking.spans import Span
from graph_sync.reconcile import Own
from teams_app.store import calendars
from teams_app.store.calendars import Link
from teams_app.store.database import Tx


def known(tx: Tx, id_: ProfessionalId, within: Span) -> dict[str, str]:
    """Give our events by id, each with its change key, before Outlook is asked."""
    links = calendars.links_in(tx, id_, within)
    return {each.event_id: each.change_key for each in links if each.event_id}


def known_key(tx: Tx, id_: ProfessionalId, event_id: str) -> str | None:
    """Give the change key by which we know one of our events; None: it is none."""
    link = calendars.link_by_event(tx, id_, event_id)
    return None if link is None else link.change_key


def own(link: Link) -> Own:
    return Own(link.known.key if link.known else "", link.change_key)


def parted(
    page: Page, before: Mapping[str, str], links: Mapping[str, Link]
) -> tuple[Page, frozenset[str]]:
    """Part a page from the events that we wrote or removed since it was asked for.

    `before`: what was `known` then; `links`: our events by id, as they are now.
    """
    late = frozenset(
        each.id
        for each in page.events
        if _is_past(each, before.get(each.id), links.get(each.id))
    )
    news = tuple(each for each in page.events if each.id not in late)
    return replace(page, events=news), late


def _is_past(event: Event, before: str | None, link: Link | None) -> bool:
    """Say whether our own write came between what we knew and what we know."""
    now = None if link is None else link.change_key
    return now not in {before, event.change_key}


@dataclass(frozen=True, slots=True)
class Seen:
    """An event read by its id, and the change key we knew before: None, if not ours."""

    event: Event
    before: str | None

    def is_past(self, link: Link | None) -> bool:
        return _is_past(self.event, self.before, link)

"""A professional is told when her own calendar has been closed to us for a while.

Who looks after Vuoro sees it at once on the health page. She is told once an outage,
and only of one that is hers: when Microsoft lets us in nowhere, everybody's card would
say the same, and none of them could do anything about it.
"""

from datetime import datetime, timedelta

from booking.model import ProfessionalId
from booking.views.cards import Notice
from graph_sync.graph import REFUSED_BY_ENTRA
from teams_app.actions import postings
from teams_app.actions.calendars import FORBIDDEN, followed, is_barred
from teams_app.actions.postings import Posting
from teams_app.store import calendars, jobs, people
from teams_app.store.calendars import CalendarState
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

#: What lasts no longer than this is nobody's trouble.
PATIENCE = timedelta(hours=1)


def owe_cards(tx: Tx, now: datetime) -> int:
    """Owe a card to everybody whose own calendar has been closed for an hour."""
    everybody = [state for _, state in followed(tx, now)]
    refused = [each for each in everybody if _is(each, FORBIDDEN)]
    nowhere = len(everybody) > 1 and len(refused) == len(everybody)
    told = 0
    for each in everybody:
        since = each.failing_since
        hers = _is_hers(each) and not (nowhere and _is(each, FORBIDDEN))
        if hers and since is not None and since + PATIENCE <= now:
            jobs.promise(tx, _card(each.professional, since, now))
            told += 1
    return told


def _is(state: CalendarState, error: str) -> bool:
    return state.failing_since is not None and state.last_error == error


def _is_hers(state: CalendarState) -> bool:
    return is_barred(state) and state.last_error != REFUSED_BY_ENTRA


def _card(id_: ProfessionalId, since: datetime, now: datetime) -> Promise:
    begun = int(since.timestamp())
    return Promise(
        "closed_calendar",
        f"closed_calendar:{id_}:{begun}",
        due=now,
        payload={"professional": id_, "since": begun},
    )


def card(tx: Tx, key: str, payload: dict[str, object], now: datetime) -> Posting | None:
    """Give the card that says so; None: that outage is over."""
    id_ = ProfessionalId(int(str(payload["professional"])))
    state = calendars.state(tx, id_)
    since = state.failing_since
    if since is None or int(since.timestamp()) != payload["since"]:
        return None
    if not _is_hers(state):
        return None
    owner = people.professional(tx, id_)
    about = "calendar_closed" if _is(state, FORBIDDEN) else "calendar_gone"
    said = Notice(owner.language, about, {})
    return postings.new(tx, key, id_, f"calendar:{id_}", said, now)

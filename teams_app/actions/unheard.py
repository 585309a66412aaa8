"""What a client has not heard yet when something is to be told.

A change may have been left to a later one to tell, or taken back before she heard of it.
Both are decided when a message is sent, from what has gone out until then.
"""

from datetime import datetime, timedelta

from booking.appointments import Actor, News
from booking.messages import Kind
from booking.model import CANCELLED, Appointment, AppointmentId, Channel, Status
from booking.policy import Policy
from booking.spans import Span
from teams_app.actions import lost_meetings, unanswered
from teams_app.actions.prepared import Later, Skip
from teams_app.actions.questions import choosing
from teams_app.actions.records import HEARD_BEFORE, SKIPPED, last_said, said_last
from teams_app.store import deliveries, jobs, log
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery, Said

#: How a message ends that a later change was to tell.
SUPERSEDED = "superseded"
#: What she last heard where she was asked to choose another time.
NEW_TIME = "new_time"
#: Of what ended otherwise she has heard, or need not hear.
_LEFT = (None, f"{SKIPPED}{SUPERSEDED}", jobs.DEAD)
#: What tells her when and with whom, and that it stands.
_HOLDS = frozenset({"booked", "moved", "moved_by_client", "handed_over"}) | {
    *("handed_back", "handed_new_meeting", "time_holds")
}
#: What somebody may do without a message, and tell her otherwise.
_BY_STAFF = frozenset({"move", "hand_over", "undone"})
#: What leaves that as she knows it.
_BESIDE = frozenset({"reminder", "running_late", "on_time", "new_meeting"}) | {
    "time_stands"
}


def overtaken(
    tx: Tx, found: Appointment, version: int, policy: Policy
) -> Kind | Skip | None:
    """Skip what need not be told, for a later change tells what holds; None: none does.

    But an SMS that was not answered, and is true still, is handed over once more as what
    it was: only so it is known what she has heard.
    """
    if found.version == version or not jobs.known(tx, _key(found.id, found.version)):
        return None
    again = unanswered.holds(tx, found, _key(found.id, version), policy)
    return again or Skip(SUPERSEDED)


#: How it ends that a new time gave way to the request to choose another.
CHOOSING = f"{SKIPPED}choosing"
#: How soon what gave way looks again.
_SOON = timedelta(seconds=5)


def gives_way(
    tx: Tx, found: Appointment, kind: Kind, now: datetime
) -> Skip | Later | None:
    """Let the request to choose another time go first: of the new one she need not hear.

    None: none is open, or nobody can send it. Should the new time hold after all, she is
    told of it then (`gave_way`).
    """
    asked = choosing(tx, found.id) if kind is Kind.MOVED else None
    if asked is None:
        return None
    if last_said(tx, found.id) == NEW_TIME:
        return Skip("choosing")
    due = jobs.due_of(tx, f"ask_new_time:{asked.id}")
    return None if due is None else Later(max(due, now) + _SOON)


def gave_way(tx: Tx, found: Appointment) -> Span | None:
    """Give the time that she knows where the one it has now was never told for this."""
    gave = _came_to(tx, found.id, found.version) == CHOOSING
    return _known(tx, found) if gave else None


def known_before(tx: Tx, found: Appointment) -> Span | None:
    """Give the time that she knows where the one it has now waits, or gave way."""
    key = _key(found.id, found.version)
    waits = jobs.outcomes(tx, [key]).get(key, "") in {None, CHOOSING}
    return _known(tx, found) if waits else None


def _known(tx: Tx, found: Appointment) -> Span | None:
    """Give when it was by the last message that told her so."""
    told = deliveries.newest(
        each
        for each in deliveries.of_appointment(tx, found.id)
        if each.news in _HOLDS
        and each.said is not None
        and not unanswered.has_not_gone(each)
    )
    span = told.said.span if told is not None and told.said is not None else None
    return span if span != found.span else None


def _key(id_: AppointmentId, version: int) -> str:
    return f"tell:{id_}:{version}"


def news(
    tx: Tx, found: Appointment, payload: dict[str, object], now: datetime
) -> News | None:
    """Say what a `tell` job has to tell by now; None: she has heard how it stands.

    What takes back a change she never heard of brings her no news, unless an earlier
    one had been left to that change, or she was asked to choose another time, which
    now holds. Handed over by one who had moved it just before, it is told as moved.
    Nor does what is again as she last heard it, unless it was she who made it so, or
    she may be waiting in a meeting that went with whom it was handed to and back.
    """
    version, said = int(str(payload["version"])), News(str(payload["news"]))
    every = deliveries.of_appointment(tx, found.id)
    left = _left(tx, found.id, every, version)
    undone = payload.get("undoes")
    heard = last_said(tx, found.id)
    if (
        undone is not None
        and heard != NEW_TIME
        and not _may_have_heard(every, int(str(undone)), said)
    ):
        if not left:
            return None
        said = _worst(left)
    elif said is News.HANDED_OVER and (
        News.MOVED in left or _came_to(tx, found.id, version - 1) == CHOOSING
    ):
        said = News.MOVED
    if payload.get("by") == Actor.CLIENT.value:
        return said
    if said is News.HANDED_OVER and lost_meetings.is_lost(tx, found, now):
        return said
    sure = every if undone is not None else [it for it in every if not _is_vain(it)]
    known = _last_heard(sure, heard) if heard in _HOLDS else None
    if known is None or _knows_otherwise(tx, found.id, known.version, version):
        return said
    return _since_she_heard(found, said, known.said)


def to_say(
    tx: Tx, found: Appointment, payload: dict[str, object], now: datetime
) -> Kind | Skip:
    """Say how the news are told, if she does not know them already."""
    told = news(tx, found, payload, now)
    if told is None:
        return Skip(HEARD_BEFORE)
    kind = _kind(tx, found, told)
    if kind is None:
        return Skip("nothing_to_say")
    own_act = payload.get("by") == Actor.CLIENT.value
    if kind is Kind.MOVED and own_act and found.version == payload["version"]:
        return Kind.MOVED_BY_CLIENT
    if kind is Kind.HANDED_OVER and "undoes" in payload:
        return Kind.HANDED_BACK
    if kind is Kind.HANDED_OVER and lost_meetings.is_lost(tx, found, now):
        return Kind.HANDED_NEW_MEETING
    # That another has it she may know; who, we say nowhere but on her page.
    known = kind is Kind.HANDED_OVER and knows_of_another(tx, found.id)
    return Skip(HEARD_BEFORE) if known else kind


def knows_of_another(tx: Tx, id_: AppointmentId) -> bool:
    """Whether she last heard that another meets her than before."""
    return last_said(tx, id_) in {Kind.HANDED_OVER, Kind.HANDED_NEW_MEETING}


def _kind(tx: Tx, found: Appointment, news: News) -> Kind | None:
    """Name what holds now: `news` only tells a first confirmation from a move."""
    if found.status in CANCELLED:
        if news is News.TAKEN_BACK:
            return Kind.TAKEN_BACK
        if news is not News.CANCELLED:
            return None  # cancelled without a word: nothing older is told either
        by_client = found.status is Status.CANCELLED_BY_CLIENT
        return Kind.CANCELLED_BY_CLIENT if by_client else Kind.CANCELLED_BY_US
    if not found.in_calendar:
        return None
    told = any(
        each.state == "accepted" for each in deliveries.of_appointment(tx, found.id)
    )
    heard = {News.MOVED: Kind.MOVED, News.HANDED_OVER: Kind.HANDED_OVER}
    return heard.get(news, Kind.BOOKED) if told else Kind.BOOKED


def was(tx: Tx, found: Appointment) -> Span | None:
    """Give when it was by what she has last heard of it before.

    None: it is the same, or nobody knew, or she may know otherwise.
    """
    version = found.version
    every = [
        each
        for each in deliveries.of_appointment(tx, found.id)
        if each.version < version
    ]
    heard = said_last(every)
    known = _last_heard(every, heard) if heard in _HOLDS else None
    if known is None or known.said is None or known.said.span == found.span:
        return None
    other = _knows_otherwise(tx, found.id, known.version, version)
    return None if other else known.said.span


def _came_to(tx: Tx, id_: AppointmentId, version: int) -> str | None:
    key = _key(id_, version)
    return jobs.outcomes(tx, [key]).get(key)


def _is_vain(given: Delivery) -> bool:
    """Say whether it told of another person, perhaps, and is told no more.

    An SMS: were it true still, it would have been handed over once more by now. Whom she
    meets then it never said.
    """
    open_ = given.state == deliveries.INTENDED and given.channel == Channel.SMS
    return open_ and given.news in unanswered.OF_ANOTHER


def _since_she_heard(found: Appointment, said: News, heard: Said | None) -> News | None:
    """Say what is other than she last heard it, of a change of time or person."""
    if heard is None or said not in {News.MOVED, News.HANDED_OVER}:
        return said
    if heard.span != found.span:
        return said
    same = heard.professional == found.professional
    return None if same else News.HANDED_OVER


def _last_heard(every: list[Delivery], said: str) -> Delivery | None:
    """Give what last told her how it stood.

    None: nobody knows, or she may have been told something else since.
    """
    spans = set()
    for each in sorted(
        every, key=lambda it: (it.version, it.intended_at), reverse=True
    ):
        if unanswered.has_not_gone(each):
            continue
        if each.said is None:
            return None  # Of what was sent before that was kept, nobody knows what it said.
        spans.add(each.said.span)
        if each.news in _BESIDE:
            continue
        holds = each.news == said and each.state == deliveries.ACCEPTED
        return each if holds and len(spans) == 1 else None
    return None


def _knows_otherwise(tx: Tx, id_: AppointmentId, heard: int, version: int) -> bool:
    """Say whether she may know of a change meanwhile without a message.

    She made it herself; or no message was to tell it, or could, and somebody did.
    """
    keys, came_to, owed = _told_between(tx, id_, heard, version)
    if any(each.get("by") == Actor.CLIENT.value for each in owed):
        return True
    undone = {each.get("undoes") for each in owed}
    silent = [n for n, key in keys.items() if key not in came_to and n not in undone]
    made = {log.change(tx, f"appointment:{id_}", each) for each in silent}
    return jobs.DEAD in came_to.values() or not made.isdisjoint(_BY_STAFF)


def _worst(left: list[News]) -> News:
    return News.MOVED if News.MOVED in left else left[-1]


def _may_have_heard(every: list[Delivery], version: int, said: News) -> bool:
    """Whether anything may have gone out that was true of this version only.

    A reminder says when, and not with whom.
    """
    return any(
        each.version >= version
        and not unanswered.has_not_gone(each)
        and (said is News.MOVED or each.news != "reminder")
        for each in every
    )


def _left(
    tx: Tx, id_: AppointmentId, every: list[Delivery], version: int
) -> list[News]:
    """Give what earlier changes owed her that nothing has told since."""
    heard = max((each.version for each in every if each.state == "accepted"), default=0)
    _, came_to, owed = _told_between(tx, id_, heard, version)
    undone = {each.get("undoes") for each in owed}
    return [
        News(str(each["news"]))
        for each in owed
        if "undoes" not in each
        and each["version"] not in undone
        and came_to[_key(id_, int(str(each["version"])))] in _LEFT
    ]


def _told_between(
    tx: Tx, id_: AppointmentId, heard: int, version: int
) -> tuple[dict[int, str], dict[str, str | None], list[dict[str, object]]]:
    """Read the jobs that were to tell the versions between these two.

    Gives the key of each version, what came of those there were, and what each owed.
    """
    keys = {each: _key(id_, each) for each in range(heard + 1, version)}
    came_to = jobs.outcomes(tx, list(keys.values()))
    owed = [jobs.payload(tx, key) or {} for key in keys.values() if key in came_to]
    return keys, came_to, owed


def may_be_choosing(tx: Tx, id_: AppointmentId, key: str) -> bool:
    """Say whether the last that she may have read is that she is to choose another time.

    `key`: of the message that is to tell her otherwise.
    """
    read_ = deliveries.newest(
        each
        for each in deliveries.of_appointment(tx, id_)
        if each.news not in _BESIDE
        and not unanswered.has_not_gone(each)
        and not (each.key.startswith(f"{key}:") and each.state == deliveries.INTENDED)
    )
    return read_ is not None and read_.news == NEW_TIME

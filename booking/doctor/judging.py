"""Judging each step of the doctor: what it heard in, findings out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from booking.doctor import YES, Answer, Finding, Heard, Level, Step, Value
from booking.health import WORKER_SILENT, credential
from booking.health import Level as Health
from booking.reach import Why


def _ok(step: Step, name: str = "ok", **values: Value) -> Finding:
    return Finding(step, Level.OK, name, values)


def _look(step: Step, name: str, **values: Value) -> Finding:
    return Finding(step, Level.LOOK, name, values)


def _mend(step: Step, name: str, **values: Value) -> Finding:
    return Finding(step, Level.MEND, name, values)


def _unless(found: list[Finding], good: Finding) -> list[Finding]:
    """Say that all is well where nothing is to be mended."""
    bad = any(each.level is Level.MEND for each in found)
    return found if bad else [good, *found]


# The database.


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    now: datetime
    fault: str = ""  #: `unreachable`, `newer` or `guard`; empty: it was opened.
    code: str = ""
    removed: bool = False  #: Vuoro was removed from this tenant.
    professionals: int = 0
    services: int = 0
    swept: datetime | None = None  #: When the worker was to look over everything.


def database(facts: DatabaseFacts) -> list[Finding]:
    step = Step.DATABASE
    if facts.fault:
        return [_mend(step, facts.fault, code=facts.code)]
    if facts.removed:
        return [_mend(step, "removed")]
    found = []
    if not facts.professionals:
        found.append(_mend(step, "nobody"))
    elif not facts.services:
        found.append(_mend(step, "no_services"))
    if facts.swept is None or facts.swept + WORKER_SILENT < facts.now:
        found.append(_look(step, "worker_silent"))
    good = _ok(step, professionals=facts.professionals, services=facts.services)
    return _unless(found, good)


# The clock.

#: Tokens are taken that are up to five minutes off.
SKEW_MEND: Final = 240
SKEW_LOOK: Final = 30


def clock(skew: float | None) -> list[Finding]:
    """Judge by how many seconds our clock is ahead of Graph's; None: nobody said."""
    if skew is None:
        return [_mend(Step.CLOCK, "silent")]
    seconds = round(abs(skew))
    way = "ahead" if skew > 0 else "behind"
    if seconds >= SKEW_MEND:
        return [_mend(Step.CLOCK, way, seconds=seconds)]
    if seconds >= SKEW_LOOK:
        return [_look(Step.CLOCK, way, seconds=seconds)]
    return [_ok(Step.CLOCK, seconds=seconds)]


# The token.

#: What Entra's codes mean where there is more to say than *refused*.
ENTRAS: Final = {
    "AADSTS7000222": "secret_over",
    "AADSTS7000215": "secret_wrong",
    "AADSTS700016": "app_unknown",
    "AADSTS90002": "tenant_unknown",
    "AADSTS900023": "tenant_unknown",
    "AADSTS700027": "certificate_wrong",
    "AADSTS70021": "identity_not_trusted",
    "AADSTS700213": "identity_not_trusted",
    "AADSTS7000112": "app_disabled",
}


def token(heard: Heard, *, app: str, tenant: str) -> list[Finding]:
    """Judge what Entra answered. What a proof says of its own end is health's matter."""
    step = Step.TOKEN
    match heard.answer:
        case Answer.YES:
            return [_ok(step, app=app)]
        case Answer.DENIED:
            name = ENTRAS.get(heard.code, "refused")
            return [_mend(step, name, code=heard.code, app=app, tenant=tenant)]
        case Answer.BUSY:
            return [_mend(step, "busy", code=heard.code)]
        case _:
            return [_mend(step, "silent", code=heard.code)]


@dataclass(frozen=True, slots=True)
class Proof:
    """By what the app proves who it is: when that ends, and whether that is known."""

    ends: datetime | None = None
    unknown: bool = False


def proof(now: datetime, facts: Proof) -> list[Finding]:
    """Judge when the app's proof ends, as the health page does and in its words."""
    return [
        Finding(
            Step.TOKEN,
            Level.MEND if sign.level is Health.BAD else Level.LOOK,
            sign.name,
            dict(sign.values),
        )
        for sign in credential(now, facts.ends, facts.unknown)
    ]


# Permissions.


@dataclass(frozen=True, slots=True)
class Right:
    """A permission, whether a token names it, and what came of using it."""

    name: str
    scope: str
    consented: bool
    tried: Sequence[Heard]


def permissions(
    rights: Sequence[Right],
    more: Sequence[str],
    lacking: Sequence[str] = (),
) -> list[Finding]:
    """Judge each right. `more`: what a token names that nothing here asks for.

    `lacking`: what would have to be consented to in Entra and was not.

    A right that a token names was consented to in Entra, and reaches every mailbox.
    """
    step, found = Step.PERMISSIONS, []
    for right in rights:
        values = {"permission": right.name, "scope": right.scope}
        if right.consented:
            found.append(_mend(step, "wide", **values))
        elif any(heard.yes for heard in right.tried):
            found.append(_ok(step, "works", **values))
        elif any(heard.answer is Answer.DENIED for heard in right.tried):
            found.append(_mend(step, "denied", **values))
        else:
            found.append(_look(step, "unclear", **values))
    if more:
        found.append(_look(step, "more", names=more))
    if lacking:
        found.append(_look(step, "lacking", names=lacking))
    return found


# Mailboxes.


@dataclass(frozen=True, slots=True)
class Box:
    """A professional's mailbox: was it reached, and can meetings be made in it."""

    name: str
    reached: Heard
    meetings: bool = True


#: What is said of those that gave such an answer.
_OF_BOXES: Final = {
    Answer.DENIED: "denied",
    Answer.MISSING: "missing",
    Answer.REFUSED: "refused",
}


def mailboxes(boxes: Sequence[Box]) -> list[Finding]:
    step, found = Step.MAILBOXES, []
    reached = [each for each in boxes if each.reached.yes]
    by_name: dict[str, list[str]] = {}
    for each in boxes:
        if not each.reached.yes:
            name = _OF_BOXES.get(each.reached.answer, "silent")
            by_name.setdefault(name, []).append(each.name)
    if by_name.keys() == {"denied"} and len(boxes) > 1 and not reached:
        return [_mend(step, "all_denied", n=len(boxes))]
    found = [_mend(step, name, names=names) for name, names in by_name.items()]
    bare = [each.name for each in reached if not each.meetings]
    if bare:
        found.append(_look(step, "no_meetings", names=bare))
    return _unless(found, _ok(step, n=len(reached)))


def outside(mailbox: str, tried: Mapping[str, Heard]) -> list[Finding]:
    """Judge what came of using each right on a mailbox that must stay out of reach."""
    step = Step.OUTSIDE
    reached = [name for name, heard in tried.items() if heard.yes]
    if reached:
        return [_mend(step, "reached", mailbox=mailbox, names=reached)]
    answers = {heard.answer for heard in tried.values()}
    if answers == {Answer.DENIED}:
        return [_ok(step, mailbox=mailbox)]
    if Answer.MISSING in answers:
        return [_mend(step, "missing", mailbox=mailbox)]
    return [_mend(step, "silent", mailbox=mailbox, code=_codes(tried.values()))]


def _codes(heard: Iterable[Heard]) -> str:
    return ", ".join(sorted({each.code for each in heard if each.code}))


# The sender.


@dataclass(frozen=True, slots=True)
class SenderFacts:
    sender: str
    reads: Heard
    sends: Heard
    is_professional: bool = False


def sender(facts: SenderFacts) -> list[Finding]:
    step, who = Step.SENDER, facts.sender
    both = {facts.reads.answer, facts.sends.answer}
    if Answer.MISSING in both:
        return [_mend(step, "missing", sender=who)]
    if both == {Answer.DENIED}:
        return [_mend(step, "denied", sender=who)]
    found = []
    for name, heard in (("sends", facts.sends), ("reads", facts.reads)):
        if heard.answer is Answer.DENIED:
            found.append(_mend(step, f"{name}_denied", sender=who))
        elif not heard.yes:
            found.append(_mend(step, "silent", sender=who, code=heard.code))
    if [each.name for each in found] == ["silent", "silent"]:
        del found[1]  # One silence is one thing to mend.
    if facts.is_professional:
        found.append(_mend(step, "is_professional", sender=who))
    return _unless(found[:2], _ok(step, sender=who))


# A test event.


@dataclass(frozen=True, slots=True)
class EventFacts:
    mailbox: str
    put: Heard
    online: bool = False
    joined: bool = False  #: It has a link to join.
    seconds: int = 0  #: So long the link was waited for.
    erased: Heard = YES
    swept: int = 0  #: So many an earlier doctor had left were removed.


def event(facts: EventFacts) -> list[Finding]:
    step, box = Step.EVENT, facts.mailbox
    found: list[Finding] = []
    if not facts.put.yes:
        name = _OF_BOXES.get(facts.put.answer, "silent")
        found.append(_mend(step, name, mailbox=box, code=facts.put.code))
    elif not facts.online:
        found.append(_mend(step, "no_meeting", mailbox=box))
    elif not facts.joined:
        found.append(_mend(step, "no_link", mailbox=box, seconds=facts.seconds))
    if not facts.erased.yes:
        found.append(_mend(step, "left", mailbox=box, code=facts.erased.code))
    return [*_unless(found, _ok(step, mailbox=box)), *swept(step, facts.swept)]


def swept(step: Step, count: int) -> Iterator[Finding]:
    """Say what an earlier doctor had left."""
    if count:
        yield _ok(step, "swept", n=count)


# A subscription.


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    url: str
    made: Heard
    #: Whether our own address gave the answer it should, asked from this machine.
    answers_here: bool = True
    ended: Heard = YES
    swept: int = 0
    mailbox: str = ""  #: Whose calendar was to be listened to.


#: Graph's word for an address that did not answer its handshake.
_UNANSWERED: Final = "ValidationError"
_QUOTA: Final = "ExtensionError"


def subscription(facts: SubscriptionFacts) -> list[Finding]:
    step, url = Step.SUBSCRIPTION, facts.url
    made, found = facts.made, list[Finding]()
    if not made.yes:
        box = facts.mailbox
        found.append(_mend(step, _unmade(facts), url=url, code=made.code, mailbox=box))
    if not facts.ended.yes:
        found.append(_mend(step, "left", code=facts.ended.code))
    return [*_unless(found, _ok(step, url=url)), *swept(step, facts.swept)]


def _unmade(facts: SubscriptionFacts) -> str:
    code = facts.made.code
    if code == _QUOTA:
        return "quota"
    match facts.made.answer:
        case Answer.DENIED:
            return "denied"
        case Answer.MISSING:
            return "missing"
        case Answer.REFUSED if code == _UNANSWERED or not facts.answers_here:
            return "unreached" if facts.answers_here else "not_served"
        case Answer.REFUSED:
            return "refused"
        case _:
            return "silent"


def polling_only() -> list[Finding]:
    return [_ok(Step.SUBSCRIPTION, "polling")]


# The bot.


@dataclass(frozen=True, slots=True)
class BotFacts:
    url: str
    status: int  #: Of an unsigned message to our own endpoint; 0: nobody answered.
    keys: Heard  #: Where the channel's keys are published.
    token: Heard  #: Of the bot, from Entra.
    connector: Heard  #: What the connector answered to it.


_UNSIGNED: Final = (401, 403)


def bot(facts: BotFacts) -> list[Finding]:
    step, found = Step.BOT, []
    if not facts.status:
        found.append(_mend(step, "endpoint_silent", url=facts.url))
    elif facts.status not in _UNSIGNED:
        found.append(_mend(step, "endpoint_odd", url=facts.url, status=facts.status))
    if not facts.keys.yes:
        found.append(_mend(step, "keys", code=facts.keys.code))
    if not facts.token.yes:
        found.append(_mend(step, "token", code=facts.token.code))
    elif facts.connector.code == "401":
        found.append(_mend(step, "unregistered"))
    elif facts.connector.answer in {Answer.SILENT, Answer.BUSY}:
        found.append(_mend(step, "connector", code=facts.connector.code))
    return _unless(found, _ok(step, url=facts.url))


# The package.


@dataclass(frozen=True, slots=True)
class ManifestFacts:
    package: str  #: The package's id by the settings; empty: none is set.
    faults: Sequence[str]  #: What Teams would refuse in it.
    #: Whether the catalogue has it; None: Vuoro may not see the catalogue.
    listed: bool | None = None
    heard: Heard = YES


def manifest(facts: ManifestFacts) -> list[Finding]:
    step = Step.MANIFEST
    if not facts.package:
        return [_mend(step, "no_id")]
    found = []
    if facts.faults:
        found.append(_mend(step, "faults", names=facts.faults))
    if facts.listed is False:
        found.append(_mend(step, "not_listed", package=facts.package))
    if not facts.heard.yes:
        found.append(_look(step, "silent", code=facts.heard.code))
    name = "listed" if facts.listed else "ok"
    return _unless(found, _ok(step, name, package=facts.package))


# Who has the app.


@dataclass(frozen=True, slots=True)
class Reader:
    """A professional, what came of opening her chat, and what Graph says she has."""

    name: str
    chat: Heard
    installed: bool | None = None  #: None: Vuoro may not see that.
    closed: Why | None = None  #: Why the last card could not come into her chat.

    @property
    def reached(self) -> bool:
        return self.chat.yes and self.closed is None


def app(people: Sequence[Reader]) -> list[Finding]:
    step = Step.APP
    by_name: dict[str, list[str]] = {}
    for each in people:
        if each.reached:
            continue
        by_name.setdefault(_unreached(each), []).append(each.name)
    found = [_mend(step, name, names=names) for name, names in by_name.items()]
    reached = sum(each.reached for each in people)
    return _unless(found, _ok(step, n=reached))


def _unreached(one: Reader) -> str:
    if one.closed is not None:
        return one.closed.value
    match one.chat.answer:
        case Answer.DENIED:
            return "blocked" if one.installed else "missing"
        case Answer.MISSING:
            return "unknown"
        case _:
            return "silent"


# How much mail there will be.

#: What Exchange lets one mailbox send.
MAILS_A_DAY: Final = 10_000
MAILS_A_MINUTE: Final = 30
_MUCH: Final = 0.7
_LATE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class MailFacts:
    """How many appointments there are on the busiest day, and how many messages each.

    `seen`: by the last weeks, 0 where there are none; then `possible` counts, which is
    every professional with one appointment after the other.
    """

    seen: int
    possible: int
    each: int  #: Messages an appointment: a confirmation and its reminders.
    at_once: int  #: So many can begin in the same minute.
    sent: int = 0  #: Mails that went out on the busiest day: changes and offers too.


def mail(facts: MailFacts) -> list[Finding]:
    step = Step.MAIL
    a_day = max((facts.seen or facts.possible) * facts.each, facts.sent)
    values: dict[str, Value] = {"n": a_day, "limit": MAILS_A_DAY}
    found = []
    if a_day > MAILS_A_DAY:
        found.append(_mend(step, "too_much", **values))
    elif a_day > MAILS_A_DAY * _MUCH:
        found.append(_look(step, "much", **values))
    elif facts.possible * facts.each > MAILS_A_DAY:
        full: Value = facts.possible * facts.each
        found.append(_look(step, "full", n=full, limit=MAILS_A_DAY))
    minutes = -(-facts.at_once // MAILS_A_MINUTE)
    if minutes * 60 > _LATE.total_seconds():
        values = {"n": facts.at_once, "minutes": minutes, "rate": MAILS_A_MINUTE}
        found.append(_look(step, "late", **values))
    name = "seen" if facts.seen else "possible"
    return _unless(found, _ok(step, name, n=a_day, limit=MAILS_A_DAY))

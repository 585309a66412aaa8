"""What may be reached: each right, each mailbox, one that must not be, the sender."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from booking.doctor import MARK, Answer, Finding, Heard, groups
from booking.doctor import judging as judge
from booking.model import Language
from booking.spans import Span
from graph_sync.graph import View
from teams_app.actions.doctor import Staff
from teams_app.doctor.parts import Parts, heard, of_part
from teams_app.setup.permissions import (
    DIRECTORY,
    PERMISSIONS,
    REACH,
    Permission,
    Scope,
)

#: So many mailboxes a right is tried on; one that lets us in is enough.
_TRIED = 5
#: Named by a token and harmless: it opens no mailbox.
_OF_TEAMS = ("TeamsAppInstallation.", "AppCatalog.", "TeamsActivity.")


async def permissions(
    parts: Parts, staff: Staff, roles: frozenset[str]
) -> list[Finding]:
    rights = []
    for each in PERMISSIONS:
        sender = each.scope is Scope.SENDER
        where = [parts.policy.sender] if sender else staff.mailboxes()[:_TRIED]
        tried = [await _try(parts, each, mailbox) for mailbox in where]
        consented = each.name in roles
        rights.append(judge.Right(each.name, each.scope.value, consented, tried))
    named = _groups(parts, staff)
    of_groups = DIRECTORY if named else ()
    meant = {each.name for each in (*PERMISSIONS, *of_groups)}
    more = [each for each in sorted(roles - meant) if not each.startswith(_OF_TEAMS)]
    lacking = [each.name for each in REACH if each.name not in roles]
    found = judge.permissions(rights, more, lacking)
    return [*found, *await _groups_read(parts, named, roles)]


def _groups(parts: Parts, staff: Staff) -> dict[str, list[str]]:
    """Give all groups in Entra that anything here names, each with what names it."""
    policy = parts.policy
    pairs = [
        (policy.professionals_group, "VUORO_PROFESSIONALS_GROUP"),
        (policy.admins_group, "VUORO_ADMINS_GROUP"),
        *(
            (group, unit.name.in_(Language(parts.language)))
            for unit in staff.units
            for group in (*unit.groups.giving, unit.groups.professionals)
        ),
    ]
    found: dict[str, list[str]] = {}
    for group, name in dict.fromkeys(pairs):
        if group:
            found.setdefault(group, []).append(name)
    return found


async def _groups_read(
    parts: Parts, named: Mapping[str, Sequence[str]], roles: frozenset[str]
) -> list[Finding]:
    """Read each group, where the rights to do so are there."""
    if not named:
        return []
    lacking = [each.name for each in DIRECTORY if each.name not in roles]
    if lacking:
        names = dict.fromkeys(each for whose in named.values() for each in whose)
        return groups.lacking(lacking, tuple(names))
    read = []
    for group, whose in named.items():
        answer, _ = await heard(parts.graph.members(group))
        read.append(groups.Group(group, whose, answer))
    return groups.judged(read)


async def _try(parts: Parts, right: Permission, mailbox: str) -> Heard:
    """Use a right in the mildest way there is. Nothing is written or sent."""
    match right.name:
        case "Calendars.ReadWrite":
            (seen,) = await parts.graph.view([_view(parts, mailbox)])
            return of_part(seen)
        case "MailboxSettings.Read":
            answer, _ = await heard(parts.tenancy.settings(mailbox))
        case "Mail.Send":
            answer, _ = await heard(parts.tenancy.may_send(mailbox))
        case _:
            answer, _ = await heard(parts.graph.sent(mailbox, MARK))
    return answer


def _view(parts: Parts, mailbox: str) -> View:
    now = parts.now()
    return View(mailbox, Span(now, now + timedelta(minutes=1)))


async def mailboxes(parts: Parts, staff: Staff) -> list[Finding]:
    views = [_view(parts, each) for each in staff.mailboxes()]
    seen = await parts.graph.view(views) if views else []
    boxes = []
    for each, reply in zip(staff.people, seen, strict=True):
        reached, meetings = of_part(reply), True
        if reached.yes:
            _, box = await heard(parts.graph.mailbox(each.mailbox))
            meetings = box is None or box.online_meetings
        boxes.append(judge.Box(each.name, reached, meetings))
    return judge.mailboxes(boxes)


async def outside(parts: Parts, mailbox: str) -> list[Finding]:
    tried = {each.name: await _try(parts, each, mailbox) for each in PERMISSIONS}
    return judge.outside(mailbox, tried)


async def sender(parts: Parts, staff: Staff) -> list[Finding]:
    who = parts.policy.sender
    sends, reads = [
        await _try(parts, each, who)
        for each in PERMISSIONS
        if each.scope is Scope.SENDER
    ]
    (calendar,) = await parts.graph.view([_view(parts, who)])
    named = who.lower() in {each.lower() for each in staff.mailboxes()}
    facts = judge.SenderFacts(
        who, reads, sends, named or of_part(calendar).answer is Answer.YES
    )
    return judge.sender(facts)

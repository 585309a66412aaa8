"""The doctor: looks at a tenant step by step, and leaves nothing behind.

Each step asks by itself and judges by `booking.doctor.judging`. What a step cannot be
tried without is asked first; where that has failed, it says so instead of failing too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field

from booking import doctor
from booking.doctor import Finding, Level, Step
from booking.doctor import judging as judge
from teams_app.actions import doctor as actions
from teams_app.doctor import chats, leaving, reaching
from teams_app.doctor.parts import Parts, heard

__all__ = ["Asked", "Parts", "examine"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the admin named."""

    mailbox: str = ""  #: In which a test event may be made.
    outside: str = ""  #: Which must stay out of reach.
    only: Collection[Step] = field(default_factory=tuple)


async def examine(parts: Parts, asked: Asked) -> AsyncIterator[list[Finding]]:
    """Give what each step finds. Of what was not asked for only failures are given."""
    looking = _Looking(parts, asked)
    known: list[Finding] = []
    for step in Step:
        if asked.only and step not in doctor.with_needs(asked.only):
            continue
        untried = doctor.blocked(step, known)
        found = [untried] if untried else await looking.steps[step]()
        known += found
        if asked.only and step not in asked.only:
            found = [each for each in found if each.level is Level.MEND]
        yield found


class _Looking:
    """One look, and what a later step needs to know of an earlier one."""

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.parts = parts
        self.asked = asked
        self.roles: frozenset[str] = frozenset()
        self.staff = actions.Staff()
        self.steps: dict[Step, Callable[[], Awaitable[list[Finding]]]] = {
            Step.DATABASE: self.database,
            Step.CLOCK: self.clock,
            Step.TOKEN: self.token,
            Step.PERMISSIONS: self.permissions,
            Step.MAILBOXES: self.mailboxes,
            Step.OUTSIDE: self.outside,
            Step.SENDER: self.sender,
            Step.EVENT: self.event,
            Step.SUBSCRIPTION: self.subscription,
            Step.BOT: self.bot,
            Step.MANIFEST: self.manifest,
            Step.APP: self.app,
            Step.MAIL: self.mail,
        }

    async def database(self) -> list[Finding]:
        parts, now = self.parts, self.parts.now()
        if parts.database is None:
            fault = judge.DatabaseFacts(now, parts.fault, parts.fault_code)
            return judge.database(fault)
        self.staff = await parts.database.read(actions.staff)
        return judge.database(await parts.database.read(actions.database, now))

    async def clock(self) -> list[Finding]:
        before = self.parts.real()
        answer, hour = await heard(self.parts.tenancy.hour())
        after = self.parts.real()
        if hour is None:
            assert not answer.yes
            return judge.clock(None)
        ours = before + (after - before) / 2
        return judge.clock((ours - hour).total_seconds())

    async def token(self) -> list[Finding]:
        answer, roles = await heard(self.parts.tenancy.roles())
        self.roles = roles or frozenset()
        found = judge.token(
            answer, app=self.parts.client_id, tenant=self.parts.policy.tenant_id
        )
        return [*found, *judge.proof(self.parts.now(), self.parts.proof)]

    async def permissions(self) -> list[Finding]:
        return await reaching.permissions(self.parts, self.staff, self.roles)

    async def mailboxes(self) -> list[Finding]:
        return await reaching.mailboxes(self.parts, self.staff)

    async def outside(self) -> list[Finding]:
        if not self.asked.outside:
            return [Finding(Step.OUTSIDE, Level.UNTRIED, "outside")]
        return await reaching.outside(self.parts, self.asked.outside)

    async def sender(self) -> list[Finding]:
        return await reaching.sender(self.parts, self.staff)

    async def event(self) -> list[Finding]:
        swept = await leaving.sweep_events(self.parts, self.asked.mailbox, self.staff)
        if not self.asked.mailbox:
            untried = Finding(Step.EVENT, Level.UNTRIED, "mailbox")
            return [untried, *judge.swept(Step.EVENT, swept)]
        return await leaving.event(self.parts, self.asked.mailbox, swept)

    async def subscription(self) -> list[Finding]:
        swept = await leaving.sweep_subscriptions(self.parts)
        if not self.parts.policy.notice_url:
            polling = judge.polling_only()
            return [*polling, *judge.swept(Step.SUBSCRIPTION, swept)]
        named = [self.asked.mailbox, *self.staff.mailboxes()]
        mailbox = next(filter(None, named), "")
        if not mailbox:
            return [Finding(Step.SUBSCRIPTION, Level.UNTRIED, "mailbox")]
        return await leaving.subscription(self.parts, mailbox, swept)

    async def bot(self) -> list[Finding]:
        return await chats.bot(self.parts, self.staff)

    async def manifest(self) -> list[Finding]:
        return await chats.manifest(self.parts, self.roles)

    async def app(self) -> list[Finding]:
        return await chats.app(self.parts, self.staff, self.roles)

    async def mail(self) -> list[Finding]:
        assert self.parts.database is not None
        zone, now = self.parts.policy.zone, self.parts.now()
        return judge.mail(await self.parts.database.read(actions.mail, zone, now))

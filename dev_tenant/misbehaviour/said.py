"""Every trick, in the order and the words in which the panel shows them."""

from typing import Final

from dev_tenant.misbehaviour.answers import FAILURES, LIMITS, WRITES
from dev_tenant.misbehaviour.listening import CHANGES, NOTICES, SUBSCRIPTIONS
from dev_tenant.misbehaviour.teams import TEAMS
from dev_tenant.misbehaviour.trick import Trick
from dev_tenant.misbehaviour.trust import MAILBOXES, TOKENS

GROUPS: Final[tuple[tuple[str, tuple[Trick, ...]], ...]] = (
    ("Notices", NOTICES),
    ("Subscriptions", SUBSCRIPTIONS),
    ("Reading what changed", CHANGES),
    ("Too many requests", LIMITS),
    ("Answers that fail", FAILURES),
    ("Writing events and Teams links", WRITES),
    ("Tokens and keys", TOKENS),
    ("One mailbox", MAILBOXES),
    ("Teams and the bot", TEAMS),
)

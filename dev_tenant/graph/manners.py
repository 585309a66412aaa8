"""What is left of an event once somebody has copied it into another calendar.

No source says it for all clients, and they differ: classic and new Outlook, the web, a
phone, a shared calendar opened or merely added. So each manner can be chosen, for one
act or, by the switch `copy_manner`, for all.
"""

from dataclasses import dataclass

from dev_tenant.graph import bodies
from dev_tenant.tenant import Event, Json, Tenant, User

SURVIVE, STRIPPED = "survive", "stripped"
PREFIXED, REWRITTEN = "prefixed", "rewritten"
WORDS = (SURVIVE, STRIPPED, PREFIXED, REWRITTEN)

PREFIXES = {"fi": "Kopio: ", "sv": "Kopia: "}


@dataclass(frozen=True, slots=True)
class Manner:
    """How one client copies."""

    survives: bool = False  #: Extended properties come along.
    prefixed: bool = False  #: The subject says that it is a copy.
    rewritten: bool = False  #: The body is kept as text alone, without its links.

    def subject_of(self, source: Event, owner: User) -> str:
        subject = str(source.props["subject"])
        if not self.prefixed:
            return subject
        return PREFIXES.get(owner.language[:2], "Copy: ") + subject

    def body_of(self, source: Event) -> str:
        page = str(source.props["body"])
        if not self.rewritten:
            return page
        return bodies.rewritten(bodies.as_text(page), "text")


def read(words: object) -> Manner:
    """Read a manner from its words; ValueError for one that is none."""
    said = words if isinstance(words, list) else str(words or "").split()
    unknown = sorted({str(one) for one in said} - set(WORDS))
    if unknown:
        raise ValueError(f"a manner is made of {', '.join(WORDS)}")
    return Manner(SURVIVE in said, PREFIXED in said, REWRITTEN in said)


def usual(tenant: Tenant) -> Manner:
    """Give the manner of a copy of which nothing was said."""
    switches: Json = tenant.switches
    if switches.get("copy_manner"):
        return read(switches["copy_manner"])
    return Manner(survives=bool(switches.get("copies_keep_properties")))

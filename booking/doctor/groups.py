"""Judging the groups in Entra that are named here: may they be read, and are they there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from booking.doctor import Answer, Finding, Heard, Level, Step, Value


@dataclass(frozen=True, slots=True)
class Group:
    """A group in Entra, who names it, and what came of reading it."""

    id: str
    named: Sequence[str]  #: Units, and settings of the deployment.
    read: Heard


_WRONG: Final = {Answer.MISSING: "group_missing", Answer.DENIED: "group_denied"}


def lacking(names: Sequence[str], named: Sequence[str]) -> list[Finding]:
    """Judge rights that nobody consented to, without which no group is read."""
    values: dict[str, Value] = {"names": names, "named": named}
    return [Finding(Step.PERMISSIONS, Level.MEND, "group_lacking", values)]


def judged(found: Sequence[Group]) -> list[Finding]:
    """Judge each group, where the rights to read them are there."""
    well = sum(each.read.yes for each in found)
    good = [Finding(Step.PERMISSIONS, Level.OK, "groups", {"n": well})] if well else []
    return [*good, *(_wrong(each) for each in found if not each.read.yes)]


def _wrong(group: Group) -> Finding:
    values: dict[str, Value] = {"group": group.id, "named": group.named}
    name = _WRONG.get(group.read.answer)
    if name is None:
        return Finding(Step.PERMISSIONS, Level.LOOK, "group_unclear", values)
    return Finding(Step.PERMISSIONS, Level.MEND, name, values)

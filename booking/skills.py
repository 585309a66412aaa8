"""What somebody must be able to do besides: skills that a service asks for.

A skill is a short name of the tenant's own, for staff alone. Written in whatever case it
is the same skill. Who lacks one that a service asks for does not give it, be she named
among those who do, until she has it or it is asked for no longer.
"""

from collections.abc import Iterable

from booking.contact import visible
from booking.model import Professional, Service

SKILL_MAX, SKILLS_MAX = 60, 20


def read(typed: Iterable[str]) -> tuple[str, ...]:
    """Read names as they were typed, several to a comma; each once, as first written."""
    parts = (" ".join(part.split()) for line in typed for part in line.split(","))
    found: dict[str, str] = {}
    for name in map(visible, parts):
        if name:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def too_much(skills: Iterable[str]) -> bool:
    """Say whether these are more, or one of them is longer, than is kept."""
    found = list(skills)
    return len(found) > SKILLS_MAX or any(len(each) > SKILL_MAX for each in found)


def lacking(asked: Iterable[str], has: Iterable[str]) -> tuple[str, ...]:
    """Give what is asked for and not there, in the order in which it is asked for."""
    there = {each.casefold() for each in has}
    return tuple(each for each in asked if each.casefold() not in there)


def has_what_it_takes(professional: Professional, service: Service) -> bool:
    return not lacking(service.skills, professional.skills)

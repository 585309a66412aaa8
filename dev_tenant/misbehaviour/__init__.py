"""Making Graph misbehave, one fault at a time, as a person would ask for it.

A trick is a name and two plain sentences for something that `dev_tenant.faults` or the
tenant's switches can do. Standing ones are on until they are taken back; a blow falls
once, when it is asked for. Nothing here is done that a test could not do under
`/_tenant` by itself.
"""

from dataclasses import dataclass
from typing import Any

from dev_tenant.faults import WEATHER, read_weather
from dev_tenant.misbehaviour.said import GROUPS
from dev_tenant.misbehaviour.trick import Trick
from dev_tenant.tenant import Json, Tenant

TRICKS = {trick.name: trick for _, tricks in GROUPS for trick in tricks}


@dataclass(frozen=True, slots=True)
class Standing:
    """A trick as it stands now."""

    trick: Trick
    on: bool
    struck: int
    instead: tuple[str, ...] = ()  #: What it switches off, by title.


def standing(tenant: Tenant, trick: Trick) -> Standing:
    """Say whether a trick is on, and how often it has struck."""
    counts = tenant.faults.struck
    names = {trick.name, *trick.switches}
    if trick.weather:
        names.add(WEATHER)
    struck = max(counts[name] for name in names)
    return Standing(trick, _is_on(tenant, trick), struck, _instead(trick))


def _instead(trick: Trick) -> tuple[str, ...]:
    """Give the tricks that turn the same switch another way: only one of them holds."""
    return tuple(
        each.title
        for each in TRICKS.values()
        if any(each.switches.get(n, v) != v for n, v in trick.switches.items())
    )


def _is_on(tenant: Tenant, trick: Trick) -> bool:
    if trick.weather:
        return tenant.faults.weather is not None
    if trick.rules:
        return any(rule.name == trick.name for rule in tenant.faults.rules)
    held = tenant.switches
    return bool(trick.switches) and all(
        held.get(name) == value for name, value in _switches(tenant, trick).items()
    )


def _switches(tenant: Tenant, trick: Trick) -> Json:
    """Give the switches of a trick, with the mailbox where they name one."""
    if not trick.somebody:
        return trick.switches
    return {name: [somebody(tenant)] for name in trick.switches}


def somebody(tenant: Tenant) -> str:
    """Give the address of the one whose mailbox the tricks about one mailbox hit."""
    return min(u.mail for u in tenant.users.values() if u.kind == "Member")


def switch_on(tenant: Tenant, trick: Trick) -> None:
    """Let it misbehave from now on, counting anew; a blow falls at once."""
    if trick.blow:
        tenant.faults.strike(trick.name, tenant.blows[trick.blow]())
        return
    switch_off(tenant, trick)
    for name in (trick.name, *trick.switches):
        tenant.faults.struck.pop(name, None)
    tenant.switches.update(_switches(tenant, trick))
    for rule in trick.rules:
        tenant.faults.add(dict(rule) | {"name": trick.name})
    if trick.weather:
        tenant.faults.weather = read_weather(trick.weather)


def switch_off(tenant: Tenant, trick: Trick) -> None:
    """Take it back."""
    tenant.faults.remove(trick.name)
    for name in trick.switches:
        tenant.switches.pop(name, None)
    if trick.weather:
        tenant.faults.weather = None


def everything(tenant: Tenant) -> None:
    """Switch on whatever can be had beside the rest, and nothing else."""
    all_quiet(tenant)
    for trick in TRICKS.values():
        if not trick.blow and not trick.alone:
            switch_on(tenant, trick)


def all_quiet(tenant: Tenant) -> None:
    """Take everything back, also what somebody else has set; the counts stay."""
    tenant.faults.quiet()
    tenant.switches.clear()


def others(tenant: Tenant) -> list[Any]:
    """Give what is on and is none of the tricks: rules and switches set by a test."""
    ours: Json = {}
    for trick in TRICKS.values():
        if trick.switches and _is_on(tenant, trick):
            ours |= trick.switches
    rules = [rule for rule in tenant.faults.rules if rule.name not in TRICKS]
    return [*rules, *(name for name in tenant.switches if name not in ours)]

"""What may befall all subscriptions, or all delta tokens, at one stroke.

Each gives how many it struck.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from dev_tenant.graph.notify import LIFECYCLE, Notifier
from dev_tenant.tenant import Tenant


def blows(tenant: Tenant, notifier: Notifier) -> dict[str, Callable[[], int]]:
    """Give them by name."""
    found = {what: partial(_tell, tenant, notifier, what) for what in LIFECYCLE}
    return {
        **found,
        "expire": partial(_expire, tenant),
        "twins": partial(_twin, tenant),
        "forget_delta": partial(_forget, tenant),
    }


def _tell(tenant: Tenant, notifier: Notifier, what: str) -> int:
    held = list(tenant.subscriptions.values())
    for one in held:
        notifier.lifecycle(one, what)
    return len(held)


def _expire(tenant: Tenant) -> int:
    for one in tenant.subscriptions.values():
        one.expires = min(tenant.clock.real(), tenant.clock.now())
    return len(tenant.subscriptions)


def _twin(tenant: Tenant) -> int:
    held = list(tenant.subscriptions.values())
    for one in held:
        twin = replace(one, id=tenant.new_id("subscription"))
        tenant.subscriptions[twin.id] = twin
    return len(held)


def _forget(tenant: Tenant) -> int:
    for box in tenant.mailboxes.values():
        box.generation += 1
    return len(tenant.mailboxes)

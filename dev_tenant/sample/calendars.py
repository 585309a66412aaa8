"""What stands in the sample calendars."""

from dev_tenant.tenant import Tenant


def fill_calendars(tenant: Tenant) -> None:
    assert tenant.mailboxes

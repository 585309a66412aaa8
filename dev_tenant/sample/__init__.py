"""The sample tenant: Lumivaaran työllisyyspalvelut, an invented employment service.

`fill` lays people, groups and living calendars into an empty tenant, around the day
its clock shows. Everybody and everything here is made up.
"""

from dev_tenant.sample.calendars import fill_calendars
from dev_tenant.sample.people import DOMAIN, NAME, fill_people
from dev_tenant.tenant import Tenant

__all__ = ["DOMAIN", "NAME", "fill"]


def fill(tenant: Tenant) -> None:
    fill_people(tenant)
    fill_calendars(tenant)

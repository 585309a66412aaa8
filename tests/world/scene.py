"""Who lives through the storm: two professionals, a desk that mails, six clients."""

from dataclasses import replace
from datetime import datetime

from booking.model import Language, Modality, Service, ServiceId
from booking.policy import Policy
from dev_tenant.graph.http import Graph
from dev_tenant.sample.people import _calendar, _settings
from dev_tenant.tenant import Mailbox, Registration, Tenant, User, seeded_uuid
from teams_app.actions import pulls
from teams_app.actions.booking import Details
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise, promise
from tests import make
from tests.support.in_process import BASE
from tests.support.small_world import POLICY, SUPERVISOR
from tests.support.still import Moment, TenantClock

HOOK = "http://127.0.0.1:2/hooks/graph"
PUBLIC = "https://aika.example"
WORKERS = (make.a_professional(), make.bo())
#: Everybody whom cards may be sent to, by Entra's object id.
PEOPLE = (*(each.object_id for each in WORKERS), SUPERVISOR)
DESK = "aika@lumivaara.example"

#: By mail, by phone alone, by both; one family shares an address.
CLIENTS = (
    Details("Maija Meri", Language.FI, "maija@client.example", None, {}),
    Details("Pekka Puro", Language.FI, None, "+358400000002", {}),
    Details("Stina Ström", Language.SV, "stina@client.example", "+358400000003", {}),
    Details("Ann Archer", Language.EN, "ann@client.example", None, {}),
    Details("Liisa Lampi", Language.FI, "lampi@client.example", None, {}),
    Details("Lauri Lampi", Language.FI, "lampi@client.example", None, {}),
)
BUFFERED = ServiceId(2)


def tenant_of(seed: int, moment: Moment) -> tuple[Tenant, Graph]:
    """Make a small tenant whose every clock is the storm's."""
    tenant = Tenant(
        id=POLICY.tenant_id,
        seed=seed,
        domain="vuoro.example",
        name="Lumivaara",
        clock=TenantClock(moment),
        app=Registration("app", "secret", "bot", "catalogue", "manifest"),
        base_url=BASE,
        app_url="http://127.0.0.1:2",
    )
    for each in WORKERS:
        _add(tenant, each.object_id, each.mailbox, each.name, "fi-FI")
        tenant.installed[each.object_id] = f"install:{each.id}"
    _add(tenant, SUPERVISOR, "kirsti@vuoro.example", "Kirsti Kallio", "fi-FI")
    tenant.installed[SUPERVISOR] = "install:supervisor"
    _add(tenant, seeded_uuid(0, "desk"), DESK, "Ajanvaraus", "fi-FI")
    return tenant, Graph(tenant, 0.0)


def _add(tenant: Tenant, id_: str, mail: str, name: str, language: str) -> None:
    given, _, surname = name.partition(" ")
    tenant.users[id_] = User(id_, name, given, surname, mail, language=language)
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    zone = "FLE Standard Time" if surname == "Berg" else "Europe/Helsinki"
    tenant.mailboxes[id_] = Mailbox(
        user=id_,
        settings=_settings(zone, language, ("08:00", "16:00"), days),
        calendars=[_calendar(tenant, id_, default=True)],
    )


def policy_of(*, polling_only: bool, trusts_moves: bool = False) -> Policy:
    notices = "" if polling_only else HOOK
    return replace(POLICY, sender=DESK, notice_url=notices, trusts_moves=trusts_moves)


def furnish(tx: Tx, now: datetime, *, trusting: bool = False) -> None:
    """Save the people, and owe the first look at everything.

    `trusting`: their unit takes what is redistributed in Outlook for meant so.
    """
    unit = people.save_unit(tx, replace(make.a_unit(), trusts_calendars=trusting))
    people.set_supervisors(tx, unit.id, [SUPERVISOR])
    ids = [people.save_professional(tx, each).id for each in WORKERS]
    for service in (make.a_service(), _buffered()):
        people.set_service_professionals(tx, people.save_service(tx, service).id, ids)
    pulls.owe(tx, ids, now)
    promise(tx, Promise("sweep", "sweep", due=now, again=True))


def _buffered() -> Service:
    return make.a_service(
        id=BUFFERED,
        key="visit",
        minutes=60,
        buffers={Modality.IN_PERSON: (15, 15), Modality.PHONE: (0, 15)},
        lead_minutes=60,
        reminder_hours=(2,),
    )

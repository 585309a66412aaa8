"""Who works at Lumivaara: three units, thirteen professionals, their supervisors."""

from dataclasses import dataclass

from dev_tenant.tenant import Calendar, Group, Mailbox, Tenant, User, seeded_uuid

NAME = "Lumivaaran työllisyyspalvelut"
DOMAIN = "lumivaara.example"
SHARED = f"ajanvaraus@{DOMAIN}"
#: The group of everybody whose calendar the application may reach.
PROFESSIONALS = f"asiantuntijat@{DOMAIN}"
#: The group of a unit's supervisors, which gives them their role.
LEADERS = f"osaaminen.esihenkilot@{DOMAIN}"
FINNISH_TIME = "Europe/Helsinki"
WINDOWS_TIME = "FLE Standard Time"
WORKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]


@dataclass(frozen=True)
class Unit:
    key: str
    name: str


@dataclass(frozen=True)
class Person:
    key: str  #: also the local part of the address
    given: str
    surname: str
    title: str
    unit: str
    language: str = "fi-FI"
    zone: str = FINNISH_TIME
    hours: tuple[str, str] = ("08:00", "16:00")
    days: tuple[str, ...] = tuple(WORKDAYS)
    roles: tuple[str, ...] = ("professional",)


UNITS = [
    Unit("tyonhaku", "Työnhakupalvelut"),
    Unit("osaaminen", "Osaamispalvelut"),
    Unit("tyokyky", "Työkykypalvelut"),
]

PEOPLE = [
    Person("aino.lehtovaara", "Aino", "Lehtovaara", "Omavalmentaja", "tyonhaku"),
    Person(
        "elias.sundqvist",
        "Elias",
        "Sundqvist",
        "Karriärcoach",
        "tyonhaku",
        language="sv-FI",
        zone=WINDOWS_TIME,
        hours=("08:30", "16:30"),
    ),
    Person(
        "noora.kivisaari",
        "Noora",
        "Kivisaari",
        "Omavalmentaja",
        "tyonhaku",
        zone=WINDOWS_TIME,
        hours=("07:30", "15:30"),
    ),
    Person(
        "tuomas.rautalampi",
        "Tuomas",
        "Rautalampi",
        "Työnhakuneuvoja",
        "tyonhaku",
        hours=("09:00", "17:00"),
    ),
    Person("leyla.haddad", "Leyla", "Haddad", "Omavalmentaja", "tyonhaku"),
    Person(
        "saga.nyholm",
        "Saga",
        "Nyholm",
        "Utbildningsrådgivare",
        "osaaminen",
        language="sv-FI",
    ),
    Person(
        "mikael.ojanpera",
        "Mikael",
        "Ojanperä",
        "Uraohjaaja",
        "osaaminen",
        zone=WINDOWS_TIME,
        days=("monday", "tuesday", "wednesday", "thursday"),
    ),
    Person(
        "irina.volkonen",
        "Irina",
        "Volkonen",
        "Kotoutumisohjaaja",
        "osaaminen",
        hours=("08:00", "15:30"),
    ),
    Person(
        "henrik.astrom",
        "Henrik",
        "Åström",
        "Yritysneuvoja",
        "osaaminen",
        language="sv-FI",
        hours=("08:00", "16:15"),
    ),
    Person("pirkko.tervonen", "Pirkko", "Tervonen", "Työkykyohjaaja", "tyokyky"),
    Person(
        "daniel.osei",
        "Daniel",
        "Osei",
        "Sosiaaliohjaaja",
        "tyokyky",
        language="en-GB",
        zone=WINDOWS_TIME,
        hours=("08:00", "16:00"),
    ),
    Person(
        "ronja.makitalo",
        "Ronja",
        "Mäkitalo",
        "Työhönvalmentaja",
        "tyokyky",
        hours=("09:00", "15:00"),
    ),
    Person(
        "kaarina.holmberg",
        "Kaarina",
        "Holmberg",
        "Palveluesihenkilö",
        "tyonhaku",
        roles=("supervisor",),
    ),
    Person(
        "jari.peltoniemi",
        "Jari",
        "Peltoniemi",
        "Palveluesihenkilö",
        "osaaminen",
        zone=WINDOWS_TIME,
        roles=("supervisor",),
    ),
    Person(
        "outi.salmela",
        "Outi",
        "Salmela",
        "Järjestelmäasiantuntija",
        "",
        roles=("admin",),
    ),
    # Whom the application does not know.
    Person(
        "ritva.kallionpaa",
        "Ritva",
        "Kallionpää",
        "Viestintäsuunnittelija",
        "",
        roles=(),
    ),
    Person(
        "liisa.vanhala",
        "Liisa",
        "Vanhala",
        "Palvelusihteeri",
        "tyonhaku",
        roles=("reception",),
    ),
    Person(
        "mikael.holm",
        "Mikael",
        "Holm",
        "Tietosuojavastaava",
        "",
        language="sv-FI",
        roles=("Vuoro.Audit",),
    ),
    # In the professionals' group, and not set up in the application yet.
    Person("veera.niskanen", "Veera", "Niskanen", "Uraohjaaja", "osaaminen"),
]

#: Supervisors and the units they answer for.
SUPERVISED = {
    "kaarina.holmberg": ["tyonhaku", "tyokyky"],
    "jari.peltoniemi": ["osaaminen"],
}


def fill_people(tenant: Tenant) -> None:
    for number, person in enumerate(PEOPLE):
        _add_person(tenant, person, number)
    _add_shared(tenant)
    for unit in UNITS:
        tenant_id = seeded_uuid(tenant.seed, f"group/{unit.key}")
        tenant.groups[tenant_id] = Group(
            id=tenant_id,
            name=unit.name,
            mail=f"{unit.key}@{DOMAIN}",
            members=[
                user_id(tenant, p.key)
                for p in PEOPLE
                if p.unit == unit.key and "professional" in p.roles
            ],
            owners=[
                user_id(tenant, key)
                for key, units in SUPERVISED.items()
                if unit.key in units
            ],
        )

    _add_professionals(tenant)
    _add_leaders(tenant)


def _add_professionals(tenant: Tenant) -> None:
    id_ = seeded_uuid(tenant.seed, "group/asiantuntijat")
    everybody = [p.key for p in PEOPLE if "professional" in p.roles]
    tenant.groups[id_] = Group(
        id=id_,
        name="Ajanvarauksen asiantuntijat",
        mail=PROFESSIONALS,
        members=[user_id(tenant, key) for key in everybody],
    )


def _add_leaders(tenant: Tenant) -> None:
    id_ = seeded_uuid(tenant.seed, "group/esihenkilot")
    tenant.groups[id_] = Group(
        id=id_,
        name="Osaamispalvelujen esihenkilöt",
        mail=LEADERS,
        members=[
            user_id(tenant, key)
            for key, units in SUPERVISED.items()
            if "osaaminen" in units
        ],
    )


def user_id(tenant: Tenant, key: str) -> str:
    return seeded_uuid(tenant.seed, f"user/{key}")


def _add_person(tenant: Tenant, person: Person, number: int) -> None:
    id_ = user_id(tenant, person.key)
    unit = next((u.name for u in UNITS if u.key == person.unit), "Hallinto")
    tenant.users[id_] = User(
        id=id_,
        name=f"{person.given} {person.surname}",
        given=person.given,
        surname=person.surname,
        mail=f"{person.key}@{DOMAIN}",
        title=person.title,
        department=unit,
        language=person.language,
        phone=f"+358 50 555 {number:02d}{(number * 7) % 100:02d}",
        roles=list(person.roles),
    )
    tenant.mailboxes[id_] = Mailbox(
        user=id_,
        settings=_settings(person.zone, person.language, person.hours, person.days),
        categories=_categories(),
        calendars=[_calendar(tenant, id_, default=True)],
    )


def _add_shared(tenant: Tenant) -> None:
    id_ = user_id(tenant, "ajanvaraus")
    tenant.users[id_] = User(
        id=id_,
        name="Ajanvaraus",
        given="",
        surname="",
        mail=SHARED,
        department=NAME,
        kind="Shared",
        roles=[],
    )
    tenant.mailboxes[id_] = Mailbox(
        user=id_,
        settings=_settings(
            FINNISH_TIME, "fi-FI", ("08:00", "16:00"), tuple(WORKDAYS), "shared"
        ),
        categories=_categories(),
        calendars=[_calendar(tenant, id_, default=True)],
    )


def _calendar(tenant: Tenant, user: str, *, default: bool) -> Calendar:
    stem = seeded_uuid(tenant.seed, f"calendar/{user}").replace("-", "")
    return Calendar(id=f"AQMkA{stem}AAA=", name="Kalenteri", default=default)


def _settings(
    zone: str,
    language: str,
    hours: tuple[str, str],
    days: tuple[str, ...],
    purpose: str = "user",
) -> dict[str, object]:
    return {
        "archiveFolder": "AQMkAGArchiveAAA=",
        "timeZone": zone,
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "d.M.yyyy",
        "timeFormat": "H.mm",
        "userPurpose": purpose,
        "automaticRepliesSetting": _no_replies(),
        "language": {
            "locale": language,
            "displayName": {
                "fi-FI": "Finnish (Finland)",
                "sv-FI": "Swedish (Finland)",
                "en-GB": "English (United Kingdom)",
            }[language],
        },
        "workingHours": {
            "daysOfWeek": list(days),
            "startTime": f"{hours[0]}:00.0000000",
            "endTime": f"{hours[1]}:00.0000000",
            "timeZone": {"name": zone},
        },
    }


def _no_replies() -> dict[str, object]:
    return {
        "status": "disabled",
        "externalAudience": "all",
        "internalReplyMessage": "",
        "externalReplyMessage": "",
        "scheduledStartDateTime": {
            "dateTime": "2026-01-01T00:00:00.0000000",
            "timeZone": "UTC",
        },
        "scheduledEndDateTime": {
            "dateTime": "2026-01-02T00:00:00.0000000",
            "timeZone": "UTC",
        },
    }


def _categories() -> list[dict[str, str]]:
    return [
        {"id": seeded_uuid(0, name), "displayName": name, "color": color}
        for name, color in (
            ("Asiakas", "preset4"),
            ("Varattavissa", "preset7"),
            ("Koulutus", "preset3"),
        )
    ]

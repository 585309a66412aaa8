"""The nouns with defaults, so that a test names only what it is about.

Everything happens around `NOW`, a Monday at ten in Helsinki. Ids are small and fixed:
Aino and Bo are the professionals 1 and 2 of unit 1, and service 1 is given remotely.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from booking.model import (
    Appointment,
    AppointmentId,
    Client,
    ClientId,
    Language,
    Modality,
    Offer,
    OfferId,
    OfferStatus,
    Professional,
    ProfessionalId,
    Service,
    ServiceId,
    Slot,
    Status,
    Unit,
    UnitId,
    Words,
)
from booking.spans import Span

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
AINO = ProfessionalId(1)
BO = ProfessionalId(2)
CARL = ProfessionalId(3)  #: Whom a test adds.


def words(text: str) -> Words:
    return Words(f"{text} (fi)", f"{text} (sv)", f"{text} (en)")


def at(hours: float = 0, *, days: int = 0) -> datetime:
    """Give a moment counted from NOW."""
    return NOW + timedelta(days=days, hours=hours)


def span(hours: float = 24, minutes: int = 45) -> Span:
    """Give a span that begins so many hours from NOW."""
    return Span(at(hours), at(hours) + timedelta(minutes=minutes))


def a_unit(**changes: Any) -> Unit:
    plain = Unit(
        id=UnitId(1),
        key="itakatu",
        name=words("Itakatu employment services"),
        address="Itakatu 1, 00100 Helsinki",
        arrival=words("Second floor, ring the bell"),
        phone="+358 9 000 0000",
    )
    return replace(plain, **changes)


def a_professional(**changes: Any) -> Professional:
    plain = Professional(
        id=AINO,
        object_id="00000000-0000-4000-8000-000000000001",
        mailbox="aino@vuoro.example",
        name="Aino Aalto",
        unit=UnitId(1),
        languages=(Language.FI, Language.EN),
        language=Language.FI,
    )
    return replace(plain, **changes)


def bo(**changes: Any) -> Professional:
    plain = a_professional(
        id=BO,
        object_id="00000000-0000-4000-8000-000000000002",
        mailbox="bo@vuoro.example",
        name="Bo Berg",
        languages=(Language.SV, Language.FI),
        language=Language.SV,
    )
    return replace(plain, **changes)


def a_service(**changes: Any) -> Service:
    plain = Service(
        id=ServiceId(1),
        key="guidance",
        name=words("Guidance"),
        summary=words("Forty-five minutes about work"),
        minutes=45,
        modalities=(Modality.REMOTE, Modality.IN_PERSON, Modality.PHONE),
    )
    return replace(plain, **changes)


def a_client(**changes: Any) -> Client:
    plain = Client(
        id=ClientId(1),
        name="Maija Meri",
        language=Language.FI,
        email="maija@client.example",
        phone="+358400000001",
    )
    return replace(plain, **changes)


def held(number: int = 1, **changes: Any) -> Appointment:
    """Give a hold that ends in ten minutes; `number` keeps several apart."""
    plain = Appointment(
        id=AppointmentId(number),
        reference=f"REF{number:03}",
        version=1,
        status=Status.HELD,
        professional=AINO,
        service=ServiceId(1),
        client=None,
        span=span(),
        before=timedelta(0),
        after=timedelta(0),
        modality=Modality.REMOTE,
        language=Language.FI,
        link=f"link{number:04}",
        hold_ends=at() + timedelta(minutes=10),
    )
    return replace(plain, **changes)


def booked(number: int = 1, **changes: Any) -> Appointment:
    plain = held(number, status=Status.BOOKED, client=ClientId(1), hold_ends=None)
    return replace(plain, **changes)


def an_offer(number: int = 1, **changes: Any) -> Offer:
    """Give an open offer of three times with Aino."""
    plain = Offer(
        id=OfferId(number),
        version=1,
        status=OfferStatus.OPEN,
        professional=AINO,
        service=ServiceId(1),
        client=ClientId(1),
        modality=Modality.REMOTE,
        slots=tuple(Slot(AINO, at(hours)) for hours in (24, 26, 48)),
        free_choice=False,
        expires=at(days=2),
        link=f"offer{number:03}",
    )
    return replace(plain, **changes)

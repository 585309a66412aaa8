"""What a professional has set herself, and the services as she therefore gives them."""

from booking.model import Modality, Professional, ProfessionalId, Service, ServiceId
from booking.own_settings import Own, Section, Wanted, as_given
from teams_app.store import people
from teams_app.store.database import Tx


def own_of(tx: Tx, id_: ProfessionalId) -> Own:
    """Give her own settings as far as they count: what her unit has fixed does not."""
    kept = people.own_settings(tx, id_)
    return Own.read(kept).but(fixed_for(tx, id_)) if kept else Own()


def fixed_for(tx: Tx, id_: ProfessionalId) -> frozenset[Section]:
    unit = people.unit(tx, people.professional(tx, id_).unit)
    return frozenset(Section(each) for each in unit.fixed)


def services_of(tx: Tx, id_: ProfessionalId) -> list[Service]:
    """Give what she gives, open or not; not what she offers in no way at all."""
    own = own_of(tx, id_)
    given = [as_given(each, own) for each in people.services_of(tx, id_)]
    return [each for each in given if each.modalities]


def service_of(tx: Tx, id_: ServiceId, professional: ProfessionalId) -> Service:
    """Give a service as this professional gives it. KeyError when there is none."""
    return as_given(people.service(tx, id_), own_of(tx, professional))


def open_services(tx: Tx, professional: Professional) -> list[Service]:
    """Give the services that she gives and that may be booked."""
    return [each for each in services_of(tx, professional.id) if each.open]


def gives(
    tx: Tx, service: Service, professional: ProfessionalId, modality: Modality
) -> bool:
    """Say whether somebody who may be booked gives a service this way.

    `service`: as she gives it.
    """
    return professional in givers(tx, service, modality)


def givers(tx: Tx, service: Service, modality: Modality) -> set[ProfessionalId]:
    """Give those who may be booked for a service that is given this way."""
    if modality not in service.modalities:
        return set()
    return {each.id for each in people.professionals_for(tx, service.id)}


def wants(tx: Tx, id_: ProfessionalId, card: Wanted) -> bool:
    """Say whether she wants the cards of this kind that come by themselves."""
    return own_of(tx, id_).wants(card)

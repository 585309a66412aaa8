"""Units, services and professionals as an admin sets them up. Safe to repeat."""

from collections.abc import Sequence

from booking.model import Professional, Service, Unit
from teams_app.store import people, services
from teams_app.store.database import Tx


def put_unit(tx: Tx, unit: Unit, supervisors: Sequence[str]) -> Unit:
    """Set up a unit by its key. `supervisors` are Entra object ids."""
    saved = people.save_unit(tx, unit)
    people.set_supervisors(tx, saved.id, supervisors)
    return saved


def put_professional(tx: Tx, professional: Professional) -> Professional:
    """Set up a professional by her object id."""
    saved = people.save_professional(tx, professional)
    tx.touched.add(saved.id)
    return saved


def put_service(tx: Tx, service: Service, givers: Sequence[Professional]) -> Service:
    """Set up a service by its key, and who gives it."""
    saved = services.save_service(tx, service)
    services.set_service_professionals(tx, saved.id, [each.id for each in givers])
    tx.touched.update(each.id for each in givers)
    return saved

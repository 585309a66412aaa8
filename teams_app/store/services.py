"""Services, and which professionals give them."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from booking.model import (
    Binding,
    BookedBy,
    Language,
    Modality,
    Professional,
    ProfessionalId,
    Question,
    QuestionKind,
    Service,
    ServiceId,
    UnitId,
)
from booking.own_settings import Own
from booking.skills import lacking
from teams_app.store.columns import words_in, words_out
from teams_app.store.database import Tx
from teams_app.store.rows import Row, rows, the_row
from teams_app.store.tables import professionals, service_professionals
from teams_app.store.tables import services as table
from teams_app.store.upserts import upsert


def services(tx: Tx) -> list[Service]:
    return [_service_in(each) for each in rows(tx, table, "id")]


def service(tx: Tx, id_: ServiceId) -> Service:
    """Give the service. KeyError when there is none."""
    return _service_in(the_row(tx, table, id=id_))


def is_known(tx: Tx, id_: ServiceId) -> bool:
    """Say whether clients may know of it: anybody could book it once, if not now."""
    return bool(the_row(tx, table, id=id_).known)


def services_of(tx: Tx, professional: ProfessionalId) -> list[Service]:
    """Give what she gives, open or not, in a steady order.

    Of what she is named for only that for which she lacks no skill.
    """
    given = tx.execute(_GIVEN_BY, {"professional": professional})
    return [
        _service_in(each)
        for each in given
        if not lacking(each.skills or (), each.hers or ())
    ]


def named_for(tx: Tx, professional: ProfessionalId) -> list[Service]:
    """Give what she is named for, be it that she lacks a skill for it."""
    given = tx.execute(_GIVEN_BY, {"professional": professional})
    return [_service_in(each) for each in given]


_GIVEN_BY = (
    sa.select(table, professionals.c.skills.label("hers"))
    .join(service_professionals, service_professionals.c.service_id == table.c.id)
    .join(professionals, service_professionals.c.professional_id == professionals.c.id)
    .where(service_professionals.c.professional_id == sa.bindparam("professional"))
    .order_by(table.c.id)
)


def professionals_for(tx: Tx, service_id: ServiceId) -> list[Professional]:
    """Give the bookable professionals who give the service, skilled for it."""
    chosen = (
        sa.select(professionals, table.c.skills.label("asked"))
        .join(
            service_professionals,
            service_professionals.c.professional_id == professionals.c.id,
        )
        .join(table, service_professionals.c.service_id == table.c.id)
        .where(service_professionals.c.service_id == service_id)
        .where(professionals.c.bookable)
        .order_by(professionals.c.id)
    )
    return [
        professional_in(each)
        for each in tx.execute(chosen)
        if not lacking(each.asked or (), each.skills or ())
    ]


def givers(tx: Tx, service_id: ServiceId) -> set[ProfessionalId]:
    """Give who is named for the service, bookable and skilled or not."""
    found = rows(tx, service_professionals, "professional_id", service_id=service_id)
    return {ProfessionalId(each.professional_id) for each in found}


def set_service_professionals(
    tx: Tx, service_id: ServiceId, ids: Iterable[ProfessionalId]
) -> None:
    """Let these professionals, and nobody else, give the service."""
    joined = service_professionals
    given = set(ids)
    left = tx.execute(
        sa.delete(joined)
        .where(joined.c.service_id == service_id)
        .returning(joined.c.professional_id)
    ).scalars()
    tx.touched |= given | {ProfessionalId(id_) for id_ in left}
    new = [{"service_id": service_id, "professional_id": id_} for id_ in given]
    if new:
        tx.execute(sa.insert(joined), new)


def save_service(tx: Tx, given: Service) -> Service:
    """Make the service of this key, or change it; gives it with its id."""
    values: dict[str, Any] = {
        "key": given.key,
        "name": words_out(given.name),
        "summary": words_out(given.summary),
        "minutes": given.minutes,
        "modalities": [each.value for each in given.modalities],
        "buffers": {each.value: list(pair) for each, pair in given.buffers.items()},
        "languages": [each.value for each in given.languages],
        "questions": [_question_out(each) for each in given.questions],
        "reminder_hours": list(given.reminder_hours),
        "lead_minutes": given.lead_minutes,
        "horizon_days": given.horizon_days,
        "booked_by": given.booked_by.value,
        "open": given.open,
        "retired": given.retired,
        "skills": list(given.skills),
        "binding": _binding_out(given.binding),
    }
    if given.open and given.booked_by is BookedBy.ANYONE:
        values["known"] = True
    return _service_in(upsert(tx.connection, table, ["key"], values))


def _service_in(row: Row) -> Service:
    return Service(
        id=ServiceId(row.id),
        key=row.key,
        name=words_in(row.name),
        summary=words_in(row.summary),
        minutes=row.minutes,
        modalities=tuple(Modality(each) for each in row.modalities),
        buffers={
            Modality(each): (before, after)
            for each, (before, after) in row.buffers.items()
        },
        languages=tuple(Language(each) for each in row.languages),
        questions=tuple(_question_in(each) for each in row.questions),
        reminder_hours=tuple(row.reminder_hours),
        lead_minutes=row.lead_minutes,
        horizon_days=row.horizon_days,
        booked_by=BookedBy(row.booked_by),
        open=row.open,
        retired=row.retired,
        skills=tuple(row.skills or ()),
        binding=_binding_in(row.binding),
    )


def _binding_out(given: Binding | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return {
        "duty": words_out(given.duty),
        "consequence": words_out(given.consequence),
        "obstacle": words_out(given.obstacle),
        "deadline_days": given.deadline_days,
        "move_days": given.move_days,
    }


def _binding_in(kept: dict[str, Any] | None) -> Binding | None:
    if kept is None:
        return None
    return Binding(
        words_in(kept["duty"]),
        words_in(kept["consequence"]),
        words_in(kept["obstacle"]),
        kept["deadline_days"],
        kept["move_days"],
    )


def _question_out(given: Question) -> dict[str, Any]:
    return {
        "key": given.key,
        "kind": given.kind.value,
        "label": words_out(given.label),
        "hint": given.hint and words_out(given.hint),
        "required": given.required,
        "choices": [[value, words_out(label)] for value, label in given.choices],
        "asked": given.asked,
    }


def _question_in(kept: dict[str, Any]) -> Question:
    return Question(
        key=kept["key"],
        kind=QuestionKind(kept["kind"]),
        label=words_in(kept["label"]),
        hint=kept["hint"] and words_in(kept["hint"]),
        required=kept["required"],
        choices=tuple((value, words_in(label)) for value, label in kept["choices"]),
        asked=kept.get("asked", True),
    )


def professional_in(row: Row) -> Professional:
    """Read a row of the professionals table; what she has set herself comes first."""
    own = Own.read(row.own_settings)
    languages = own.languages or tuple(Language(each) for each in row.languages)
    return Professional(
        id=ProfessionalId(row.id),
        object_id=row.object_id,
        mailbox=row.mailbox,
        name=row.name,
        unit=UnitId(row.unit_id),
        languages=languages,
        language=own.language or Language(row.language),
        bookable=row.bookable,
        skills=tuple(row.skills or ()),
    )

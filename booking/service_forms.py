"""What an admin typed into the form of a service, read or refused."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from booking import skills
from booking.bounds import (
    DEADLINE_MAX,
    HORIZON_MAX,
    KEY,
    LEAD_MAX,
    MINUTES_MAX,
    MINUTES_MIN,
    MINUTES_STEP,
    MOVE_MAX,
    REMINDER_MAX,
    REMINDERS_MAX,
    TEXT_MAX,
)
from booking.model import Binding, BookedBy, Language, Modality, Service
from booking.own_settings import BUFFER_MAX
from booking.typed import (
    Form,
    first,
    names,
    number,
    plain_key,
    spread,
    ticked,
    unlike,
    words,
)
from booking.views.pages import FieldError

#: In which a lead time may be said, with the minutes of one.
UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}


@dataclass(frozen=True, slots=True)
class ServiceTyped:
    """A service as it is to be, with who gives it by object id."""

    service: Service
    givers: frozenset[str]


def read(
    form: Form, before: Service, known: Collection[str]
) -> ServiceTyped | list[FieldError]:
    """Read a service. `known`: object ids of those who may give it."""
    made, errors = lenient(form, before)
    chosen = frozenset(form.get("givers", ()))
    if not chosen <= set(known):
        errors.append(FieldError("givers", "not_choice"))
    return errors or ServiceTyped(made, chosen)


def lenient(form: Form, before: Service) -> tuple[Service, list[FieldError]]:
    """Read what can be read; what is wrong is as it was before, and named."""
    errors: list[FieldError] = []
    ways = _ways(form, errors) or before.modalities
    made = replace(
        before,
        name=names(form, "name", errors),
        summary=words(form, "summary", errors),
        minutes=_minutes(form, errors) or before.minutes,
        modalities=ways,
        buffers=_buffers(form, ways, errors),
        languages=_languages(form, errors) or before.languages,
        reminder_hours=_reminders(form, errors),
        lead_minutes=_lead(form, errors),
        horizon_days=_horizon(form, errors) or before.horizon_days,
        booked_by=_booked_by(form, errors) or before.booked_by,
        skills=skills_in(form, errors),
        binding=_binding(form, errors, before.binding),
    )
    return made, errors


def _binding(
    form: Form, errors: list[FieldError], before: Binding | None
) -> Binding | None:
    """Read what is said to whom it invites by law; None: nobody must come."""
    if not ticked(form, "binding"):
        return None
    deadline = number(first(form, "deadline"), 1, DEADLINE_MAX)
    moves = number(first(form, "moves"), 0, MOVE_MAX)
    if deadline is None:
        errors.append(FieldError("deadline", "not_within_one", DEADLINE_MAX))
    if moves is None:
        errors.append(FieldError("moves", "not_within", MOVE_MAX))
    if first(form, "booked_by") == BookedBy.ANYONE:
        errors.append(FieldError("booked_by", "binding_invites"))
    return Binding(
        names(form, "duty", errors, most=TEXT_MAX),
        names(form, "consequence", errors, most=TEXT_MAX),
        names(form, "obstacle", errors, most=TEXT_MAX),
        deadline or (before.deadline_days if before else 1),
        moves or 0,
    )


def key_of(form: Form, service: Service, others: set[str]) -> str | FieldError:
    """Give the stable name of a new service: as typed, or made of what it is called."""
    typed = first(form, "key")
    if not typed:
        return unlike(plain_key(service.name.fi) or "palvelu", others)
    if not KEY.fullmatch(typed):
        return FieldError("key", "not_key")
    return FieldError("key", "key_taken") if typed in others else typed


def _minutes(form: Form, errors: list[FieldError]) -> int | None:
    found = number(first(form, "minutes"), MINUTES_MIN, MINUTES_MAX)
    if found is None or found % MINUTES_STEP:
        errors.append(FieldError("minutes", "not_length", MINUTES_MAX))
        return None
    return found


def _ways(form: Form, errors: list[FieldError]) -> tuple[Modality, ...]:
    """Read how it may be given, the usual way first."""
    found = [each for each in Modality if each.value in form.get("modalities", ())]
    if not found:
        errors.append(FieldError("modalities", "choose_some"))
        return ()
    usual = next((each for each in found if each.value == first(form, "usual")), None)
    if usual is None:
        if len(found) > 1:
            errors.append(FieldError("usual", "not_usual"))
        usual = found[0]
    return (usual, *(each for each in found if each is not usual))


def _buffers(
    form: Form, ways: tuple[Modality, ...], errors: list[FieldError]
) -> dict[Modality, tuple[int, int]]:
    found = {}
    for way in ways:
        pair = []
        for edge in ("before", "after"):
            typed = first(form, f"{edge}_{way}") or "0"
            minutes = number(typed, 0, BUFFER_MAX)
            if minutes is None:
                errors.append(FieldError(f"{edge}_{way}", "not_within", BUFFER_MAX))
            pair.append(minutes or 0)
        if any(pair):
            found[way] = (pair[0], pair[1])
    return found


def _languages(form: Form, errors: list[FieldError]) -> tuple[Language, ...]:
    found = tuple(each for each in Language if each.value in form.get("languages", ()))
    if not found:
        errors.append(FieldError("languages", "choose_some"))
    return found


def _reminders(form: Form, errors: list[FieldError]) -> tuple[int, ...]:
    """Read hours before the start, `24, 2`; none: no reminder."""
    typed = first(form, "reminders").replace(",", " ").split()
    found = [number(each, 1, REMINDER_MAX) for each in typed[: REMINDERS_MAX + 1]]
    if None in found or len(found) > REMINDERS_MAX:
        errors.append(FieldError("reminders", "not_reminders", REMINDER_MAX))
    hours = {each for each in found if each is not None}
    return tuple(sorted(hours, reverse=True))


def _lead(form: Form, errors: list[FieldError]) -> int:
    times = UNITS.get(first(form, "lead_unit"), 0)
    found = number(first(form, "lead"), 0, LEAD_MAX)
    if found is None or not times or found * times > LEAD_MAX:
        errors.append(FieldError("lead", "not_lead", LEAD_MAX // UNITS["days"]))
        return 0
    return found * times


def _horizon(form: Form, errors: list[FieldError]) -> int | None:
    found = number(first(form, "horizon"), 1, HORIZON_MAX)
    if found is None:
        errors.append(FieldError("horizon", "not_within_one", HORIZON_MAX))
    return found


def _booked_by(form: Form, errors: list[FieldError]) -> BookedBy | None:
    chosen = first(form, "booked_by")
    found = next((each for each in BookedBy if each.value == chosen), None)
    if found is None:
        errors.append(FieldError("booked_by", "choose_one"))
    return found


def skills_in(form: Form, errors: list[FieldError]) -> tuple[str, ...]:
    """Read names of skills, `a, b`; none: nothing is asked for, or there."""
    found = skills.read(form.get("skills", ()))
    if skills.too_much(found):
        errors.append(FieldError("skills", "not_skills", skills.SKILL_MAX))
    return () if skills.too_much(found) else found


def written(service: Service, givers: Collection[str]) -> dict[str, list[str]]:
    """Write a service as its form would bring it."""
    unit = next(
        (name for name in ("days", "hours") if not service.lead_minutes % UNITS[name]),
        "minutes",
    )
    if not service.lead_minutes:
        unit = "hours"
    filled = {
        **spread("name", service.name),
        **spread("summary", service.summary),
        "minutes": [f"{service.minutes}"],
        "modalities": [each.value for each in service.modalities],
        "usual": [service.modalities[0].value] if service.modalities else [],
        "languages": [each.value for each in service.languages],
        "reminders": [", ".join(map(str, service.reminder_hours))],
        "lead": [f"{service.lead_minutes // UNITS[unit]}"],
        "lead_unit": [unit],
        "horizon": [f"{service.horizon_days}"],
        "booked_by": [service.booked_by.value],
        "givers": sorted(givers),
        "skills": [", ".join(service.skills)],
    }
    for way in Modality:
        before, after = service.buffers.get(way, (0, 0))
        filled |= {f"before_{way}": [f"{before}"], f"after_{way}": [f"{after}"]}
    return filled | _bound(service.binding)


def _bound(binding: Binding | None) -> dict[str, list[str]]:
    if binding is None:
        return {}
    return {
        "binding": ["yes"],
        "deadline": [f"{binding.deadline_days}"],
        "moves": [f"{binding.move_days}"],
        **spread("duty", binding.duty),
        **spread("consequence", binding.consequence),
        **spread("obstacle", binding.obstacle),
    }

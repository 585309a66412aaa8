"""A service as the organisation's file has it."""

from booking.bounds import (
    CHOICES_MAX,
    CHOOSING,
    DEADLINE_MAX,
    HORIZON_MAX,
    KEY,
    LABEL_MAX,
    LEAD_MAX,
    MINUTES_MAX,
    MINUTES_MIN,
    MINUTES_STEP,
    MOVE_MAX,
    NAME_MAX,
    QUESTION_KEY,
    QUESTIONS_MAX,
    REMINDER_MAX,
    REMINDERS_MAX,
)
from booking.model import (
    Binding,
    BookedBy,
    Language,
    Modality,
    Question,
    QuestionKind,
    Service,
    ServiceId,
    Words,
)
from booking.own_settings import BUFFER_MAX
from teams_app.organisation.places import Place, is_number

LANGUAGES = tuple(each.value for each in Language)
MODALITIES = tuple(each.value for each in Modality)


def service(place: Place, mails: set[str]) -> tuple[Service, tuple[str, ...]]:
    """Read a service with its givers, who must be among `mails`."""
    made = Service(
        ServiceId(0),
        place.match("key", KEY, "must be small letters, figures and hyphens"),
        place.words("name", most=NAME_MAX),
        place.words("summary", Words("", "", "")),
        place.number("minutes", MINUTES_MIN, MINUTES_MAX),
        tuple(map(Modality, place.many_of("modalities", MODALITIES))),
        _buffers(place),
        tuple(map(Language, place.many_of("languages", LANGUAGES, LANGUAGES))),
        _questions(place),
        _hours(place),
        place.number("lead_minutes", 0, LEAD_MAX, 120),
        place.number("horizon_days", 1, HORIZON_MAX, 28),
        BookedBy(place.one_of("booked_by", [b.value for b in BookedBy], "anyone")),
        place.truth("open", default=True),
        skills=place.skills(),
        binding=_binding(place),
    )
    if made.minutes % MINUTES_STEP:
        place.fault("minutes", f"must be a multiple of {MINUTES_STEP}")
    if made.binding is not None and made.booked_by is BookedBy.ANYONE:
        place.fault("booked_by", "must be invited where there is a binding")
    givers = tuple(mail.lower() for mail in place.texts("givers"))
    for mail in givers:
        if mail not in mails:
            place.fault("givers", f"{mail} is not among the professionals")
    place.end()
    return made, givers


def _binding(place: Place) -> Binding | None:
    """Read what is said to whom it invites by law; None: nobody must come."""
    if "binding" not in place.raw:
        return None
    raw = place.get("binding", lambda v: isinstance(v, dict), "must be an object")
    inner = Place.of(f"{place.where}.binding", raw or {}, place.faults)
    made = Binding(
        inner.words("duty"),
        inner.words("consequence"),
        inner.words("obstacle"),
        inner.number("deadline_days", 1, DEADLINE_MAX),
        inner.number("move_days", 0, MOVE_MAX, 0),
    )
    inner.end()
    return made


def _hours(place: Place) -> tuple[int, ...]:
    words = f"must be a list of hours before the start, 1 to {REMINDER_MAX}"
    return tuple(place.get("reminder_hours", _are_hours, words, [24, 2]))


def _are_hours(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= REMINDERS_MAX
        and all(is_number(each, 1, REMINDER_MAX) for each in value)
    )


def _buffers(place: Place) -> dict[Modality, tuple[int, int]]:
    raw = place.get("buffers", lambda v: isinstance(v, dict), "must be an object", {})
    inner = Place.of(f"{place.where}.buffers", raw, place.faults)
    words = f"must be two numbers, minutes before and after, 0 to {BUFFER_MAX}"
    found = {}
    for modality in Modality:
        pair = inner.get(modality.value, _is_pair, words, [0, 0])
        if modality.value in raw:
            found[modality] = (pair[0], pair[1])
    inner.end()
    return found


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2  # noqa: PLR2004
        and all(is_number(each, 0, BUFFER_MAX) for each in value)
    )


def _questions(service: Place) -> tuple[Question, ...]:
    found = []
    for place in service.each("questions", needed=False):
        kind = QuestionKind(place.one_of("kind", [k.value for k in QuestionKind]))
        hint = place.words("hint", Words("", "", ""))
        question = Question(
            place.match("key", QUESTION_KEY, "must be small letters"),
            kind,
            place.words("label", most=LABEL_MAX),
            hint if hint.fi else None,
            place.truth("required", default=False),
            _choices(place, chosen=kind in CHOOSING),
        )
        place.end()
        found.append(question)
    keys = [each.key for each in found]
    if len(set(keys)) < len(keys):
        service.fault("questions", "two have the same key")
    if len(keys) > QUESTIONS_MAX:
        service.fault("questions", f"must be {QUESTIONS_MAX} at most")
    return tuple(found)


def _choices(place: Place, *, chosen: bool) -> tuple[tuple[str, Words], ...]:
    found = []
    for choice in place.each("choices", needed=chosen):
        found.append(
            (
                choice.match("value", KEY, "must be small letters"),
                choice.words("label", most=LABEL_MAX),
            )
        )
        choice.end()
    if found and not chosen:
        place.fault("choices", "only one_of and many_of have any")
    if len(found) > CHOICES_MAX:
        place.fault("choices", f"must be {CHOICES_MAX} at most")
    if chosen and not found:
        place.fault("choices", "there must be some")
    return tuple(found)

"""The Outlook event that an appointment should have.

Neutral: the subject names nothing but our reference, the body holds one link for staff
that needs sign-in, and no client, matter or service stands anywhere. The reference in
the subject is also how the event is recognised again when a copy has lost its key.
"""

import re
from html import escape

from booking.calendar import EventDraft
from booking.model import (
    REFERENCE_ALPHABET,
    REFERENCE_LENGTH,
    Appointment,
    Language,
    Modality,
    Sensitivity,
)
from booking.wording import text

_REFERENCE = re.compile(
    rf"·\s*([{REFERENCE_ALPHABET}]{{{REFERENCE_LENGTH}}})(?![0-9A-Za-z])"
)


def event_for(
    appointment: Appointment,
    *,
    language: Language,
    sensitivity: Sensitivity,
    staff_url: str,
) -> EventDraft:
    """Draw the event. `staff_url` opens the appointment for who may see it."""
    reference = appointment.reference
    said = escape(text(language, "common.event.body", reference=reference))
    link = escape(text(language, "common.event.open"))
    return EventDraft(
        subject=text(language, "common.event.subject", reference=reference),
        span=appointment.span,
        body=f'<p>{said}</p><p><a href="{escape(staff_url)}">{link}</a></p>',
        location=text(language, f"common.modality.{appointment.modality.value}"),
        sensitivity=sensitivity.value,
        online=appointment.modality is Modality.REMOTE,
        key=reference,
    )


def reference_in(subject: str | None) -> str | None:
    """Find our reference in a subject, whatever a client put before it."""
    found = _REFERENCE.search(subject or "")
    return found.group(1) if found else None


#: What may be changed on our event after it was made. The body is written once: a
#: change of it could drop the join block that Exchange keeps there.
CHANGEABLE = ("subject", "span", "location", "sensitivity", "online")


def changed(known: EventDraft, wanted: EventDraft) -> tuple[str, ...]:
    """Name the fields that differ. A Teams meeting is never taken away again."""
    differing = []
    for name in CHANGEABLE:
        was, is_ = getattr(known, name), getattr(wanted, name)
        if name == "online" and not is_:
            continue
        if was != is_:
            differing.append(name)
    return tuple(differing)

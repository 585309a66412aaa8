"""The Outlook event that an appointment should have.

Neutral: the subject names nothing but our reference, the body holds one link for staff
that needs sign-in, and no client, matter or service stands anywhere. The reference in
the subject is also how the event is recognised again when a copy has lost its key.
"""

import re
from html import escape, unescape

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
    meeting: str = "",
) -> EventDraft:
    """Draw the event. `staff_url` opens the appointment for who may see it.

    `meeting`: where it is held when that is not a meeting of this event's own.
    """
    reference = appointment.reference
    said = escape(text(language, "common.event.body", reference=reference))
    link = escape(text(language, "common.event.open"))
    body = f'<p>{said}</p><p><a href="{escape(staff_url)}">{link}</a></p>'
    if meeting:
        join = escape(text(language, "handovers.event.join"))
        body += f'<p><a href="{escape(meeting)}">{join}</a></p>'
    return EventDraft(
        subject=text(language, "common.event.subject", reference=reference),
        span=appointment.span,
        body=body,
        location=text(language, f"common.modality.{appointment.modality.value}"),
        sensitivity=sensitivity.value,
        online=appointment.modality is Modality.REMOTE and not meeting,
        key=reference,
        meeting=meeting,
    )


def reference_in(subject: str | None) -> str | None:
    """Find our reference in a subject, whatever a client put before it."""
    found = _REFERENCE.search(subject or "")
    return found.group(1) if found else None


#: The word before the reference in the body, in each language; older events keep the
#: words that they were written with.
_BEFORE = "|".join(
    {re.escape(word) for word in ("Viite:", "Referens:", "Reference:")}
    | {
        re.escape(text(language, "common.event.body", reference="").split()[-2])
        for language in Language
    }
)
_IN_BODY = re.compile(
    rf"(?:{_BEFORE})\s*([{REFERENCE_ALPHABET}]{{{REFERENCE_LENGTH}}})(?![0-9A-Za-z])"
)
_TAGS = re.compile(r"<[^>]*>")


def reference_in_body(html: str | None) -> str | None:
    """Find our reference where our own words stand before it, however rewritten."""
    plain = " ".join(unescape(_TAGS.sub("", html or "")).split())
    found = _IN_BODY.search(plain)
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
    if known.meeting != wanted.meeting:
        differing.append("body")
    return tuple(differing)

"""The Outlook event that an appointment should have.

Neutral: the subject names nothing but our reference, the body holds one link for staff
that needs sign-in, and no client, matter or service stands anywhere. The reference in
the subject is also how the event is recognised again when a copy has lost its key.
"""

import re
from collections.abc import Sequence
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


#: What may be changed on our event after it was made. The body is written once, and
#: again only for another meeting or where it was lost: Exchange keeps its join block
#: there, and she her notes.
CHANGEABLE = ("subject", "span", "location", "sensitivity", "online", "repeats")


def changed(known: EventDraft, wanted: EventDraft) -> tuple[str, ...]:
    """Name the fields that differ. A Teams meeting is never taken away again.

    A body known to be empty was lost in Outlook.
    """
    differing = []
    for name in CHANGEABLE:
        was, is_ = getattr(known, name), getattr(wanted, name)
        if name == "online" and not is_:
            continue
        if was != is_:
            differing.append(name)
    if known.meeting != wanted.meeting or not known.body:
        differing.append("body")
    return tuple(differing)


def body_is_lost(
    html: str, wanted: EventDraft, *, online: bool, join_url: str | None
) -> bool:
    """Say whether a body no longer says what our event is for, or leads nowhere.

    What she wrote there herself may stand in place of our words; in place of the way
    into the meeting nothing may. `online`: the event has a Teams meeting now.
    """
    if wanted.meeting:
        return wanted.meeting not in unescape(html)
    block = join_block(html, join_url) if online else None
    if wanted.online and online and join_url and block is None:
        return True
    return is_blank(html.replace(block, "") if block else html)


_LINK = re.compile(
    r"""(?P<open><p\b[^>]*>\s*)?<a\b[^>]*?\bhref\s*=\s*(["'])(?P<to>.*?)\2[^>]*>.*?</a>"""
    r"""(?P<close>\s*</p\s*>)?""",
    re.IGNORECASE | re.DOTALL,
)


def without_links(html: str, addresses: Sequence[str]) -> str:
    """Take the links to these addresses out of a body, and leave all the rest.

    What the professional wrote stays, and so does the way into the meeting. A paragraph
    that held nothing but such a link goes with it.
    """

    def gone(found: re.Match[str]) -> str:
        if not unescape(found["to"]).startswith(tuple(addresses)):
            return found.group()
        opened, closed = found["open"] or "", found["close"] or ""
        return "" if opened and closed else opened + closed

    return _LINK.sub(gone, html)


_EMPTY = re.compile(r"<style.*?</style>|<!--.*?-->|<[^>]*>|&nbsp;|\s+", re.DOTALL)


def is_blank(html: str) -> bool:
    return not _EMPTY.sub("", html)


def with_way_in(html: str, join_url: str) -> str:
    """Put a link to its meeting at the end of a body that has lost its join block."""
    link = f'<p><a href="{escape(join_url)}">Microsoft Teams</a></p>'
    at = _end(html)
    return f"{html[:at]}{link}{html[at:]}"


_CLOSES = re.compile(r"</body\s*>", re.IGNORECASE)


def _end(html: str, start: int = 0) -> int:
    """Find where what stands in the body ends."""
    found = _CLOSES.search(html, start)
    return found.start() if found else len(html)


#: What Exchange draws over and under its join block.
_RULE = re.compile(r"_{20,}")
_OPENS = re.compile(r"<(div|p|span|table)\b", re.IGNORECASE)
_ONLY_TAGS = re.compile(r"(?:\s*<(?!/)[^>]*>)+\s*")
_MEETING = re.compile(
    r"me-email-(?:text|headline)|/l/meetup-join/|teams\.microsoft\.com/meet/",
    re.IGNORECASE,
)


def join_block(html: str, join_url: str | None) -> str | None:
    """Cut Exchange's join block, and all that follows it, out of an event's body."""
    at = -1
    if join_url:
        at = max(html.find(join_url), html.find(escape(join_url)))
    if at < 0 and (mark := _MEETING.search(html)):
        at = mark.start()
    if at < 0:
        return None
    rules = [found.start() for found in _RULE.finditer(html, 0, at)]
    start = _opening(html, rules[-1] if rules else at)
    return html[start : _end(html, start)]


def _opening(html: str, at: int) -> int:
    """Find the outermost element that opens just before `at`.

    Elements that open one inside the other with nothing but white space between them
    are one opening: Exchange wraps its rule in a span in a div.
    """
    start = at
    if html.rfind("<", 0, at) > html.rfind(">", 0, at):
        start = html.rfind("<", 0, at)
    for found in reversed(list(_OPENS.finditer(html, 0, start))):
        if not _ONLY_TAGS.fullmatch(html, found.start(), start):
            break
        start = found.start()
    return start

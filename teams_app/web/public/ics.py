"""The appointment as a calendar file: neutral, in UTC, with one stable identity."""

from datetime import datetime

from icalendar import Calendar, Event

from booking.model import Language, Modality
from booking.wording import text
from teams_app.actions.records import Whole


def event(found: Whole, language: Language, url: str, now: datetime) -> bytes:
    """Write the file. A later one with the same UID and a higher SEQUENCE replaces it."""
    appointment = found.appointment
    calendar = Calendar()
    calendar.add("prodid", "-//Vuoro//Vuoro//FI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    entry = Event()
    entry.add("uid", f"{appointment.link}@vuoro")
    entry.add("sequence", appointment.version)
    entry.add("dtstamp", now)
    entry.add("dtstart", appointment.span.start)
    entry.add("dtend", appointment.span.end)
    entry.add("summary", text(language, "common.ics.summary"))
    entry.add("description", text(language, "common.ics.description", link=url))
    entry.add("url", url)
    if appointment.modality is Modality.IN_PERSON:
        entry.add("location", found.unit.address)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())

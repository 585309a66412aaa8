"""In which language a client is written to: asked when she books, and hers to change.

What she reads a page in says nothing of it: she, or whoever helps her, may only look.
The language in which she is met is another matter, and stays as it was booked.
"""

from datetime import datetime

from booking.appointments import Actor
from booking.model import AppointmentId, Language
from teams_app.store import appointments, log, people
from teams_app.store.database import Tx

CHANGED = "message_language"


def write_in(tx: Tx, id_: AppointmentId, language: Language, now: datetime) -> bool:
    """Write to her in this language from now on, of whichever appointment of hers.

    False: there is nobody to write to. Said again, nothing more happens.
    """
    found = appointments.find(tx, id_)
    if found is None or found.client is None:
        return False
    if not people.write_in(tx, found.client, language):
        return True
    tx.touched.add(found.professional)  # Her view of it follows.
    log.record(
        tx,
        at=now,
        who=Actor.CLIENT.value,
        what=CHANGED,
        subject=f"appointment:{id_}",
        source=f"link:{language}",
    )
    return True

"""What was typed on a form in the chat, for the tab, where it can be gone on with.

It is kept under the form's own name, which only its professional can use and which
stands in the link instead of anything typed. It is forgotten within a day or two.
"""

import json

from booking.model import ProfessionalId
from teams_app.store import appointments
from teams_app.store.database import Tx


def keep(
    tx: Tx, professional: ProfessionalId, request: str, typed: dict[str, str]
) -> None:
    """Keep what stands on the form now; what it said before is forgotten."""
    key = _key(professional, request)
    appointments.forget_request(tx, key)
    appointments.remember_request(tx, key, json.dumps(typed))


def of(tx: Tx, professional: ProfessionalId, request: str) -> dict[str, str]:
    """Give what was typed on a form of hers; nothing where none is known."""
    kept = appointments.remembered(tx, _key(professional, request))
    found: dict[str, str] = json.loads(kept) if kept is not None else {}
    return found


def _key(professional: ProfessionalId, request: str) -> str:
    return f"draft:{professional}:{request}"

"""Entra in a box: who may speak, and the tokens that say so.

One `Entra` serves one tenant. It makes its keys at the start of the process, signs what
the real one would sign (application tokens, on-behalf-of tokens, tab tokens, the Bot
Framework's channel tokens), publishes the public halves, and checks what comes back to
the rest of the tenant. It reads real time: a demo that moves its calendar to tomorrow
must not expire every token on the way.
"""

from dev_tenant.entra.household import entra_in, entra_of
from dev_tenant.entra.issuer import (
    BOT_FRAMEWORK,
    GRAPH,
    Directory,
    Entra,
    Person,
    Refused,
    Registration,
)
from dev_tenant.entra.keys import Ring
from dev_tenant.entra.routes import broken, register

__all__ = [
    "BOT_FRAMEWORK",
    "GRAPH",
    "Directory",
    "Entra",
    "Person",
    "Refused",
    "Registration",
    "Ring",
    "broken",
    "entra_in",
    "entra_of",
    "register",
]

"""Microsoft Graph: the only package that speaks msgraph.

`Microsoft` implements the Protocol of `graph_sync.graph`; `credential` makes the tokens
it and the bot need. Nothing of the SDK leaves the package.
"""

from graph_sync.microsoft.client import Microsoft
from graph_sync.microsoft.limits import Limits
from graph_sync.microsoft.tokens import (
    BOT_SCOPE,
    GRAPH_SCOPE,
    Credential,
    Identity,
    TokenSource,
    credential,
    trust,
)
from graph_sync.microsoft.transport import World

__all__ = [
    "BOT_SCOPE",
    "GRAPH_SCOPE",
    "Credential",
    "Identity",
    "Limits",
    "Microsoft",
    "TokenSource",
    "World",
    "credential",
    "trust",
]

"""Tricks with who is let in: tokens, keys, one mailbox."""

from typing import Final

from dev_tenant.misbehaviour.trick import Trick

#: Vuoro keeps a token as long as it lasts.
LATER = "Vuoro keeps the token it has for up to an hour, so this shows then, or after a start anew."

TOKENS: Final = (
    Trick(
        "no_tokens",
        "The token endpoint is down",
        f"Entra answers 503 to whoever wants a token. {LATER}",
        "Everything waits and nothing is given up; it goes on when Entra is back.",
        rules=({"area": "entra", "path": "/token$", "status": 503, "count": 0},),
    ),
    Trick(
        "secret_ended",
        "The secret has ended",
        f"Entra refuses the secret with AADSTS7000222. {LATER}",
        "Everything waits. Seconds after the first refusal health says in one line that Microsoft lets Vuoro in nowhere, and why.",
        {"secret_expired": True},
    ),
    Trick(
        "shut_out",
        "Consent is withdrawn",
        "Graph answers every request with 403.",
        "Seconds after the first refusal, at the next booking or reading of a calendar, no times are offered, and health says in one line that Microsoft lets Vuoro in nowhere. Each calendar is read within half an hour.",
        rules=(
            {"status": 403, "code": "ErrorAccessDenied", "count": 0}
            | {"message": "Access is denied. Check credentials and try again."},
        ),
    ),
    Trick(
        "ahead",
        "Entra's clock is ahead",
        "Tokens are dated 45 seconds in the future.",
        "Signing in to the tab, the bot and Graph all still work.",
        {"token_skew": 45},
    ),
    Trick(
        "behind",
        "Entra's clock is behind",
        "Tokens are dated four minutes in the past, and end so much sooner.",
        "Signing in to the tab, the bot and Graph all still work.",
        {"token_skew": -240},
    ),
    Trick(
        "rotated",
        "Entra's keys are rotated",
        "From now on other keys sign, also for the bot; the old ones are published for an hour.",
        "Signing in to the tab and the bot still work: the new keys are fetched.",
        blow="rotate",
    ),
)

MAILBOXES: Final = (
    Trick(
        "denied",
        "One mailbox is closed to the app",
        "The first person of the tenant is answered with 403, everybody else as usual.",
        "No times of hers are offered; health names her calendar and what to do.",
        {"mailbox_denied": True},
        somebody=True,
    ),
    Trick(
        "missing",
        "One mailbox is gone",
        "The first person of the tenant has no mailbox any more: 404.",
        "No times of hers are offered, and none of her appointments is taken for deleted.",
        {"mailbox_missing": True},
        somebody=True,
    ),
)

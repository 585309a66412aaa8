"""Tricks with answers: too many, too late, none at all; and with what is written."""

from typing import Final

from dev_tenant.misbehaviour.trick import Trick

#: Everything about events and calendars; not mail, not subscriptions.
WRITING: Final = "/events(/[^/]+)?$"

LIMITS: Final = (
    Trick(
        "app_throttled",
        "429 for the whole app",
        "Five requests in ten seconds, over all mailboxes together; the rest waits.",
        "Each calendar waits as told and then goes on; what is owed comes late and only once.",
        {"requests_per_app": 5},
    ),
    Trick(
        "mailbox_throttled",
        "429 for a mailbox",
        "Twenty requests in ten minutes and mailbox, then 429 with the wait that is left.",
        "That calendar waits, the others go on; health names it with its wait.",
        {"requests_per_window": 20},
    ),
    Trick(
        "throttled_often",
        "Every third request is 429",
        "It is refused with two seconds to wait.",
        "Everything takes a little longer; no try is used up by waiting.",
        rules=({"status": 429, "retry_after": 2, "count": 0, "every": 3},),
    ),
    Trick(
        "fraction",
        "Retry-After in fractions",
        "Where Graph says how long to wait, it says 2.128 and the like. Switch a 429 of the app or of a mailbox on too.",
        "The wait is kept.",
        {"retry_after_style": "fraction"},
    ),
    Trick(
        "unsaid",
        "Retry-After is missing",
        "Graph does not say how long to wait. Switch a 429 of the app or of a mailbox on too.",
        "Vuoro waits for a while of its own.",
        {"retry_after_style": "missing"},
    ),
    Trick(
        "mails_throttled",
        "Two mails a minute",
        "The sender's mailbox takes no more.",
        "Messages wait; each is sent once.",
        {"mails_per_minute": 2},
    ),
)

FAILURES: Final = (
    Trick(
        "away",
        "503 before anything is done",
        "Every third request is refused.",
        "It is asked again.",
        rules=({"status": 503, "count": 0, "every": 3},),
    ),
    Trick(
        "answer_lost",
        "504 after it was done",
        "Every third request is carried out, and its answer is lost.",
        "One event, one mail: Vuoro looks before it writes again.",
        rules=({"status": 504, "count": 0, "every": 3, "after_effect": True},),
    ),
    Trick(
        "cut_off",
        "Connections break after it was done",
        "Every third request is carried out, and the connection is closed.",
        "The same.",
        rules=({"drop": True, "count": 0, "every": 3, "after_effect": True},),
    ),
    Trick(
        "timed_out",
        "No answer before anything is done",
        "Every fourth request is left for twenty seconds and then fails.",
        "Vuoro gives up sooner and asks again; people who look at free times wait no longer than that.",
        rules=({"delay": 20, "status": 504, "count": 0, "every": 4},),
    ),
    Trick(
        "done_late",
        "No answer, and done after all",
        "Every fourth write of an event happens twenty seconds late, when nobody waits for it any more.",
        "One event in the end, also where it was written again meanwhile.",
        rules=(
            {"delay": 20, "only_delay": True, "count": 0, "every": 4}
            | {"path": WRITING, "method": "POST"},
        ),
    ),
    Trick(
        "all_away",
        "Graph is away",
        "Every request is refused with 503.",
        "Booking goes on by what is known of the calendars; what is booked is being confirmed meanwhile. After a minute or two health says how much waits, and for how long. All of it comes when Graph is back.",
        rules=({"status": 503, "count": 0},),
    ),
    Trick(
        "weather",
        "Bad weather",
        "Of a hundred requests, five are throttled, three refused, two lose their answer, one its connection, and five are slow; the same seed gives the same storm.",
        "Nothing that a person would notice.",
        weather={
            "seed": 7,
            "throttled": 0.05,
            "failed": 0.03,
            "lost": 0.02,
            "dropped": 0.01,
            "slow": 0.05,
        },
    ),
)

WRITES: Final = (
    Trick(
        "duplicate",
        "Repeated transactions are refused",
        "A create that is repeated gets ErrorDuplicateTransactionId. Switch on too that answers are lost after the work was done.",
        "The event that was made the first time is found and kept: one event, and the card says that it is in Outlook.",
        {"duplicate_transactions": 409},
    ),
    Trick(
        "conflict_409",
        "Writes meet 409",
        "Every second change of an event is refused as a conflict.",
        "It is tried again a moment later, and the card says so until it stands.",
        rules=(
            {"method": "PATCH", "path": WRITING, "status": 409}
            | {"count": 0, "every": 2},
        ),
    ),
    Trick(
        "conflict_412",
        "Writes meet 412",
        "Every second write or deletion of an event fails because it was changed meanwhile.",
        "It is tried again a moment later, and the card says so until it stands.",
        rules=tuple(
            {"method": method, "path": WRITING, "status": 412, "count": 0, "every": 2}
            for method in ("POST", "PATCH", "DELETE")
        ),
    ),
    Trick(
        "no_teams",
        "No Teams meetings",
        "isOnlineMeeting comes back false, and no event gets a link.",
        "The event is made. After two minutes card and health say that the link is missing; switched off within ten minutes of the booking, it comes within a minute.",
        {"no_online_meeting": ["*"]},
    ),
    Trick(
        "late_link",
        "The join link comes late",
        "It stands in the event half a minute after the event was made.",
        "It is waited for; then the client's link leads to the meeting.",
        {"late_join_url": 30},
    ),
)

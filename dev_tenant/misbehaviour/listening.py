"""Tricks with what Graph tells by itself, and with reading what changed."""

from typing import Final

from dev_tenant.misbehaviour.trick import Trick

NOTICES: Final = (
    Trick(
        "lost",
        "Notices are lost",
        "No notice of a change is sent at all.",
        "Changes in Outlook are still heard, minutes later, by polling, and health says how old each calendar may be.",
        {"lose_notifications": True},
        alone=True,
    ),
    Trick(
        "late",
        "Notices come late",
        "Each waits twenty seconds.",
        "Whatever is changed in Outlook is heard a little later; nothing is asked twice.",
        {"notification_delay": 20},
    ),
    Trick(
        "doubled",
        "Notices come twice",
        "Each is sent two times.",
        "One card, one message: the second changes nothing.",
        {"duplicate_notifications": True},
    ),
    Trick(
        "shuffled",
        "Notices come in another order",
        "Those sent together are shuffled.",
        "Nothing: a notice only wakes Vuoro, which then reads the calendar itself.",
        {"shuffle_notifications": True},
    ),
    Trick(
        "noisy",
        "One act, three notices",
        "A new event is told as created, updated and updated again.",
        "One reading of the calendar and one card at most.",
        {"noisy": True},
    ),
    Trick(
        "forged",
        "Forged notices",
        "Beside each notice comes one with a wrong clientState, as anybody might post it.",
        "It is answered like any other, and believed by nobody.",
        {"forge_notifications": True},
    ),
    Trick(
        "foreign",
        "Notices of a foreign subscription",
        "Beside each notice comes one for a subscription that Vuoro does not hold.",
        "It is answered and left alone.",
        {"foreign_notifications": True},
    ),
)

SUBSCRIPTIONS: Final = (
    Trick(
        "checked_twice",
        "Addresses are checked twice",
        "Graph sends two tokens to the notification address before it subscribes.",
        "Both come back; every calendar is subscribed. Let subscriptions run out to see it.",
        {"validation_twice": True},
    ),
    Trick(
        "checked_slowly",
        "Addresses are checked slowly",
        "Graph begins the check only after twenty seconds, longer than Vuoro waits.",
        "Calendars are polled meanwhile; a subscription made after Vuoro gave up is found and ended.",
        {"validation_slow": 20},
        alone=True,
    ),
    Trick(
        "odd_token",
        "The token of the check is odd",
        "It holds quotes, tags, percent signs and letters beyond ASCII.",
        "It comes back letter for letter, as plain text; every calendar is subscribed.",
        {"validation_odd": True},
    ),
    Trick(
        "reauthorize",
        "Graph wants to hear again",
        "Each subscription gets the notice reauthorizationRequired.",
        "Each is renewed at once; health shows its new end.",
        blow="reauthorizationRequired",
    ),
    Trick(
        "removed",
        "Graph removes subscriptions",
        "Each gets the notice subscriptionRemoved and is gone.",
        "They are made anew, and each calendar is read.",
        blow="subscriptionRemoved",
    ),
    Trick(
        "missed",
        "Graph missed something",
        "Each subscription gets the notice missed.",
        "Each calendar is read anew from end to end; nobody is asked anything because of it.",
        blow="missed",
    ),
    Trick(
        "ran_out",
        "Subscriptions run out unnoticed",
        "All end now, and nobody is told, as when Vuoro was down over their end.",
        "Polling goes on; the next look at the subscriptions makes them anew.",
        blow="expire",
    ),
    Trick(
        "twins",
        "Each subscription gets a twin",
        "Every mailbox is watched once more, as by a process that died before it wrote that down.",
        "Notices of the twin are left alone, and the next look at the subscriptions ends it.",
        blow="twins",
    ),
)

CHANGES: Final = (
    Trick(
        "gone_with_link",
        "410, with a place to begin anew",
        "Every delta token is too old; the answer says where to begin.",
        "Calendars are read from end to end each time: slower, and nothing else changes.",
        {"delta_gone": "link"},
        alone=True,
    ),
    Trick(
        "gone_bare",
        "410, and nothing else",
        "Every delta token is too old; the answer does not say where to begin.",
        "The same: Vuoro knows by itself where to begin.",
        {"delta_gone": "bare"},
    ),
    Trick(
        "forgotten",
        "Delta tokens are forgotten once",
        "All tokens given so far are too old.",
        "Each calendar is read from end to end once.",
        blow="forget_delta",
    ),
    Trick(
        "cut",
        "Rounds are cut in the middle",
        "Every second page of changes ends in a closed connection.",
        "The page is asked for again; a round that does not come to its end is begun anew and deletes nothing.",
        rules=({"path": "/delta$", "count": 0, "every": 2, "drop": True, "nth": 2},),
    ),
    Trick(
        "empty_pages",
        "Empty pages",
        "The second page of every round is empty and has a next one.",
        "The rest of the round is read.",
        {"empty_pages": True},
    ),
    Trick(
        "replayed",
        "Items come twice",
        "The first item of each page stands there two times.",
        "One card at most.",
        {"replay_delta": True},
    ),
    Trick(
        "lagging",
        "Changes show late",
        "What was changed shows after fifteen seconds, though the notice has come.",
        "The change is taken in a little later.",
        {"eventual_delta": 15},
    ),
    Trick(
        "silent",
        "Deleted occurrences go unsaid",
        "Of a series from which one was deleted, only the rest comes again.",
        "The time of the deleted one becomes free nevertheless.",
        {"silent_occurrences": True},
    ),
    Trick(
        "whole",
        "Changed occurrences come whole",
        "They come with all their fields instead of as stubs.",
        "Nothing.",
        {"whole_exceptions": True},
    ),
    Trick(
        "readable",
        "Deleted events stay readable",
        "By its id an event is found in Deleted Items, though no calendar shows it.",
        "Its deletion is noticed all the same and asked about; put back, it is a new event.",
        {"deleted_stay_readable": True},
    ),
)

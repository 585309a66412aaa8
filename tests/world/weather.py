"""What Graph, Teams and the gateway do to us, drawn from the storm's chance."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from dev_tenant.faults import Fault, Weather

if TYPE_CHECKING:
    from tests.world.storm import Storm

#: Switches of the tenant that may be turned on for a while, and to what.
SWITCHES: tuple[tuple[str, object], ...] = (
    ("lose_notifications", True),
    ("duplicate_notifications", True),
    ("shuffle_notifications", True),
    ("noisy", True),
    ("notification_delay", 20.0),
    ("late_join_url", 4.0),
    ("late_join_url", 40.0),
    ("empty_pages", True),
    ("replay_delta", True),
    ("silent_occurrences", True),
    ("whole_exceptions", True),
    ("eventual_delta", 5.0),
    ("retry_after_style", "fraction"),
    ("retry_after_style", "missing"),
    ("duplicate_transactions", 409),
    ("duplicate_transactions", 412),
    ("no_online_meeting", ["*"]),
    ("deleted_stay_readable", True),
    ("delta_gone", "link"),
    ("delta_gone", "bare"),
    ("requests_per_app", 20),
    ("requests_per_window", 12),
    ("mails_per_minute", 2),
    ("date_skew", 400.0),
    ("app_forbidden", True),
)


def bad_graph(storm: "Storm") -> str:
    """Throttled, failing, losing answers, slow: a bit of each, or much of one."""
    chance = storm.chance
    share = chance.choice((0.05, 0.15, 0.3))
    kinds = ("throttled", "failed", "lost", "dropped", "slow")
    chosen = chance.sample(kinds, chance.choice((1, 1, 2, 5)))
    weather = Weather(
        seed=chance.randrange(10**6),
        slow_seconds=chance.choice((0.5, 3.0, 20.0)),
        **dict.fromkeys(chosen, share / len(chosen)),
    )
    storm.tenant.faults.weather = weather
    return f"{share} of {','.join(chosen)}"


def fair_graph(storm: "Storm") -> str:
    storm.tenant.faults.clear()
    return "fair"


def one_fault(storm: "Storm") -> str:
    """The next request of one kind fails, before or after its effect."""
    chance = storm.chance
    method, path = chance.choice(
        (
            ("POST", r"\$batch"),
            ("POST", "events"),
            ("PATCH", "events"),
            ("DELETE", "events"),
            ("POST", "sendMail"),
            ("GET", "calendarView"),
            ("GET", "delta"),
            ("GET", "events"),
            ("POST", "subscriptions"),
        )
    )
    status = chance.choice((409, 412, 429, 500, 502, 503, 504))
    after = chance.random() < 0.5 and status >= 500
    fault = Fault(
        method=method,
        path=path,
        status=status,
        after_effect=after,
        retry_after=chance.choice((None, 2, 1.5, 30)) if status == 429 else None,
        drop=chance.random() < 0.2,
        count=chance.choice((1, 1, 2, 6)),
    )
    storm.tenant.faults.rules.append(fault)
    return f"{method} {path} {status} x{fault.count}{' after' if after else ''}"


def switch(storm: "Storm") -> str:
    name, value = storm.chance.choice(SWITCHES)
    if name in storm.tenant.switches:
        del storm.tenant.switches[name]
        return f"{name} off"
    storm.tenant.switches[name] = value
    return f"{name} {value}"


def closed_mailbox(storm: "Storm") -> str:
    """A mailbox answers nobody of ours, or is open again."""
    which = storm.chance.choice(("mailbox_denied", "mailbox_missing"))
    if storm.tenant.switches.pop(which, None):
        return f"{which} off"
    storm.tenant.switches[which] = [storm.chance.choice(storm.workers).mailbox]
    return which


def forgotten_links(storm: "Storm") -> str:
    """410: every delta link given out so far is too old."""
    for box in storm.tenant.mailboxes.values():
        box.generation += 1
    return "410"


def subscription(storm: "Storm") -> str:
    """Something befalls a subscription."""
    standing = sorted(storm.tenant.subscriptions.values(), key=lambda one: one.id)
    if not standing:
        return "none"
    one = storm.chance.choice(standing)
    what = storm.chance.choice(
        (
            *("subscriptionRemoved", "reauthorizationRequired", "missed"),
            *("silent", "forged", "foreign", "twin"),
        )
    )
    if what == "silent":
        del storm.tenant.subscriptions[one.id]
    elif what == "forged":
        notice = storm.graph.notifier._notice(
            one, storm.tenant.mailboxes[one.user or ""], "e1", None, "updated"
        )
        storm.graph.notifier._queue(one.url, {**notice, "clientState": "guessed"})
    elif what == "foreign":
        notice = storm.graph.notifier._notice(
            one, storm.tenant.mailboxes[one.user or ""], "e1", None, "deleted"
        )
        elsewhere = {"subscriptionId": "of-somebody-else", "tenantId": "another"}
        storm.graph.notifier._queue(one.url, {**notice, **elsewhere})
    elif what == "twin":
        # Made, and its answer lost: the calendar is told of by both.
        twin = replace(one, id=f"{one.id}-twin")
        storm.tenant.subscriptions[twin.id] = twin
    else:
        storm.graph.notifier.lifecycle(one, what)
    return what


def bad_teams(storm: "Storm") -> str:
    rough, share = storm.rough, storm.chance.choice((0.0, 0.1, 0.3))
    rough.refused = rough.throttled = rough.lost = share / 3
    return f"{share}"


def _asks(activity: str) -> bool:
    return "conflict." in activity or "handover." in activity


def gone_card(storm: "Storm") -> str:
    """A message with a card is not there any more. Questions stay to be answered."""
    found = [
        message
        for message in storm.messages()
        if not message["deleted"] and not _asks(str(message["activity"]))
    ]
    if not found:
        return "none"
    storm.chance.choice(found)["deleted"] = True
    return "one"


def clears(storm: "Storm") -> None:
    """The storm is over: nothing fails any more."""
    storm.tenant.faults.clear()
    storm.tenant.switches.clear()
    rough = storm.rough
    rough.refused = rough.throttled = rough.lost = 0.0
    storm.life.fate.crossings = 0


def mortal(storm: "Storm") -> str:
    """The process will die at one of its next crossings."""
    fate = storm.life.fate
    fate.crossings, fate.after = (
        storm.chance.randint(1, 25),
        storm.chance.random() < 0.5,
    )
    return f"in {fate.crossings}{' after' if fate.after else ''}"


DOWN = (timedelta(seconds=5), timedelta(seconds=70), timedelta(hours=2))

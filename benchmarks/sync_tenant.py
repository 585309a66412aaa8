"""The tenant of the sync benchmark: many alike mailboxes, and a count of what is asked.

A process of its own. It prints where it is, then does what each line of its input says:
`counts` gives how often Graph was asked for what, `change A B TIME` moves one event in
the mailboxes from A up to B.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter, deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dev_tenant import server
from dev_tenant.graph import store
from dev_tenant.graph.answers import Answer, Call
from dev_tenant.graph.fields import EventFields, read_fields
from dev_tenant.graph.http import Graph
from dev_tenant.tenant import Calendar, Json, Mailbox, Tenant, User, seeded_uuid

A_DAY = 5
COUNTED: Counter[str] = Counter()


def mail(number: int) -> str:
    return f"p{number}@bench.example"


def user_id(tenant: Tenant, number: int) -> str:
    return seeded_uuid(tenant.seed, f"bench/{number}")


def span(start: datetime) -> Json:
    """Give an hour as Graph's fields have it."""
    ends = start + timedelta(hours=1)
    pair = (
        (name, each.replace(tzinfo=None))
        for name, each in (("start", start), ("end", ends))
    )
    return {name: {"dateTime": at.isoformat(), "timeZone": "UTC"} for name, at in pair}


def fill(tenant: Tenant, mailboxes: int, events: int) -> None:
    """Add people whose calendars all hold the same: a few meetings every day.

    Exchange grants the product every right to their mailboxes.
    """
    like = next(iter(tenant.mailboxes.values()))
    midnight = (
        tenant.clock.now()
        .astimezone(UTC)
        .replace(hour=0, minute=0, second=0, microsecond=0)
    )
    templates: list[EventFields] = []
    for number in range(events):
        day, place = divmod(number, A_DAY)
        at = midnight + timedelta(days=1 + day, hours=6 + 2 * place)
        body = {"subject": "Palaveri", "isReminderOn": False, **span(at)}
        templates.append(read_fields(tenant, like, body, None))
    for number in range(mailboxes):
        id_ = user_id(tenant, number)
        tenant.users[id_] = User(id_, f"P {number}", "P", str(number), mail(number))
        home = Calendar(
            seeded_uuid(tenant.seed, f"home/{number}"), "Kalenteri", default=True
        )
        box = Mailbox(id_, dict(like.settings), calendars=[home])
        tenant.mailboxes[id_] = box
        organizer = {"name": f"P {number}", "address": mail(number)}
        for each in templates:
            props = {**each.props, "organizer": organizer}
            store.add(tenant, box, home, replace(each, props=props))
    everybody = list(tenant.mailboxes)
    tenant.scopes = dict.fromkeys(tenant.scopes, everybody)


def count() -> None:
    """Have every request of Graph counted, parts of a batch too."""
    answer = Graph.answer

    async def counted(self: Graph, call: Call, *, drops: bool = False) -> Answer:
        given = await answer(self, call, drops=drops)
        last = [each for each in call.segments if len(each) < 30][-1]
        COUNTED[f"{call.method} {last.removesuffix('()')}"] += 1
        if given.status >= 400:
            COUNTED[f"{given.status}"] += 1
        return given

    Graph.answer = counted  # type: ignore[method-assign]


def change(tenant: Tenant, first: int, after: int, to: datetime) -> None:
    for number in range(first, after):
        box = tenant.mailboxes[user_id(tenant, number)]
        event = next(iter(box.events.values()))
        store.change(tenant, box, event, span(to))


async def obey(tenant: Tenant) -> None:
    while line := await asyncio.to_thread(sys.stdin.readline):
        match line.split():
            case ["counts"]:
                said = json.dumps(COUNTED)
            case ["change", first, after, to]:
                change(tenant, int(first), int(after), datetime.fromisoformat(to))
                said = "{}"
            case _:
                raise ValueError(line)
        print(said, flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("mailboxes", "events"):
        parser.add_argument(name, type=int)
    parser.add_argument("app_url")
    parser.add_argument("ca", type=Path)
    given = parser.parse_args()
    count()
    config = server.Config(app_url=given.app_url, ca_path=given.ca, latency=0.0)
    running = await server.start(config)
    # Nobody reads what went over the wire, and it would fill the memory.
    running.tenant.journal.entries = deque(maxlen=0)
    fill(running.tenant, given.mailboxes, given.events)
    ids = {mail(n): user_id(running.tenant, n) for n in range(given.mailboxes)}
    print(json.dumps({**running.addresses(), "people": ids}), flush=True)
    await obey(running.tenant)
    await running.stop()


if __name__ == "__main__":
    asyncio.run(main())

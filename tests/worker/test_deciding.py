"""What a message says is decided again after everything that takes time."""

import pytest

from booking.appointments import Actor, Tell
from graph_sync.graph import Mail, Unanswered
from teams_app.actions import booking
from teams_app.store import jobs
from teams_app.worker import Again, Done
from tests.support.small_world import SmallWorld


async def test_what_changed_while_a_mail_was_looked_for_is_not_said(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    async def lost(_: Mail) -> None:
        raise Unanswered("NoAnswer")

    async def looked_for(_sender: str, _key: str) -> bool:
        how = {"by": Actor.PROFESSIONAL, "now": small.now, "tell": Tell.NO}
        small.write(booking.cancel, booked.id, **how)
        return False

    booked = small.book()
    (job,) = small.write(
        jobs.claim, small.now, limit=1, lease_seconds=60, kinds=["tell"]
    )
    worker = small.worker()
    with monkeypatch.context() as silent:
        silent.setattr(small.graph, "send", lost)
        assert isinstance(await worker._outcome(job), Again)
    monkeypatch.setattr(small.graph, "sent", looked_for)

    outcome = await worker._outcome(job)

    assert isinstance(outcome, Done)
    assert outcome.outcome.startswith("skipped")
    assert small.graph.mails == []

"""A rule that decides what is left of an offer: its card follows once all have heard."""

import pytest

from booking import tenant_rules
from booking.wording import text
from teams_app.actions import deciding, offer_looks
from teams_app.store import jobs
from tests import make
from tests.support.counting import counted
from tests.support.small_world import SmallWorld


def is_decided(small: SmallWorld, *, self_booking: bool) -> None:
    rules = tenant_rules.values(small.policy) | {"self_booking": self_booking}
    by = deciding.By("staff:x", small.now)
    assert small.write(deciding.rule, rules, 0, small.policy, by) is None


def says(small: SmallWorld, key: str) -> bool:
    shown = (str(each.activity) for each in small.chat.posted)
    return all(text("fi", key) in each for each in shown if "offer.withdraw" in each)


async def test_what_is_drawn_before_a_rule_was_heard_of_is_drawn_again(
    small: SmallWorld,
):
    """Another process may draw by the old one, when a look is owed sooner."""
    offer = small.offer(24, wants_card=True)
    small.book(24)
    await small.settle_down()
    sooner = small.now + make.timedelta(seconds=5)
    small.write(jobs.promise, offer_looks.keep_offer_cards(offer.id, sooner))
    is_decided(small, self_booking=False)

    small.clock.set(sooner)
    with pytest.MonkeyPatch.context() as unheard:
        unheard.setattr(SmallWorld, "decided", small.policy)
        await small.settle_down()
    assert says(small, "cards.offer.any_free")
    small.clock.advance(seconds=5)
    await small.settle_down()

    assert says(small, "cards.offer.none_left")


async def test_of_many_open_offers_all_are_looked_at_some_at_a_time(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(offer_looks, "PORTION", 2)
    made = [small.offer(24, request=f"r{each}").id for each in range(5)]
    await small.settle_down()
    small.clock.advance(seconds=1)
    with counted() as alone:
        is_decided(small, self_booking=False)
    before = {each.key: each.due for each in small.owed("offer_cards")}

    looked: list[set[int]] = []
    for seconds in (10, 2, 2, 2):
        small.clock.advance(seconds=seconds)
        await small.settle_down()
        now = {each.key: each.due for each in small.owed("offer_cards")}
        looked.append(
            {each for each in made if _look(now, each) != _look(before, each)}
        )
        before = now

    assert looked == [{*made[:2]}, {*made[2:4]}, {made[4]}, set()]
    assert len([each for each in alone if "INSERT INTO jobs" in each]) == 1


def _look(owed: dict[str, float], id_: int) -> float | None:
    return owed.get(f"offer_cards:{id_}")

"""An offer's card in her chat: it comes, follows what happens, and says when it is over."""

from dataclasses import replace
from typing import Any

import pytest

from booking import tenant_rules
from booking.appointments import Actor
from booking.model import Appointment, BookedBy, Modality, Slot
from booking.own_settings import Own, Section
from booking.wording import plural, text
from teams_app.actions import booking, deciding, offers, postings, setup
from teams_app.actions.booking import Found
from teams_app.outside import ChatError
from teams_app.store import people, services
from teams_app.worker import reaching
from tests import make
from tests.bot.talk import title
from tests.support.handing import HERS
from tests.support.outside import Posted
from tests.support.small_world import SUPERVISOR, SmallWorld

OPEN = "cards.offer.open"


def said(key: str, count: int = 0) -> str:
    return plural("fi", key, count) if count else text("fi", key)


def titles(small: SmallWorld) -> list[str]:
    return [title(small.chat.card(at)) for at in range(len(small.chat.posted))]


def offer_titles(small: SmallWorld) -> list[str]:
    return [
        title(at.activity["attachments"][0]["content"])
        for at in filter(_open, small.chat.posted)
    ]


def _open(posted: Posted) -> bool:
    return "offer.withdraw" in str(posted.activity)


def choose(small: SmallWorld, offer: Any, hours: float) -> Appointment:
    """Have the client hold an offered time and confirm it."""
    slot = Slot(make.AINO, make.at(hours))
    held = small.write(offers.hold, offer, slot, small.ids, small.policy, small.now)
    booked: Appointment = small.write(
        booking.book,
        held.id,
        Found.FREE,
        details=small.read(booking.details_of, held),
        by=Actor.CLIENT,
        now=small.now,
    )
    return booked


async def test_an_offer_made_where_no_card_shows_it_gets_one(small: SmallWorld):
    small.offer(24, 26, wants_card=True)

    await small.settle_down()

    assert titles(small) == [said(OPEN, 2)]
    assert "offer.withdraw" in str(small.chat.card())
    assert small.chat.posted[0].activity["summary"] == said("cards.summary.offer")


async def test_an_offer_made_on_a_card_gets_no_other(small: SmallWorld):
    small.offer(24)

    await small.settle_down()

    assert titles(small) == []


async def test_a_card_says_when_its_offer_has_expired(small: SmallWorld):
    small.offer(24, 26, wants_card=True)
    await small.settle_down()

    small.clock.advance(hours=26)
    await small.settle_down()

    assert titles(small) == [said("cards.offer.expired")]
    assert "offer.withdraw" not in str(small.chat.card())


async def test_an_expired_free_choice_says_so_too(small: SmallWorld):
    small.offer(wants_card=True)
    await small.settle_down()
    assert titles(small) == [said(OPEN, 2)]

    small.clock.advance(days=7)
    await small.settle_down()

    assert titles(small) == [said("cards.offer.expired")]


async def test_a_time_that_has_passed_leaves_the_card(small: SmallWorld):
    small.offer(24, 26, wants_card=True)
    await small.settle_down()
    assert "klo 10.00–10.45" in str(small.chat.card())

    small.clock.advance(hours=24)
    await small.settle_down()

    assert titles(small) == [said(OPEN, 1)]
    assert "klo 10.00–10.45" not in str(small.chat.card())


async def test_the_deadline_is_that_of_the_times_left(small: SmallWorld):
    small.book(28)
    small.offer(24, 28, wants_card=True)

    await small.settle_down()

    card = next(str(each.activity) for each in small.chat.posted if _open(each))
    assert said(OPEN, 1) in card
    assert "'ti 24.11. klo 10.00'" in card  # The deadline.
    assert "14.00" not in card


async def test_a_card_whose_times_have_all_gone_says_so(small: SmallWorld):
    small.offer(24, wants_card=True)
    small.book(24)
    invited = replace(small.service, booked_by=BookedBy.INVITED)
    small.write(services.save_service, invited)

    await small.settle_down()

    card = next(str(each.activity) for each in small.chat.posted if _open(each))
    assert text("fi", "cards.offer.none_left") in card
    assert len(offer_titles(small)) == 1, "it is news by itself"


async def test_a_card_says_what_its_client_may_choose_instead(small: SmallWorld):
    small.offer(24, wants_card=True)
    small.book(24)

    await small.settle_down()

    card = next(str(each.activity) for each in small.chat.posted if _open(each))
    assert said("cards.offer.none_left_title", 1) in card
    assert text("fi", "cards.offer.any_free") in card
    assert text("fi", "cards.offer.none_left") not in card


@pytest.mark.parametrize("way", ["booked", "outlook"])
async def test_a_card_follows_what_takes_its_times_and_comes_again_once(
    small: SmallWorld, way: str
):
    small.offer(24, 26, wants_card=True)
    await small.settle_down()

    if way == "booked":
        first, _ = small.book(24), small.book(26)
    else:
        events = [small.graph.add(HERS, make.span(hours)) for hours in (24, 26)]
        small.pull()
    await small.settle_down()

    gone = said("cards.offer.none_left_title", 2)
    assert offer_titles(small) == [gone, gone]
    newest = next(each for each in reversed(small.chat.posted) if _open(each))
    assert text("fi", "cards.do.offer_anew") in str(newest.activity)

    if way == "booked":
        small.write(booking.cancel, first.id, by=Actor.CLIENT, now=small.now)
    else:
        small.graph.remove(HERS, events[0].id)
        small.pull()
    await small.settle_down()
    assert offer_titles(small) == [said(OPEN, 1)] * 2, "it is to be had again"

    small.book(24)
    await small.settle_down()
    assert offer_titles(small) == [gone, gone], "news once"


async def test_a_time_that_somebody_only_holds_is_no_news(small: SmallWorld):
    small.offer(24, wants_card=True)
    await small.settle_down()

    small.hold(24)
    await small.settle_down()
    assert offer_titles(small) == [said("cards.offer.none_left_title", 1)]

    small.clock.advance(minutes=11)
    await small.settle_down()
    assert offer_titles(small) == [said(OPEN, 1)]


async def test_a_time_that_was_held_and_let_go_is_free_at_once(small: SmallWorld):
    small.offer(24, wants_card=True)
    await small.settle_down()
    held = small.hold(24)
    await small.settle_down()

    small.write(booking.release, held.id, Actor.CLIENT, small.now)
    await small.settle_down()

    assert offer_titles(small) == [said(OPEN, 1)]


async def test_what_had_no_time_left_when_it_was_to_be_sent_goes_out_once_it_has(
    small: SmallWorld,
):
    small.clock.advance(hours=11)  # Nine in the evening.
    offer = small.offer(24, wants_card=True)
    booked = small.book(24)
    invited = replace(small.service, booked_by=BookedBy.INVITED)
    small.write(services.save_service, invited)
    await small.settle_down()

    small.clock.advance(hours=10)
    await small.settle_down()

    def sent() -> list[str]:
        return [each.key for each in small.graph.mails if each.key.startswith("offer")]

    def card() -> str:
        return next(str(each.activity) for each in small.chat.posted if _open(each))

    assert sent() == []
    assert text("fi", "cards.offer.sent.not_owed") in card()

    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()

    (went,) = sent()
    assert went.startswith(f"offer:{offer.id}:mail")
    assert said(OPEN, 1) in card()
    assert text("fi", "cards.offer.sent.done") in card()


async def test_a_card_follows_whether_clients_book_by_themselves(small: SmallWorld):
    """Where none of the times is left she chooses any other, or nothing at all."""
    small.offer(24, wants_card=True)
    small.book(24)

    async def follows(what: str) -> bool:
        small.clock.advance(seconds=10)
        await small.settle_down()
        cards = [str(each.activity) for each in filter(_open, small.chat.posted)]
        return all(text("fi", f"cards.offer.{what}") in each for each in cards)

    assert await follows("any_free")
    for seen, wish in enumerate((False, True)):
        rules = tenant_rules.values(small.policy) | {"self_booking": wish}
        by = deciding.By("staff:x", small.now)
        small.write(deciding.rule, rules, seen, small.policy, by)
        assert await follows("any_free" if wish else "none_left")

    small.write(deciding.rule, rules | {"self_booking": False}, 2, small.policy, by)
    assert await follows("none_left")
    small.write(deciding.as_stated, 3, small.policy, by)
    assert await follows("any_free")


async def test_a_card_follows_how_a_unit_lets_its_people_meet_clients(
    small: SmallWorld,
):
    offer = small.offer(24, 26, wants_card=True)
    unit = small.read(people.unit, small.aino.unit)
    own = Own(frozenset({Section.WAYS}), modalities=(Modality.IN_PERSON,))
    assert offer.modality is not Modality.IN_PERSON
    small.write(people.save_own_settings, make.AINO, own.written)
    fixed = replace(unit, fixed=frozenset({Section.WAYS.value}))
    small.write(people.save_unit, fixed)
    await small.settle_down()
    assert offer_titles(small) == [said(OPEN, 2)]

    small.write(setup.put_unit, unit, [SUPERVISOR], small.now)
    await small.settle_down()

    assert set(offer_titles(small)) == {said("cards.offer.none_left_title", 2)}

    small.write(setup.put_unit, fixed, [SUPERVISOR], small.now)
    await small.settle_down()

    assert said(OPEN, 2) in offer_titles(small)


async def test_what_is_no_time_of_an_offer_owes_its_card_no_look(small: SmallWorld):
    small.offer(24)
    small.offer(request="free")
    await small.settle_down()

    before = small.owed("offer_cards")

    small.book(72)

    assert small.owed("offer_cards") == before


async def test_nothing_changes_when_the_time_of_one_that_is_over_runs_out(
    small: SmallWorld,
):
    chosen = small.offer(24, 26, request="r1", wants_card=True)
    withdrawn = small.offer(48, request="r2", wants_card=True)
    await small.settle_down()
    choose(small, chosen, 24)
    small.write(offers.call_off, withdrawn, small.now)
    await small.settle_down()
    before = len(small.chat.posted)

    small.clock.advance(hours=22)
    await small.settle_down()
    small.clock.advance(hours=27)
    await small.settle_down()

    shown = titles(small)[:before]
    assert said("cards.offer.withdrawn") in shown
    assert said("cards.offer.expired") not in shown


async def test_what_is_chosen_before_its_card_came_is_told_once(small: SmallWorld):
    offer = small.offer(24, 26)
    choose(small, offer, 24)
    await small.settle_down()
    assert titles(small) == [said("cards.appointment.booked_by_client")]

    again = small.write(postings.offered, "show", offer.id, small.policy, small.now)

    assert again is None


async def test_what_is_chosen_while_its_card_waits_for_the_app_is_told_on_it(
    small: SmallWorld,
):
    small.chat.refusal = ChatError(403)
    offer = small.offer(24, 26, wants_card=True)
    await small.rest(rounds=3)
    choose(small, offer, 24)
    await small.rest(rounds=3)
    small.chat.refusal = None

    await small.settle_down()

    assert titles(small) == [said("cards.appointment.booked")]


async def test_what_is_withdrawn_while_its_card_is_on_its_way_is_shown(
    small: SmallWorld,
):
    plain = small.chat.send
    offer = small.offer(24, 26, wants_card=True)

    async def slow(to: Any, activity: Any) -> str:
        small.chat.send = plain  # type: ignore[method-assign]
        id_ = await plain(to, activity)
        small.write(offers.call_off, offer, small.now)
        await small.rest(rounds=80)
        return id_

    small.chat.send = slow  # type: ignore[method-assign]
    await small.settle_down()

    assert titles(small) == [said("cards.offer.withdrawn")]


@pytest.mark.parametrize("became", ["withdrawn", "taken", "free"])
async def test_what_is_no_longer_lost_when_its_news_can_be_posted_is_not_told_again(
    small: SmallWorld, became: str
):
    offer = small.offer(24, wants_card=True)
    await small.settle_down()
    booked = small.book(24)
    small.chat.refusal = ChatError(429, 3.0)
    await small.rest(rounds=6)
    assert any("none_left" in each.key for each in small.owed("show_offer"))

    if became == "withdrawn":
        small.write(offers.call_off, offer, small.now)
    elif became == "taken":
        choose(small, offer, 28)
    else:
        small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    small.chat.refusal = None
    await small.settle_down()

    shown = {
        "withdrawn": said("cards.offer.withdrawn"),
        "taken": said("cards.appointment.booked"),
        "free": said(OPEN, 1),
    }
    assert titles(small).count(shown[became]) == 1

    if became == "free":
        small.book(24)
        await small.settle_down()
        gone = said("cards.offer.none_left_title", 1)
        assert offer_titles(small) == [gone, gone], "and told when it is lost for good"


async def test_what_is_lost_as_its_first_card_arrives_is_told(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    plain, real, looked = small.chat.send, reaching.post, False
    small.offer(24, wants_card=True)

    async def slow(to: Any, activity: Any) -> str:
        small.chat.send = plain  # type: ignore[method-assign]
        id_ = await plain(to, activity)
        small.graph.add(HERS, make.span(24))
        small.pull()
        return id_

    async def looked_at_before_it_is_done(*given: Any) -> Any:
        nonlocal looked
        done = await real(*given)
        if not looked:
            looked = True
            await small.rest(rounds=60)
        return done

    small.chat.send = slow  # type: ignore[method-assign]
    monkeypatch.setattr(reaching, "post", looked_at_before_it_is_done)
    await small.settle_down()

    gone = said("cards.offer.none_left_title", 1)
    assert offer_titles(small) == [gone, gone]


async def test_what_is_only_held_near_her_own_pause_is_not_said_to_be_lost(
    small: SmallWorld,
):
    """Her own pauses are longer than the service's: the hold beside takes the room."""
    own = Own(
        set_=frozenset({Section.WAYS}),
        modalities=tuple(small.service.modalities),
        buffers=dict.fromkeys(Modality, (45, 45)),
    )
    small.write(people.save_own_settings, make.AINO, own.written)
    small.write(people.save_service, replace(small.service, booked_by=BookedBy.INVITED))
    small.offer(24, wants_card=True)
    await small.settle_down()
    assert isinstance(small.hold(25.5, by=Actor.PROFESSIONAL), Appointment)
    await small.settle_down()

    small.clock.advance(minutes=11)
    await small.settle_down()

    assert offer_titles(small) == [said(OPEN, 1)]

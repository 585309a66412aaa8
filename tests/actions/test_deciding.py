"""What an admin decides holds for everybody at once, is logged, and can be taken back."""

from dataclasses import replace

import pytest

from booking import tenant_rules
from booking.appointments import Actor, NotOpen
from booking.model import Channel, Slot
from booking.own_lines import OwnLines
from booking.retention import Class
from booking.views.pages import FieldError
from booking.wording import text
from teams_app.actions import booking, deciding
from teams_app.actions.booking import Closed, Details
from teams_app.actions.deciding import Area, By, Outdated, Unconfirmed
from teams_app.store import decisions, log
from tests import make
from tests.support.small_world import MAIJA, POLICY, SmallWorld

WHO = By("staff:an-admin", make.NOW)


def rules(**changes):
    return tenant_rules.values(POLICY) | changes


def rule(small: SmallWorld, seen: int = 0, **changes):
    return small.write(deciding.rule, rules(**changes), seen, small.policy, WHO)


def logged(small: SmallWorld):
    found = small.read(log.entries, None, 50)
    return [(e.subject, e.source) for e in found if e.what == "set_up"]


def test_a_rule_holds_at_once_and_the_log_says_what_it_is_now(small: SmallWorld):
    assert rule(small, offer_days=3, trusts_moves=True) is None

    assert small.world.policy.offer_days == 3
    assert small.world.policy.trusts_moves
    assert logged(small) == [("rules:1", "tab:offer_days=3,trusts_moves=yes")]
    offer = small.offer(slots=())
    assert offer.expires == make.at(24 * 7), "as the settings say"
    small.policy = small.world.policy
    assert small.offer(slots=(), request="r2").expires == make.at(24 * 3)


def test_what_is_as_the_settings_say_is_left_to_them(small: SmallWorld):
    rule(small, offer_days=3)
    small.policy = replace(small.policy, help_phone="1", trusts_moves=True)

    assert small.world.policy.trusts_moves, "the settings have changed since"
    assert small.world.policy.offer_days == 3
    assert small.read(decisions.of, "rules").value == {"offer_days": 3}


def test_an_old_copy_changes_nothing_and_the_same_again_is_no_decision(
    small: SmallWorld,
):
    rule(small, offer_days=3)
    assert isinstance(rule(small, offer_days=4), Outdated)
    assert rule(small, 1, offer_days=3) is None

    assert small.world.policy.offer_days == 3
    assert len(logged(small)) == 1


def test_all_is_taken_back_to_what_the_settings_say(small: SmallWorld):
    rule(small, offer_days=3)
    assert small.write(deciding.as_stated, 1, small.policy, WHO) is None

    assert small.world.policy == small.policy
    assert logged(small)[0] == ("rules:2", "tab:offer_days=7")


def test_where_clients_do_not_book_by_themselves_an_offer_still_leads_on(
    small: SmallWorld,
):
    rule(small, self_booking=False)
    policy = small.world.policy
    wanted = small.wanted(24)

    by_herself = small.write(booking.hold, wanted, small.ids, policy, small.now)
    by_staff = small.write(
        booking.hold,
        replace(wanted, by=Actor.PROFESSIONAL),
        small.ids,
        policy,
        make.NOW,
    )

    assert by_herself is Closed.NOT_GIVEN
    assert by_staff.span.start == make.at(24)


def test_a_client_moves_only_so_often_and_staff_as_they_need(small: SmallWorld):
    booked = small.book(24)
    small.policy = replace(small.policy, client_moves=1)
    moved = small.move(booked, 26)

    def again(by: Actor):
        return small.write(
            booking.move,
            moved.id,
            Slot(moved.professional, make.at(28)),
            version=moved.version,
            by=by,
            policy=small.policy,
            now=small.now,
        )

    assert isinstance(again(Actor.CLIENT), NotOpen)
    assert again(Actor.PROFESSIONAL).span.start == make.at(28)


async def test_a_message_speaks_of_no_change_that_the_link_does_not_make(
    small: SmallWorld,
):
    rule(small, client_notice_hours=48, self_booking=False)
    booked = small.book(72, by=Actor.PROFESSIONAL)
    await small.settle_down()
    small.clock.advance(hours=49)
    await small.settle_down()
    small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
    await small.settle_down()

    told, reminded, gone = small.graph.mails
    assert text("fi", "messages.booked.more") in told.text
    assert text("fi", "messages.closed.more") in reminded.text
    assert text("fi", "messages.reminder.more") not in reminded.text
    assert text("fi", "messages.closed_new.button") in gone.text
    assert text("fi", "messages.cancelled_by_us.more") not in gone.text


@pytest.mark.parametrize("moves", [0, 1])
async def test_no_message_promises_a_move_that_the_link_does_not_make(
    small: SmallWorld, moves: int
):
    small.policy = replace(small.policy, client_moves=moves)
    booked = small.book(72)
    await small.settle_down()
    if moves:
        small.move(booked, 74)
        await small.settle_down()

    told = small.graph.mails[-1].text

    assert text("fi", "messages.fixed.more") in told
    assert text("fi", "messages.booked.more") not in told


async def test_own_lines_stand_in_mails_alone(small: SmallWorld):
    lines = OwnLines(greeting_fi="Hyvä asiakkaamme", closing_fi="Terveisin me")
    assert small.write(deciding.say, lines, 0, small.policy, WHO) is None
    small.book(24)
    phone = Details("Pekka", MAIJA.language, None, "+358401234567", {})
    small.book(26, details=phone)

    await small.settle_down()

    (mail,), (sms,) = small.graph.mails, small.sms.sent
    assert mail.text.startswith("Hyvä asiakkaamme\n\n")
    assert "\n\nTerveisin me\n\n" in mail.text
    assert "Terveisin me" in mail.html
    assert "Hyvä" not in sms.text
    assert "Terveisin" not in sms.text
    assert logged(small) == [("texts:1", "tab:closing_fi=changed,greeting_fi=changed")]


@pytest.mark.parametrize(
    "line", ["Terveisin Ohjaus", "Aino Aalto", "Itäkadun toimisto", "Lumivaara"]
)
def test_a_line_names_nothing_that_the_house_knows(small: SmallWorld, line: str):
    service, unit = small.service, small.aino
    known = {
        "Terveisin Ohjaus": service.name.fi,
        "Aino Aalto": unit.name,
        "Itäkadun toimisto": make.a_unit().name.fi,
        "Lumivaara": POLICY.organisation.fi,
    }[line]
    wanted = OwnLines(closing_sv=f"Hälsar {known}")

    came = small.write(deciding.say, wanted, 0, small.policy, WHO)

    assert came == (FieldError("closing_sv", "line_names", 160),)
    assert logged(small) == []


def test_the_organisation_is_named_only_while_its_messages_may_name_it(
    small: SmallWorld,
):
    rule(small, names_organisation=True)
    lines = OwnLines(closing_fi=f"Terveisin {POLICY.organisation.fi}")
    matter = replace(lines, closing_en=f"Yours, {small.service.name.en}")
    assert small.write(deciding.say, matter, 0, small.policy, WHO) is not None
    assert small.write(deciding.say, lines, 0, small.policy, WHO) is None

    came = rule(small, 1, names_organisation=False)

    assert came == FieldError("names_organisation", "lines_name")
    assert small.write(deciding.as_stated, 1, small.policy, WHO) == came
    assert small.world.policy.names_organisation


async def test_by_a_channel_that_is_off_nothing_goes(small: SmallWorld):
    both = Details("Pekka", MAIJA.language, "p@client.example", "+358401234567", {})
    small.write(deciding.switch, Channel.MAIL, 0, WHO, on=False)
    small.book(24, details=both)
    small.book(26)  # by mail alone

    await small.settle_down()

    assert small.graph.mails == []
    (sms,) = small.sms.sent
    assert sms.to == "+358401234567"
    assert [each.error for each in small.owed("tell")] == [None, "no_channel"]
    assert logged(small) == [("channels:1", "tab:mail=off")]


async def test_a_channel_that_is_on_again_sends_again(small: SmallWorld):
    small.write(deciding.switch, Channel.MAIL, 0, WHO, on=False)
    small.write(deciding.switch, Channel.MAIL, 1, WHO, on=True)
    assert isinstance(
        small.write(deciding.switch, Channel.SMS, 1, WHO, on=False), Outdated
    )
    small.book(24)

    await small.settle_down()

    assert len(small.graph.mails) == 1


def kept(small: SmallWorld, **days):
    found = small.read(deciding.kept)
    return found.kept | {Class(key): value for key, value in days.items()}


def test_nothing_is_kept_for_less_long_before_it_was_confirmed(small: SmallWorld):
    wanted = kept(small, appointments=400)

    came = small.write(deciding.keep, wanted, 0, WHO, confirmed=False)

    assert came == Unconfirmed((Class.APPOINTMENTS,))
    assert small.read(deciding.kept).kept[Class.APPOINTMENTS] is None
    assert small.write(deciding.keep, wanted, 0, WHO, confirmed=True) is None
    found = small.read(deciding.kept)
    assert found.at(make.NOW, Class.APPOINTMENTS) is None
    assert found.at(make.at(24), Class.APPOINTMENTS) == 400
    assert logged(small) == [("retention:1", "tab:appointments=400")]
    assert small.write(deciding.keep, wanted, 1, WHO, confirmed=False) is None
    assert len(logged(small)) == 1, "the same again is no decision"


def test_what_would_be_forgotten_is_counted_before(small: SmallWorld):
    small.book(24)
    wanted = kept(small, appointments=400)

    then = small.read(deciding.forgotten_by, wanted, make.at(days=402))
    now = small.read(deciding.forgotten_by, wanted, make.NOW)

    assert then[Class.APPOINTMENTS] == 1
    assert now[Class.APPOINTMENTS] == 0


def test_every_area_says_its_name_in_the_log(small: SmallWorld):
    assert {each.value for each in Area} == {"rules", "texts", "channels", "retention"}
    assert small.read(decisions.every) == {}

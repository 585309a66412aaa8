"""Deciding for the whole tenant in the tab: rules, texts, channels and retention."""

import re
from dataclasses import replace

import pytest

from booking import tenant_rules
from booking.messages import Kind
from booking.model import Channel, Language, Words
from booking.retention import BOUNDS
from booking.wording import plural, text
from booking.wording.dates import when_short
from teams_app.outside import SmsError
from teams_app.store import decisions, log, services
from tests import make
from tests.support.small_world import MAIJA, SmallWorld, dump
from tests.web.client import read
from tests.web.conftest import Answer, Door

PHONE = make.a_unit().phone  #: Of the unit whose appointment it is.

RULES, TEXTS = "/teams/admin/rules", "/teams/admin/texts"
CHANNELS, RETENTION = "/teams/admin/channels", "/teams/admin/retention"
ADDRESS = "admin@kunta.example"


async def see(door: Door, path: str, **claims: object) -> Answer:
    claims = {"roles": ["Vuoro.Admin"], "preferred_username": ADDRESS} | claims
    headers = door.staff(**claims) | {"Accept-Language": "en"}
    return await door.get(path, headers=headers)


async def send(door: Door, path: str, form: dict[str, str], **claims: object) -> Answer:
    claims = {"roles": ["Vuoro.Admin"], "preferred_username": ADDRESS} | claims
    headers = door.staff(**claims) | {"Accept-Language": "en"}
    return await door.ask("POST", path, headers=headers, data=form)


def all_rules(door: Door, **changes: str) -> dict[str, str]:
    found = tenant_rules.values(door.small.world.policy)
    shown = {key: tenant_rules.shown(value) for key, value in found.items()}
    return {"seen": "0"} | shown | changes


def all_kept(**changes: str) -> dict[str, str]:
    usual = {
        each.value: "" if bounds.usual is None else str(bounds.usual)
        for each, bounds in BOUNDS.items()
    }
    return {"seen": "0"} | usual | changes


def lines(small: SmallWorld, what: str) -> list[str]:
    found = small.read(log.entries, None, 50)
    return [f"{each.subject} {each.source}" for each in found if each.what == what]


async def test_a_rule_is_changed_and_holds_for_the_next_client(door: Door):
    assert (await door.get("/b/guidance")).status == 200

    page = await send(door, RULES, all_rules(door, self_booking="no"))

    assert page.status == 200
    assert text("en", "tenant.done.saved") in page.text
    assert (await door.get("/b/guidance")).status == 303
    services = await door.get("/b?lang=en")
    assert text("en", "page.services.none") in services.text
    assert lines(door.small, "set_up") == ["rules:1 tab:self_booking=no"]


async def test_a_wrong_rule_is_said_in_its_place_and_nothing_is_lost(door: Door):
    form = all_rules(door, offer_days="99", quiet_start="22:15")

    page = await send(door, RULES, form)

    assert page.status == 422
    assert 'id="e-offer_days"' in page.text
    assert 'value="99"' in page.text
    assert 'value="22:15"' in page.text
    assert door.small.read(decisions.every) == {}


async def test_an_old_copy_of_any_page_changes_nothing(door: Door):
    await send(door, RULES, all_rules(door, offer_days="3"))
    await send(door, TEXTS, {"seen": "0", "closing_fi": "Terveisin"})
    await send(
        door, CHANNELS, {"seen": "0", "channel": "sms", "act": "off", "sure": "yes"}
    )
    await send(door, RETENTION, all_kept(absences="400"))
    before = door.small.read(decisions.every)

    for path, form in (
        (RULES, all_rules(door, offer_days="4")),
        (RULES, {"seen": "0", "act": "stated"}),
        (TEXTS, {"seen": "0", "closing_fi": "Moi"}),
        (CHANNELS, {"seen": "0", "channel": "mail", "act": "off", "sure": "yes"}),
        (RETENTION, all_kept(absences="500")),
        (RETENTION, all_kept(absences="500") | {"seen": "x"}),
    ):
        page = await send(door, path, form)
        assert page.status == 409, path
        assert text("en", "tenant.outdated") in page.text
    assert len(before) == 4
    assert door.small.read(decisions.every) == before


@pytest.mark.parametrize(
    ("path", "decided"),
    [
        (RULES, {"offer_days": "3"}),
        (TEXTS, {"seen": "0", "closing_fi": "Terveisin"}),
        (CHANNELS, {"seen": "0", "channel": "sms", "act": "off", "sure": "yes"}),
        (RETENTION, all_kept(absences="400")),
    ],
)
async def test_who_decided_last_is_named_though_she_is_no_professional(
    door: Door, path: str, decided: dict[str, str]
):
    form = all_rules(door, **decided) if path == RULES else decided
    outi = "00000000-0000-4000-8000-0000000000ad"
    sent = await send(door, path, form, oid=outi, name="Outi Salmela")
    assert sent.status == 200

    page = await see(door, path)

    when = when_short(Language.EN, door.small.now)
    said = text("en", "tenant.last", when=when, who="Outi Salmela")
    assert " ".join(said.split()) in " ".join(page.text.replace("\u00a0", " ").split())
    assert outi not in page.text


@pytest.mark.parametrize("path", [RULES, TEXTS, CHANNELS, RETENTION])
async def test_what_no_form_sends_breaks_nothing(door: Door, path: str):
    for form in ({}, {"seen": "9" * 99}, {"act": "x"}, {"channel": "pigeon"}):
        page = await send(door, path, form)
        assert page.status in {200, 400, 409, 422}, form
    assert door.small.read(decisions.every) == {}


async def test_the_rules_go_back_to_the_settings(door: Door):
    await send(door, RULES, all_rules(door, self_booking="no"))

    await send(door, RULES, {"seen": "1", "act": "stated"})

    assert (await door.get("/b/guidance")).status == 200


async def test_near_the_start_a_clients_link_says_to_call(door: Door):
    booked = door.small.book(24)
    await send(door, RULES, all_rules(door, client_notice_hours="48"))

    page = await door.get(door.path(booked))
    tried = [
        await door.get(door.path(booked, each))
        for each in ("/move", "/cancel", "/move/check")
    ]
    assert f"{door.path(booked)}/calendar.ics" in page.text
    assert f"{door.path(booked)}/move" not in page.text
    assert f"{door.path(booked)}/cancel" not in page.text
    assert plural("fi", "tenant.closed.soon", 48, phone=PHONE) in read(page)
    assert [each.status for each in tried] == [303, 303, 303]
    assert door.small.appointment(booked.id).status == "booked"


async def test_a_cancellation_sent_too_late_is_refused_and_says_why(door: Door):
    booked = door.small.book(24)
    form = await door.get(door.path(booked, "/cancel"))
    door.decide(client_notice_hours=48)

    page = await door.post(door.path(booked, "/cancel"), form_token=form.token)

    assert page.status == 409
    assert plural("fi", "tenant.closed.soon", 48, phone=PHONE) in read(page)
    assert door.small.appointment(booked.id).status == "booked"


async def test_who_may_move_nothing_is_not_told_that_she_has(door: Door):
    door.decide(client_moves=0)

    page = await door.get(door.path(door.small.book(24)))

    assert text("fi", "tenant.closed.never", phone=PHONE) in read(page)
    assert text("fi", "tenant.closed.often", phone=PHONE) not in read(page)


async def test_who_has_moved_often_enough_may_still_cancel(door: Door):
    door.decide(client_moves=1)
    moved = door.small.move(door.small.book(24), 26)

    page = await door.get(door.path(moved))

    assert text("fi", "tenant.closed.often", phone=PHONE) in read(page)
    assert "/move" not in page.text
    assert (await door.get(door.path(moved, "/move"))).status == 303
    assert (await door.get(door.path(moved, "/cancel"))).status == 200


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_every_message_is_shown_as_it_is_sent(door: Door, language: str):
    door.decide(help_phone=make.a_unit().phone)
    page = await see(door, f"{TEXTS}?lang={language}&modality=remote")

    for kind in Kind:
        assert f'id="m-{kind}"' in page.text
    booked = door.small.book(
        24, details=make.replace(MAIJA, language=Language(language))
    )
    await door.small.settle_down()
    (mail,) = door.small.graph.mails
    shown = _letter(page.text, "booked")
    same = [line for line in mail.text.split("\n\n") if str(booked.link) not in line]
    told = [line for line in same if not re.search(r"\d\d[.:]\d\d", line)]
    assert len(told) > 3
    assert [line for line in told if line.strip() not in shown] == []
    assert mail.subject in page.text


def _letter(page: str, kind: str) -> str:
    """Give the mail of one message, without the SMS beside it."""
    return page.split(f'id="m-{kind}"')[1].split("<h4>")[1]


async def test_no_preview_names_a_matter_and_the_length_of_an_sms_is_said(door: Door):
    page = await see(door, f"{TEXTS}?lang=fi&modality=phone")

    assert door.small.service.name.fi not in page.text
    assert "Maija" not in page.text
    assert re.search(r"Length \d+ characters, 1 message", page.text)


async def test_lines_are_tried_on_the_messages_before_they_are_saved(door: Door):
    form = {"seen": "0", "greeting_fi": "Hyvä asiakkaamme", "lang": "fi"}

    page = await send(door, TEXTS, form | {"act": "preview"})

    assert page.status == 200
    assert "Hyvä asiakkaamme" in _letter(page.text, "booked")
    assert text("en", "tenant.unsaved") in page.text
    assert door.small.read(decisions.every) == {}
    saved = await send(door, TEXTS, form)
    assert text("en", "tenant.done.saved") in saved.text
    assert "Hyvä asiakkaamme" in _letter(saved.text, "booked")


@pytest.mark.parametrize("act", ["preview", ""])
async def test_a_line_that_may_not_be_said_is_shown_nowhere(door: Door, act: str):
    line = f"Terveisin {door.small.service.name.fi}"
    form = {"seen": "0", "closing_fi": line, "act": act, "lang": "fi"}

    page = await send(door, TEXTS, form)

    assert page.status == 422
    assert 'id="e-closing_fi"' in page.text
    assert f'value="{line}"' in page.text
    assert line not in _letter(page.text, "booked")
    assert door.small.read(decisions.every) == {}


async def test_a_line_that_names_what_was_set_up_since_is_marked(door: Door):
    small = door.small
    await send(door, TEXTS, {"seen": "0", "closing_fi": "Terveisin kuraattori"})
    assert 'id="e-closing_fi"' not in (await see(door, TEXTS)).text
    name = Words("Kuraattori", "", "")
    small.write(services.save_service, replace(small.service, key="k", name=name))

    page = await see(door, TEXTS)

    assert page.status == 200
    assert 'id="e-closing_fi"' in page.text


async def test_what_was_sent_before_lines_changed_is_not_shown_with_them(door: Door):
    booked = door.small.book(24)
    await door.small.settle_down()
    door.small.clock.advance(minutes=1)
    form = {"seen": "0", "closing_fi": "Terveisin me"}
    await send(door, TEXTS, form)

    page = await see(door, f"/teams/appointment/{booked.reference}")

    assert page.status == 200
    assert "Terveisin me" not in page.text


async def test_what_was_sent_before_rules_changed_is_not_shown_with_them(door: Door):
    booked = door.small.book(24)
    await door.small.settle_down()
    (mail,) = door.small.graph.mails
    door.small.clock.advance(minutes=1)
    await send(door, RULES, all_rules(door, names_organisation="yes", client_moves="0"))

    page = await see(door, f"/teams/appointment/{booked.reference}")

    assert text("fi", "messages.booked.more") in mail.text
    assert text("fi", "messages.fixed.more") not in page.text


async def test_a_channel_is_turned_off_once_it_was_said_what_that_means(door: Door):
    door.small.book(24)
    form = {"seen": "0", "channel": "mail", "act": "off"}

    asked = await send(door, CHANNELS, form)
    assert door.small.read(decisions.every) == {}
    done = await send(door, CHANNELS, form | {"sure": "yes"})

    assert text("en", "tenant.channel.sure.mail") in asked.text
    assert "1 client gets messages in no other way" in asked.text
    assert text("en", "tenant.channel.off") in done.text
    assert door.small.world.policy.channels_off == {Channel.MAIL}


async def test_how_a_channel_goes_is_said(door: Door):
    door.small.gate.arm(1, error=SmsError(422, final=True), only="sms.send")
    phone = make.replace(MAIJA, email=None, phone="+358401234567")
    door.small.book(24, details=phone)
    door.small.book(26)
    await door.small.settle_down()

    page = await see(door, CHANNELS)

    assert "<code>422</code>" in page.text
    assert "0401234567" not in page.text
    assert page.text.count("<time") >= 2


async def test_a_trial_by_mail_goes_to_her_own_address_and_nowhere_else(door: Door):
    page = await send(
        door,
        CHANNELS,
        {"channel": "mail", "act": "try", "request": "r1", "number": "x@y.example"},
    )

    (mail,) = door.small.graph.mails
    assert mail.to == ADDRESS
    assert mail.subject == text("en", "tenant.trial.subject")
    assert "href" not in mail.html
    assert text("en", "tenant.trial.taken") in page.text
    assert lines(door.small, "trial") == ["channel:mail tab"]
    assert lines(door.small, "trial_ended") == ["channel:mail tab:taken"]


async def test_a_trial_by_sms_goes_to_the_number_typed_which_is_kept_nowhere(
    door: Door,
):
    form = {"channel": "sms", "act": "try", "request": "r1", "number": "040 765 4321"}

    page = await send(door, CHANNELS, form)

    (sms,) = door.small.sms.sent
    assert sms.to == "+358407654321"
    assert text("en", "tenant.trial.taken") in page.text
    assert "7654321" not in str(door.small.read(log.entries, None, 50))
    assert "407654321" not in str(door.small.read(dump))


async def test_pressed_twice_a_trial_is_sent_once_and_at_most_so_often(door: Door):
    form = {"channel": "mail", "act": "try"}
    first = await send(door, CHANNELS, form | {"request": "r1"})
    again = await send(door, CHANNELS, form | {"request": "r1"})
    assert len(door.small.graph.mails) == 1
    assert text("en", "tenant.trial.taken") in first.text
    assert text("en", "tenant.trial.again") in again.text
    for number in (2, 3, 4, 5, 6):
        page = await send(door, CHANNELS, form | {"request": f"r{number}"})

    assert len(door.small.graph.mails) == 5
    assert page.status == 429
    assert text("en", "tenant.trial.too_often", n=5) in page.text
    door.small.clock.advance(minutes=61)
    assert (await send(door, CHANNELS, form | {"request": "r7"})).status == 200
    assert len(door.small.graph.mails) == 6


@pytest.mark.parametrize("number", ["", "12", "0600 123 456", "x" * 900])
async def test_a_number_that_is_none_is_said_and_nothing_is_sent(
    door: Door, number: str
):
    form = {"channel": "sms", "act": "try", "request": "r", "number": number}

    page = await send(door, CHANNELS, form)

    assert page.status == 422
    assert 'id="e-number"' in page.text
    assert door.small.sms.sent == []
    assert lines(door.small, "trial") == []


@pytest.mark.parametrize("claim", [None, "not an address", "a@b"])
async def test_without_an_address_of_her_own_nothing_is_mailed(
    door: Door, claim: str | None
):
    form = {"channel": "mail", "act": "try", "request": "r"}

    page = await send(door, CHANNELS, form, preferred_username=claim)

    assert page.status == 422
    assert door.small.graph.mails == []


@pytest.mark.parametrize(
    ("error", "came", "code"),
    [
        (SmsError(422, final=True), "refused", "422"),
        (SmsError(0, final=False), "unanswered", ""),
        (SmsError(504, final=False), "unanswered", "504"),
    ],
)
async def test_what_a_gateway_answers_is_shown(
    door: Door, error: SmsError, came: str, code: str
):
    door.small.gate.arm(1, error=error, only="sms.send")
    form = {"channel": "sms", "act": "try", "request": "r", "number": "040 765 4321"}

    page = await send(door, CHANNELS, form)

    assert text("en", f"tenant.trial.{came}") in page.text
    assert 'value="040 765 4321"' in page.text
    ended = f"channel:sms tab:{came}" + (f":{code}" if code else "")
    assert lines(door.small, "trial_ended") == [ended]


async def test_a_gateway_that_is_not_set_up_cannot_be_tried(door: Door):
    door.decide(has_sms=False)
    form = {"channel": "sms", "act": "try", "request": "r", "number": "040 765 4321"}

    assert "VUORO_SMS_URL" in (await see(door, CHANNELS)).text
    assert (await send(door, CHANNELS, form)).status == 400
    assert door.small.sms.sent == []


async def test_less_long_is_kept_only_after_its_cost_was_seen(door: Door):
    door.small.book(24)
    door.small.clock.advance(days=402)
    form = all_kept(appointments="400")

    asked = await send(door, RETENTION, form)
    assert door.small.read(decisions.every) == {}
    done = await send(door, RETENTION, form | {"sure": "yes"})

    assert "Now 1 row would be lost" in asked.text
    assert text("en", "tenant.retention.sure.go") in asked.text
    assert text("en", "tenant.done.kept") in done.text
    assert lines(door.small, "set_up") == ["retention:1 tab:appointments=400"]


async def test_a_time_out_of_its_bounds_is_said_and_nothing_is_lost(door: Door):
    page = await send(door, RETENTION, all_kept(appointments="30", offers="77"))

    assert page.status == 422
    assert 'id="e-appointments"' in page.text
    assert 'value="77"' in page.text
    assert door.small.read(decisions.every) == {}

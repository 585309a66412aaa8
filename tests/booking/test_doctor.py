"""What the doctor makes of what it heard; and that all of it can be said."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from booking import doctor
from booking.doctor import (
    YES,
    Answer,
    Finding,
    Heard,
    Level,
    Step,
    groups,
    judging,
)
from booking.doctor.judging import (
    BotFacts,
    Box,
    DatabaseFacts,
    EventFacts,
    MailFacts,
    ManifestFacts,
    Proof,
    Reader,
    Right,
    SenderFacts,
    SubscriptionFacts,
)
from booking.reach import Why
from booking.spans import HELSINKI
from booking.views import doctor as views

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ANSWERS = [Heard(each, "Code") for each in Answer]
DENIED, SILENT = Heard(Answer.DENIED), Heard(Answer.SILENT)


def everything() -> Iterator[list[Finding]]:
    """Give what is found of whatever can be heard."""
    yield from at_home()
    yield from of_answers()
    yield from of_the_rest()


def at_home() -> Iterator[list[Finding]]:
    for fault in ("", "unreachable", "newer", "guard"):
        yield judging.database(DatabaseFacts(NOW, fault, "x"))
    yield judging.database(DatabaseFacts(NOW, removed=True))
    yield judging.database(DatabaseFacts(NOW, professionals=1))
    yield judging.database(DatabaseFacts(NOW, professionals=1, services=1, swept=NOW))
    for skew in (None, 0.2, 31, -31, 300, -300):
        yield judging.clock(skew)
    for code, answer in product([*judging.ENTRAS, "other"], Answer):
        yield judging.token(Heard(answer, code), app="a", tenant="t")
    for ends in (NOW, NOW + timedelta(days=3), NOW + timedelta(days=20)):
        yield judging.proof(NOW, Proof(ends))
    yield judging.proof(NOW, Proof(None, unknown=True))


def of_answers() -> Iterator[list[Finding]]:
    for heard, wide in product(ANSWERS, (True, False)):
        right = Right("Calendars.ReadWrite", "professionals", wide, [heard])
        more, lacking = ["Sites.Read.All"], ["TeamsActivity.Send"]
        yield judging.permissions([right], more, lacking)
    yield groups.lacking(["User.Read.All"], ["Itakatu"])
    for heard in ANSWERS:
        yield groups.judged([groups.Group("g", ["Itakatu"], heard)])
        yield judging.mailboxes([Box("Aino", heard, meetings=False)])
        yield judging.mailboxes([Box("Aino", heard), Box("Bo", heard)])
        yield judging.outside("x@y", {"Mail.Read": heard})
        yield judging.event(EventFacts("x@y", heard, erased=heard, swept=2))
        made = SubscriptionFacts("https://x", heard, ended=heard, swept=1)
        yield judging.subscription(made)
        yield judging.app([Reader("Aino", heard), Reader("Bo", heard, installed=True)])
        for why in Why:
            yield judging.app([Reader("Aino", YES, closed=why)])
        yield judging.manifest(ManifestFacts("p", ["f"], listed=False, heard=heard))
        yield judging.bot(BotFacts("https://x", 0, heard, heard, heard))
    for reads, sends in product(ANSWERS, ANSWERS):
        yield judging.sender(SenderFacts("x@y", reads, sends, is_professional=True))


def of_the_rest() -> Iterator[list[Finding]]:
    yield judging.sender(SenderFacts("x@y", YES, YES))
    yield judging.bot(BotFacts("https://x", 401, YES, YES, YES))
    yield judging.event(EventFacts("x@y", YES, online=True, seconds=20))
    yield judging.event(EventFacts("x@y", YES, online=True, joined=True))
    for here, code in product((True, False), ("ValidationError", "ExtensionError")):
        refused = Heard(Answer.REFUSED, code)
        yield judging.subscription(SubscriptionFacts("u", refused, answers_here=here))
    yield judging.polling_only()
    for status, code in ((401, "401"), (500, "200"), (401, "")):
        connector = Heard(Answer.REFUSED, code) if code else SILENT
        yield judging.bot(BotFacts("https://x", status, YES, YES, connector))
    yield judging.manifest(ManifestFacts("", []))
    yield judging.manifest(ManifestFacts("p", [], listed=True))
    yield judging.manifest(ManifestFacts("p", []))
    for seen, possible in ((0, 9), (9, 9), (2800, 9), (9000, 9), (9, 9000)):
        yield judging.mail(MailFacts(seen, possible, each=3, at_once=1000))
    for because in ("outside", "mailbox"):
        yield [Finding(Step.EVENT, Level.UNTRIED, because)]
    yield [Finding(Step.EVENT, Level.UNTRIED, "because", {"because": "token"})]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_all_that_can_be_found_is_said_and_what_is_wrong_with_what_to_do(language: str):
    for found in everything():
        assert found
        for each in found:
            shown = views.line(language, each, HELSINKI)
            assert shown.said
            assert "{" not in shown.said + shown.do
            assert bool(shown.do) == (each.level in {Level.LOOK, Level.MEND})
        read = json.loads(views.as_json(language, found, HELSINKI))
        assert read["status"] == doctor.status(found)


def test_everything_that_has_words_can_be_found():
    """What stands in the catalogue and is never found would be a promise nobody keeps."""
    text = Path(views.__file__).parents[1] / "wording/en/doctor.po"
    told = set(re.findall(r'msgid "doctor\.said\.(\w+\.\w+)"', text.read_text()))
    found = {
        f"{'untried' if each.level is Level.UNTRIED else each.step}.{each.name}"
        for found in everything()
        for each in found
        if not each.name.startswith("credential")
    }

    assert told == found


def test_a_step_is_not_tried_when_one_that_it_needs_has_failed_or_was_not_tried():
    failed = [Finding(Step.TOKEN, Level.MEND, "refused")]
    database = [Finding(Step.DATABASE, Level.UNTRIED, "because")]

    assert doctor.blocked(Step.EVENT, failed) is not None
    assert doctor.blocked(Step.MANIFEST, failed) is None
    assert doctor.blocked(Step.APP, database) is not None
    assert doctor.blocked(Step.EVENT, [Finding(Step.TOKEN, Level.LOOK, "x")]) is None


def test_one_step_brings_what_it_needs():
    assert doctor.with_needs([Step.MAIL]) == {Step.MAIL, Step.DATABASE}
    assert Step.TOKEN in doctor.with_needs([Step.APP])
    assert doctor.with_needs([Step.CLOCK]) == {Step.CLOCK}


def test_a_right_consented_to_in_entra_is_wrong_though_it_works():
    right = Right("Mail.Send", "sender", consented=True, tried=[YES])

    (found,) = judging.permissions([right], [])

    assert (found.level, found.name) == (Level.MEND, "wide")


def test_a_mailbox_outside_is_out_of_reach_only_if_every_right_is_refused():
    refused = {"Calendars.ReadWrite": DENIED, "Mail.Send": DENIED}

    assert judging.outside("x", refused)[0].level is Level.OK
    assert judging.outside("x", refused | {"Mail.Read": YES})[0].name == "reached"
    assert judging.outside("x", refused | {"Mail.Read": SILENT})[0].level is Level.MEND


def test_where_nobody_is_let_in_it_is_said_once_and_not_of_each():
    (found,) = judging.mailboxes([Box("Aino", DENIED), Box("Bo", DENIED)])
    mixed = judging.mailboxes([Box("Aino", DENIED), Box("Bo", YES)])

    assert found.name == "all_denied"
    assert mixed[0].values == {"names": ["Aino"]}


@pytest.mark.parametrize(
    ("seen", "possible", "level", "name"),
    [
        (3333, 0, Level.LOOK, "much"),
        (3334, 0, Level.MEND, "too_much"),
        (0, 3334, Level.MEND, "too_much"),
        (10, 3334, Level.LOOK, "full"),
    ],
)
def test_mail_is_held_against_what_one_mailbox_sends_a_day(
    seen: int, possible: int, level: Level, name: str
):
    found = judging.mail(MailFacts(seen, possible, each=3, at_once=10))

    assert (found[-1].level, found[-1].name) == (level, name)


def test_a_sender_that_is_silent_in_both_is_one_thing_to_mend():
    silent = Heard(Answer.SILENT, "503")

    found = judging.sender(SenderFacts("x@y", silent, silent))

    assert [each.name for each in found] == ["silent"]


def test_what_went_out_counts_where_it_was_more_than_appointments_tell_of():
    (quiet,) = judging.mail(MailFacts(10, 10, each=3, at_once=10, sent=29))
    (busy,) = judging.mail(MailFacts(10, 10, each=3, at_once=10, sent=31))

    assert (quiet.values["n"], busy.values["n"]) == (30, 31)


def test_reminders_that_would_come_late_are_told():
    on_time = judging.mail(MailFacts(5, 5, each=3, at_once=900))
    late = judging.mail(MailFacts(5, 5, each=3, at_once=901))

    assert [each.name for each in on_time] == ["seen"]
    assert late[-1].values["minutes"] == 31


def test_of_many_names_some_are_told_and_the_rest_counted():
    names = [f"P{number}" for number in range(40)]
    finding = Finding(Step.APP, Level.MEND, "missing", {"names": names})

    said = views.line("en", finding, HELSINKI).said

    assert said.endswith("P9 and others: 30.")

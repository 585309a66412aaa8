"""Links and forms of a client in every bad version."""

import re

import pytest

from booking.links import LinkKind
from booking.model import Question, QuestionKind, Status
from booking.wording import text
from teams_app.store import appointments, people
from tests import make
from tests.support.small_world import dump
from tests.web.client import FORM, choose, fill_in, is_a_page_that_helps, slot
from tests.web.conftest import BOTH_ENGINES, Door

# Links.


@BOTH_ENGINES
@pytest.mark.parametrize("rest", ["", "/calendar.ics"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "A" + token[1:],
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda _: "A" * 5000,
        lambda token: "%00" * len(token),
        lambda _: "%F0%9F%98%80" * 6,
        lambda token: "%2e%2e%2f" + token,
    ],
)
async def test_a_link_that_opens_nothing_says_so_and_the_way_out(
    door: Door, spoil, rest: str
):
    booked = door.small.book(24)
    token = door.path(booked).removeprefix("/a/")

    answer = await door.get(f"/a/{spoil(token)}{rest}?lang=sv")

    assert answer.status == 404
    assert is_a_page_that_helps(answer, "sv")
    assert booked.reference not in answer.text


async def test_a_link_of_an_older_generation_opens_nothing(door: Door):
    booked = door.small.book(24)
    path = door.path(booked)
    newer = make.replace(booked, generation=1, version=booked.version + 1)
    door.small.write(appointments.save, newer)

    assert (await door.get(path)).status == 404
    assert (await door.get(door.path(newer))).status == 200


async def test_an_offers_link_opens_no_appointment_and_the_other_way_round(
    door: Door,
):
    small, offer, booked = door.small, door.small.offer(26), door.small.book(24)
    other = small.links.token(LinkKind.OFFER, offer.link, 0)
    appointment = door.path(booked).removeprefix("/a/")

    assert (await door.get(f"/a/{other}")).status == 404
    assert (await door.get(f"/o/{appointment}")).status == 404
    swapped = small.links.token(LinkKind.OFFER, booked.link, 0)
    assert (await door.get(f"/a/{swapped}")).status == 404


# Forms.


@pytest.mark.parametrize(
    "rest", ["/details", "/confirm", "/release", "/move", "/move/check", "/cancel"]
)
@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        "forged",
        "-1.AAAA",
        "0.",
        "zz.zz",
        "9" * 5000,
        "\N{SNOWMAN}.\N{SNOWMAN}",
        "\x00.\x00",
    ],
)
async def test_a_form_without_its_own_token_changes_nothing(
    door: Door, rest: str, token: str | None
):
    small = door.small
    booked = small.book(24)
    before = small.read(dump)
    fields = {"slot": slot(26)} | ({} if token is None else {"form_token": token})

    answer = await door.post(f"{door.path(booked, rest)}?lang=en", **fields)

    assert answer.status == 403
    assert is_a_page_that_helps(answer)
    assert small.read(dump) == before


async def test_a_token_of_another_form_or_of_yesterday_is_none(door: Door):
    small = door.small
    mine, hers = small.book(24), small.book(26)
    token = (await door.get(door.path(hers, "/cancel"))).token
    own = (await door.get(door.path(mine, "/cancel"))).token

    assert (await door.post(door.path(mine, "/cancel"), form_token=token)).status == 403
    small.clock.advance(hours=13)
    assert (await door.post(door.path(mine, "/cancel"), form_token=own)).status == 403
    assert small.appointment(mine.id).status is Status.BOOKED


async def test_a_form_sent_from_another_site_is_none(door: Door):
    booked = door.small.book(24)
    token = (await door.get(door.path(booked, "/cancel"))).token

    for origin in ("https://evil.example", "null", "https://aika.example.evil"):
        answer = await door.ask(
            "POST",
            door.path(booked, "/cancel"),
            data={"form_token": token},
            headers={"Origin": origin},
        )
        assert answer.status == 403, origin
    answer = await door.ask(
        "POST",
        door.path(booked, "/cancel"),
        data={"form_token": token},
        headers={"Origin": "https://aika.example"},
    )
    assert answer.status == 303


@BOTH_ENGINES
@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("", 422),
        ("nonsense", 422),
        ("1@", 422),
        ("@1", 422),
        ("1@-5", 422),
        ("1@99999999999", 409),
        ("1@1", 409),
        ("99999999999999@1795600800", 409),
        ("7@1795600800", 409),
        ("1@" + "9" * 5000, 422),
        ("\u0661@\u0661", 422),
        ("1@1\x00", 409),
        (slot(24 + 12), 409),
        (slot(24 + 1 / 60), 409),
        (slot(-1), 409),
        (slot(0.5), 409),
        (slot(24 * 60), 409),
    ],
)
async def test_a_time_that_cannot_be_had_is_refused_kindly(
    door: Door, given: str, status: int
):
    page = await door.get("/b/guidance?lang=en")

    answer = await door.post("/b/guidance?lang=en", form_token=page.token, slot=given)

    assert answer.status == status
    assert is_a_page_that_helps(answer)


@BOTH_ENGINES
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 5000),
        ("name", "\x00"),
        ("name", "123"),
        ("email", "no address"),
        ("email", "a@" + "b" * 300 + ".example"),
        ("email", "a@b.example\r\nBcc: x@y.example"),
        ("email", ""),
        ("language", ""),
        ("language", "klingon"),
    ],
)
async def test_details_that_cannot_be_are_said_with_nothing_lost(
    door: Door, field: str, value: str
):
    details = await choose(door)

    answer = await fill_in(door, details, **{field: value})

    assert answer.status == 422
    assert is_a_page_that_helps(answer)
    kept = [each for name, each in FORM.items() if name != field and len(each) > 2]
    assert all(each in answer.text for each in kept)


async def test_what_was_typed_is_shown_and_never_run(door: Door):
    details = await choose(door)

    answer = await fill_in(door, details, name="<script>alert(1)</script>", email="x")

    assert answer.status == 422
    assert "<script>alert" not in answer.text


@BOTH_ENGINES
async def test_nul_and_other_unseen_marks_are_left_out(door: Door):
    question = Question(
        "matter", QuestionKind.SHORT, make.words("Matter"), required=False
    )
    service = make.replace(door.small.service, questions=(question,))
    door.small.write(people.save_service, service)
    details = await choose(door)

    answer = await fill_in(
        door, details, name="Maija\x00 Meri", **{"q.matter": "cv\x00"}
    )

    assert answer.status in {303, 422}


PACKED = b"\r\nContent-Transfer-Encoding: "
KIND = b"\r\nContent-Type: text/plain; charset="


def part(name: bytes, head: bytes, value: bytes = b"v") -> bytes:
    """Give a form of one field, in parts, with more in the head of the field."""
    named = b'--x\r\nContent-Disposition: form-data; name="' + name + b'"'
    return named + head + b"\r\n\r\n" + value + b"\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=\xff", "application/x-www-form-urlencoded"),
        (b"a=b", "application/x-www-form-urlencoded; charset=klingon"),
        (b"a=b", "multipart/form-data"),
        (b"a=b", "application/x-www-form-urlencoded; charset=rot13"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (part(b"_charset_", b"", b"x" * 40), "multipart/form-data; boundary=x"),
        (part(b"a", PACKED + b"klingon"), "multipart/form-data; boundary=x"),
        (part(b"a", PACKED + b"base64", b"!"), "multipart/form-data; boundary=x"),
        (part(b"a", KIND + b"klingon"), "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"", ""),
    ],
)
async def test_a_body_that_is_no_form_is_refused_not_broken(
    door: Door, body: bytes, kind: str
):
    booked = door.small.book(24)

    for path in (door.path(booked, "/cancel"), "/b/guidance"):
        answer = await door.ask(
            "POST", f"{path}?lang=en", data=body, headers={"Content-Type": kind}
        )
        assert answer.status in {400, 403}, (path, answer.status)
        assert is_a_page_that_helps(answer)


async def test_a_file_where_a_word_should_be_is_no_word(door: Door):
    booked = door.small.book(24)
    token = (await door.get(door.path(booked, "/cancel"))).token
    body = (
        b'--x\r\nContent-Disposition: form-data; name="form_token"; filename="f"\r\n'
        b"\r\n" + token.encode() + b"\r\n--x--\r\n"
    )

    answer = await door.ask(
        "POST",
        door.path(booked, "/cancel"),
        data=body,
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert answer.status == 403


async def test_a_body_too_large_is_413(door: Door):
    booked = door.small.book(24)

    answer = await door.ask(
        "POST", f"{door.path(booked, '/cancel')}?lang=en", data={"a": "x" * 300_000}
    )

    assert answer.status == 413
    assert is_a_page_that_helps(answer)


async def test_what_is_left_out_is_asked_for_as_one_would(door: Door):
    """To write a name or an answer, to choose one or some: never to fill in a field."""
    ways = (("a", make.words("A")), ("b", make.words("B")))
    questions = (
        Question("goal", QuestionKind.SHORT, make.words("Goal"), required=True),
        Question("when", QuestionKind.DATE, make.words("When"), required=True),
        Question("one", QuestionKind.ONE_OF, make.words("One"), choices=ways),
        Question("some", QuestionKind.MANY_OF, make.words("Some"), choices=ways),
        Question("yes", QuestionKind.YES_NO, make.words("Yes"), required=True),
    )
    asked = tuple(make.replace(each, required=True) for each in questions)
    service = make.replace(door.small.service, questions=asked)
    door.small.write(people.save_service, service)
    details = await choose(door)

    answer = await fill_in(door, details, name="")

    said = re.findall(r'<a href="#f-[^"]+">([^<]+)</a>', answer.text)
    assert said == [
        "Write your name.",
        "Write your answer: Goal (en)",
        "Write your answer: When (en)",
        "Choose one: One (en)",
        "Choose at least one: Some (en)",
        "Choose one: Yes (en)",
    ]


async def test_who_is_to_be_called_gives_a_number(door: Door):
    path = "/b/guidance?lang=en&modality=phone"
    page = await door.get(path)
    held = await door.post(path, form_token=page.token, slot=slot(24))
    asked = await door.get(held.location)

    refused = await fill_in(door, held.location)
    filled = await fill_in(door, held.location, email="", phone="040 123 4567")

    assert re.search(r'id="f-phone"[^>]* required', asked.text)
    assert refused.status == 422
    assert f'href="#f-phone">{text("en", "error.field.no_phone")}' in refused.text
    assert FORM["email"] in refused.text
    assert "/check" in filled.location


async def test_a_question_left_unanswered_is_shown_before_confirming(door: Door):
    asked = (Question("need", QuestionKind.SHORT, make.words("Need")),)
    service = make.replace(door.small.service, questions=asked)
    door.small.write(people.save_service, service)

    check = await door.get((await fill_in(door, await choose(door))).location)

    (row,) = re.findall(r"<dt>Need \(en\)</dt>.*?</div>", check.text)
    assert text("en", "form.no_answer") in row
    assert "/details" in row

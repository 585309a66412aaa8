"""What a client is sent: neutral, plain, and short enough for an old phone."""

import re
from html.parser import HTMLParser
from itertools import product

import pytest

from booking.messages import Facts, Kind, compose
from booking.model import Channel, Language, Modality
from booking.spans import Span
from booking.wording import text
from booking.wording.dates import when_range
from tests.make import at

#: As long as a real one.
URL = "https://ajanvaraus.tyollisyys.example/a/abcdefgh0123456789ABCDEF"
#: GSM 03.38, as far as our texts may need it.
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)

EVERY = list(product(Kind, Language, Modality))


def facts(kind=Kind.BOOKED, language=Language.FI, modality=Modality.REMOTE, **more):
    start = None if kind in {Kind.OFFER, Kind.OFFER_FREE} else at(24.5)
    given = {"url": URL, "help_phone": "09 000 0000", "start": start, **more}
    return Facts(kind, language, modality, **given)


class Shown(HTMLParser):
    """What a mail program would show, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_data(self, data):
        self.words.append(data)

    def handle_starttag(self, _, attrs):
        self.links += [value for name, value in attrs if name == "href"]


@pytest.mark.parametrize(("kind", "language", "modality"), EVERY)
def test_a_text_message_is_short_and_of_plain_letters(kind, language, modality):
    sent = compose(facts(kind, language, modality), Channel.SMS)

    assert set(sent.text) <= GSM_7, set(sent.text) - GSM_7
    assert len(sent.text) <= 2 * 153
    assert sent.text.count(URL) == 1
    assert (sent.subject, sent.html) == ("", "")
    assert "{" not in sent.text


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.SMS])
@pytest.mark.parametrize(("kind", "language", "modality"), EVERY)
def test_where_there_is_no_page_any_more_a_telephone_is_left(
    kind, language, modality, channel
):
    sent = compose(facts(kind, language, modality, url=""), channel)

    assert sent.text.count("09 000 0000") == 1
    assert Shown(sent.html).links == []
    assert text(language, "messages.do_not_share") not in sent.text
    assert not re.search("linkki|länk|link", sent.subject + sent.text)
    assert ":\n" not in sent.text
    assert channel is Channel.MAIL or set(sent.text) <= GSM_7


@pytest.mark.parametrize(("kind", "language", "modality"), EVERY)
def test_a_mail_says_the_same_plainly_and_in_html(kind, language, modality):
    sent = compose(facts(kind, language, modality), Channel.MAIL)

    shown = Shown(sent.html)
    assert shown.links == [URL]
    said = " ".join(sent.text.replace(URL, "").split())
    assert "".join(said.split()).replace(":", "") == "".join(
        "".join(shown.words).split()
    ).replace(":", "")
    assert sent.text.count(URL) == 1
    assert "09 000 0000" in sent.text
    assert sent.subject
    assert f'lang="{language.value}"' in sent.html


@pytest.mark.parametrize("language", Language)
def test_until_when_is_said_of_a_new_time_and_in_the_mail_of_a_booking(language):
    wanted = {"fi": "11.15", "sv": "11.15", "en": "11:15"}[language]

    def says(kind: Kind, channel: Channel) -> bool:
        return wanted in compose(facts(kind, language, end=at(25.25)), channel).text

    for kind in (Kind.MOVED, Kind.MOVED_BY_CLIENT):
        assert says(kind, Channel.MAIL)
        assert says(kind, Channel.SMS)
    assert says(Kind.BOOKED, Channel.MAIL)
    assert not says(Kind.BOOKED, Channel.SMS)
    assert not says(Kind.REMINDER, Channel.MAIL)


@pytest.mark.parametrize("language", Language)
def test_a_mail_of_another_time_says_which_it_was_and_a_text_message_does_not(language):
    was = Span(at(48), at(48.5))
    said = text(
        language,
        "messages.moved.was",
        when=when_range(language, was.start, was.end),
    )

    def says(kind: Kind, channel: Channel) -> bool:
        sent = compose(facts(kind, language, end=at(25.25), was=was), channel)
        plain = facts(kind, language, end=at(25.25))
        assert channel is Channel.MAIL or sent == compose(plain, channel)
        return said in sent.text

    assert says(Kind.MOVED, Channel.MAIL)
    assert not says(Kind.MOVED, Channel.SMS)
    assert not says(Kind.MOVED_BY_CLIENT, Channel.MAIL)


@pytest.mark.parametrize("language", Language)
def test_the_time_is_said_wherever_there_is_one(language):
    wanted = {"fi": "10.30", "sv": "10.30", "en": "10:30"}[language]

    for kind in {Kind.BOOKED, Kind.MOVED, Kind.REMINDER, Kind.CANCELLED_BY_US}:
        for channel in (Channel.MAIL, Channel.SMS):
            assert wanted in compose(facts(kind, language), channel).text


@pytest.mark.parametrize("kind", [Kind.BOOKED, Kind.REMINDER, Kind.MOVED])
@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.SMS])
@pytest.mark.parametrize("language", Language)
def test_how_we_meet_is_said_of_every_time_to_come(kind, channel, language):
    for modality in Modality:
        said = compose(facts(kind, language, modality), channel).text

        short = channel is Channel.SMS and modality is Modality.IN_PERSON
        key = f"messages.how.{modality.value}{'.sms' if short else ''}"
        assert text(language, key) in said


@pytest.mark.parametrize("language", Language)
def test_in_person_a_text_message_is_as_long_as_that_of_a_call(language):
    visit, call = (
        len(compose(facts(Kind.BOOKED, language, how), Channel.SMS).text)
        for how in (Modality.IN_PERSON, Modality.PHONE)
    )

    assert visit <= max(call, 160)


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.SMS])
def test_on_the_phone_nobody_is_met_somebody_else_calls(channel):
    by_phone = facts(Kind.HANDED_OVER, modality=Modality.PHONE)
    face_to_face = facts(Kind.HANDED_OVER, modality=Modality.IN_PERSON)

    called, met = (compose(each, channel) for each in (by_phone, face_to_face))

    said = "Aikasi ti 24.11. klo 10.30 ei muutu, mutta sinulle soittaa toinen asiantuntija."
    assert said in called.text
    assert "tapaat" not in (called.text + called.subject).lower()
    assert "tapaat toisen asiantuntijan" in met.text


@pytest.mark.parametrize("language", Language)
def test_a_remote_meeting_is_called_in_messages_what_the_page_calls_it(language):
    said = compose(facts(language=language), Channel.MAIL).text

    assert text(language, "modality.remote").lower() in said.lower()


def test_nothing_typed_by_anybody_becomes_markup():
    url = 'https://aika.example/a/"><script>alert(1)</script>'

    sent = compose(facts(url=url, help_phone="<b>09</b>"), Channel.MAIL)

    assert "<script" not in sent.html
    assert "<b>" not in sent.html
    assert Shown(sent.html).links == [url]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("channel", Channel)
def test_a_message_says_whose_it_is_only_where_that_is_wanted(kind, channel):
    neutral = compose(facts(kind), channel)
    named = compose(facts(kind, organisation="Lumivaara"), channel)

    assert "Lumivaara" not in neutral.text
    assert "Lumivaara" in named.text
    assert "Lumivaara" not in named.subject

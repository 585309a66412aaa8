"""What sentences mean, in each language: the clear ones, and what must be asked."""

from datetime import UTC, datetime

import pytest

from booking.model import Language
from booking.saying import Command, Unclear, Verb, When, Why, understand
from booking.spans import HELSINKI

#: A Monday, ten o'clock in Helsinki.
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FI, SV, EN = Language.FI, Language.SV, Language.EN


def heard(said: str, language: Language = FI, now: datetime = NOW) -> str:
    """Write down what was understood: `book 2026-11-24T10:00`, `? past: day …, …`."""
    found = understand(said, language, now, HELSINKI)
    match found:
        case None:
            return "unknown"
        case Command():
            return written(found)
        case Unclear():
            readings = ", ".join(written(each) for each in found.readings)
            return f"? {found.why}: {readings}".strip()


def written(command: Command) -> str:
    when = command.when.written if command.when else ""
    named = [command.whom, command.how, command.what]
    return " ".join(filter(None, [command.verb, when, *named]))


CLEAR = {
    "day 2026-11-23": {
        FI: ["tänään", "Tänään!", "ta\u0308na\u0308a\u0308n", "päivän ajat", "23.11."],
        SV: ["i dag", "idag", "I dag.", "dagens tider", "mina tider i dag"],
        EN: ["today", "Today?", "my day", "what do I have today", "the 23rd"],
    },
    "day 2026-11-24": {
        FI: ["huomenna", "mitä huomenna on", "ti", "tiistaina", "24.11.", "24.11"],
        SV: ["i morgon", "imorgon", "tisdag", "på tisdag", "den 24 november", "tis"],
        EN: ["tomorrow", "Tue", "on Tuesday", "24 Nov", "November 24th", "2026-11-24"],
    },
    "day 2026-11-27": {
        FI: ["perjantai", "perjantaina", "pe", "näytä perjantain ajat", "pe 27.11."],
        SV: ["fredag", "fre", "fr", "fredagens tider", "fr 27.11"],
        EN: ["Fri", "friday", "this Friday", "Friday's appointments", "27/11"],
    },
    "day 2026-11-25": {
        FI: ["ylihuomenna", "ke", "keskiviikkona"],
        SV: ["i övermorgon", "övermorgon", "on", "onsdag", "on 25.11"],
        EN: ["day after tomorrow", "Wed", "25th of November", "on 25 Nov"],
    },
    "day 2026-12-04": {
        FI: ["ensi viikon perjantaina", "4.12.", "perjantaina 4.12.", "04.12.2026"],
        SV: ["nästa veckas fredag", "fredag nästa vecka", "4.12.26", "4:e december"],
        EN: ["Friday next week", "next week Friday", "Dec 4", "4 December 2026"],
    },
    "day 2026-12-01": {SV: ["1:a december", "den 1:a december", "tisdag den 1:a"]},
    "week 2026-11-23/2026-11-29": {
        FI: ["viikko", "tällä viikolla", "viikon ajat", "viikko 48", "vko 48"],
        SV: ["vecka", "veckan", "denna vecka", "den här veckan", "vecka 48"],
        EN: ["week", "this week", "my week", "week 48"],
    },
    "week 2026-11-30/2026-12-06": {
        FI: ["ensi viikolla", "ensi viikko", "seuraava viikko", "vko. 49"],
        SV: ["nästa vecka", "v. 49", "v49", "v 49"],
        EN: ["next week", "what do I have next week"],
    },
    "book": {
        FI: ["varaa", "varaa aika", "hei varaa aika", "varaa maija@client.example"],
        SV: ["boka", "Boka tid", "tidsbokning", "boka ledig tid"],
        EN: ["book", "Book a time", "I want to book"],
    },
    "offer": {
        FI: ["ehdota", "ehdota aikoja asiakkaalle", "tarjoa vapaita aikoja"],
        SV: ["föreslå tider", "erbjud", "tidsförslag", "föreslå tider att boka"],
        EN: ["offer", "suggest times", "propose", "offer a booking"],
    },
    "offer Kalle Kokeilu": {
        FI: ["ehdota Kalle Kokeilu", "ehdota: Kalle Kokeilu", "ehdota kalle kokeilu"],
        SV: ["erbjud Kalle Kokeilu tider", "föreslå tider för Kalle Kokeilu"],
        EN: ["propose times to Kalle Kokeilu", "offer Kalle Kokeilu"],
    },
    "book Carl von Essen": {FI: ["varaa Carl von Essen"]},
    "book Maijalle": {FI: ["Varaa aika Maijalle", "varaa maijalle"]},
    "book 2026-11-24 Mari-Anne O'Brien": {
        FI: ["varaa ti 24.11. Mari-Anne O'Brien", "varaa Mari-Anne O'Brien huomenna"],
        SV: ["boka Mari-Anne O'Brien i morgon"],
        EN: ["book Mari-Anne O'Brien tomorrow"],
    },
    "book 2026-11-24T10:00 Virtanen phone": {
        FI: ["varaa Virtanen huomenna klo 10 puhelimella"],
        SV: ["boka Virtanen i morgon kl. 10 per telefon"],
        EN: ["book Virtanen by phone tomorrow at 10"],
    },
    "move K7Q2FM": {
        FI: ["siirrä K7Q2FM", "voinko siirtää ajan k7q2fm?", "K7Q2FM siirrä"],
        SV: ["flytta K7Q2FM", "omboka tiden K7Q2FM"],
        EN: ["move K7Q2FM", "please reschedule K7Q2FM", "I want to move k7q2fm"],
    },
    "move 2026-11-24T10:00 K7Q2FM": {
        FI: [
            *("siirrä K7Q2FM huomenna klo 10", "siirrä K7Q2FM huomiseen klo 10.00"),
            *("vaihda K7Q2FM ti 24.11. klo 10", "siirrä huomenna klo 10 K7Q2FM"),
        ],
        SV: ["flytta K7Q2FM till i morgon kl. 10", "flyttar K7Q2FM ti 24.11 kl 10"],
        EN: ["move K7Q2FM to tomorrow at 10 am", "reschedule K7Q2FM to 24 Nov 10:00"],
    },
    "move 2026-11-27 Virtanen": {
        FI: ["siirrä Virtanen perjantaihin", "siirrä Virtanen perjantaille"],
        SV: ["flytta Virtanen till fredag"],
        EN: ["move Virtanen to Friday"],
    },
    "move 2026-11-24 Maijan": {FI: ["siirrä Maijan aika huomiselle"]},
    "move Carl von Essen": {SV: ["flytta Carl von Essen"]},
    "move 2026-11-30/2026-12-06 virtanen": {FI: ["siirrä virtanen ensi viikkoon"]},
    "free remote": {
        FI: ["vapaat etänä"],
        SV: ["lediga distans"],
        EN: ["free by video"],
    },
    "book 2026-11-24T10:00": {
        FI: [
            *("varaa huomenna klo 10", "varaa aika huomenna klo 10.00"),
            *("varaa ti 24.11. klo 10", "huomenna 10 varaa", "varaa 24. klo 10"),
            *("varaa aika 24.11.2026 kello 10.00", "varaa huomenna klo 10-11"),
            *("varaa huomenna klo 10 jälkeen", "varaa huomenna 10 alkaen"),
        ],
        SV: [
            *(
                "boka i morgon kl 10",
                "boka tisdag kl. 10.00",
                "boka ti 24.11 kl. 10.00",
            ),
            *("boka den 24 november klockan 10", "boka i morgon från kl 10"),
            *("boka i morgon efter kl 10", "boka tid i morgon från 10"),
        ],
        EN: [
            *("book a time tomorrow after 10", "book tomorrow from 10 am"),
            *("book tomorrow at 10", "book Tue 10am", "book tomorrow 10:00 a.m."),
            *(
                "book Tue 24 Nov at 10:00",
                "book 10:00–10:45 tomorrow",
                "book tomorrow 10",
            ),
        ],
    },
    "book 2026-11-24T14:30": {
        FI: ["varaa huomenna 14.30", "varaa huomenna 14.30.", "varaa ti klo 1430"],
        SV: ["boka i morgon 14.30", "boka tisdag 14:30"],
        EN: ["book tomorrow 2:30pm", "book Tue 2.30 pm", "book tomorrow 2:30-3pm"],
    },
    "book 2026-11-25T09:30": {
        FI: ["varaa ke 9:30", "varaa ke 9.30"],
        SV: ["boka on kl. 9.30", "boka onsdag 9.30"],
        EN: ["book Wed 9:30", "book on Wednesday at 9:30 am"],
    },
    #: What has been leaves one reading: it is ten o'clock.
    "book 2026-11-23T14:00": {
        FI: ["varaa tänään klo 2"],
        SV: ["boka i dag kl 2"],
        EN: ["book today at 2"],
    },
    "book 2026-11-30/2026-12-06": {
        FI: ["varaa ensi viikolla"],
        SV: ["boka nästa vecka"],
        EN: ["book next week"],
    },
    "free": {
        FI: ["vapaat", "vapaat ajat", "hae vapaat ajat", "seuraava vapaa aika"],
        SV: ["lediga tider", "nästa lediga tid", "ledigt"],
        EN: ["free", "free times", "find free times", "next available"],
    },
    "free 2026-11-24": {
        FI: ["vapaat huomenna", "onko huomenna tilaa", "huomenna vapaata"],
        SV: ["lediga tider i morgon", "ledigt tisdag"],
        EN: ["free tomorrow", "are there any free slots on Tuesday?"],
    },
    "free 2026-11-27": {
        FI: ["vapaat perjantaina"],
        SV: ["lediga tider fredag"],
        EN: ["free Friday"],
    },
    "next": {
        FI: ["seuraava", "mikä on seuraava aika", "seuraava asiakas"],
        SV: ["nästa", "nästa möte", "när är nästa tid?"],
        EN: ["next", "what's next?", "when is my next appointment?"],
    },
    "find K7Q2FM": {
        FI: [
            "K7Q2FM",
            "k7q2fm",
            "hae K7Q2FM",
            "Varattu aika · K7Q2FM",
            "varaa k7q2fm?",
        ],
        SV: ["var är K7Q2FM", "sök k7q2fm".upper()],
        EN: ["find K7Q2FM", "what about K7Q2FM tomorrow"],
    },
    "find Virtanen": {
        FI: ["hae Virtanen", "etsi asiakas Virtanen", "Hae: Virtanen."],
        SV: ["sök Virtanen", "hitta kunden Virtanen", "sök efter Virtanen"],
        EN: ["find Virtanen", "can you find Virtanen", "search for Virtanen"],
    },
    "find Maija Meri": {
        FI: ["peru Maija Meri", "peru varaus Maija Meri", "hae Maija Meri, kiitos"],
        SV: ["avboka Maija Meri", "avboka kunden Maija Meri"],
        EN: ["cancel Maija Meri", "cancel the booking of Maija Meri"],
    },
    "find Mari-Anne O'Brien": {FI: ["hae Mari-Anne  O'Brien"]},
    "find Ti Nguyen": {FI: ["hae Ti Nguyen"]},
    "find May Li": {EN: ["find May Li"]},
    "find KXQBFM": {FI: ["KXQBFM", "missä on KXQBFM"]},
    "help": {
        FI: ["", "  ", "ohje", "Apua!", "hei", "moi"],
        SV: ["hjälp", "hej"],
        EN: ["help", "Hello", "help me", "hi"],
    },
    "thanks": {
        FI: ["kiitos", "Kiitos!", "kiitos paljon", "hei kiitos", "kiitos Vuoro"],
        SV: ["tack", "tack så mycket"],
        EN: ["thanks", "thank you very much"],
    },
    "unknown": {
        FI: ["Mitä kuuluu?", "varaamo", "1", "åäö", "x" * 20_000, "123456789", "?"],
        SV: ["var är du"],
        EN: ["what a lovely fish"],
    },
}


@pytest.mark.parametrize(
    ("meant", "language", "said"),
    [
        (meant, language, said)
        for meant, tongues in CLEAR.items()
        for language, sentences in tongues.items()
        for said in sentences
    ],
)
def test_what_is_clear_is_understood(meant: str, language: Language, said: str):
    assert heard(said, language) == meant


@pytest.mark.parametrize("reader", Language)
@pytest.mark.parametrize("said", ["varaa huomenna klo 10", "boka i morgon kl 10"])
def test_each_language_is_understood_whoever_writes_it(reader: Language, said: str):
    assert heard(said, reader) == "book 2026-11-24T10:00"


ASKED = [
    # A time, and not what to do with it.
    ("huomenna klo 10", FI, "what: book {24}T10:00, free {24}T10:00, day {24}"),
    ("i morgon 14.30", SV, "what: book {24}T14:30, free {24}T14:30, day {24}"),
    ("Tue 2pm", EN, "what: book {24}T14:00, free {24}T14:00, day {24}"),
    ("next appointment tomorrow", EN, "several: next, day {24}"),
    # The same weekday as today, and the next one of a name.
    ("maanantaina", FI, "several: day {23}, day {30}"),
    ("boka måndag", SV, "several: book {23}, book {30}"),
    ("next Friday", EN, "several: day {27}, day 2026-12-04"),
    ("ensi perjantaina", FI, "several: day {27}, day 2026-12-04"),
    ("nästa fredag", SV, "several: day {27}, day 2026-12-04"),
    # An hour without its day; one that may be in the afternoon.
    ("klo 10", FI, "which_day: book {24}T10:00"),
    ("kl. 9", SV, "which_day: book {24}T09:00"),
    ("book at 11 am", EN, "which_day: book {23}T11:00, book {24}T11:00"),
    ("book tomorrow at 2", EN, "several: book {24}T14:00, book {24}T02:00"),
    ("varaa klo 25", FI, "no_such_time: book"),
    ("book tomorrow at 14 am", EN, "no_such_time: book {24}"),
    # A date or an hour.
    ("varaa 12.12", FI, "several: book 2026-12-12, book {23}T12:12, book {24}T12:12"),
    ("varaa 8", FI, "several: book 2026-12-08, book {24}T08:00"),
    ("varaa ti 8", FI, "several: book 2026-12-08, book {24}T08:00"),
    ("book 5/6", EN, "several: book 2027-06-05, book 2027-05-06"),
    # What has been.
    ("eilen", FI, "past: day 2026-11-22"),
    ("20.11.", FI, "past: day 2027-11-20, day 2026-11-20"),
    ("boka 20.11.", SV, "past: book 2027-11-20"),
    ("24.11.2025", FI, "past: day {24}, day 2025-11-24"),
    ("varaa eilen", FI, "past: book"),
    ("varaa tänään klo 8", FI, "past: book {23}, book {24}T08:00"),
    ("vecka 47", SV, "past: week 2027-11-22/2027-11-28, week 2026-11-16/2026-11-22"),
    # No such day.
    ("31.2.", FI, "no_such_day: day 2027-02-28, day 2027-03-01"),
    ("boka 31.11", SV, "no_such_day: book 2026-11-30, book 2026-12-01"),
    ("book 29 Feb 2027", EN, "no_such_day: book 2027-02-28, book 2027-03-01"),
    ("varaa 45.13.", FI, "no_such_day: book"),
    ("varaa viikolla 60", FI, "no_such_day: book"),
    # Days that are not the same day.
    ("huomenna perjantaina", FI, "conflict: day {24}, day {27}"),
    ("tisdag eller onsdag", SV, "strange: day {24}, day {25}"),
    ("pe 24.11.", FI, "conflict: day {24}, day {27}"),
    # A word that is not known changes what is meant.
    ("ei huomenna", FI, "strange: day {24}"),
    ("don't book tomorrow", EN, "strange: book {24}"),
    ("älä varaa", FI, "strange: book"),
    ("varaa virtanen huomenna", FI, "strange: book {24}"),
    ("Virtanen varaa huomenna", FI, "strange: book {24}"),
    ("huomenna etänä", FI, "strange: day {24}"),
    ("varaa etänä tai puhelimella", FI, "strange: book"),
    ("boka Virtanen måndag", SV, "several: book {23} Virtanen, book {30} Virtanen"),
    ("vapaat ennen perjantaita", FI, "strange: free {27}"),
    ("lediga tider före fredag", SV, "strange: free {27}"),
    ("free before Friday", EN, "strange: free {27}"),
    ("varaa huomenna iltapäivällä", FI, "strange: book {24}"),
    ("Book Tomorrow Afternoon", EN, "strange: book {24}"),
    ("Varaa huomenna. Aamusta.", FI, "strange: book {24}"),
    ("varaa iltapäivällä", FI, "strange: book"),
    ("boka i december", SV, "strange: book"),
    ("boka V. Virtanen 24.11.", SV, "strange: book {24}"),
    ("book for 45 minutes", EN, "strange: book"),
    ("free after Friday", EN, "strange: free {27}"),
    ("lediga från fredag", SV, "strange: free {27}"),
    ("book the week after next", EN, "strange: book {23}/{29}"),
    ("viime perjantaina", FI, "strange: day {27}"),
    ("boka 15 min i morgon", SV, "strange: book {24}"),
    ("book 2 hours tomorrow", EN, "strange: book {24}"),
    ("varaa 2 viikon päästä", FI, "strange: book {23}/{29}"),
    # So long from now is no week of the calendar.
    ("book in a week", EN, "strange: book"),
    ("boka om en vecka", SV, "strange: book"),
    ("book a week on Wednesday", EN, "strange: book {25}"),
    ("free Wednesday week", EN, "strange: free {25}"),
    # What says when is nobody's name.
    ("book half ten", EN, "strange: book"),
    ("varaa puolelta päivin", FI, "strange: book"),
    ("varaa huomisaamuna", FI, "strange: book"),
    ("varaa maanantaista keskiviikkoon", FI, "strange: book {25}"),
    ("book tonight", EN, "strange: book"),
    # Who is looked for?
    ("hae", FI, "whom:"),
    ("sök kund", SV, "whom:"),
    ("find", EN, "whom:"),
    ("hae Virtanen huomenna", FI, "several: find Virtanen, day {24}"),
    ("find Sunday", EN, "several: find Sunday, day {29}"),
    ("K7Q2FM tai H4X9PD", FI, "several: find K7Q2FM, find H4X9PD"),
    # To move, but which, or to when?
    ("siirrä", FI, "move: next, day {23}"),
    ("vaihda aika", FI, "move: next, day {23}"),
    ("flytta tiden", SV, "move: next, day {23}"),
    ("reschedule it", EN, "move: next, day {23}"),
    ("siirrä seuraava aika", FI, "move: next, day {23}"),
    ("siirrä huomenna klo 10", FI, "move: day {24}"),
    ("siirrä K7Q2FM eilen", FI, "past: move K7Q2FM"),
    ("flytta Virtanen inte i morgon", SV, "strange: move {24} Virtanen"),
    ("siirrä K7Q2FM puhelimeen", FI, "strange: move K7Q2FM"),
    ("siirrä Virtanen huomenna Lahteen", FI, "strange: move {24} Virtanen"),
    (
        *("siirrä K7Q2FM tai H4X9PD huomenna", FI),
        "several: move {24} K7Q2FM, move {24} H4X9PD",
    ),
    # To cancel, but which?
    ("peru", FI, "cancel: next, day {23}"),
    ("peru varaus, kiitos", FI, "cancel: next, day {23}"),
    ("avboka tiden", SV, "cancel: next, day {23}"),
    ("cancel it", EN, "cancel: next, day {23}"),
    ("peru huomenna klo 10", FI, "cancel: day {24}"),
    ("avboka den 24 november", SV, "cancel: day {24}"),
    ("cancel 45.13.", EN, "cancel: next, day {23}"),
    ("peru Virtanen huomenna", FI, "several: find Virtanen, day {24}"),
    ("peru Virtasen aika huomenna", FI, "several: find Virtasen, day {24}"),
    ("peru ennen perjantaita", FI, "strange: day {27}"),
    # An hour of a whole week.
    (
        *("varaa ensi viikolla klo 9", FI),
        "which_day: book {30}T09:00, "
        + ", ".join(f"book 2026-12-0{day}T09:00" for day in range(1, 5)),
    ),
]


@pytest.mark.parametrize(("said", "language", "asked"), ASKED)
def test_what_is_unclear_is_asked(said: str, language: Language, asked: str):
    days = {str(day): f"2026-11-{day}" for day in range(22, 31)}
    for day, full in days.items():
        asked = asked.replace(f"{{{day}}}", full)

    assert heard(said, language) == f"? {asked}"


SERVICES = {
    "first": ["Alkuhaastattelu", "Inledande intervju", "First interview"],
    "career": ["Uraohjaus", "Karriärvägledning", "Career guidance"],
}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("varaa Virtanen alkuhaastatteluun huomenna", "book {24} Virtanen first"),
        ("ehdota uraohjausta Virtanen etänä", "offer Virtanen remote career"),
        ("book First  Interview Virtanen", "book Virtanen first"),
        ("erbjud Virtanen karriärvägledning", "offer Virtanen career"),
        ("vapaat uraohjaus", "free career"),
        ("hae Uraohjaus", "find Uraohjaus"),
        ("varaa Uraohjaus Alkuhaastattelu", "book Uraohjaus Alkuhaastattelu"),
        ("uraohjaus", None),
    ],
)
def test_a_service_that_is_named_is_no_name(said: str, meant: str | None):
    found = understand(said, FI, NOW, HELSINKI, SERVICES)

    asked = meant and meant.replace("{24}", "2026-11-24")
    assert (written(found) if isinstance(found, Command) else found) == asked


def test_the_strange_words_are_said_back_and_not_without_end():
    found = understand(f"ei {'x' * 200} huomenna", FI, NOW, HELSINKI)

    assert isinstance(found, Unclear)
    assert found.said.startswith("ei x")
    assert len(found.said) == 60


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "now", "meant"),
    [
        # The turn of the year.
        ("2.1.", at(2026, 12, 30, 8), "day 2027-01-02"),
        ("huomenna", at(2026, 12, 31, 8), "day 2027-01-01"),
        ("ensi viikolla", at(2026, 12, 30, 8), "week 2027-01-04/2027-01-10"),
        ("viikko 1", at(2026, 12, 30, 8), "week 2027-01-04/2027-01-10"),
        ("viikko 53", at(2026, 12, 30, 8), "week 2026-12-28/2027-01-03"),
        ("pe 1.1.", at(2026, 12, 30, 8), "day 2027-01-01"),
        ("30.12.", at(2027, 1, 2, 8), "? past: day 2027-12-30, day 2026-12-30"),
        # Midnight is the wall's: in UTC it is the day before.
        ("tänään", at(2026, 11, 23, 22, 30), "day 2026-11-24"),
        # The hour that spring skips, and the one that autumn repeats.
        (
            "varaa 28.3. klo 03.30",
            at(2027, 3, 20),
            "? no_such_time: book 2027-03-28T04:00",
        ),
        ("varaa 31.10. klo 03.30", at(2027, 10, 20), "book 2027-10-31T03:30"),
        ("varaa tänään klo 04.00", at(2027, 3, 28, 0, 59), "book 2027-03-28T04:00"),
        ("varaa tänään klo 03.30", at(2027, 10, 31, 0, 45), "? past: book 2027-10-31"),
        # A leap day is there, or is asked about.
        ("29.2.", at(2028, 2, 1), "day 2028-02-29"),
        ("29.2.", at(2026, 2, 1), "? no_such_day: day 2026-02-28, day 2026-03-01"),
        # Late on a Saturday the next Monday is one day only.
        ("ensi maanantaina", at(2026, 11, 28, 8), "day 2026-11-30"),
        ("this Friday", at(2026, 11, 28, 8), "? past: day 2026-12-04, day 2026-11-27"),
    ],
)
def test_a_sentence_is_read_where_and_when_it_is_written(
    said: str, now: datetime, meant: str
):
    found = heard(said, FI, now)

    assert found.removesuffix(", book 2027-11-01T03:30") == meant


def test_two_languages_may_be_mixed():
    assert heard("book huomenna kl 10") == "book 2026-11-24T10:00"


def test_a_command_travels_in_a_button_and_back():
    when = When.on(NOW.date(), datetime(2026, 1, 1, 9, 5).time())  # noqa: DTZ001
    for command in (
        Command(Verb.BOOK, when),
        Command(Verb.WEEK, When(NOW.date(), datetime(2026, 11, 29).date())),  # noqa: DTZ001
        Command(Verb.FIND, whom="Maija Meri"),
        Command(Verb.NEXT),
        Command(Verb.OFFER, when, "Maija Meri", "phone", "first"),
        Command(Verb.FREE, how="remote"),
    ):
        assert Command.read(command.written) == command


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"say": "everything"},
        {"say": "day"},
        {"say": "week", "when": "2026-11-23T10:00/2026-11-24"},
        {"say": "book", "when": "20261124"},
        {"say": "book", "when": "2026-11-24T10:00:00"},
        {"say": "book", "when": "2026-11-24T10:00+02:00"},
        {"say": "book", "when": "2026-11-24/2026-11-23"},
        {"say": "book", "when": "9999-12-31"},
        {"say": "find", "whom": "  "},
    ],
)
def test_what_no_card_of_ours_sends_is_no_command(data: dict[str, str]):
    assert Command.read(data) is None


def test_whys_are_each_met_in_the_table_above():
    met = {asked.partition(":")[0] for _, _, asked in ASKED}

    assert met == set(Why)

"""The team's day and the form of a hand-over, in every state."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from booking.handover import Doubt
from booking.model import Language, Modality, Status
from booking.spans import HELSINKI, Span, day_span
from booking.views import team
from booking.views.cards import Truth, Truths
from booking.views.pages import Choice, Person
from booking.views.tab import BusyEntry, Entry, OwnEntry
from booking.views.team import (
    Column,
    Done,
    HandChoice,
    HandedPage,
    HandPage,
    TeamPage,
    Turn,
)
from booking.views.waiting import Asked, Question
from booking.views.week import bands, place

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 8, 52, tzinfo=UTC)
HOURS = (8, 16)


def at(hour: int, minute: int = 0) -> datetime:
    """Give an instant of the day by the clock of Helsinki."""
    return datetime(2026, 11, 24, tzinfo=UTC) + timedelta(
        hours=hour - 2, minutes=minute
    )


def span(first: int, last: int) -> Span:
    return Span(at(first), at(last))


STANDS = Truths(
    Truth.DONE,
    Truth.DONE,
    Truth.WAITING,
    booked_at=NOW - timedelta(days=3),
    in_outlook_at=NOW,
)


def own(
    starts: datetime,
    minutes: int,
    reference: str,
    modality: Modality = Modality.REMOTE,
    service: str = "Työnhakukeskustelu",
    *asks: Asked,
) -> OwnEntry:
    ends = starts + timedelta(minutes=minutes)
    path = f"/teams/appointment/{reference}"
    return OwnEntry(
        reference=reference,
        starts=starts,
        ends=ends,
        client="",
        service=service,
        modality=modality,
        status=Status.BOOKED,
        href=f"{path}/hand" if ends > NOW else path,
        questions=tuple(Question(each, ends) for each in asks),
        truths=STANDS,
    )


def busy(starts: datetime, minutes: int, show_as: str = "busy") -> BusyEntry:
    ends = starts + timedelta(minutes=minutes)
    return BusyEntry(starts, ends, show_as)  # type: ignore[arg-type]


def column(id_: int, name: str, entries: tuple[Entry, ...], **more) -> Column:
    mine = [each for each in entries if isinstance(each, OwnEntry)]
    whole = day_span(DAY, HELSINKI)
    opened = more.pop("opened", (span(8, 16),))
    away = more.pop("away", ())
    left = [part for each in opened for part in team.without(each, away)]
    plain = Column(
        id=id_,
        person=Person(name),
        services=("Alkuhaastattelu", "Työnhakukeskustelu"),
        languages=(Language.FI, Language.SV),
        entries=entries,
        placed=place(entries, DAY, HELSINKI),
        all_day=(),
        shut=bands(team.without(whole, opened), DAY, HELSINKI, HOURS),
        away=bands(away, DAY, HELSINKI, HOURS),
        is_away=bool(away) and not left,
        known=True,
        count=len(mine),
        booked=sum(int((e.ends - e.starts).total_seconds()) // 60 for e in mine),
        hours=team.minutes(left),
    )
    return replace(plain, **more)


MAIJA = column(
    1,
    "Maija Virtanen",
    (
        own(at(8, 30), 45, "K7Q2FM"),
        own(at(10, 30), 30, "B3NRTW", Modality.PHONE),
        busy(at(13), 60),
        own(at(14, 15), 45, "XW34PQ", Modality.REMOTE, "Uraohjaus", Asked.OVERLAPPED),
    ),
)
PEKKA = column(
    2,
    "Pekka Laine",
    (
        own(at(9), 45, "H8M2AA"),
        own(at(11, 15), 45, "QQ27XY", Modality.PHONE),
        busy(at(12, 30), 45, "held"),
        busy(at(14), 60, "workingElsewhere"),
    ),
    opened=(span(9, 15),),
)
SOFIA = column(
    3,
    "Sofia Lindholm-Heikkinen",
    (
        own(at(9, 30), 60, "ZZ9PLR", Modality.IN_PERSON, "Starttirahaneuvonta"),
        busy(at(10, 15), 45, "tentative"),
        own(at(12, 45), 15, "M4M4M4"),
    ),
    services=("Starttirahaneuvonta",),
    known=False,
    unit="Itäkadun työllisyyspalvelut",
)
LIISA = column(
    4,
    "Liisa Korhonen",
    (own(at(11), 45, "L11SA2"), own(at(13), 45, "L11SA3", Modality.IN_PERSON)),
    away=(span(8, 16),),
)
OFF = column(
    5,
    "Ahmed Hassan",
    (),
    opened=(),
    all_day=(BusyEntry(at(0), at(24), "oof", all_day=True),),
    services=(),
)
DONE = Done(
    what="both",
    told="soon",
    grace=15,
    name="Pekka Laine",
    when=at(13, 30),
    reference="K7Q2FM",
    undo="/teams/appointment/K7Q2FM/undo",
    version=4,
    day=f"{DAY}",
)
PAGE = TeamPage(
    now=NOW,
    day=DAY,
    is_today=True,
    holiday="",
    columns=(MAIJA, PEKKA, SOFIA, LIISA, OFF),
    first_hour=HOURS[0],
    last_hour=HOURS[1],
    previous="/teams/team?day=2026-11-23",
    next="/teams/team?day=2026-11-25",
    today="",
    units=(),
    looks=(
        Turn("day", "", "/teams/team", current=True),
        Turn("list", "", "/teams/team?view=list", current=False),
    ),
    blocking=frozenset({"busy", "tentative", "oof", "unknown"}),
    here="/teams/team",
    search="/teams/list",
)
LIST = replace(
    PAGE,
    as_list=True,
    looks=tuple(replace(each, current=not each.current) for each in PAGE.looks),
)
OTHER = replace(
    PAGE,
    is_today=False,
    holiday="Esimerkkipyhä",
    today="/teams/team",
    units=(
        Turn("", "", "/teams/team", current=True),
        Turn(
            "ita", "Itäkadun työllisyyspalvelut", "/teams/team?unit=ita", current=False
        ),
        Turn("tt", "Työterveys", "/teams/team?unit=tt", current=False),
    ),
    more=True,
    done=DONE,
)
CHOICES = (
    HandChoice(2, "Pekka Laine", (), own=False),
    HandChoice(3, "Sofia Lindholm-Heikkinen", (Doubt.SERVICE, Doubt.BUSY), own=False),
    HandChoice(1, "Maija Virtanen", (), own=True),
)
HAND = HandPage(
    action="/teams/appointment/K7Q2FM/hand",
    version=3,
    reference="K7Q2FM",
    truths=STANDS,
    now=NOW,
    starts=at(10, 30),
    ends=at(11, 15),
    service="Työnhakukeskustelu",
    modality=Modality.REMOTE,
    professional="Maija Virtanen",
    choices=CHOICES,
    to=2,
    at="10:30",
    times=tuple(Choice(f"{hour:02}:30", f"{hour}.30") for hour in range(7, 20)),
    agreed="2@1:",
    back="/teams/appointment/K7Q2FM",
    proposed=True,
)
DOUBTFUL = replace(
    HAND,
    to=3,
    proposed=False,
    doubts=(Doubt.SERVICE, Doubt.LANGUAGE, Doubt.HOURS),
    late=True,
    wrong="doubtful",
)

TEAM: dict[str, tuple[str, object]] = {
    "tab-team": ("tab/team.html", PAGE),
    "tab-team-other": ("tab/team.html", OTHER),
    "tab-team-list": ("tab/team.html", LIST),
    "tab-team-none": ("tab/team.html", replace(PAGE, columns=(), wrong="taken")),
    "tab-hand": ("tab/hand.html", HAND),
    "tab-hand-doubtful": ("tab/hand.html", DOUBTFUL),
    "tab-hand-barred": (
        "tab/hand.html",
        replace(
            HAND,
            proposed=False,
            doubts=(Doubt.PAUSE,),
            bars=(Doubt.PAUSE,),
            pause=10,
            wrong="barred",
            tells=False,
        ),
    ),
    "tab-hand-desk": ("tab/hand.html", replace(HAND, desk="ask")),
    "tab-hand-asked": ("tab/hand.html", replace(HAND, desk="asked")),
    "tab-hand-unfit": ("tab/hand.html", replace(HAND, to=0, agreed="")),
    "tab-hand-closed": ("tab/hand.html", replace(HAND, closed=True, wrong="over")),
    "tab-hand-nobody": ("tab/hand.html", replace(HAND, choices=CHOICES[2:], to=0)),
    "tab-handed": (
        "tab/handed.html",
        HandedPage("K7Q2FM", replace(DONE, day=""), "/teams/today"),
    ),
    "tab-handed-at-night": (
        "tab/handed.html",
        HandedPage(
            "K7Q2FM", replace(DONE, day="", told="later", due=at(7)), "/teams/today"
        ),
    ),
    "tab-handed-not-undone": (
        "tab/handed.html",
        HandedPage(
            "K7Q2FM",
            replace(DONE, undo=""),
            "/teams/today",
            "/teams/appointment/K7Q2FM",
            wrong="outdated",
        ),
    ),
}

"""A page value of every view of the Teams tab in every state."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from booking.lateness import CHOICES
from booking.model import Language, Modality, Status
from booking.outcomes import OUTCOMES
from booking.spans import HELSINKI
from booking.views import week
from booking.views.absences import AwayBand
from booking.views.cards import Truth, Truths
from booking.views.pages import (
    Answer,
    ErrorPage,
    FieldError,
    Theme,
)
from booking.views.reporting import Reporting
from booking.views.tab import (
    BusyEntry,
    Entry,
    ListDay,
    ListPage,
    NotAllowedPage,
    OwnEntry,
    ShellPage,
    StaffAppointmentPage,
    StaffMovePage,
    StateLink,
    StyleGuidePage,
    TabFrame,
    TodayPage,
    WeekDay,
    WeekPage,
)
from booking.views.waiting import Asked
from tests.web.book_samples import BOOKS, CLOSE, CROSSING, NEAREST
from tests.web.cover_samples import COVERS
from tests.web.desk_samples import DESK
from tests.web.health_samples import HEALTH
from tests.web.own_samples import OWN
from tests.web.question_samples import ASKING, OFFERS, ON_PAGE
from tests.web.record_samples import BOUND, PANELS, RECORD, REPORTED
from tests.web.samples import MATTER, OFFICE, PICKER, QUESTIONS, WRONG
from tests.web.set_up_samples import SET_UP
from tests.web.team_samples import TEAM
from tests.web.tenant_samples import TENANT
from tests.web.waiting_samples import OPEN, WAITS, asks

NOW = datetime(2026, 11, 24, 8, 52, tzinfo=UTC)
JOIN = "https://teams.microsoft.com/l/meetup-join/1"
ALL_DONE = Truths(Truth.DONE, Truth.DONE, Truth.DONE)
WAITING = Truths(Truth.WAITING, Truth.WAITING, Truth.WAITING)
FAILED = Truths(Truth.DONE, Truth.DONE, Truth.FAILED)
OVER = Truths(Truth.DONE, Truth.WAITING, Truth.NOT_OWED, cancelled=True)
DATED = replace(ALL_DONE, booked_at=NOW, in_outlook_at=NOW, told_at=NOW)
ANSWERS = (
    Answer(
        "Mistä haluat puhua?", "Siitä, miten saan työharjoittelupaikan.\nJa palkasta."
    ),
    Answer("Tarvitsetko tulkkia?", "Ei"),
    Answer("Kerro lisää", ""),
)


def tab_frame(language: Language, theme: Theme = "default") -> TabFrame:
    return TabFrame(
        language,
        theme,
        "/teams/today",
        "/teams/week",
        "/teams/list",
        "/teams/book",
        waiting="/teams/waiting",
        team="/teams/team",
        away="/teams/away",
        settings="/teams/settings",
        reception="/teams/reception",
        admin="/teams/admin/log",
    )


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """Give an instant of November 2026 by the clock of Helsinki."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(
        hours=hour - 2, minutes=minute
    )


def own(
    starts: datetime,
    minutes: int,
    client: str,
    modality: Modality = Modality.REMOTE,
    service: str = "Työnhakukeskustelu",
) -> OwnEntry:
    reference = f"K{starts:%d%H%M}"[:6]
    return OwnEntry(
        reference=reference,
        starts=starts,
        ends=starts + timedelta(minutes=minutes),
        client=client,
        service=service,
        modality=modality,
        status=Status.BOOKED,
        href=f"/teams/a/{reference}",
        join=JOIN if modality is Modality.REMOTE else "",
        place="Kauppakatu 12" if modality is Modality.IN_PERSON else "",
        phone="040 123 4567" if modality is Modality.PHONE else "",
        truths=DATED,
    )


def busy(starts: datetime, minutes: int, show_as: str = "busy") -> BusyEntry:
    ends = starts + timedelta(minutes=minutes)
    return BusyEntry(starts, ends, show_as)  # type: ignore[arg-type]


TUESDAY: tuple[Entry, ...] = (
    own(moment(24, 8, 30), 45, "Anna Kivelä"),
    busy(moment(24, 9, 30), 60),
    replace(
        own(moment(24, 10, 30), 30, "Jari Mäkelä"), answers=ANSWERS, truths=ALL_DONE
    ),
    replace(
        own(moment(24, 11, 15), 45, "Eeva Tuominen", Modality.PHONE), truths=FAILED
    ),
    busy(moment(24, 12, 0), 30, "tentative"),
    replace(
        own(
            moment(24, 13, 0), 60, "Timo Hakala", Modality.IN_PERSON, "Alkuhaastattelu"
        ),
        before=5,
        after=15,
    ),
    busy(moment(24, 13, 30), 45),
    busy(moment(24, 13, 45), 60, "workingElsewhere"),
    replace(own(moment(24, 15, 0), 15, "Kaisa Lehto"), truths=WAITING),
)
WHOLE_DAY = BusyEntry(moment(26, 0), moment(26, 23), "oof", all_day=True)
OTHERS: dict[int, tuple[Entry, ...]] = {
    23: (
        own(moment(23, 9), 30, "Farid Nouri"),
        own(moment(23, 9, 30), 20, "Liisa Salo"),
        busy(moment(23, 14), 120),
    ),
    25: (
        busy(moment(25, 8), 50),
        own(moment(25, 10), 60, "Marja-Leena Heikkinen-Korpela", Modality.IN_PERSON),
    ),
    26: (),
    27: (own(moment(27, 12), 30, "Ville Ranta", Modality.PHONE),),
}


def day(number: int) -> WeekDay:
    entries = TUESDAY if number == 24 else OTHERS[number]
    on = date(2026, 11, number)
    return WeekDay(
        on,
        week.place(entries, on, HELSINKI),
        all_day=(WHOLE_DAY,) if number == 26 else (),
        is_today=number == 24,
        holiday="Esimerkkipyhä" if number == 27 else "",
        breaks=week.bands(week.breaks(entries), on, HELSINKI, (8, 16)),
    )


DAYS = tuple(day(number) for number in range(23, 28))
FIRST, LAST = week.hours([each.placed for each in DAYS])
WEEK = WeekPage(
    NOW, DAYS, FIRST, LAST, "/teams/week?from=-1", "/teams/week?from=1", "/teams/week"
)
TODAY = TodayPage(
    now=NOW,
    day=date(2026, 11, 24),
    entries=TUESDAY,
    previous="/teams/today?day=2026-11-23",
    next="/teams/today?day=2026-11-25",
    next_up=TUESDAY[2] if isinstance(TUESDAY[2], OwnEntry) else None,
)
LIST = ListPage(
    NOW,
    (
        ListDay(date(2026, 11, 24), TUESDAY, is_today=True),
        ListDay(date(2026, 11, 25), OTHERS[25]),
        ListDay(date(2026, 11, 26), (WHOLE_DAY,)),
        ListDay(date(2026, 11, 27), ()),
    ),
    "/teams/list?from=2026-11-28",
    "/teams/list",
)
APPOINTMENT = StaffAppointmentPage(
    reference="K7Q2FM",
    version=3,
    status=Status.BOOKED,
    confirming=False,
    starts=moment(24, 10, 30),
    ends=moment(24, 11),
    service="Työnhakukeskustelu",
    modality=Modality.REMOTE,
    client="Jari Mäkelä",
    spoken=Language.FI,
    written=Language.FI,
    email="jari@example.com",
    phone="040 123 4567",
    answers=ANSWERS,
    truths=DATED,
    back="/teams/today",
    join=JOIN,
    move="/teams/a/K7Q2FM/move",
    hand="/teams/a/K7Q2FM/hand",
    cancel="/teams/a/K7Q2FM/cancel",
    record=RECORD,
)
ASKED = replace(
    own(moment(24, 10, 30), 30, "Jari Mäkelä"),
    truths=ALL_DONE,
    questions=(asks(Asked.OVERLAPPED), asks(Asked.HANDED)),
)
ASKED_TODAY = replace(TODAY, entries=(ASKED,), next_up=ASKED)
ASKED_WEEK = replace(
    WEEK,
    days=tuple(
        replace(each, placed=week.place((ASKED,), each.date, HELSINKI))
        if each.date.day == ASKED.starts.day
        else each
        for each in DAYS
    ),
)
BAND = AwayBand("Poissa klo 10.00 alkaen", whole=False)
ALL_DAY = AwayBand("Poissa", whole=True)
REPORT = Reporting(
    3, "/teams/appointment/K7Q2FM/outcome", "/teams/appointment/K7Q2FM/late"
)
SAID = replace(
    REPORT, late=10, late_told=Truth.DONE, late_choices=CHOICES, outcomes=OUTCOMES
)
NEXT = "/teams/book?after=K7Q2FM"
WENT: tuple[Entry, ...] = (
    replace(
        own(moment(24, 8, 30), 45, "Anna Kivelä"),
        status=Status.NO_SHOW,
        recorded=True,
    ),
    replace(own(moment(24, 9, 15), 45, "Eeva Tuominen"), unrecorded=True),
    replace(own(moment(24, 10, 30), 45, "Jari Mäkelä"), report=SAID),
    replace(own(moment(24, 11, 30), 60, "Timo Hakala"), unrecorded=True),
)
WENT_TODAY = replace(
    TODAY,
    entries=WENT,
    done="late",
    next_up=replace(own(moment(24, 10, 30), 45, "Jari Mäkelä"), report=SAID),
)
WENT_WEEK = replace(
    WEEK,
    days=tuple(
        replace(each, placed=week.place(WENT, each.date, HELSINKI))
        if each.date.day == WENT[0].starts.day
        else each
        for each in DAYS
    ),
)

#: name -> (template, page value); all but the shell are fragments of #content.
TAB: dict[str, tuple[str, object]] = {
    "tab-today": ("tab/today.html", TODAY),
    "tab-today-other": (
        "tab/today.html",
        replace(TODAY, is_today=False, next_up=None, done="booked"),
    ),
    "tab-today-offers": (
        "tab/today.html",
        replace(TODAY, offers=OFFERS, asked=OPEN.questions[3:]),
    ),
    "tab-today-empty": ("tab/today.html", replace(TODAY, entries=(), next_up=None)),
    "tab-today-phone-next": (
        "tab/today.html",
        replace(TODAY, next_up=replace(TUESDAY[3], join="")),
    ),
    "tab-today-asked": ("tab/today.html", ASKED_TODAY),
    "tab-today-went": ("tab/today.html", WENT_TODAY),
    "tab-week": ("tab/week.html", WEEK),
    "tab-week-went": ("tab/week.html", WENT_WEEK),
    "tab-week-asked": ("tab/week.html", ASKED_WEEK),
    "tab-today-away": ("tab/today.html", replace(TODAY, away=(BAND,))),
    "tab-week-away": (
        "tab/week.html",
        replace(WEEK, days=tuple(replace(d, away=(BAND, ALL_DAY)) for d in DAYS)),
    ),
    **WAITS,
    **ASKING,
    **COVERS,
    "tab-week-empty": (
        "tab/week.html",
        replace(WEEK, days=tuple(replace(d, placed=()) for d in DAYS), this_week=""),
    ),
    **DESK,
    **TENANT,
    **SET_UP,
    "tab-list": ("tab/list.html", LIST),
    "tab-list-empty": ("tab/list.html", ListPage(NOW, ())),
    "tab-appointment": ("tab/appointment.html", APPOINTMENT),
    "tab-appointment-bound": (
        "tab/appointment.html",
        replace(APPOINTMENT, record=replace(RECORD, bound=BOUND)),
    ),
    "tab-appointment-obstacle": (
        "tab/appointment.html",
        replace(APPOINTMENT, record=replace(RECORD, bound=REPORTED)),
    ),
    "tab-appointment-obstacle-begun": (
        "tab/appointment.html",
        replace(
            APPOINTMENT, record=replace(RECORD, bound=replace(REPORTED, tells=False))
        ),
    ),
    "tab-appointment-obstacle-choosing": (
        "tab/appointment.html",
        replace(
            APPOINTMENT,
            choosing=True,
            record=replace(RECORD, bound=replace(REPORTED, keep="")),
        ),
    ),
    "tab-appointment-waiting": (
        "tab/appointment.html",
        replace(
            APPOINTMENT,
            confirming=True,
            truths=WAITING,
            answers=(),
            join="",
            done="confirming",
            here="/teams/a/K7Q2FM",
            modality=Modality.IN_PERSON,
            place=OFFICE,
            professional="Maija Virtanen",
        ),
    ),
    "tab-appointment-asked": (
        "tab/appointment.html",
        replace(
            APPOINTMENT, questions=tuple(asks(each) for each in Asked), asked=ON_PAGE
        ),
    ),
    "tab-appointment-ended": (
        "tab/appointment.html",
        replace(
            APPOINTMENT,
            move="",
            cancel="",
            report=replace(REPORT, outcomes=OUTCOMES, next=NEXT),
        ),
    ),
    "tab-appointment-recorded": (
        "tab/appointment.html",
        replace(
            APPOINTMENT,
            status=Status.LATE,
            move="",
            cancel="",
            done="recorded",
            report=replace(REPORT, outcomes=OUTCOMES[:1], recorded=True, next=NEXT),
        ),
    ),
    "tab-appointment-late": ("tab/appointment.html", replace(APPOINTMENT, report=SAID)),
    "tab-appointment-late-untold": (
        "tab/appointment.html",
        replace(APPOINTMENT, report=replace(SAID, late_told=Truth.FAILED)),
    ),
    "tab-appointment-failed": (
        "tab/appointment.html",
        replace(APPOINTMENT, truths=FAILED, wrong="truth.told.failed"),
    ),
    "tab-appointment-at-night": (
        "tab/appointment.html",
        replace(APPOINTMENT, truths=replace(WAITING, told_due=moment(24, 7, 0))),
    ),
    "tab-appointment-off": (
        "tab/appointment.html",
        replace(APPOINTMENT, truths=FAILED, wrong="cards.problem.off.mail"),
    ),
    "tab-appointment-cancelled": (
        "tab/appointment.html",
        replace(
            APPOINTMENT,
            status=Status.CANCELLED_BY_CLIENT,
            truths=OVER,
            move="",
            cancel="",
            join="",
        ),
    ),
    "tab-appointment-outdated": (
        "tab/appointment.html",
        replace(APPOINTMENT, outdated=True, move="", cancel=""),
    ),
    "tab-move": (
        "tab/move.html",
        StaffMovePage(
            "/teams/a/1/move",
            3,
            MATTER,
            "Jari Mäkelä",
            CROSSING,
            "/teams/a/1",
            phone="+358 40 123 4567",
        ),
    ),
    "tab-move-taken": (
        "tab/move.html",
        StaffMovePage(
            "/teams/a/1/move",
            3,
            MATTER,
            "Jari Mäkelä",
            CLOSE,
            "/teams/a/1",
            busy=True,
            lost=True,
            taken=NEAREST,
            errors=(FieldError("slot", "no_slot"),),
        ),
    ),
    "tab-move-none": (
        "tab/move.html",
        StaffMovePage("/teams/a/1/move", 3, MATTER, "Jari Mäkelä", None, "/teams/a/1"),
    ),
    "tab-error": ("tab/error.html", ErrorPage("broken", "7F3K2Q", "/teams/today")),
} | {
    f"tab-not-allowed-{reason}": ("tab/not_allowed.html", NotAllowedPage(reason))
    for reason in ("unknown_person", "not_yours", "wrong_tenant")
}
TAB |= HEALTH | PANELS | TEAM | OWN | BOOKS

SHELL = ShellPage(
    "/teams/today",
    "/teams/a/",
    "https://teams.microsoft.com/l/entity/1",
    sign_in="/teams/sign-in",
    form="/teams/book?form=",
    stand="/teams/stand",
)


def guide(states: tuple[StateLink, ...], themes: tuple[StateLink, ...]) -> object:
    return StyleGuidePage(
        themes=themes,
        states=states,
        matter=MATTER,
        picker=PICKER,
        fields=QUESTIONS,
        errors=tuple(each for each in WRONG if each.field.startswith("q_")),
        week=WEEK,
        truths=(ALL_DONE, WAITING, FAILED, OVER),
        entries=TUESDAY,
    )

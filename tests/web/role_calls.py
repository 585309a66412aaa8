"""How each row of the table of roles is tried: what is sent, and what it shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from booking import tenant_rules
from booking.own_settings import Own, Section
from booking.views.cards import ConflictKind
from cards import verbs
from teams_app.actions import service_sheets, staffing, unit_sheets
from teams_app.actions.own_settings import stamp
from tests import make
from tests.support import roles
from tests.support.roles import (
    NAME,
    NOTE,
    Before,
    Given,
    about_to_begin,
    asked_about,
    away,
    away_with_desk,
    begun,
    copied,
    copied_elsewhere,
    deleted_in_outlook,
    differing,
    has_come,
    late_already,
    moved,
    moved_in_outlook,
    nothing,
    proposed,
    reported,
    settled,
    soon_in_person,
    unable,
    with_carl,
    with_desk,
)
from tests.support.roles_forms import (
    absent,
    covered,
    ended,
    filled,
    first_and_last,
    handed,
    on_card,
    question,
    slot,
    versioned,
)
from tests.support.small_world import BASE, SmallWorld

NAMED, NUMBERED = (NAME,), (roles.REFERENCE,)


@dataclass(frozen=True)
class Call:
    """How a line is tried: what fills it, and what it shows of the marked client."""

    given: Given = lambda _: {}
    query: str = ""
    shows: tuple[str, ...] = ()  #: Of these the whole answer holds at least one.
    answers: bool = False  #: The whole answer holds her answers too.
    changes: bool = False
    tables: tuple[str, ...] = ()  #: What it changes, where that is not Aino's.
    #: Typed by who tries: to see it shows nothing.
    types: tuple[str, ...] = ()
    #: What the form carries besides, as it stands when it is sent.
    also: Callable[[SmallWorld], dict[str, str]] = lambda _: {}
    kind: ConflictKind | None = None
    before: Before = nothing  #: What comes before it is tried.
    meeting: bool = False  #: It stands beside the client's meeting.
    anew: bool = False  #: Once it is done, the next tries another.


DAY = "day=2026-11-24"
THEIRS = f"professional={make.AINO}"


def of_outlook(kind: ConflictKind | None, before: Before = nothing) -> Call:
    """Let an open question of this kind be answered by each, in a state of its own."""
    shows = (NAME, roles.REFERENCE)
    return Call(question, "", shows, changes=True, kind=kind, before=before, anew=True)


MOVED, GONE = of_outlook(None, moved_in_outlook), of_outlook(None, deleted_in_outlook)
COVERED = of_outlook(ConflictKind.OVERLAPPED)
COPIED = of_outlook(None, copied)
COPIED_ELSEWHERE = of_outlook(None, copied_elsewhere)
ONE = "/teams/appointment/{reference}"


def service_seen(small: SmallWorld) -> dict[str, str]:
    return {"seen": small.read(service_sheets.of, "guidance").seen}


def service_as_it_is(small: SmallWorld) -> dict[str, str]:
    found = small.read(service_sheets.of, "guidance")
    return {"seen": found.seen, "act": "paused"}


def rules_but_one(small: SmallWorld) -> dict[str, str]:
    found = tenant_rules.values(small.policy)
    shown = {key: tenant_rules.shown(value) for key, value in found.items()}
    return shown | {"self_booking": "no"}


DECIDED, SERVICES = ("decisions",), ("services",)
A_QUESTION = {"label_1_fi": "Mikä?", "kind_1": "short"}


CALLS: Mapping[str, Call] = {
    "GET /teams/health": Call(shows=NUMBERED, before=differing),
    "POST /teams/health": Call(
        lambda _: {"act": "check", "id": "0"},
        shows=NUMBERED,
        changes=True,
        tables=("jobs",),
        before=differing,
    ),
    "GET /teams/admin/log": Call(query="reference={reference}", shows=NUMBERED),
    "GET /teams/admin/log/export": Call(shows=NUMBERED),
    "GET /teams/today": Call(query=DAY, shows=NAMED, answers=True),
    "GET /teams/week": Call(query=DAY, shows=NAMED),
    "GET /teams/list": Call(query=DAY, shows=NAMED, answers=True),
    "GET /teams/waiting": Call(shows=NUMBERED, kind=ConflictKind.OVERLAPPED),
    "GET /teams/question/{conflict}": Call(shows=NAMED, kind=ConflictKind.MOVED),
    "GET /teams/question/{conflict} (hand-over)": Call(
        shows=(NAME, roles.REFERENCE), kind=ConflictKind.COPIED
    ),
    "POST /teams/question/{conflict}": Call(
        lambda found: question(found) | {"act": "cancel"},
        shows=NAMED,
        changes=True,
        kind=ConflictKind.OVERLAPPED,
    ),
    "POST /teams/question/{conflict} (hand-over)": Call(
        lambda found: question(found) | {"act": "leave"},
        shows=(NAME, roles.REFERENCE),
        changes=True,
        kind=ConflictKind.COPIED,
    ),
    "GET /teams/offers": Call(shows=NAMED),
    "POST /teams/offers": Call(
        lambda found: {"offer": str(found.offer.id)}, changes=True
    ),
    "POST /teams/list": Call(lambda _: {"whom": "Merkitty"}, shows=NAMED),
    "GET /teams/reception": Call(query=DAY, shows=NAMED),
    "POST /teams/reception": Call(lambda _: {"whom": "Merkitty"}, shows=NAMED),
    "GET /teams/why": Call(query=f"{THEIRS}&why_day=2026-11-24&why_time=10:00"),
    "GET /teams/book": Call(query=THEIRS),
    "GET /teams/book (of)": Call(query="of={reference}", shows=NAMED),
    "POST /teams/book/clients": Call(lambda _: {"whom": "Merkitty"}, shows=NAMED),
    "POST /teams/book": Call(
        lambda found: filled(found, act="book"), shows=NAMED, changes=True, types=NAMED
    ),
    "POST /teams/book (offer)": Call(
        lambda found: filled(found, act="offer"), changes=True, types=NAMED
    ),
    f"GET {ONE}": Call(shows=NAMED, answers=True),
    f"GET {ONE}/move": Call(shows=NAMED),
    f"POST {ONE}/move": Call(versioned, shows=NAMED, answers=True, changes=True),
    "GET /teams/panel/meeting": Call(
        shows=NAMED, answers=True, before=settled, meeting=True
    ),
    "GET /teams/team": Call(query=DAY, shows=NUMBERED),
    "GET /teams/away": Call(query=f"who={make.AINO}"),
    "POST /teams/away": Call(
        lambda found: absent(found) | {"act": "yes", "who": str(make.AINO)},
        changes=True,
    ),
    "POST /teams/settings": Call(
        lambda _: {
            "section": "daily_limit",
            "stamp": stamp(Own(), Section.LIMIT),
            "daily_limit": "4",
        },
        changes=True,
    ),
    "GET /teams/book (after)": Call(query="after={reference}", shows=NAMED),
    f"GET {ONE}/hand": Call(shows=NUMBERED),
    f"POST {ONE}/hand": Call(
        handed, shows=NUMBERED, changes=True, before=settled, anew=True
    ),
    f"POST {ONE}/hand (overruling)": Call(
        handed,
        shows=NUMBERED,
        changes=True,
        before=unable,
        anew=True,
        types=NUMBERED,
    ),
    f"POST {ONE}/hand (to another unit)": Call(
        lambda found: handed(found, make.CARL),
        changes=True,
        before=with_carl,
        types=NUMBERED,
    ),
    f"POST {ONE}/undo": Call(versioned, shows=NUMBERED, changes=True, before=moved),
    f"POST {ONE}/outcome": Call(
        lambda found: versioned(found) | {"outcome": "completed"},
        shows=NAMED,
        answers=True,
        changes=True,
        before=begun,
    ),
    f"POST {ONE}/arrival": Call(
        lambda found: versioned(found) | {"said": "arrived"},
        shows=NAMED,
        answers=True,
        changes=True,
        before=soon_in_person,
    ),
    f"POST {ONE}/late": Call(
        lambda found: versioned(found) | {"minutes": "10"},
        shows=NAMED,
        answers=True,
        changes=True,
        before=about_to_begin,
    ),
    f"POST {ONE}/keep": Call(
        shows=NAMED,
        answers=True,
        changes=True,
        tables=("arrivals",),
        before=reported,
        also=lambda small: {"reported": f"{int(small.now.timestamp())}"},
    ),
    f"POST {ONE}/notes": Call(
        lambda found: {"text": "Tulee bussilla.", "request": f"n{found.note.id}"},
        shows=(NOTE,),
        changes=True,
    ),
    f"POST {ONE}/notes/{{note}}": Call(
        lambda found: {"act": "strike", "version": f"{found.note.version}"},
        shows=(NOTE,),
        changes=True,
    ),
    f"POST {ONE}/cancel": Call(versioned, shows=NAMED, answers=True, changes=True),
    "POST /teams/admin/professionals/{person}": Call(
        lambda _: {
            "name": "Bo B",
            "unit": "itakatu",
            "languages": "sv",
            "language": "sv",
        },
        also=lambda small: {"seen": small.read(staffing.of, make.bo().object_id).seen},
        changes=True,
        tables=("professionals",),
    ),
    "POST /teams/admin/texts": Call(
        lambda _: {"seen": "0", "closing_fi": "Moi"}, changes=True, tables=DECIDED
    ),
    "POST /teams/admin/rules": Call(
        lambda _: {"seen": "0"}, also=rules_but_one, changes=True, tables=DECIDED
    ),
    "POST /teams/admin/channels": Call(
        lambda _: {"seen": "0", "channel": "sms", "act": "off", "sure": "yes"},
        changes=True,
        tables=DECIDED,
    ),
    "POST /teams/admin/retention": Call(
        lambda _: {"seen": "0", "absences": "400", "cards": "200"},
        changes=True,
        tables=DECIDED,
    ),
    "POST /teams/admin/units/{unit}": Call(
        lambda _: {"name_fi": "Uusi", "phone": "029 123 4500", "sensitivity": "normal"},
        also=lambda small: {"seen": small.read(unit_sheets.of, "muualla").seen},
        changes=True,
        tables=("units",),
    ),
    "POST /teams/admin/services/{service}": Call(
        lambda _: {"open": ""}, also=service_as_it_is, changes=True, tables=SERVICES
    ),
    "POST /teams/admin/services/{service}/questions": Call(
        lambda _: {"act": "save", "row": "1"} | A_QUESTION,
        also=service_seen,
        changes=True,
        tables=SERVICES,
    ),
    "beside find": Call(lambda _: {"whom": "Merkitty"}, shows=NAMED),
    "beside free": Call(lambda _: {"when": ""}),
    "beside link": Call(
        lambda found: {
            "url": f"{BASE}/teams/appointment/{found.appointment.reference}"
        },
        shows=NUMBERED,
    ),
    "beside share.appointment": Call(
        lambda found: {
            "verb": verbs.SHARE,
            verbs.APPOINTMENT: str(found.appointment.id),
        },
    ),
    "say book": Call(lambda _: {"text": "varaa"}),
    "say offer": Call(lambda _: {"text": "tarjoa"}),
    "say day": Call(lambda _: {"text": "24.11."}, shows=NAMED),
    "say week": Call(lambda _: {"text": "viikko"}, shows=NAMED),
    "say free": Call(lambda _: {"text": "vapaat"}),
    "say next": Call(lambda _: {"text": "seuraava"}, shows=NAMED),
    "say find": Call(lambda _: {"text": "hae Merkitty"}, shows=NAMED),
    "say move": Call(lambda _: {"text": "siirrä Merkitty"}, shows=NAMED),
    "say away": Call(lambda _: {"text": "olen poissa huomenna"}, shows=NAMED),
    "say back": Call(lambda _: {"text": "olen takaisin"}),
    "say settings": Call(lambda _: {"text": "asetukset"}),
    "say outcome": Call(lambda _: {"text": "tulos"}, shows=NAMED, before=begun),
    "say outcome (of one)": Call(
        lambda found: {"text": f"kirjaa {found.appointment.reference} toteutui"},
        shows=NAMED,
        changes=True,
        before=begun,
        types=NUMBERED,
    ),
    "say late": Call(
        lambda _: {"text": "myöhästyn 10 min"}, shows=NAMED, before=about_to_begin
    ),
    "say on_time": Call(
        lambda _: {"text": "ajoissa sittenkin"}, shows=NAMED, before=about_to_begin
    ),
    "say help": Call(lambda _: {"text": "ohje"}),
    "say thanks": Call(lambda _: {"text": "kiitos"}),
    "press book.times": Call(on_card, types=NAMED),
    "press book.back": Call(on_card, types=NAMED),
    "press book.now": Call(
        lambda found: on_card(found, slot=slot(found, 4)),
        shows=NAMED,
        changes=True,
        types=NAMED,
    ),
    "press book.offer": Call(
        lambda found: on_card(found, slots=slot(found, 4)),
        shows=NAMED,
        changes=True,
        types=NAMED,
    ),
    "press book.open": Call(on_card, shows=NAMED, changes=True, types=NAMED),
    "press say.meant": Call(
        lambda _: {"say": "find", "whom": "Merkitty", "when": ""}, shows=NAMED
    ),
    "press offer.withdraw": Call(
        lambda found: {
            "offer": str(found.offer.id),
            "version": str(found.offer.version),
        },
        shows=NAMED,
        changes=True,
    ),
    "press away.yes": Call(absent, shows=NAMED, changes=True),
    "press away.no": Call(absent),
    "press away.dates": Call(first_and_last, shows=NAMED),
    "press away.finish": Call(ended, changes=True, before=away),
    "GET /teams/desk": Call(shows=NUMBERED, before=asked_about),
    "POST /teams/desk (take)": Call(
        lambda found: covered(found) | {"act": "take"},
        changes=True,
        before=asked_about,
        anew=True,
    ),
    "POST /teams/desk": Call(
        lambda found: {"reference": found.appointment.reference},
        changes=True,
        before=with_desk,
    ),
    "press away.desk": Call(ended, changes=True, before=away_with_desk),
    "channel desk": Call(lambda _: {"text": "päivystys"}),
    "channel today": Call(lambda _: {"text": "tänään"}),
    "channel help": Call(lambda _: {"text": "ohje"}),
    "press channel.here": Call(lambda _: {"unit": "1"}, changes=True),
    "press channel.leave": Call(changes=True, before=with_desk),
    "press cover.look": Call(covered, shows=NUMBERED, before=asked_about),
    "press cover.take": Call(
        covered, shows=NUMBERED, changes=True, before=asked_about, anew=True
    ),
    "press cover.several": Call(
        covered, shows=NUMBERED, changes=True, before=asked_about, anew=True
    ),
    "press outcome.record": Call(
        lambda found: versioned(found) | {verbs.OUTCOME: "completed"},
        shows=NAMED,
        changes=True,
        before=begun,
    ),
    "press outcome.next": Call(versioned, shows=NAMED, before=begun),
    "press arrival.undo": Call(versioned, shows=NAMED, changes=True, before=has_come),
    "press late.tell": Call(
        lambda found: versioned(found) | {verbs.MINUTES: "10"},
        shows=NAMED,
        changes=True,
        before=about_to_begin,
    ),
    "press late.on_time": Call(
        versioned, shows=NAMED, changes=True, before=late_already
    ),
    "press appointment.cancel": Call(versioned, shows=NAMED, changes=True),
    "press appointment.times": Call(versioned, shows=NAMED),
    "press appointment.move": Call(
        lambda found: versioned(found) | {"slot": slot(found, 4)},
        shows=NAMED,
        changes=True,
    ),
    "press appointment.show": Call(versioned, shows=NAMED),
    "press conflict.tell": MOVED,
    "press conflict.put_back": MOVED,
    "press conflict.propose": of_outlook(ConflictKind.MOVED),
    "press conflict.cancel": of_outlook(ConflictKind.MOVED),
    "press conflict.hold": of_outlook(None, proposed),
    "press conflict.keep": COVERED,
    "press conflict.desk": of_outlook(ConflictKind.OVERLAPPED, with_desk),
    "press conflict.restore": GONE,
    "press conflict.hand": of_outlook(ConflictKind.DELETED),
    "press handover.take": COPIED,
    "press handover.leave": COPIED,
    "press handover.take_agreed": COPIED_ELSEWHERE,
}

"""The organisation as an admin writes it down, and every way of writing it wrong."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from booking.availability import Mode
from booking.model import BookedBy, Joining, Language, Modality, QuestionKind, Words
from teams_app import organisation
from teams_app.__main__ import main
from teams_app.actions.setup import OwnRules
from teams_app.organisation import BadOrganisation
from teams_app.store import engines, people, services
from teams_app.store.database import Database, Tx
from tests import make

ROOT = Path(__file__).parents[1]
HOUSE = json.loads((ROOT / "teams_app/sample/house.json").read_text())


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


MAILS = sorted(
    {each["mail"] for each in HOUSE["professionals"]}
    | {
        mail
        for unit in HOUSE["units"]
        for mail in (*unit["supervisors"], *unit.get("reception", ()))
    }
)
PEOPLE = [
    {"mail": mail, "id": _id(number), "name": mail.partition("@")[0]}
    for number, mail in enumerate(MAILS)
]

SMALL: dict[str, Any] = {
    "units": [{"key": "neuvonta", "name": {"fi": "Neuvonta"}, "phone": "029 123 4500"}],
    "professionals": [{"mail": MAILS[0], "unit": "neuvonta", "languages": ["sv"]}],
    "services": [
        {
            "key": "ohjaus",
            "name": {"fi": "Ohjaus", "en": "Guidance"},
            "minutes": 45,
            "modalities": ["remote", "phone"],
            "buffers": {"phone": [0, 10]},
            "questions": [
                {
                    "key": "asia",
                    "kind": "one_of",
                    "label": {"fi": "Asia"},
                    "choices": [{"value": "tyo", "label": {"fi": "Työ"}}],
                }
            ],
            "givers": [MAILS[0].upper()],
        }
    ],
}


@pytest.fixture
def raw() -> dict[str, Any]:
    return copy.deepcopy(SMALL)


def faults(raw: object, listed: object = PEOPLE) -> list[str]:
    with pytest.raises(BadOrganisation) as caught:
        organisation.parse(raw, listed)
    return list(caught.value.faults)


def test_what_is_left_out_is_as_most_want_it():
    made = organisation.parse(SMALL, PEOPLE)

    ((service, givers),) = made.services
    assert givers == (MAILS[0],)
    assert service.name == Words("Ohjaus", "", "Guidance")
    assert service.name.in_(Language.SV) == "Ohjaus"
    assert service.modalities == (Modality.REMOTE, Modality.PHONE)
    assert service.buffers == {Modality.PHONE: (0, 10)}
    assert (service.lead_minutes, service.horizon_days) == (120, 28)
    assert (service.booked_by, service.open) == (BookedBy.ANYONE, True)
    assert service.questions[0].kind is QuestionKind.ONE_OF
    assert service.questions[0].hint is None
    (member,) = made.professionals
    professional = member.professional
    assert (member.unit, member.mail) == ("neuvonta", MAILS[0])
    assert (professional.object_id, member.rules) == (_id(0), OwnRules())
    assert (professional.language, professional.bookable) == (Language.SV, True)


def test_the_sample_is_read():
    made = organisation.parse(HOUSE, PEOPLE)

    assert len(made.services) == len(HOUSE["services"])


def planted(raw: Any, where: str, value: Any) -> Any:
    *path, last = [int(step) if step.isdigit() else step for step in where.split(".")]
    spot = raw
    for step in path:
        spot = spot[step]
    spot[last] = value
    return raw


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("units.0.key", "Neuvonta!", "units[1].key: must be small letters"),
        ("units.0.key", None, "units[1].key: must be"),
        ("units.0.name", "Neuvonta", "units[1].name: must be an object"),
        ("units.0.name", {"sv": "Rådgivning"}, "units[1].name.fi: is missing"),
        ("units.0.name.no", "Råd", "units[1].name.no: there is no such name"),
        ("units.0.phone", "call me", "units[1].phone: must be a telephone number"),
        ("units.0.colour", "red", "units[1].colour: there is no such name"),
        ("units.0.supervisors", ["x@y.example"], "x@y.example is not among the people"),
        ("units.0.reception", ["x@y.example"], "x@y.example is not among the people"),
        ("units.0.reception", [5], "units[1].reception: must be a list"),
        ("units.0.supervisors", "x@y.example", "units[1].supervisors: must be a list"),
        ("units.0.sensitivity", "secret", "units[1].sensitivity: must be one of"),
        ("units.0", [], "units[1]: must be an object"),
        ("units", {}, "units: must be a list"),
        ("professionals.0.mail", "x@y.example", "is not among the people"),
        ("professionals.0.unit", "muu", "professionals[1].unit: there is no unit muu"),
        ("professionals.0.languages", [], "professionals[1].languages: must be a list"),
        ("professionals.0.languages", ["de"], "professionals[1].languages: must be"),
        ("professionals.0.bookable", "no", "professionals[1].bookable: must be true"),
        ("professionals.0.daily_limit", 0, "professionals[1].daily_limit: must be"),
        ("professionals.0.opens", {}, "professionals[1].opens: must have a category"),
        ("professionals.0.opens", "Open", "professionals[1].opens: must be an object"),
        ("professionals.0.opens", {"colour": "red"}, "opens.colour: there is no such"),
        ("services.0.minutes", 0, "services[1].minutes: must be a whole number"),
        ("services.0.minutes", 45.5, "services[1].minutes: must be a whole number"),
        ("services.0.minutes", True, "services[1].minutes: must be a whole number"),
        ("services.0.minutes", 44, "services[1].minutes: must be a multiple of 5"),
        ("services.0.modalities", ["fax"], "services[1].modalities: must be a list of"),
        ("services.0.buffers.fax", [1, 2], "services[1].buffers.fax: there is no such"),
        ("services.0.buffers.phone", [1], "services[1].buffers.phone: must be two"),
        ("services.0.givers", ["x@y.example"], "is not among the professionals"),
        ("services.0.reminder_hours", [0], "services[1].reminder_hours: must be"),
        ("services.0.booked_by", "nobody", "services[1].booked_by: must be one of"),
        ("services.0.questions.0.kind", "essay", "services[1].questions[1].kind: must"),
        ("services.0.questions.0.kind", "short", "only one_of and many_of have any"),
        ("services.0.questions.0.choices", [], "choices: there must be some"),
        ("services.0.name.fi", "a\x00b", "services[1].name.fi: must be a text"),
        ("rooms", [], "rooms: there is no such name"),
    ],
)
def test_a_fault_is_named_with_its_place(raw: Any, where: str, value: Any, said: str):
    found = faults(planted(raw, where, value))

    assert any(said in fault for fault in found), found


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (
            "units.0.name",
            {"fi": "x" * 121},
            "units[1].name: must have 120 characters at most",
        ),
        ("services.0.reminder_hours", [1] * 11, "services[1].reminder_hours: must be"),
        (
            "services.0.questions.0.choices",
            [{"value": f"v{n}", "label": {"fi": "x"}} for n in range(31)],
            "choices: must be 30 at most",
        ),
        (
            "services.0.questions",
            [
                {"key": f"q{n}", "kind": "short", "label": {"fi": "x"}}
                for n in range(21)
            ],
            "questions: must be 20 at most",
        ),
    ],
)
def test_what_is_too_much_is_a_fault(raw: Any, where: str, value: Any, said: str):
    found = faults(planted(raw, where, value))

    assert any(said in fault for fault in found), found


def test_twice_the_same_is_a_fault(raw: Any):
    for name in ("units", "professionals", "services"):
        raw[name] *= 2
    raw["services"][0]["questions"] *= 2

    said = faults(raw)

    assert "units: neuvonta stands there twice" in said
    assert f"professionals: {MAILS[0]} stands there twice" in said
    assert "services: ohjaus stands there twice" in said
    assert "services[1].questions: two have the same key" in said


def test_every_fault_is_named_at_once(raw: Any):
    raw["units"][0]["phone"] = ""
    raw["professionals"][0]["unit"] = "muu"
    del raw["services"][0]["minutes"]

    assert [each.split(":")[0] for each in faults(raw)] == [
        "units[1].phone",
        "professionals[1].unit",
        "services[1].minutes",
        "services[1].minutes",
    ][:3]


@pytest.mark.parametrize("bad", [None, [], "x", 7])
def test_what_is_no_organisation_is_refused(bad: object):
    assert faults(bad)


def test_people_without_a_mailbox_are_passed_over_and_a_bad_id_is_not():
    nameless = {"mail": None, "id": "x", "name": "Printer"}
    bad = PEOPLE[0] | {"id": "x"}

    organisation.parse(SMALL, [nameless, *PEOPLE])

    assert faults(SMALL, [bad]) == ["people[1].id: must be an Entra object id"]
    assert faults(SMALL, {"value": []})[0] == "people: must be a list"


def test_an_id_in_capitals_is_the_same_persons():
    small = [each | {"id": each["id"].replace("4000", "4abc")} for each in PEOPLE]
    shouted = [each | {"id": each["id"].upper()} for each in small]

    assert shouted != small
    assert organisation.parse(SMALL, shouted) == organisation.parse(SMALL, small)


def everything(tx: Tx) -> list[Any]:
    staff = people.professionals(tx)
    given = [services.services_of(tx, each.id) for each in staff]
    units = people.units(tx)
    chiefs = [people.supervisors(tx, each.id) for each in units]
    desks = [people.receptionists(tx, each.id) for each in units]
    assert any(desks)
    return [staff, given, units, chiefs, desks, services.services(tx)]


def test_set_up_twice_it_stands_there_once_and_the_rest_is_left(database_url: str):
    database = Database(engines.connect(database_url), None)
    whole = organisation.parse(HOUSE, PEOPLE)
    assert database.write_here(organisation.put, whole, make.NOW).left == []
    first = database.read_here(everything)

    left = database.write_here(organisation.put, whole, make.NOW).left
    again = database.read_here(everything)
    changed = copy.deepcopy(SMALL)
    gone = database.write_here(
        organisation.put, organisation.parse(changed, PEOPLE), make.NOW
    ).left

    assert (left, again) == ([], first)
    assert len(gone) == len(HOUSE["professionals"]) - 1
    found = {each.key for each in database.read_here(services.services)}
    assert found == {each["key"] for each in HOUSE["services"]} | {"ohjaus"}
    moved = database.read_here(people.professional_by_object_id, _id(0))
    assert database.read_here(people.unit, moved.unit).key == "neuvonta"
    database.close()


def test_a_professional_may_open_her_own_times(database_url: str, raw: Any):
    raw["professionals"][0] |= {"opens": {"category": "Asiakasajat"}, "daily_limit": 4}
    database = Database(engines.connect(database_url), None)

    made = organisation.parse(raw, PEOPLE)
    database.write_here(organisation.put, made, make.NOW)

    (aino,) = database.read_here(people.professionals)
    kept = database.read_here(people.rules, aino.id)
    assert kept == {
        "mode": Mode.OPENED_BLOCKS.value,
        "category": "Asiakasajat",
        "prefix": "",
        "daily_limit": 4,
    }
    database.close()


# The command.


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.setenv("VUORO_DATA_DIR", str(tmp_path / "app"))
    (tmp_path / "house.json").write_text(json.dumps(SMALL), encoding="utf-8-sig")
    (tmp_path / "people.json").write_text(json.dumps(PEOPLE))
    return str(tmp_path / "house.json"), str(tmp_path / "people.json")


def test_the_command_sets_up_and_says_what_and_a_check_changes_nothing(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
):
    house, listed = files
    place = Path(house).parent / "app" / "vuoro.sqlite"

    assert main(["organisation", house, "--people", listed, "--check"]) == 0
    assert not place.exists()
    assert main(["organisation", house, "--people", listed]) == 0
    assert place.exists()
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "1 unit, 1 professional, 1 service: set up"


@pytest.mark.parametrize("content", [None, b"{", b"\xff\xfe\x00", b'{"units": 1}'])
def test_the_command_says_what_is_wrong_and_changes_nothing(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str], content: bytes | None
):
    house, listed = files
    if content is None:
        Path(house).unlink()
    else:
        Path(house).write_bytes(content)

    assert main(["organisation", house, "--people", listed]) == 2

    assert capsys.readouterr().err.startswith("Nothing was changed:\n  ")
    assert not (Path(house).parent / "app").exists()


def test_the_command_says_how_the_entries_of_a_list_are_counted(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
):
    house, listed = files
    found = json.loads(Path(house).read_text("utf-8-sig"))
    found["services"][0]["minutes"] = 44
    Path(house).write_text(json.dumps(found))

    assert main(["organisation", house, "--people", listed]) == 2

    said = capsys.readouterr().err
    assert "services[1].minutes: " in said
    assert "services[1] is the first" in said


def test_skills_are_read_each_once_and_within_bounds(raw):
    raw["services"][0]["skills"] = ["Velkaneuvonta", "velkaneuvonta"]
    raw["professionals"][0]["skills"] = ["Viittomakieli"]

    made = organisation.parse(raw, PEOPLE)

    assert made.services[0][0].skills == ("Velkaneuvonta",)
    assert made.professionals[0].professional.skills == ("Viittomakieli",)
    raw["services"][0]["skills"] = ["x" * 61]
    (fault,) = faults(raw)
    assert fault.startswith("services[1].skills: must be 20 at most")


def test_a_binding_service_is_read_whole_and_invites(raw):
    said = {each: {"fi": each} for each in ("duty", "consequence", "obstacle")}
    service = raw["services"][0]
    service["binding"] = said | {"deadline_days": 14}
    service["booked_by"] = "invited"

    made = organisation.parse(raw, PEOPLE).services[0][0].binding

    assert made is not None
    assert (made.duty.fi, made.deadline_days, made.move_days) == ("duty", 14, 0)
    service["booked_by"] = "anyone"
    assert faults(raw) == [
        "services[1].booked_by: must be invited where there is a binding"
    ]
    service["binding"] = {"deadline_days": 0, "why": "x"}
    named = faults(raw)
    assert "services[1].binding.why: there is no such name" in named
    assert len(named) == 6


def test_groups_that_give_a_role_are_read_by_their_object_ids(raw):
    raw["units"][0]["groups"] = {"supervisors": _id(7).upper()}

    ((unit, _),) = organisation.parse(raw, PEOPLE).units

    assert (unit.groups.supervisors, unit.groups.reception) == (_id(7), "")
    raw["units"][0]["groups"] = {"reception": "desk", "bosses": _id(7)}
    assert sorted(faults(raw)) == [
        "units[1].groups.bosses: there is no such name",
        "units[1].groups.reception: must be an Entra object id",
    ]


def test_what_who_joins_is_given_is_read_and_names_services(raw):
    groups = {"professionals": _id(7), "joining": {"services": ["ohjaus"]}}
    raw["units"][0]["groups"] = groups

    ((unit, _),) = organisation.parse(raw, PEOPLE).units

    assert unit.groups.joining == Joining((Language.FI,), frozenset({"ohjaus"}))
    groups["joining"]["services"] = ["tanssi"]
    assert faults(raw) == [
        "units: neuvonta gives who joins tanssi, which is no service"
    ]
    raw["units"][0]["groups"] = {"joining": {"bookable": "yes"}}
    assert sorted(faults(raw)) == [
        "units[1].groups.joining.bookable: must be true or false",
        "units[1].groups.joining: needs a group of professionals",
    ]

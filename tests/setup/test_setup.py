"""What an admin is given: every right where it may stand, and the same ids everywhere."""

import json
import re
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev_tenant.entra.household import DIRECTORY_ROLES, GRAPH_ROLES, REACH_ROLES
from manifest import checks
from teams_app import setup
from teams_app.main import choices
from teams_app.settings import BadSettings, read
from teams_app.setup import deployment, permissions, registration
from teams_app.setup.permissions import CLIENTS, DIRECTORY, PERMISSIONS, REACH, Scope
from tests import contracts
from tests.setup import readers

DOCS = Path(__file__).parents[2] / "docs"
ASKED = setup.Asked(
    host="aika.kunta.example",
    app_id="11111111-1111-4111-8111-111111111111",
    tenant_id="5e1d0000-0000-4000-8000-00000000007e",
    sender="ajanvaraus@kunta.example",
    professionals="asiantuntijat@kunta.example",
    help_phone="029 123 4500",
    organisation="Kunnan 'työllisyys' ${palvelut}",
)
MADE = setup.checked(ASKED)
FILES = setup.files(MADE)
TEXTS = {
    name: content.decode() for name, content in FILES.items() if name != "vuoro.zip"
}
JSON = json.loads(TEXTS["registration.json"])
BICEP = readers.resources(TEXTS["registration.bicep"])
MAILBOXES = re.compile(r"Calendars|Mail\.|MailboxSettings")


def test_the_same_values_give_the_same_files():
    assert setup.files(setup.checked(ASKED)) == FILES


# Rights.


def test_each_right_to_mailboxes_is_granted_within_its_own_scope_and_nowhere_else():
    assert readers.grants(TEXTS["exchange.ps1"]) == {
        ("Application Calendars.ReadWrite", "Vuoro professionals"),
        ("Application MailboxSettings.Read", "Vuoro professionals"),
        ("Application Mail.Send", "Vuoro sender"),
        ("Application Mail.Read", "Vuoro sender"),
    }
    for name in TEXTS.keys() - {"exchange.ps1", "README.md"}:
        for line in readers.commands(TEXTS[name].replace("//", "#")):
            assert not MAILBOXES.search(line), (name, line)


def test_they_are_those_that_the_story_runs_with():
    rights = sorted(each.name for each in (*PERMISSIONS, *DIRECTORY, *REACH))
    assert rights == sorted((*GRAPH_ROLES, *DIRECTORY_ROLES, *REACH_ROLES))


GROUP = "00000000-0000-4000-8000-0000000000c0"
WITH_GROUP = {
    name: content.decode()
    for name, content in setup.files(setup.checked(replace(ASKED, group=GROUP))).items()
    if name != "vuoro.zip"
}


def test_the_group_is_read_by_two_rights_that_are_asked_for_only_then():
    wanted = {each.id for each in DIRECTORY}
    asked = [each["resourceAccess"] for each in JSON["requiredResourceAccess"]]
    more = json.loads(WITH_GROUP["registration.json"])["requiredResourceAccess"]

    assert not {each["id"] for each in asked[0]} & wanted
    roles = {each["id"] for each in more[0]["resourceAccess"] if each["type"] == "Role"}
    assert roles == wanted | {each.id for each in REACH}
    assert f"VUORO_PROFESSIONALS_GROUP={GROUP}" in WITH_GROUP["vuoro.env.sample"]
    assert "PROFESSIONALS_GROUP" not in TEXTS["vuoro.env.sample"]


def test_the_script_lets_those_stand_and_no_other():
    (line,) = [
        each for each in WITH_GROUP["registration.ps1"].splitlines() if "-notin" in each
    ]

    assert all(f"'{each.id}'" in line for each in (*REACH, *DIRECTORY))
    assert not any(each.id in TEXTS["registration.ps1"] for each in DIRECTORY)
    assert all(each.id in TEXTS["registration.ps1"] for each in REACH)


@pytest.mark.parametrize("group", ["x", "asiantuntijat@kunta.example", "1234"])
def test_a_group_is_named_by_its_object_id(group: str):
    with pytest.raises(setup.Wrong) as wrong:
        setup.checked(replace(ASKED, group=group))

    assert wrong.value.args
    assert "--group must be the object id" in str(wrong.value)


def test_a_right_in_the_wrong_scope_is_found(monkeypatch):
    """The check above, proven by what it is there for."""
    moved = tuple(replace(each, scope=Scope.PROFESSIONALS) for each in PERMISSIONS)
    monkeypatch.setattr("teams_app.setup.exchange.PERMISSIONS", moved)

    found = readers.grants(setup.files(MADE)["exchange.ps1"].decode())

    assert ("Application Mail.Read", "Vuoro professionals") in found


@pytest.mark.parametrize("made", [JSON, BICEP["Microsoft.Graph/applications@v1.0"]])
def test_in_entra_nothing_is_asked_for_that_opens_a_mailbox(made):
    assert made["requiredResourceAccess"] == [
        {
            "resourceAppId": "00000003-0000-0000-c000-000000000000",
            "resourceAccess": [
                {"id": "37f7f235-527c-4136-accd-4a02d197296e", "type": "Scope"},
                *({"id": each.id, "type": "Role"} for each in REACH),
            ],
        }
    ]


def test_calendars_consented_to_in_entra_would_be_found(monkeypatch):
    calendars = permissions.Consented(
        "Calendars.ReadWrite", "ef54d2bf-783f-4e0f-bca1-3210c0444d99", "planted"
    )
    asked = (*permissions.CONSENTED, calendars)
    monkeypatch.setattr("teams_app.setup.registration.CONSENTED", asked)

    with pytest.raises(AssertionError):
        test_in_entra_nothing_is_asked_for_that_opens_a_mailbox(
            registration.application(MADE)
        )


def test_the_two_scopes_are_the_direct_members_and_the_one_sender():
    script = TEXTS["exchange.ps1"]
    named = readers.variables(script)
    lines = readers.commands(script)

    assert named["Professionals"] != named["Senders"]
    assert (named["Group"], named["Sender"]) == (MADE.professionals, MADE.sender)
    assert "Set-Scope -Name $Professionals -Filter $Members" in lines
    assert "Set-Scope -Name $Senders -Filter $One" in lines
    assert "$Members = \"MemberOfGroup -eq '$Name'\"" in lines
    assert "$One = \"PrimarySmtpAddress -eq '$Sender'\"" in lines
    made = [line for line in lines if "New-ManagementRoleAssignment" in line]
    assert all("-CustomResourceScope $Scope" in line for line in made)
    assert len(made) == 1


def test_scopes_exist_before_a_role_is_granted_within_them():
    lines = readers.commands(TEXTS["exchange.ps1"])
    scoped = max(at for at, line in enumerate(lines) if line.startswith("Set-Scope"))
    granted = min(at for at, line in enumerate(lines) if line.startswith("Grant-Role"))

    assert scoped < granted


def test_meetings_are_only_looked_at():
    for line in readers.commands(TEXTS["meetings.ps1"]):
        assert not re.search(r"\b(?:Set|New|Grant|Remove)-", line), line


def test_why_they_are_not_consented_to_in_entra_is_said_where_they_are_granted():
    for name in ("exchange.ps1", "registration.ps1", "README.md"):
        assert "reach" in TEXTS[name], name
        assert re.search(r"every\s+mailbox", TEXTS[name].replace("\n# ", " ")), name


def test_the_app_roles_are_those_that_are_looked_at():
    roles = JSON["appRoles"]

    values = [each["value"] for each in roles]
    assert values == [
        "Vuoro.Admin",
        "Vuoro.Audit",
        "Vuoro.Reception",
        "Vuoro.Supervisor",
        "Vuoro.Professional",
    ]
    assert len({each["id"] for each in roles}) == len(roles)
    assert all(each["allowedMemberTypes"] == ["User"] for each in roles)


def test_the_script_knows_its_own_roles_by_their_ids():
    for each in JSON["appRoles"]:
        assert f"'{each['value']}' = '{each['id']}'" in TEXTS["registration.ps1"]


# Ids.


def test_bicep_and_json_say_the_same():
    unique = {"uniqueName": f"vuoro-{MADE.app_id}"}

    assert BICEP["Microsoft.Graph/applications@v1.0"] == unique | JSON


def test_manifest_registration_bot_and_settings_name_the_same_ids():
    with zipfile.ZipFile(BytesIO(FILES["vuoro.zip"])) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    kept = readers.settings(TEXTS["vuoro.env.sample"])
    bot = readers.resources(TEXTS["bot.bicep"])[
        "Microsoft.BotService/botServices@2022-09-15"
    ]["properties"]

    assert manifest["webApplicationInfo"]["id"] == MADE.app_id
    assert manifest["bots"][0]["botId"] == bot["msaAppId"] == kept["VUORO_CLIENT_ID"]
    assert JSON["identifierUris"] == [manifest["webApplicationInfo"]["resource"]]
    assert manifest["id"] == kept["VUORO_TEAMS_APP_ID"]
    assert manifest["validDomains"] == [MADE.host]
    assert bot["msaAppTenantId"] == kept["VUORO_TENANT_ID"] == MADE.tenant_id
    assert bot["msaAppType"] == "SingleTenant"
    for script in (
        *("registration.ps1", "exchange.ps1"),
        *("exchange-fallback.ps1", "meeting-access.ps1"),
    ):
        assert readers.variables(TEXTS[script])["AppId"] == MADE.app_id
    policy = readers.variables(TEXTS["app-policy.ps1"])
    assert policy["Package"] == manifest["id"]
    assert readers.variables(TEXTS["registration.ps1"])["TenantId"] == MADE.tenant_id


def test_whoever_may_ask_for_a_token_is_named_once_and_for_the_one_scope():
    (scope,) = JSON["api"]["oauth2PermissionScopes"]
    let_in = JSON["api"]["preAuthorizedApplications"]

    assert (scope["value"], scope["isEnabled"]) == ("access_as_user", True)
    assert [each["appId"] for each in let_in] == list(CLIENTS)
    assert {tuple(each["delegatedPermissionIds"]) for each in let_in} == {
        (scope["id"],)
    }
    assert JSON["api"]["requestedAccessTokenVersion"] == 2


def test_the_running_vuoro_goes_where_the_registration_lets_it():
    """Audience, way back and the bot's door as the settings make them."""
    settings = _accepted(TEXTS["vuoro.env.sample"])
    sign_in = choices.sign_in_of(settings, None)  # type: ignore[arg-type]
    bot = readers.resources(TEXTS["bot.bicep"])[
        "Microsoft.BotService/botServices@2022-09-15"
    ]["properties"]

    assert sign_in.audiences[1] == JSON["identifierUris"][0]
    assert JSON["web"]["redirectUris"] == [f"{settings.base_url}/teams/signed-in"]
    assert bot["endpoint"] == f"{settings.base_url}/api/messages"


def test_the_link_for_consent_leads_back_to_a_registered_address():
    link = urlsplit(MADE.consent)
    asked = parse_qs(link.query)

    assert link.path == f"/{MADE.tenant_id}/adminconsent"
    assert asked["client_id"] == [MADE.app_id]
    assert asked["redirect_uri"] == JSON["web"]["redirectUris"]
    assert MADE.consent in TEXTS["README.md"]


# Settings.


def _accepted(sample: str):
    kept = readers.settings(sample)
    key = Path(__file__)  # Any file that exists.
    kept |= {"VUORO_SECRET_KEY": "k" * 43}
    if "VUORO_CERTIFICATE" in kept:
        kept["VUORO_CERTIFICATE"] = str(key)
    else:
        kept["VUORO_CLIENT_SECRET"] = "filled in"
    return read(kept)


@pytest.mark.parametrize(
    "asked", [ASKED, replace(ASKED, secret=True), replace(ASKED, polling=True)]
)
def test_the_settings_are_accepted_once_the_blanks_are_filled_in(asked):
    made = _accepted(setup.files(setup.checked(asked))["vuoro.env.sample"].decode())

    assert made.organisation_fi == asked.organisation
    assert made.sender == asked.sender
    assert made.notifications is not asked.polling


def test_what_is_left_blank_is_missed():
    with pytest.raises(BadSettings) as missed:
        read(readers.settings(TEXTS["vuoro.env.sample"]))

    assert [fault.partition(":")[0] for fault in missed.value.faults] == [
        "VUORO_CERTIFICATE",
        "VUORO_SECRET_KEY",
    ]


def test_a_shell_reads_the_settings_as_we_do(tmp_path):
    sample = tmp_path / "vuoro.env"
    sample.write_text(TEXTS["vuoro.env.sample"])
    run = subprocess.run(
        ["bash", "-c", f"set -a; . {sample}; env -0"],  # noqa: S607
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    sourced = dict(row.split("=", 1) for row in run.stdout.split("\0") if "=" in row)
    kept = readers.settings(TEXTS["vuoro.env.sample"])

    assert {name: sourced[name] for name in kept} == kept


@pytest.mark.parametrize("asked", [ASKED, replace(ASKED, secret=True)])
def test_nothing_secret_is_written(asked):
    kept = readers.settings(
        setup.files(setup.checked(asked))["vuoro.env.sample"].decode()
    )

    assert kept["VUORO_SECRET_KEY"] == ""
    assert kept.get("VUORO_CLIENT_SECRET", "") == ""


# Other people's languages.


@given(
    st.text(st.sampled_from("'$\\{}a"))
    | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
)
def test_a_text_stays_one_text_in_bicep(said):
    written = f"resource x 'K@1' = {deployment.bicep({'a': said, 'b': [said]})}\n"

    assert readers.resources(written) == {"K@1": {"a": said, "b": [said]}}


@given(st.text(st.sampled_from("'\u2018\u2019\u201a\u201b$`\"a;")))
def test_a_text_stays_one_text_in_powershell(said):
    """Quotes inside stand twice, of whichever kind, so none of them ends it."""
    inside = deployment.quoted(said)[1:-1]

    assert re.fullmatch(
        "(?:[^'\u2018\u2019\u201a\u201b]|(['\u2018-\u201b])\\1)*", inside
    )
    assert re.sub("(['\u2018-\u201b])\\1", r"\1", inside) == said


@pytest.mark.parametrize("name", [name for name in TEXTS if name.endswith(".ps1")])
def test_scripts_are_whole(name):
    """No blank is left, every bracket is closed, a fault stops them, all is ASCII."""
    script = TEXTS[name]
    bare = re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"", "", "\n".join(readers.commands(script)))

    assert not re.search(r"@\w+@", script)
    for opened, closed in ("()", "{}", "[]"):
        assert bare.count(opened) == bare.count(closed), opened
    assert "$ErrorActionPreference = 'Stop'" in script
    assert script.isascii()


# The package.


def test_the_package_is_one_that_teams_takes():
    with zipfile.ZipFile(BytesIO(FILES["vuoro.zip"])) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    made = json.loads(files["manifest.json"])

    assert checks.faults(files) == []
    newest = contracts.manifest_schema()
    if newest is not None:
        version = newest["properties"]["manifestVersion"]["const"]
        errors = jsonschema.Draft4Validator(newest).iter_errors(
            made | {"manifestVersion": version}
        )
        assert [error.message for error in errors] == []


# The guide.


def test_the_guide_explains_each_right_and_each_file():
    guide = (DOCS / "admin.md").read_text()
    rows = dict(
        re.findall(r"^\| `Application ([\w.]+)` \| \*(.+?)\* \|", guide, re.MULTILINE)
    )

    assert rows == {each.name: each.scope.value for each in PERMISSIONS}
    for name in FILES:
        assert f"`{name}`" in guide, name
    for client in CLIENTS:
        assert client in guide, client


def test_the_folders_own_steps_are_those_of_the_guide():
    step = re.compile(r"^## (\d+)\. ([^(\n]+?)(?: \(|$)", re.MULTILINE)
    guide = step.findall((DOCS / "admin.md").read_text())

    assert step.findall(TEXTS["README.md"]) == guide
    assert [int(number) for number, _ in guide] == list(range(1, 11))


def test_the_guide_says_how_somebody_gets_the_health_page():
    for steps in (TEXTS["README.md"], (DOCS / "admin.md").read_text()):
        _, _, step = steps.partition("\n## 10. ")

        assert registration.ROLE in step
        assert "`VUORO_ADMINS`" in step


# What is refused.


def refused(**changes) -> list[str]:
    with pytest.raises(setup.Wrong) as caught:
        setup.checked(replace(ASKED, **changes))
    return caught.value.faults


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("host", "https://aika.kunta.example"),
        ("host", "aika.kunta.example/"),
        ("host", "aika.kunta.example/ajat"),
        ("host", "aika.kunta.example:8443"),
        ("host", "Aika.kunta.example"),
        ("host", "*.kunta.example"),
        ("host", "localhost"),
        ("host", "203.0.113.7"),
        ("host", ""),
        ("app_id", "vuoro"),
        ("app_id", "{11111111-1111-4111-8111-111111111111}"),
        ("tenant_id", "kunta.onmicrosoft.com"),
        ("package_id", "vuoro"),
        ("sender", "ajanvaraus"),
        ("sender", "ajan'varaus@kunta.example"),
        ("sender", "a@b.example,c@d.example"),
        ("professionals", "Kaikki asiantuntijat"),
        ("professionals", "$(whoami)@kunta.example"),
        ("help_phone", "soita meille"),
        ("help_phone", ""),
        ("organisation", "a" * 101),
        ("organisation", "kaksi\nriviä"),
        ("organisation", "  "),
        ("certificate", "/etc/x\nVUORO_DEMO=1"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_option(option, value):
    (fault,) = refused(**{option: value})

    assert fault.startswith(f"--{option.replace('_', '-')} must ")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"tenant_id": ASKED.app_id}, "--tenant-id"),
        ({"package_id": ASKED.app_id}, "--package-id"),
        ({"professionals": ASKED.sender.upper()}, "--professionals"),
        (
            {"sender": "Aika@Kunta.example", "professionals": "aika@kunta.example"},
            "--professionals",
        ),
        ({"secret": True, "certificate": "/etc/vuoro/vuoro.pem"}, "--certificate"),
    ],
)
def test_what_does_not_go_together_is_refused(changes, named):
    (fault,) = refused(**changes)

    assert named in fault


def test_every_fault_is_named_at_once():
    assert len(refused(host="x", app_id="x", tenant_id="y", sender="x")) == 4

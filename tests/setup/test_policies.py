"""The scripts that make policies: least, for the group alone, and again without harm."""

import re
from dataclasses import replace

import pytest

from teams_app import setup
from teams_app.setup.permissions import LISTENING
from tests.setup import readers
from tests.setup.test_setup import (
    ASKED,
    BICEP,
    DOCS,
    GROUP,
    JSON,
    MADE,
    TEXTS,
    WITH_GROUP,
)

TEAMS = ("meeting-policy.ps1", "meeting-access.ps1", "app-policy.ps1")
#: Whatever changes something in Teams or Exchange.
CHANGES = re.compile(r"\b(?:New|Set|Grant|Remove)-(?!Object|TemporaryFile|Content)\w+")


def changes(name: str) -> list[str]:
    """Give the commands of a script that change something, as often as they stand there."""
    return [
        found
        for line in readers.commands(TEXTS[name])
        if not line.startswith("function")
        for found in CHANGES.findall(line)
        if found not in {"Set-Policy", "Grant-ToGroup"}
    ]


# What each does, and nothing else.


def test_clients_join_and_wait_and_nothing_is_recorded():
    script = TEXTS["meeting-policy.ps1"]
    values = dict(re.findall(r"^    (\w+) += (.+)$", script, re.MULTILINE))

    assert values == {
        "AllowAnonymousUsersToJoinMeeting": "$true",
        "AllowAnonymousUsersToStartMeeting": "$false",
        "AutoAdmittedUsers": "'EveryoneInCompanyExcludingGuests'",
        "AllowCloudRecording": "$false",
        "AllowTranscription": "$false",
    }
    assert changes("meeting-policy.ps1") == [
        "Set-CsTeamsMeetingPolicy",
        "New-CsTeamsMeetingPolicy",
        "New-CsGroupPolicyAssignment",
    ]


def test_a_meeting_that_is_recorded_or_closed_to_browsers_is_said():
    script = TEXTS["meetings.ps1"]

    assert "$Policy.AllowCloudRecording -or $Policy.AllowTranscription" in script
    assert "BlockedAnonymousJoinClientTypes)\" -match 'Teams'" in script
    assert changes("meetings.ps1") == []


def test_the_app_is_installed_and_pinned_for_the_group_alone():
    script = TEXTS["app-policy.ps1"]
    kind = "Microsoft.Teams.Policy.Administration.Cmdlets.Core"

    assert (
        "Get-TeamsApp -ExternalId $Package -DistributionMethod organization" in script
    )
    for each in ("AppPreset", "PinnedApp"):
        made = f"New-Object -TypeName {kind}.{each} -Property @{{ Id = $App.Id }}"
        assert made in script
    assert changes("app-policy.ps1") == [
        "Set-CsTeamsAppSetupPolicy",
        "New-CsTeamsAppSetupPolicy",
        "New-CsGroupPolicyAssignment",
    ]


def test_the_policy_is_made_only_if_told_as_microsoft_wants_it_made_by_hand():
    script = TEXTS["app-policy.ps1"]
    made = script[script.index("if ($Make) {") : script.index("if (-not $Found)")]

    assert "param([switch]$Make)" in script
    assert "New-CsTeamsAppSetupPolicy" in made
    assert "Set-CsTeamsAppSetupPolicy" in made
    assert script.count("CsTeamsAppSetupPolicy -Identity $Policy ") == 3


def test_the_gate_of_online_meetings_names_this_app_and_can_be_shut_again():
    assert changes("meeting-access.ps1") == [
        "Remove-CsGroupPolicyAssignment",
        "Remove-CsApplicationAccessPolicy",
        "New-CsApplicationAccessPolicy",
        "Grant-CsApplicationAccessPolicy",
    ]
    assert "-AppIds $AppId " in TEXTS["meeting-access.ps1"]
    assert "Not needed" in TEXTS["meeting-access.ps1"]


def test_nobody_is_asked_for_a_right_to_online_meetings():
    for made in (JSON, BICEP["Microsoft.Graph/applications@v1.0"]):
        assert "OnlineMeeting" not in str(made)
    for name in TEXTS.keys() - {"meeting-access.ps1", "README.md"}:
        assert "OnlineMeetings" not in TEXTS[name], name


@pytest.mark.parametrize("name", TEAMS)
def test_a_policy_is_given_to_the_group_and_never_to_everybody(name):
    commands = "\n".join(readers.commands(TEXTS[name]))

    assert "-Global" not in commands
    for line in commands.splitlines():
        if "New-CsGroupPolicyAssignment" in line:
            assert "-GroupId $Group " in line
        if "Grant-CsApplicationAccessPolicy" in line:
            assert "-Group $Group" in line


# Filled in.


@pytest.mark.parametrize("name", TEAMS)
def test_the_group_is_named_by_its_address_or_by_its_id_where_that_is_known(name):
    assert readers.variables(TEXTS[name])["Group"] == MADE.professionals
    assert readers.variables(WITH_GROUP[name])["Group"] == GROUP


@pytest.mark.parametrize("name", TEAMS)
def test_it_goes_to_this_tenant(name):
    assert f"Connect-MicrosoftTeams -TenantId '{MADE.tenant_id}'" in TEXTS[name]


def test_an_odd_address_stays_one_text():
    odd = replace(MADE, professionals="o'brien\u2019s@kunta.example")
    made = setup.files(odd)

    for name in (*TEAMS, "exchange-fallback.ps1"):
        text = made[name].decode()
        assert "\n$Group = 'o''brien\u2019\u2019s@kunta.example'\n" in text, name


# Again.


@pytest.mark.parametrize("name", TEAMS)
def test_what_is_there_already_is_not_made_again(name):
    script = TEXTS[name]
    commands = "\n".join(readers.commands(script))

    assert "if (-not $Has) { & $Give | Out-Null }" in commands
    assert "elseif ($Has.PolicyName -ne $Policy) { throw" in commands
    for line in commands.splitlines():
        if re.match(r"New-Cs\w+Policy ", line):
            at = commands.index(line)
            assert re.search(r"(?:else \{|if \(-not \$Found\) \{)\n$", commands[:at])
    assert "May be run\n" in script or "May be run again" in script


# The fallback.


def fallback() -> str:
    return TEXTS["exchange-fallback.ps1"]


def test_the_fallback_consents_to_reading_alone_and_only_behind_its_policy():
    script = fallback()
    named = readers.variables(script)
    order = [
        "Set-Policy -Scope $Group",
        "Test-Reach -Mailbox $Outsider -Expected 'Denied'",
        "if ($Wrong) { throw",
        "if (-not $Consent) {",
        "rest --method post",
    ]

    assert (named["Right"], LISTENING.name) == (LISTENING.id, "Calendars.Read")
    assert (named["Group"], named["TenantId"]) == (MADE.professionals, MADE.tenant_id)
    assert script.count("rest --method post") == 1
    places = [script.index(each) for each in order]
    assert places == sorted(places)
    assert "-PolicyScopeGroupId $Scope -AccessRight RestrictAccess" in script


def test_taking_the_fallback_back_ends_the_consent_before_the_policy():
    script = fallback()

    assert script.index("--method delete") < script.index(
        "Remove-ApplicationAccessPolicy"
    )


def test_the_fallback_makes_nothing_twice():
    script = fallback()

    assert "if (-not ($Policies | Where-Object Description -eq $Description))" in script
    assert "if (-not (Get-Consent)) {" in script


def test_no_other_file_asks_for_what_the_fallback_consents_to():
    for texts in (TEXTS, WITH_GROUP):
        for name in texts.keys() - {"exchange-fallback.ps1"}:
            assert LISTENING.id not in texts[name], name


def test_a_consent_before_the_policy_would_be_found(monkeypatch):
    """The check of the order above, proven by what it is there for."""
    moved = fallback().replace(
        "if ($Wrong) { throw", "rest --method post\nif ($Wrong) {"
    )
    monkeypatch.setitem(TEXTS, "exchange-fallback.ps1", moved)

    with pytest.raises((AssertionError, ValueError)):
        test_the_fallback_consents_to_reading_alone_and_only_behind_its_policy()


# The guide.


def test_the_guide_says_when_the_fallback_is_taken_and_when_not():
    guide = (DOCS / "admin.md").read_text()
    _, _, part = guide.partition("### Where Graph refuses to send notices\n")
    part, _, _ = part.partition("\n## 6.")

    assert "| `Calendars.Read` |" in part
    for said in ("VUORO_NOTIFICATIONS=0", "must not be consented to", LISTENING.id):
        assert said in part, said
    for switch in re.findall(r"\[switch\]\$(\w+)", fallback()):
        assert f"`-{switch}`" in part, switch


def test_the_same_values_give_the_same_scripts():
    again = setup.files(setup.checked(ASKED))

    for name in (*TEAMS, "exchange-fallback.ps1"):
        assert again[name].decode() == TEXTS[name]

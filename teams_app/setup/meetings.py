"""Whether and how clients, who have no account, join a meeting of a professional.

One script looks and changes nothing, one gives the professionals a meeting policy. The
third is there for whoever needs it: the gate for applications that read meetings.
"""

from teams_app.setup.deployment import Deployment
from teams_app.setup.granting import filled


def script(made: Deployment) -> str:
    """Write what looks whether clients can join."""
    return filled(_LOOK, made)


def policy(made: Deployment) -> str:
    """Write what gives the group a meeting policy: join and wait, nothing recorded."""
    return filled(_POLICY, made)


def access(made: Deployment) -> str:
    """Write what lets this application read meetings of the group, and takes it back."""
    return filled(_ACCESS, made)


_LOOK = """\
#Requires -Modules MicrosoftTeams
# Says whether people without an account, as clients are, can join a meeting of a
# professional. Changes nothing. Needs the role of a Teams administrator.
$ErrorActionPreference = 'Stop'
Connect-MicrosoftTeams -TenantId @tenant@ | Out-Null

$Wrong = 0
if ((Get-CsTeamsMeetingConfiguration).DisableAnonymousJoin) {
    $Wrong++
    Write-Host 'WRONG anonymous join is switched off for the whole organisation: no client can join.'
}
foreach ($Policy in Get-CsTeamsMeetingPolicy) {
    $Name = "$($Policy.Identity)".Replace('Tag:', '')
    if (-not $Policy.AllowAnonymousUsersToJoinMeeting) {
        if ($Name -eq 'Global') { $Wrong++ }
        Write-Host "WRONG '$Name': clients cannot join the meetings of whoever has this policy."
    }
    if ("$($Policy.BlockedAnonymousJoinClientTypes)" -match 'Teams') {
        if ($Name -eq 'Global') { $Wrong++ }
        Write-Host "WRONG '$Name': clients cannot join from a browser, nor with the Teams app."
    }
    if ($Policy.AutoAdmittedUsers -eq 'Everyone') {
        Write-Host "NOTE  '$Name': clients do not wait in the lobby; one may walk in on another."
    }
    if ($Policy.AllowAnonymousUsersToStartMeeting) {
        Write-Host "NOTE  '$Name': clients may begin a meeting before the professional is there."
    }
    if ($Policy.AllowCloudRecording -or $Policy.AllowTranscription) {
        Write-Host "NOTE  '$Name': a meeting with a client can be recorded or transcribed."
    }
}

Disconnect-MicrosoftTeams
if ($Wrong) { throw 'Let a Teams administrator allow anonymous join for the professionals: ./meeting-policy.ps1, or Teams admin centre, Meetings.' }
Write-Host 'Clients can join the meetings of everybody who has the global policy.'
"""

_POLICY = """\
#Requires -Modules MicrosoftTeams
# Gives the professionals a meeting policy: clients join by the link, in a browser and
# without an account, and wait in the lobby; nothing is recorded or transcribed. May be run
# again. Needs the role of a Teams administrator. It gives no application any right.
#
# A person has one meeting policy. Whoever has this one has it for all her meetings, and
# whatever it does not name is Microsoft's default. Where the professionals have a policy
# of their own already, set these five values there and do not run this.
$ErrorActionPreference = 'Stop'
$Group = @group@
$Policy = 'Vuoro'
Connect-MicrosoftTeams -TenantId @tenant@ | Out-Null

@grant@

$Values = @{
    # Clients have no account.
    AllowAnonymousUsersToJoinMeeting  = $true
    # Nobody begins before the professional is there, and one does not walk in on another.
    AllowAnonymousUsersToStartMeeting = $false
    AutoAdmittedUsers                 = 'EveryoneInCompanyExcludingGuests'
    # What is said to a client is said to nobody else.
    AllowCloudRecording               = $false
    AllowTranscription                = $false
}
if (Get-CsTeamsMeetingPolicy -Identity $Policy -ErrorAction SilentlyContinue) {
    Set-CsTeamsMeetingPolicy -Identity $Policy @Values
} else {
    New-CsTeamsMeetingPolicy -Identity $Policy @Values | Out-Null
}
Grant-ToGroup 'TeamsMeetingPolicy' { New-CsGroupPolicyAssignment -GroupId $Group -PolicyType TeamsMeetingPolicy -PolicyName $Policy }

if ((Get-CsTeamsMeetingConfiguration).DisableAnonymousJoin) {
    throw 'Anonymous join is switched off for the whole organisation, and no policy can allow it: Teams admin centre, Meetings, Meeting settings.'
}
Disconnect-MicrosoftTeams
Write-Host "The members of $Group get it within some hours. Then: ./meetings.ps1"
"""

_ACCESS = """\
#Requires -Modules MicrosoftTeams
# Not needed by this version of Vuoro, and not part of any step: it makes its meetings as
# events of the calendar, and asks for no OnlineMeetings permission. Teams has a gate of
# its own before those permissions: an application access policy, without which nobody's
# online meetings are open to an application. This opens it for Vuoro and the members of
# the group, and for nobody else, should Microsoft's support or a later version call for
# it. While no OnlineMeetings permission is consented to in Entra, the policy opens nothing.
#
# May be run again; -Remove takes it back. Needs the role of a Teams administrator.
param([switch]$Remove)
$ErrorActionPreference = 'Stop'
$AppId = @app@
$Group = @group@
$Policy = 'Vuoro'
Connect-MicrosoftTeams -TenantId @tenant@ | Out-Null

@grant@

$Found = Get-CsApplicationAccessPolicy -Identity $Policy -ErrorAction SilentlyContinue
if ($Remove) {
    $Has = Get-CsGroupPolicyAssignment -GroupId $Group -PolicyType ApplicationAccessPolicy -ErrorAction SilentlyContinue
    if ($Has.PolicyName -eq $Policy) { Remove-CsGroupPolicyAssignment -GroupId $Group -PolicyType ApplicationAccessPolicy }
    if ($Found) { Remove-CsApplicationAccessPolicy -Identity $Policy }
    Disconnect-MicrosoftTeams
    return
}
if (-not $Found) {
    New-CsApplicationAccessPolicy -Identity $Policy -AppIds $AppId -Description 'Vuoro and the online meetings of the professionals' | Out-Null
} elseif ("$($Found.AppIds)" -ne $AppId) {
    throw "The application access policy '$Policy' names other applications: $($Found.AppIds)"
}
Grant-ToGroup 'ApplicationAccessPolicy' { Grant-CsApplicationAccessPolicy -PolicyName $Policy -Group $Group }

Disconnect-MicrosoftTeams
Write-Host 'Teams heeds it within half an hour.'
"""

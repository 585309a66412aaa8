"""Whether clients, who have no account, can join a meeting. It only looks."""

from teams_app.setup.deployment import Deployment, quoted


def script(made: Deployment) -> str:
    return _SCRIPT.replace("@tenant@", quoted(made.tenant_id))


_SCRIPT = """\
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
    if ($Policy.AutoAdmittedUsers -eq 'Everyone') {
        Write-Host "NOTE  '$Name': clients do not wait in the lobby; one may walk in on another."
    }
    if ($Policy.AllowAnonymousUsersToStartMeeting) {
        Write-Host "NOTE  '$Name': clients may begin a meeting before the professional is there."
    }
}

Disconnect-MicrosoftTeams
if ($Wrong) { throw 'Let a Teams administrator allow anonymous join for the professionals: Teams admin centre, Meetings.' }
Write-Host 'Clients can join the meetings of everybody who has the global policy.'
"""

"""Giving the professionals the Teams app: installed, and pinned where they see it."""

from teams_app.setup.deployment import Deployment
from teams_app.setup.granting import filled


def script(made: Deployment) -> str:
    """Write what looks at the setup policy, makes it if told, and gives it to the group."""
    return filled(_SCRIPT, made)


_SCRIPT = """\
#Requires -Modules MicrosoftTeams
# Gives the professionals an app setup policy by which Teams installs Vuoro for them and
# pins it. May be run again. Needs the role of a Teams administrator, and vuoro.zip in the
# catalogue.
#
# Microsoft wants app setup policies to be made in the Teams admin centre, and describes the
# commands that make them for completeness alone. So this only looks at the policy and gives
# it to the group; with -Make it makes it too, from the global one, whose apps stay.
#
# A person has one app setup policy. Where the professionals have one already, add Vuoro
# to that in the admin centre and do not run this.
param([switch]$Make)
$ErrorActionPreference = 'Stop'
$Package = @package@
$Group = @group@
$Policy = 'Vuoro'
Connect-MicrosoftTeams -TenantId @tenant@ | Out-Null

@grant@

# The catalogue gives an app an id of its own; the package's is the external one.
$App = Get-TeamsApp -ExternalId $Package -DistributionMethod organization
if (-not $App) { throw "The catalogue has no app $Package. Upload vuoro.zip first: Teams admin centre, Teams apps, Manage apps." }

$Found = Get-CsTeamsAppSetupPolicy -Identity $Policy -ErrorAction SilentlyContinue
if ($Make) {
    $Like = if ($Found) { $Found } else { Get-CsTeamsAppSetupPolicy -Identity Global }
    $Installed = @($Like.AppPresetList | Where-Object { $_ })
    if ($Installed.Id -notcontains $App.Id) {
        $Installed += New-Object -TypeName Microsoft.Teams.Policy.Administration.Cmdlets.Core.AppPreset -Property @{ Id = $App.Id }
    }
    $Pinned = @($Like.PinnedAppBarApps | Where-Object { $_ })
    if ($Pinned.Id -notcontains $App.Id) {
        $Pinned += New-Object -TypeName Microsoft.Teams.Policy.Administration.Cmdlets.Core.PinnedApp -Property @{ Id = $App.Id }
    }
    $Apps = @{ AppPresetList = $Installed; PinnedAppBarApps = $Pinned }
    if ($Found) {
        Set-CsTeamsAppSetupPolicy -Identity $Policy @Apps
    } else {
        New-CsTeamsAppSetupPolicy -Identity $Policy -AllowUserPinning $Like.AllowUserPinning -AllowSideLoading $Like.AllowSideLoading @Apps | Out-Null
    }
    $Found = Get-CsTeamsAppSetupPolicy -Identity $Policy
}
if (-not $Found) { throw "There is no app setup policy '$Policy'. Make it in the Teams admin centre, Teams apps, Setup policies, Add: the name $Policy, Vuoro among the installed apps and among the pinned ones. Then run this again. Or: ./app-policy.ps1 -Make" }

$Wrong = 0
if ($Found.AppPresetList.Id -notcontains $App.Id) {
    $Wrong++
    Write-Host "WRONG '$Policy' does not install Vuoro."
}
if ($Found.PinnedAppBarApps.Id -notcontains $App.Id) {
    $Wrong++
    Write-Host "WRONG '$Policy' does not pin Vuoro."
}
if ($Wrong) { throw "Add it to '$Policy' in the Teams admin centre, Teams apps, Setup policies, and run this again." }
Grant-ToGroup 'TeamsAppSetupPolicy' { New-CsGroupPolicyAssignment -GroupId $Group -PolicyType TeamsAppSetupPolicy -PolicyName $Policy }

Disconnect-MicrosoftTeams
Write-Host "Teams installs Vuoro for the members of $Group within some hours."
"""

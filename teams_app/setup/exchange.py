"""Who may be reached: rights to mailboxes, within two scopes, given in Exchange."""

from teams_app.setup.deployment import Deployment, quoted
from teams_app.setup.permissions import PERMISSIONS, Scope


def script(made: Deployment) -> str:
    """Write what makes the scopes, grants each role in its own, and looks again."""
    text = _SCRIPT
    for blank, value in {
        "@app@": quoted(made.app_id),
        "@group@": quoted(made.professionals),
        "@sender@": quoted(made.sender),
        "@scope_professionals@": quoted(Scope.PROFESSIONALS),
        "@scope_sender@": quoted(Scope.SENDER),
        "@grants@": "\n".join(_grants()),
        "@of_professionals@": _names(Scope.PROFESSIONALS),
        "@of_sender@": _names(Scope.SENDER),
    }.items():
        text = text.replace(blank, value)
    return text


_VARIABLE = {Scope.PROFESSIONALS: "$Professionals", Scope.SENDER: "$Senders"}


def _grants() -> list[str]:
    return [
        line
        for each in PERMISSIONS
        for line in (
            f"# {each.name}: {each.why}.",
            f"Grant-Role -Role {quoted(each.role)} -Scope {_VARIABLE[each.scope]}",
        )
    ]


def _names(scope: Scope) -> str:
    roles = [quoted(each.role) for each in PERMISSIONS if each.scope is scope]
    return f"@({', '.join(roles)})"


_SCRIPT = """\
#Requires -Version 7.0
#Requires -Modules ExchangeOnlineManagement
<#
Lets Vuoro reach the calendars of the professionals and the mailbox that mails clients, and
no other mailbox, with RBAC for Applications. May be run again. Whoever runs it must be in
the role group Organization Management.

Why none of this is consented to in Entra: a permission consented to there reaches every
mailbox of the tenant, and Exchange adds the two up. With Calendars.ReadWrite granted in
Entra as well, the scope below would limit nothing.
#>
param(
    # The object id of the enterprise application; registration.ps1 says it.
    [Parameter(Mandatory)][guid]$ObjectId,
    # Somebody's mailbox that must stay out of reach; looked at in the end.
    [string]$Outsider = ''
)
$ErrorActionPreference = 'Stop'
$AppId = @app@
$Group = @group@
$Sender = @sender@
$Professionals = @scope_professionals@
$Senders = @scope_sender@

function Set-Scope([string]$Name, [string]$Filter) {
    if (Get-ManagementScope -Identity $Name -ErrorAction SilentlyContinue) {
        Set-ManagementScope -Identity $Name -RecipientRestrictionFilter $Filter
    } else {
        New-ManagementScope -Name $Name -RecipientRestrictionFilter $Filter | Out-Null
    }
}

function Grant-Role([string]$Role, [string]$Scope) {
    $Name = "Vuoro $Role"
    if (-not (Get-ManagementRoleAssignment -Identity $Name -ErrorAction SilentlyContinue)) {
        New-ManagementRoleAssignment -Name $Name -App "$ObjectId" -Role $Role -CustomResourceScope $Scope | Out-Null
    }
}

$Wrong = 0
function Test-Reach([string]$Mailbox, [string[]]$May) {
    foreach ($Row in Test-ServicePrincipalAuthorization -Identity "$ObjectId" -Resource $Mailbox) {
        $Word = 'ok   '
        if ("$($Row.InScope)" -ne "$($May -contains $Row.RoleName)") {
            $Word = 'WRONG'
            $script:Wrong++
        }
        Write-Host "$Word ${Mailbox}: $($Row.RoleName) InScope $($Row.InScope)"
    }
}

Connect-ExchangeOnline -ShowBanner:$false

if (-not (Get-ServicePrincipal -Identity "$ObjectId" -ErrorAction SilentlyContinue)) {
    New-ServicePrincipal -AppId $AppId -ObjectId "$ObjectId" -DisplayName 'Vuoro' | Out-Null
}

# Direct members of the group only: members of a group within it are not reached.
$Name = (Get-Group -Identity $Group).DistinguishedName.Replace("'", "''")
$Members = "MemberOfGroup -eq '$Name'"
$One = "PrimarySmtpAddress -eq '$Sender'"
if (@(Get-Recipient -RecipientPreviewFilter $One).Count -ne 1) { throw "$Sender must be the main address of exactly one mailbox." }
$First = @(Get-Recipient -RecipientPreviewFilter $Members -ResultSize 1)[0]
if (-not $First) { throw "Nobody is directly in $Group." }

Set-Scope -Name $Professionals -Filter $Members
Set-Scope -Name $Senders -Filter $One

@grants@

# Whatever the app has been granted here, by whomever, is one of these within its scope.
$Meant = @{}
@of_professionals@ | ForEach-Object { $Meant[$_] = $Professionals }
@of_sender@ | ForEach-Object { $Meant[$_] = $Senders }
$Rows = @(Test-ServicePrincipalAuthorization -Identity "$ObjectId")
foreach ($Role in $Meant.Keys | Where-Object { $Rows.RoleName -notcontains $_ }) {
    $Wrong++
    Write-Host "WRONG $Role is not granted"
}
foreach ($Row in $Rows | Where-Object { $Meant[$_.RoleName] -ne $_.AllowedResourceScope }) {
    $Wrong++
    Write-Host "WRONG $($Row.RoleName) is granted within '$($Row.AllowedResourceScope)'"
}

Test-Reach -Mailbox $First.PrimarySmtpAddress -May @of_professionals@
Test-Reach -Mailbox $Sender -May @of_sender@
if ($Outsider) { Test-Reach -Mailbox $Outsider -May @() }

Disconnect-ExchangeOnline -Confirm:$false
if ($Wrong) { throw "$Wrong of the lines above are wrong; docs/admin.md says what to do." }
Write-Host 'Exchange heeds it within half an hour to two hours.'
"""

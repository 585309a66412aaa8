"""Should Graph refuse subscriptions to an app that has its rights in Exchange alone.

Then the one right that subscribing asks for is consented to in Entra, where it would
reach every mailbox, and an application access policy holds it to the professionals.
"""

from teams_app.setup.deployment import Deployment, quoted
from teams_app.setup.permissions import GRAPH, LISTENING


def script(made: Deployment) -> str:
    """Write what makes the policy, consents behind it, and takes both back."""
    text = _SCRIPT
    for blank, value in {
        "@app@": quoted(made.app_id),
        "@tenant@": quoted(made.tenant_id),
        "@group@": quoted(made.professionals),
        "@graph@": quoted(GRAPH),
        "@right@": quoted(LISTENING.id),
        "@name@": LISTENING.name,
    }.items():
        text = text.replace(blank, value)
    return text


_SCRIPT = """\
#Requires -Version 7.0
#Requires -Modules ExchangeOnlineManagement
<#
A way around, and part of no step. Only for a tenant in which calendars are read, and Graph
refuses to send notices of them (the doctor: subscription denied) two hours and more after
exchange.ps1 was run. Polling is the other way, and gives nobody a further right: setup
--polling, or VUORO_NOTIFICATIONS=0.

Graph then wants the right to listen in the token itself, so @name@ has to be consented to
in Entra. There it reaches every mailbox of the tenant: the application access policy, which
is made first, holds it to the members of the group. Nothing else is consented to; reading
settings, writing and mail stay where they are, in Exchange.

    ./exchange-fallback.ps1 -ObjectId ... -Outsider ...             the policy
    ./exchange-fallback.ps1 -ObjectId ... -Outsider ... -Consent    hours later: the consent
    ./exchange-fallback.ps1 -ObjectId ... -Outsider ... -Undo       both are taken back

May be run again. Whoever runs it must be in the role group Organization Management; for
-Consent and -Undo signed in to the Azure command line as well, as an administrator who may
consent for the organisation.
#>
param(
    # The object id of the enterprise application; registration.ps1 says it.
    [Parameter(Mandatory)][guid]$ObjectId,
    # Somebody's mailbox that must stay out of reach.
    [Parameter(Mandatory)][string]$Outsider,
    # A mail-enabled security group that holds the sender's mailbox alone: only where
    # Exchange refuses mail once the policy is there.
    [string]$SenderGroup = '',
    [switch]$Consent,
    [switch]$Undo
)
$ErrorActionPreference = 'Stop'
$AppId = @app@
$TenantId = @tenant@
$Group = @group@
$Graph = @graph@
$Right = @right@

function Invoke-Az {
    $Said = az @args
    if ($LASTEXITCODE -ne 0) { throw "az $($args[0]) $($args[1]) did not succeed; see above." }
    $Said
}

function Get-Consent {
    (Invoke-Az rest --method get --url $Granted | ConvertFrom-Json).value | Where-Object appRoleId -eq $Right
}

# Known again by its description; of the same app there may be one for each group.
function Set-Policy([string]$Scope, [string]$Description) {
    $To = Get-Recipient -Identity $Scope
    if ("$($To.RecipientTypeDetails)" -ne 'MailUniversalSecurityGroup') { throw "$Scope is a $($To.RecipientTypeDetails); it must be a mail-enabled security group." }
    if (-not ($Policies | Where-Object Description -eq $Description)) {
        New-ApplicationAccessPolicy -AppId $AppId -PolicyScopeGroupId $Scope -AccessRight RestrictAccess -Description $Description | Out-Null
    }
}

$Wrong = 0
function Test-Reach([string]$Mailbox, [string]$Expected) {
    $Result = "$((Test-ApplicationAccessPolicy -Identity $Mailbox -AppId $AppId).AccessCheckResult)"
    $Word = 'ok   '
    if ($Result -ne $Expected) {
        $Word = 'WRONG'
        $script:Wrong++
    }
    Write-Host "$Word ${Mailbox}: $Result"
}

$Granted = "https://graph.microsoft.com/v1.0/servicePrincipals/$ObjectId/appRoleAssignments"
if ($Consent -or $Undo) {
    $SignedIn = Invoke-Az account show --query tenantId --output tsv
    if ($SignedIn -ne $TenantId) { throw "Signed in to the directory $SignedIn. First: az login --tenant $TenantId --allow-no-subscriptions" }
}
Connect-ExchangeOnline -ShowBanner:$false
$Policies = @(Get-ApplicationAccessPolicy -ErrorAction SilentlyContinue | Where-Object { "$($_.AppId)" -eq $AppId })

if ($Undo) {
    # The consent goes first: without the policy it would reach everybody.
    Get-Consent | ForEach-Object { Invoke-Az rest --method delete --url "$Granted/$($_.id)" | Out-Null }
    $Policies | Where-Object Description -in 'Vuoro professionals', 'Vuoro sender' | ForEach-Object { Remove-ApplicationAccessPolicy -Identity $_.Identity -Confirm:$false }
    Disconnect-ExchangeOnline -Confirm:$false
    Write-Host 'Taken back. Next: set VUORO_NOTIFICATIONS=0, and ./registration.ps1, which finds what is left.'
    return
}

Set-Policy -Scope $Group -Description 'Vuoro professionals'
if ($SenderGroup) { Set-Policy -Scope $SenderGroup -Description 'Vuoro sender' }

$First = @(Get-DistributionGroupMember -Identity $Group -ResultSize 1)[0]
if (-not $First) { throw "Nobody is directly in $Group." }
Test-Reach -Mailbox $First.PrimarySmtpAddress -Expected 'Granted'
Test-Reach -Mailbox $Outsider -Expected 'Denied'
Disconnect-ExchangeOnline -Confirm:$false
if ($Wrong) { throw "$Wrong of the lines above are wrong: nothing is consented to." }

if (-not $Consent) {
    Write-Host 'The policy is there. Exchange takes more than an hour to heed it: wait two, then run this with -Consent.'
    return
}
if (-not (Get-Consent)) {
    $Body = @{ principalId = "$ObjectId"; resourceId = (Invoke-Az ad sp show --id $Graph --query id --output tsv); appRoleId = $Right }
    $File = New-TemporaryFile
    try {
        $Body | ConvertTo-Json | Set-Content -Encoding utf8 $File
        Invoke-Az rest --method post --url $Granted --headers 'Content-Type=application/json' --body "@$File" | Out-Null
    } finally { Remove-Item $File }
}
Write-Host "Next, at once: the doctor with --only outside --outside $Outsider. If it reaches that mailbox: -Undo."
"""

"""The app registration in Entra: what it exposes, who may ask, and how little it asks.

One body, written twice: as JSON for the script, and as Bicep. The registration exists
already, empty, because its id is part of what is written into it.
"""

import json
from typing import Any

from teams_app.actions.access import (
    ADMIN,
    AUDIT,
    PROFESSIONAL,
    RECEPTION,
    SUPERVISOR,
)
from teams_app.setup.deployment import Deployment, quoted
from teams_app.setup.deployment import bicep as written
from teams_app.setup.permissions import (
    CLIENTS,
    CONSENTED,
    DIRECTORY,
    GRAPH,
    REACH,
    Consented,
)

SCOPE = "access_as_user"


def application(made: Deployment) -> dict[str, Any]:
    """Give the registration as Graph describes one."""
    scope = made.id_of(SCOPE)
    return {
        "displayName": "Vuoro",
        "signInAudience": "AzureADMyOrg",
        "identifierUris": [made.resource],
        "api": {
            "requestedAccessTokenVersion": 2,
            "oauth2PermissionScopes": [_scope(scope)],
            "preAuthorizedApplications": [
                {"appId": client, "delegatedPermissionIds": [scope]}
                for client in CLIENTS
            ],
        },
        "web": {"redirectUris": [made.signed_in]},
        "appRoles": [_role(made, each) for each in ROLES],
        "requiredResourceAccess": [
            {
                "resourceAppId": GRAPH,
                "resourceAccess": [
                    *({"id": each.id, "type": "Scope"} for each in CONSENTED),
                    *({"id": each.id, "type": "Role"} for each in _of_app(made)),
                ],
            }
        ],
    }


def _of_app(made: Deployment) -> tuple[Consented, ...]:
    """Give the application's own rights: none of them opens a mailbox."""
    return (*REACH, *(DIRECTORY if made.group else ()))


def _scope(id_: str) -> dict[str, Any]:
    return {
        "id": id_,
        "value": SCOPE,
        "type": "User",
        "isEnabled": True,
        "adminConsentDisplayName": "Open Vuoro as the signed-in person",
        "adminConsentDescription": "Teams tells Vuoro who has opened its tab.",
        "userConsentDisplayName": "Open Vuoro as yourself",
        "userConsentDescription": "Teams tells Vuoro that it is you who opens its tab.",
    }


#: How Entra shows the admin's role to whoever hands it out.
ROLE = "Looks after Vuoro"
#: The app roles that Vuoro looks at, each with how Entra shows it, and what it lets do.
#: Roles of one unit come from its groups: an app role says nothing of units.
ROLES = {
    ADMIN: (ROLE, "Sees the health page in the tab."),
    AUDIT: (
        "Reads Vuoro's log",
        "Reads and exports who saw and did what. No admin may by being one.",
    ),
    RECEPTION: (
        "Receives for every unit",
        "Books, moves and cancels for all professionals, without clients' answers.",
    ),
    SUPERVISOR: (
        "Supervises every unit",
        "Sees and changes the appointments of all professionals.",
    ),
    PROFESSIONAL: (
        "Is to be a professional",
        "Is proposed to who looks after Vuoro, and sees nothing before being added.",
    ),
}


def _role(made: Deployment, value: str) -> dict[str, Any]:
    name, description = ROLES[value]
    return {
        "id": made.id_of(value),
        "value": value,
        "displayName": name,
        "description": description,
        "allowedMemberTypes": ["User"],
        "isEnabled": True,
    }


def unique_name(made: Deployment) -> str:
    """By which Bicep finds the registration again."""
    return f"vuoro-{made.app_id}"


def body(made: Deployment) -> str:
    return json.dumps(application(made), ensure_ascii=False, indent=2) + "\n"


def bicep(made: Deployment) -> str:
    """Write the registration as Bicep with the Graph extension."""
    body = written({"uniqueName": unique_name(made)} | application(made))
    clients = "\n".join(f"//   {id_}  {name}" for id_, name in CLIENTS.items())
    return f"""\
// The registration of Vuoro in Entra. It exists already: give it its unique name once
// (./registration.ps1 -ForBicep), or a second one is made beside it.
//
// No permission to calendars or mail stands here, and none may: consented to in Entra it
// would reach every mailbox of the tenant. exchange.ps1 grants them within a scope.
//
// May ask for a token without asking the person:
{clients}

extension 'br:mcr.microsoft.com/bicep/extensions/microsoftgraph/v1.0:1.0.0'

resource application 'Microsoft.Graph/applications@v1.0' = {body}

resource enterprise 'Microsoft.Graph/servicePrincipals@v1.0' = {{
  appId: application.appId
}}

@description('For exchange.ps1 -ObjectId')
output objectId string = enterprise.id

@description('Must be true: this is the registration that everything else names')
output isTheOne bool = application.appId == {written(made.app_id)}
"""


def script(made: Deployment) -> str:
    """Write what brings the registration up to date with the Azure command line."""
    values = {
        "@app@": quoted(made.app_id),
        "@tenant@": quoted(made.tenant_id),
        "@unique@": quoted(unique_name(made)),
        "@scope@": quoted(SCOPE),
        "@scope_id@": quoted(made.id_of(SCOPE)),
        "@ours@": ", ".join(quoted(each.id) for each in _of_app(made)),
        "@roles@": "; ".join(
            f"{quoted(each)} = {quoted(made.id_of(each))}" for each in ROLES
        ),
    }
    text = _SCRIPT
    for blank, value in values.items():
        text = text.replace(blank, value)
    return text


_SCRIPT = """\
#Requires -Version 7.0
# Brings the registration of Vuoro in Entra up to what registration.json says, and makes
# its enterprise application. May be run again. Needs the Azure command line, signed in as
# an application administrator. It makes no secret, and consents to nothing.
param(
    # Only gives the registration the name by which registration.bicep finds it.
    [switch]$ForBicep
)
$ErrorActionPreference = 'Stop'
$AppId = @app@
$TenantId = @tenant@

function Invoke-Az {
    $Said = az @args
    if ($LASTEXITCODE -ne 0) { throw "az $($args[0]) $($args[1]) did not succeed; see above." }
    $Said
}

function Send-Registration($Body) {
    $File = New-TemporaryFile
    try {
        $Body | ConvertTo-Json -Depth 10 | Set-Content -Encoding utf8 $File
        Invoke-Az rest --method patch --url $Url --headers 'Content-Type=application/json' --body "@$File" | Out-Null
    } finally { Remove-Item $File }
}

# What was made by hand before keeps its id; anything else there is not ours to remove.
function Use-Existing([string]$Text, $Found, [hashtable]$Ours) {
    foreach ($Each in @($Found | Where-Object { $_ })) {
        if (-not $Ours.ContainsKey($Each.value)) { throw "The registration has '$($Each.value)', which is not Vuoro's. Take a registration of its own." }
        $Text = $Text.Replace($Ours[$Each.value], $Each.id)
    }
    $Text
}

$SignedIn = Invoke-Az account show --query tenantId --output tsv
if ($SignedIn -ne $TenantId) { throw "Signed in to the directory $SignedIn. First: az login --tenant $TenantId --allow-no-subscriptions" }

$Registration = Invoke-Az ad app show --id $AppId --query id --output tsv
$Url = "https://graph.microsoft.com/v1.0/applications/$Registration"
$Now = Invoke-Az rest --method get --url $Url | ConvertFrom-Json
if ($ForBicep) {
    if (-not $Now.uniqueName) { Send-Registration @{ uniqueName = @unique@ } }
    elseif ($Now.uniqueName -ne @unique@) { throw "The registration is called $($Now.uniqueName) already: write that into registration.bicep." }
    return
}

$Text = Get-Content -Raw -Encoding utf8 (Join-Path $PSScriptRoot 'registration.json')
$Text = Use-Existing $Text $Now.api.oauth2PermissionScopes @{ @scope@ = @scope_id@ }
$Text = Use-Existing $Text $Now.appRoles @{ @roles@ }
$Body = $Text | ConvertFrom-Json -AsHashtable

# A scope must be there before anybody can be let in by it.
$Clients = $Body.api.preAuthorizedApplications
$Body.api.preAuthorizedApplications = @()
Send-Registration $Body
$Body.api.preAuthorizedApplications = $Clients
Send-Registration $Body

$ObjectId = Invoke-Az ad sp list --filter "appId eq '$AppId'" --query '[0].id' --output tsv
if (-not $ObjectId) { $ObjectId = Invoke-Az ad sp create --id $AppId --query id --output tsv }

# Mailboxes are opened in Exchange, within a scope. The same right granted here as well
# would reach every mailbox of the tenant: of two grants the wider one counts.
$Granted = (Invoke-Az rest --method get --url "https://graph.microsoft.com/v1.0/servicePrincipals/$ObjectId/appRoleAssignments" | ConvertFrom-Json).value
# What registration.json asks for is another matter: it opens no mailbox.
$Granted = @($Granted | Where-Object { $_ -and $_.appRoleId -notin @(@ours@) })
if ($Granted) {
    $Granted | ForEach-Object { Write-Host "WRONG $($_.resourceDisplayName) $($_.appRoleId)" }
    throw 'Application permissions have been consented to in Entra. Remove them: Enterprise applications, Vuoro, Permissions.'
}

Write-Host "The registration is as it should be. Next: ./exchange.ps1 -ObjectId $ObjectId"
"""

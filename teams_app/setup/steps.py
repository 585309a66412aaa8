"""The folder's own README: the order of things, with this tenant's names in it."""

from teams_app.setup.deployment import Deployment
from teams_app.setup.permissions import CONSENTED, PERMISSIONS, REACH
from teams_app.setup.registration import ROLE


def guide(made: Deployment) -> str:
    rows = "\n".join(
        f"| `{each.role}` | {each.scope.value} | {each.why} |" for each in PERMISSIONS
    )
    asked = ", ".join(f"`{each.name}` ({each.why})" for each in (*CONSENTED, *REACH))
    return _GUIDE.format(
        package=made.package_id,
        tenant=made.tenant_id,
        host=made.host,
        sender=made.sender,
        group=made.professionals,
        consent=made.consent,
        proof=_proof(made),
        rows=rows,
        asked=asked,
        role=ROLE,
    )


def _proof(made: Deployment) -> str:
    if not made.certificate:
        return (
            f"    az ad app credential reset --id {made.app_id} --append --years 1\n\n"
            "It shows the secret once: put it into the settings and nowhere else."
        )
    return f"""\
    openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=vuoro -keyout key.pem -out cert.pem
    az ad app credential reset --id {made.app_id} --append --cert @cert.pem
    cat key.pem cert.pem > vuoro.pem

`vuoro.pem` goes to `{made.certificate}` on Vuoro's machine, readable by Vuoro alone; delete it and `key.pem` here."""


_GUIDE = """\
# Vuoro at {host}

What to run, in this order. `docs/admin.md` says of each step what to expect, and what to do if it differs. Nothing in
this folder is secret. It was made from Microsoft's documents and has never been run against a real tenant: take a test
tenant first. The scripts want PowerShell 7 and, for steps 1 to 4, the Azure command line.

## 1. Sign in

    az login --tenant {tenant} --allow-no-subscriptions

Steps 2 (as Bicep) and 4 want a subscription: `az account set --subscription <name>`.

## 2. The registration

    ./registration.ps1

or the same as Bicep:

    ./registration.ps1 -ForBicep
    az deployment group create --resource-group <group> --template-file registration.bicep

## 3. How Vuoro proves who it is

{proof}

## 4. The bot

    az deployment group create --resource-group <group> --template-file bot.bicep

## 5. Who may be reached

    ./exchange.ps1 -ObjectId <what step 2 said> -Outsider <somebody who is not in {group}>

| role in Exchange | scope | what for |
| --- | --- | --- |
{rows}

*Vuoro professionals* are the direct members of `{group}`, *Vuoro sender* is `{sender}` alone. Consent to none of these in
Entra: there each would reach every mailbox, and of two grants the wider one counts.

`exchange-fallback.ps1` belongs to no step. It is for a tenant in which calendars are read and Graph still refuses to send notices of
them, two hours and more after this step: see `docs/admin.md`, *Where Graph refuses to send notices*, before you run it.

## 6. Whether clients can join meetings

    ./meeting-policy.ps1
    ./meetings.ps1

The first gives `{group}` the recommended meeting policy: clients join from a browser and wait in the lobby, nothing is recorded
or transcribed. Leave it out where the professionals have a meeting policy already. The second looks, and changes nothing.
`meeting-access.ps1` belongs to no step: Vuoro needs no right to online meetings.

## 7. Settings and start

Copy `vuoro.env.sample` to where Vuoro runs, complete it, start Vuoro. From here on the doctor says what is missing and how to mend
it, also in Finnish or Swedish with `--language fi` or `sv`:

    .venv/bin/python -m teams_app doctor

## 8. Consent for everybody

{consent}

It asks for {asked}, and for nothing else. If it asks for calendars or mail, do not accept: see `docs/admin.md`.

## 9. The Teams app

Upload `vuoro.zip` in the Teams admin centre, *Teams apps*, *Manage apps*, and allow it for the professionals. Its id is
`{package}`; a later package must have the same. Then make the setup policy *Vuoro* there, with Vuoro installed and pinned, and

    ./app-policy.ps1

gives it to `{group}`; with `-Make` it makes the policy too.

## 10. Who looks after Vuoro

In Entra, *Enterprise applications*, *Vuoro*, *Users and groups*: give the role *{role}* to whoever is to see the health page.
Or name their object ids in `VUORO_ADMINS`, with the other settings.

## At the end

    .venv/bin/python -m teams_app doctor --mailbox <a professional's address> --outside <somebody who is not in {group}>

It makes and removes a test event in the one mailbox, and must not reach the other.
"""

"""How a policy of Teams is given to the professionals' group, in a script."""

from teams_app.setup.deployment import Deployment, quoted


def filled(script: str, made: Deployment) -> str:
    """Fill in what every script of Teams' policies names."""
    for blank, value in {
        "@grant@": _GRANT,
        "@tenant@": quoted(made.tenant_id),
        "@app@": quoted(made.app_id),
        "@package@": quoted(made.package_id),
        # Either is understood; the id stays what it is when the group is renamed.
        "@group@": quoted(made.group or made.professionals),
    }.items():
        script = script.replace(blank, value)
    return script


_GRANT = """\
# Given last in rank: where somebody has such a policy already, of her own or by another
# group, that one stays. Members of a group within the group are not reached.
function Grant-ToGroup([string]$Type, [scriptblock]$Give) {
    $Has = Get-CsGroupPolicyAssignment -GroupId $Group -PolicyType $Type -ErrorAction SilentlyContinue
    if (-not $Has) { & $Give | Out-Null }
    elseif ($Has.PolicyName -ne $Policy) { throw "$Group has the $Type '$($Has.PolicyName)' already, and can have one. Change that one instead: docs/admin.md." }
}"""

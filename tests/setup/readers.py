"""Reading what was written for other programs: Bicep, PowerShell, a file of settings."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

_BICEP = re.compile(r"""'((?:[^'\\]|\\.)*)'|([{}\[\]:=])|([^\s{}\[\]:='"]+)""")
_ESCAPES = {"\\'": "'", "\\\\": "\\", "\\$": "$", "\\n": "\n"}


def resources(text: str) -> dict[str, Any]:
    """Give each resource of a Bicep file: its kind, and what it is given."""
    found = {}
    for kind, rest in re.findall(
        r"^resource \w+ '([^']+)' = (\{.*?^\})", text, re.MULTILINE | re.DOTALL
    ):
        tokens = list(_tokens(rest))
        found[kind] = _value(tokens)
        assert tokens == []
    return found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _BICEP.finditer(text):
        said, mark, word = match.groups()
        if said is not None:
            assert not re.search(r"(?<!\\)\$\{", said), "a text would be evaluated"
            text = re.sub(r"\\.", lambda each: _ESCAPES[each[0]], said)
            yield "text", text
        else:
            yield ("mark", mark) if mark else ("word", word)


def _value(tokens: list[tuple[str, str]]) -> Any:
    kind, said = tokens.pop(0)
    if (kind, said) == ("mark", "{"):
        made = {}
        while tokens[0] != ("mark", "}"):
            name = tokens.pop(0)[1]
            assert tokens.pop(0) == ("mark", ":")
            made[name] = _value(tokens)
        tokens.pop(0)
        return made
    if (kind, said) == ("mark", "["):
        listed = []
        while tokens[0] != ("mark", "]"):
            listed.append(_value(tokens))
        tokens.pop(0)
        return listed
    if kind == "word" and said in {"true", "false"}:
        return said == "true"
    return int(said) if kind == "word" and said.isdigit() else said


def commands(script: str) -> list[str]:
    """Give the lines of a PowerShell script that are no comment."""
    without = re.sub(r"<#.*?#>", "", script, flags=re.DOTALL)
    lines = (line.strip() for line in without.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def variables(script: str) -> dict[str, str]:
    """Give what the script's variables are set to, where that is a text."""
    found = re.findall(r"^\$(\w+) = '((?:[^']|'')*)'$", script, re.MULTILINE)
    return {name: said.replace("''", "'") for name, said in found}


def grants(script: str) -> set[tuple[str, str]]:
    """Give each role that a script grants, and the name of the scope it is within."""
    named = variables(script)
    found = re.findall(
        r"^Grant-Role -Role '([^']+)' -Scope \$(\w+)$", script, re.MULTILINE
    )
    return {(role, named[variable]) for role, variable in found}


def settings(text: str) -> dict[str, str]:
    """Read a file of settings as a shell does that sources it."""
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            (assignment,) = shlex.split(line)
            name, _, value = assignment.partition("=")
            found[name] = value
    return found

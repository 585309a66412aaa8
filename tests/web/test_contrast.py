"""Every pair of colours that stands together, in every theme, measured from the sheets.

Text needs 4.5 to 1, edges of controls and focus rings 3 to 1 (WCAG 1.4.3, 1.4.11).
"""

import re

import pytest

from teams_app.web.assets import Assets

SHEETS = ("tokens.css", "app.css", "calendar.css")
TEXT = 4.5
EDGE = 3.0
PAIRS = [
    ("fg", "page", TEXT),
    ("fg", "card", TEXT),
    ("fg", "hover", TEXT),
    ("fg", "accent-soft", TEXT),
    ("fg-soft", "page", TEXT),
    ("fg-soft", "card", TEXT),
    ("fg-soft", "accent-soft", TEXT),
    ("colorNeutralForeground2", "accent-soft", TEXT),
    ("colorNeutralForeground2", "card", TEXT),
    ("colorNeutralForeground2", "colorNeutralBackground3", TEXT),
    ("accent-fg", "page", TEXT),
    ("accent-fg", "card", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("ok", "card", TEXT),
    ("bad", "card", TEXT),
    ("bad", "page", TEXT),
    ("bad", "bad-soft", TEXT),
    ("warn", "card", TEXT),
    ("fg", "ok-soft", TEXT),
    ("fg", "bad-soft", TEXT),
    ("fg", "warn-soft", TEXT),
    ("card", "fg", TEXT),  # the toast
    ("edge", "card", EDGE),
    ("edge", "page", EDGE),
    ("ok", "ok-soft", EDGE),
    ("warn", "warn-soft", EDGE),
    ("ring", "page", EDGE),
    ("ring", "card", EDGE),
    ("mark", "card", EDGE),
    ("mark", "page", EDGE),
    ("mark", "accent-soft", EDGE),
    ("accent-fg", "accent-soft", EDGE),  # icons; text there is `fg` inside Teams
    ("now", "card", EDGE),
]
#: A public page shows its accent as text on the soft accent; Teams' tab does not.
PUBLIC_PAIRS = [("accent-fg", "accent-soft", TEXT)]
THEMES = [
    (world, theme)
    for world in ("public", "teams")
    for theme in ("default", "dark", "contrast")
]


def variables(world: str, theme: str) -> dict[str, str]:
    """Collect what holds on the body of a page, in the order of the sheets."""
    applies = {":root", f'[data-theme="{theme}"]', f"[data-theme={theme}]"}
    if world == "teams":
        applies |= {".teams", f'[data-theme="{theme}"] .teams'}
    found: dict[str, str] = {}
    on_body: dict[str, str] = {}
    by_name = Assets.read().by_name
    for sheet in SHEETS:
        css = re.sub(r"/\*.*?\*/", "", by_name[sheet].plain.decode(), flags=re.DOTALL)
        css = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
            for selector in {each.strip() for each in selectors.split(",")} & applies:
                into = on_body if ".teams" in selector else found
                into.update(re.findall(r"--([\w-]+):\s*([^;]+);", body))
    return found | on_body


def colour(name: str, of: dict[str, str]) -> tuple[float, float, float]:
    value = of[name].strip()
    while value.startswith("var("):
        value = of[value.removeprefix("var(--").removesuffix(")")].strip()
    digits = re.fullmatch(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", value)
    assert digits, (name, value)
    hexes = digits[1] if len(digits[1]) == 6 else "".join(c * 2 for c in digits[1])
    red, green, blue = (int(hexes[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def luminance(rgb: tuple[float, float, float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(front: str, back: str, of: dict[str, str]) -> float:
    dark, light = sorted(luminance(colour(name, of)) for name in (front, back))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("world", "theme"), THEMES)
def test_colours_that_stand_together_can_be_told_apart(world: str, theme: str):
    of = variables(world, theme)
    pairs = PAIRS + (PUBLIC_PAIRS if world == "public" else [])

    weak = {
        (front, back): round(found, 2)
        for front, back, least in pairs
        if (found := contrast(front, back, of)) < least
    }

    assert not weak


def test_the_measure_is_that_of_wcag():
    of = {"black": "#000", "white": "#ffffff", "grey": "#767676"}

    assert contrast("black", "white", of) == pytest.approx(21)
    assert contrast("grey", "white", of) == pytest.approx(4.54, abs=0.01)


def test_a_device_in_the_dark_gets_the_dark_theme():
    css = Assets.read().by_name["app.css"].plain.decode()
    named = re.search(
        r'^\[data-theme="dark"\] \{(.*?)\}', css, re.DOTALL | re.MULTILINE
    )
    by_device = re.search(r'\[data-theme="auto"\] \{(.*?)\}', css, re.DOTALL)

    assert named
    assert by_device
    assert named[1].split() == by_device[1].split()


def test_every_colour_a_sheet_names_exists():
    sheets = "".join(Assets.read().by_name[name].plain.decode() for name in SHEETS)
    named = set(re.findall(r"var\(--([\w-]+)", sheets))
    defined = set(re.findall(r"--([\w-]+):", sheets))

    assert not named - defined

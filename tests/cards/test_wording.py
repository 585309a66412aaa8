"""The words of the cards: each has a text in each language, each text has a use."""

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
WORDING = ROOT / "booking/wording"
LANGUAGES = ("fi", "sv", "en")
FOLDERS = ("cards", "teams_app")

#: A whole key in the source, and the beginning of one that is put together.
WHOLE = re.compile(r"""(?<!f)["'](cards\.[a-z_.]+[a-z_])["']""")
BUILT = re.compile(r"""f["'](cards\.[a-z_.]*)\{""")


def catalogue(language: str) -> Catalog:
    with (WORDING / language / "cards.po").open("rb") as opened:
        return read_po(opened, locale=language)


CATALOGUES = {language: catalogue(language) for language in LANGUAGES}


def keys(language: str) -> set[str]:
    found = {message.id for message in CATALOGUES[language] if message.id}
    return {one if isinstance(one, str) else one[0] for one in found}


def sources() -> str:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return "\n".join(path.read_text("utf-8") for path in found)


def forms(language: str, key: str) -> list[str]:
    """All texts of a key: one, or singular and plural."""
    message = CATALOGUES[language].get(key)
    assert message is not None
    given = message.string
    return [given] if isinstance(given, str) else list(given)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert keys(language) == keys("fi")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_and_takes_the_same_values(language: str) -> None:
    for key in keys("fi"):
        for given in forms(language, key):
            assert given.strip(), (language, key)
            assert fields(given) == fields(forms("fi", key)[0]), (language, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tone_is_calm(language: str) -> None:
    loud = [key for key in keys(language) if "!" in "".join(forms(language, key))]

    assert loud == []


def test_every_key_in_the_source_has_a_text() -> None:
    assert set(WHOLE.findall(sources())) - keys("fi") == set()


def test_every_text_has_a_use() -> None:
    source = sources()
    whole = set(WHOLE.findall(source))
    begun = {beginning for beginning in BUILT.findall(source) if beginning != "cards."}

    unused = {
        key
        for key in keys("fi") - whole
        if not any(key.startswith(beginning) for beginning in begun)
    }

    assert unused == set()

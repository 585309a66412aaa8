"""Every text a person sees, by key, in every language.

One catalogue a domain and language (`fi/pages.po`), read when the package is imported,
so there is nothing to compile and nothing to forget. A key without a text is a mistake
and stops the caller; a test holds the catalogues complete.
"""

import gettext
from collections.abc import Sequence
from functools import cache
from importlib import resources
from io import BytesIO

from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("fi", "sv", "en")


@cache
def catalogue(language: str) -> gettext.GNUTranslations:
    """Merge all domains of a language into one catalogue."""
    merged = Catalog(locale=language)
    for entry in sorted(_files(language), key=lambda found: found.name):
        with entry.open("rb") as opened:
            for message in read_po(opened, locale=language):
                # The first is the header, which each domain has.
                if message.id:
                    merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _files(language: str) -> list[resources.abc.Traversable]:
    folder = resources.files(__name__) / language
    return [entry for entry in folder.iterdir() if entry.name.endswith(".po")]


def text(language: str, key: str, /, **values: object) -> str:
    """Give the text of `key`; `{name}` in it is filled from `values`."""
    found = catalogue(str(language)).gettext(key)
    assert found != key, (str(language), key)
    return found.format(**values) if values else found


def plural(language: str, key: str, count: int, /, **values: object) -> str:
    """Give the text of `key` for `count` things; `{n}` is the count."""
    found = catalogue(str(language)).ngettext(key, f"{key}.plural", count)
    assert found not in {key, f"{key}.plural"}, (str(language), key)
    return found.format(n=count, **values)


#: No comma before the last *and*.
_LISTS_AS = {"en": "en_GB"}


def listed(language: str, words: Sequence[str]) -> str:
    """Give `A, B ja C`: the last joined by the language's own *and*."""
    tongue = str(language)
    return format_list(words, locale=_LISTS_AS.get(tongue, tongue))


def has(language: str, key: str) -> bool:
    return catalogue(str(language)).gettext(key) != key

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import get_args, get_type_hints

import jinja2
import pytest
from babel.messages.pofile import read_po

from booking import wording
from booking.model import Language, Modality
from booking.views import pages, tab
from booking.views.cards import Truth, Truths
from booking.wording import has
from teams_app.web import rendering
from tests.browser.pages import Samples
from tests.web import samples

TEMPLATES = rendering.TEMPLATES
SAMPLES = Samples()
VOID = {"br", "hr", "img", "input", "link", "meta", "path", "use"}
REFERS = ("for", "aria-labelledby", "aria-describedby")


def sources() -> list[tuple[str, str]]:
    return [
        (path.relative_to(TEMPLATES).as_posix(), path.read_text())
        for path in sorted(TEMPLATES.rglob("*.html"))
    ]


class Checker(HTMLParser):
    """Reads a page as strictly as a person would wish a browser did."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.refers: list[str] = []
        self.wrong: list[str] = []
        self.posts: list[bool] = []

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        for name in REFERS:
            self.refers += given.get(name, "").split()
        if tag == "a" and given["href"].startswith("#"):
            self.refers.append(given["href"][1:])
        if tag == "form" and given.get("method") == "post":
            self.posts.append("hx-post" in given)
        if tag == "input" and given.get("name") == "form_token":
            self.posts[-1] = True
        self.forbidden(tag, given)
        if len(given) != len(attrs):
            self.wrong.append(f"an attribute twice: {tag} {attrs}")

    def forbidden(self, tag: str, given: dict[str, str]) -> None:
        """Note what the content security policy would stop."""
        evil = ("on", "hx-on", "hx-vals", "hx-vars")
        if "style" in given or any(name.startswith(evil) for name in given):
            self.wrong.append(f"inline {tag} {given}")
        if tag == "style" or (tag == "script" and "src" not in given):
            self.wrong.append(f"inline {tag}")

    def handle_startendtag(self, tag, attrs):  # noqa: ARG002
        if tag not in VOID:
            self.wrong.append(f"<{tag}/>")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def checked(html: str) -> Checker:
    checker = Checker()
    checker.feed(html)
    checker.close()
    return checker


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", SAMPLES.names())
def test_every_page_is_whole_in_every_language(name: str, language: Language):
    found = checked(SAMPLES.draw(name, language, "default"))

    assert not found.wrong
    assert not found.open
    assert len(found.ids) == len(set(found.ids)), "an id is used twice"
    assert set(found.refers) <= {*found.ids, ""}, "something refers to nothing"


@pytest.mark.parametrize("name", SAMPLES.names())
def test_no_line_ends_between_klo_and_the_time_nor_within_it(name: str):
    if name.startswith("tab-health"):
        return  # Its signs are worded elsewhere too, for a terminal.
    shown = [SAMPLES.draw(name, language, "default") for language in Language]

    assert not any(re.search(r"\b(klo|kello|kl\.|at) \d", page) for page in shown)
    hours = re.compile(r"\b(klo|kl\.|[A-Z][a-z]{2},)\s\d+[.:]\d\d\u2013\d")
    assert not any(hours.search(page) for page in shown)


@pytest.mark.parametrize("name", samples.PUBLIC)
def test_no_line_ends_between_a_day_and_its_month(name: str):
    parts = {
        Language.FI: r"\d\. [a-zä]+kuuta",
        Language.SV: r"den \d|\d (?:november|december)",
        Language.EN: r"\d (?:Nov|Dec)",
    }
    for language, parted in parts.items():
        assert not re.search(parted, SAMPLES.draw(name, language, "default"))


@pytest.mark.parametrize("state", ["open", "taken", "past"])
def test_whose_clock_it_is_stands_beside_the_times_of_an_offer(state: str):
    view = replace(samples.OFFER, state=state, slots=samples.NEAREST)
    shown = SAMPLES.pages.render("public/offer.html", samples.frame(Language.EN), view)

    assert shown.count(wording.text("en", "slots.zone")) == 1


@pytest.mark.parametrize("name", samples.PUBLIC)
def test_clients_read_no_words_of_the_office(name: str):
    shown = SAMPLES.draw(name, Language.EN, "default")

    found = re.findall(
        r"obstacle\b[^\"/]|no longer free|stay away|Do not report", shown
    )
    assert not found


@pytest.mark.parametrize("name", SAMPLES.names())
def test_every_form_that_changes_something_is_guarded(name: str):
    found = checked(SAMPLES.draw(name, Language.FI, "default"))

    # The public world needs the form token; the tab posts with the bearer token.
    assert all(found.posts)


@pytest.mark.parametrize("language", list(Language))
def test_every_public_page_shows_the_way_to_a_person_and_the_statements(
    language: Language,
):
    for name in samples.PUBLIC:
        html = SAMPLES.draw(name, language, "auto")
        frame = samples.frame(language)

        assert frame.phone in html, name
        assert f'href="{frame.accessibility}"' in html, name
        assert f'href="{frame.privacy}"' in html, name
        assert f'<html lang="{language}"' in html, name


def without_code(source: str) -> str:
    """Leave only what a browser would show as text."""
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL)
    source = re.sub(r"<!doctype[^>]*>", " ", source)
    # Attributes may themselves hold what was code, so tags go after it; a macro may
    # write a part of a tag.
    source = re.sub(r"<[^>]*>", " ", source, flags=re.DOTALL)
    return re.sub(r'\b[\w:-]+="[^"]*"', " ", source)


@pytest.mark.parametrize(("name", "source"), sources())
def test_templates_have_no_words_of_their_own(name: str, source: str):
    assert not re.findall(r"[^\W\d_]{2,}", without_code(source)), name


@pytest.mark.parametrize(("name", "source"), sources())
def test_spoken_attributes_come_from_the_catalogue(name: str, source: str):
    spoken = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)', source)

    assert all(each == "" or each.startswith("{{ ") for each in spoken), (name, spoken)


@pytest.mark.parametrize(
    ("name", "source"),
    [each for each in sources() if each[0].startswith(("public/", "tab/"))],
)
def test_a_template_says_what_it_takes(name: str, source: str):
    assert source.startswith("{#"), name
    assert "Takes " in source.split("#}", maxsplit=1)[0], name


def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    path = resources.files("booking.wording") / language / "pages.po"
    with path.open("rb") as opened:
        read = read_po(opened, locale=language)
    return {
        str(message.id[0] if message.pluralizable else message.id): (
            tuple(message.string)
            if isinstance(message.string, (tuple, list))
            else (str(message.string),)
        )
        for message in read
        if message.id
    }


FI, SV, EN = (catalogue(each) for each in ("fi", "sv", "en"))


def test_every_key_has_its_words_in_every_language():
    assert FI.keys() == SV.keys() == EN.keys()
    for key in FI:
        assert all(word.strip() for word in FI[key] + SV[key] + EN[key]), key


def test_the_same_things_are_filled_in_in_every_language():
    def holes(texts: tuple[str, ...]) -> set[str]:
        return {hole for text in texts for hole in re.findall(r"\{(\w+)\}", text)}

    for key in FI:
        assert holes(FI[key]) == holes(SV[key]) == holes(EN[key]), key


def test_texts_neither_shout_nor_leave_typewriter_marks():
    for catalogue_ in (FI, SV, EN):
        for key, texts in catalogue_.items():
            for text in texts:
                assert "!" not in text, key
                assert "..." not in text, key
                assert "  " not in text, key


def used() -> tuple[set[str], set[str]]:
    """Give the keys that templates name whole, and the beginnings they complete."""
    text = "\n".join(source for _, source in sources())
    whole = set(re.findall(r'\btn?\("([\w.]+)"\s*[,)]', text))
    begun = set(re.findall(r'\btn?\("([\w.]+\.)" ~', text))
    return whole, begun


def test_every_word_that_a_value_may_name_is_in_the_catalogue():
    named = {f"error.field.{each}" for each in get_args(pages.Problem)}
    named |= {
        f"page.error.{kind}.{part}"
        for kind in get_args(get_type_hints(pages.ErrorPage)["kind"])
        for part in ("title", "why", "way")
    }
    named |= {
        f"page.appointment.{state}.title" for state in get_args(pages.AppointmentState)
    }
    named |= {
        f"tab.show_as.{each}"
        for each in get_args(get_type_hints(tab.BusyEntry)["show_as"])
    }
    named |= {
        f"cards.truth.{line.name}{end}"
        for cancelled in (False, True)
        for how in (Truth.DONE, Truth.WAITING, Truth.FAILED, Truth.NOT_OWED)
        for line in Truths(how, how, how, cancelled).lines
        for end in ("", f".{how}")
    }
    asked = {"asked", "deleted", "no_link"}
    named |= {f"cards.truth.in_outlook.{each}" for each in asked | {"choosing"}}
    named |= {"truth.booked.waiting"} | {f"truth.in_outlook.{each}" for each in asked}
    named |= {
        f"truth.{which}.{state}"
        for which in ("in_outlook", "told")
        for state in ("waiting", "failed")
    }
    for end in ("", ".hint"):
        named |= {f"modality.{each}{end}" for each in Modality}

    assert not {each for each in named if not has("fi", each)}


def test_every_icon_that_a_template_draws_is_in_the_sprite():
    sprite = SAMPLES.assets.by_name["icons.svg"].plain.decode()
    there = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    text = "\n".join(source for _, source in sources())
    drawn = set(re.findall(r'\bicon\("([\w-]+)"', text))
    drawn |= set(re.findall(r'(?:empty|slot_button)\([^)]*?"([\w-]+)"', text)) & there

    assert drawn
    assert not drawn - there


def test_no_key_is_an_orphan():
    whole, begun = used()
    orphans = {
        key for key in FI if key not in whole and not key.startswith(tuple(begun))
    }

    assert not orphans


def test_the_checks_see_what_they_are_for():
    bad = '<p id="a"><b></p><i id="a" style="x"></i><a href="#nowhere">'

    found = checked(bad)

    assert len(found.wrong) == 2
    assert found.ids == ["a", "a"]
    assert found.refers == ["nowhere"]
    shown = '<p class="a {{ "b" if c }}">Words {{ t("x") }}</p>'
    assert without_code(shown).split() == ["Words"]


def test_a_name_that_a_page_lacks_is_an_error(tmp_path: Path):
    (tmp_path / "x.html").write_text("{{ page.nothing }}")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(tmp_path),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
    )
    strict = rendering.Pages(SAMPLES.assets)._environments["fi"].undefined

    assert strict is environment.undefined
    with pytest.raises(jinja2.UndefinedError):
        environment.get_template("x.html").render(page=object())


def test_a_template_is_compiled_once_for_all_languages(
    monkeypatch: pytest.MonkeyPatch,
):
    compiled: list[str] = []
    plain = jinja2.Environment._compile

    def counted(environment: jinja2.Environment, source: str, filename: str):
        compiled.append(Path(filename).name)
        return plain(environment, source, filename)

    monkeypatch.setattr(jinja2.Environment, "_compile", counted)
    monkeypatch.setattr(rendering._COMPILED, "_known", {})
    pages = rendering.Pages(SAMPLES.assets)
    for language in Language:
        pages.render("public/check.html", samples.frame(language), samples.CHECK)

    assert "check.html" in compiled
    assert len(compiled) == len(set(compiled))


def test_what_a_template_writes_by_itself_is_in_each_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "x.html").write_text('{{ ["1", "2"] | listed }}')
    monkeypatch.setattr(rendering, "TEMPLATES", tmp_path)
    pages = rendering.Pages(SAMPLES.assets)

    said = [pages.render("x.html", samples.frame(each), None) for each in Language]

    assert said == ["1 ja 2", "1 och 2", "1 and 2"]


def test_what_people_wrote_is_never_markup():
    page = replace(samples.CHECK, name="<script>alert(1)</script>")
    html = SAMPLES.pages.render("public/check.html", samples.frame(Language.FI), page)

    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html

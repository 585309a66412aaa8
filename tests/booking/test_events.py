"""The Outlook event of an appointment: neutral, and recognised again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.events import changed, event_for, reference_in, without_links
from booking.model import (
    REFERENCE_ALPHABET,
    REFERENCE_LENGTH,
    Language,
    Modality,
    Sensitivity,
)
from tests.make import booked, span

references = st.text(
    REFERENCE_ALPHABET, min_size=REFERENCE_LENGTH, max_size=REFERENCE_LENGTH
)
languages = st.sampled_from(Language)


def draft(appointment=None, language=Language.FI, sensitivity=Sensitivity.NORMAL):
    return event_for(
        appointment or booked(reference="K7Q2FM"),
        language=language,
        sensitivity=sensitivity,
        staff_url="https://teams.example/l/K7Q2FM?a=1&b=2",
    )


def test_the_subject_is_neutral_and_has_the_reference():
    assert draft().subject == "Varattu aika · K7Q2FM"


@pytest.mark.parametrize("language", Language)
def test_the_event_follows_the_appointment(language):
    one = booked(reference="K7Q2FM", span=span(30), modality=Modality.PHONE)

    made = draft(one, language, Sensitivity.PRIVATE)

    assert (made.span, made.key, made.online) == (span(30), "K7Q2FM", False)
    assert made.sensitivity == "private"
    assert "a=1&amp;b=2" in made.body
    assert one.link not in made.body


def test_only_a_remote_appointment_has_a_meeting():
    assert draft(booked(modality=Modality.REMOTE)).online
    assert not draft(booked(modality=Modality.IN_PERSON)).online


@given(references, languages, st.sampled_from(["", "Copy: ", "VL: ", "Peruutettu: "]))
def test_the_reference_is_found_again_behind_any_prefix(reference, language, prefix):
    subject = draft(booked(reference=reference), language).subject

    assert reference_in(prefix + subject) == reference
    assert reference_in(subject + " ") == reference


@pytest.mark.parametrize(
    "subject",
    [
        None,
        "",
        "K7Q2FM",
        "Varattu aika",
        "· K7Q2F",
        "· K7Q2FMX",
        "· k7q2fm",
        "· K7Q2F1",
    ],
)
def test_what_only_looks_like_a_reference_is_none(subject):
    assert reference_in(subject) is None


@given(st.text())
def test_a_reference_found_is_always_a_possible_one(subject):
    found = reference_in(subject)

    assert found is None or (
        len(found) == REFERENCE_LENGTH and set(found) <= set(REFERENCE_ALPHABET)
    )


def test_only_what_differs_is_written():
    known = draft()

    assert changed(known, draft()) == ()
    assert changed(known, draft(booked(reference="K7Q2FM", span=span(30)))) == ("span",)
    phone = draft(booked(reference="K7Q2FM", modality=Modality.PHONE))
    assert changed(known, phone) == ("location",)
    assert changed(phone, known) == ("location", "online")


OURS = ("https://teams.example/l/entity/app", "https://aika.example/")


def test_our_links_go_and_what_she_wrote_stays():
    html = (
        "<html><body><p>Tunnus: ABC123.</p>"
        '<p class="x"><a href="https://teams.example/l/entity/app/vuoro?context=%7B">'
        "Avaa</a></p>\n<p>Muista lomake</p>"
        "<p>Katso <a target='_blank' href='https://aika.example/m/x&amp;y'>sivu</a></p>"
        '<div><a href="https://teams.example/l/meetup-join/1">Liity</a></div></body>'
    )

    assert without_links(html, OURS) == (
        "<html><body><p>Tunnus: ABC123.</p>\n<p>Muista lomake</p><p>Katso </p>"
        '<div><a href="https://teams.example/l/meetup-join/1">Liity</a></div></body>'
    )


def test_without_links_of_ours_a_body_stays_as_it_is():
    html = '<p><a href="https://aika.example.evil/">x</a></p><a>y</a><abbr>z</abbr>'

    assert without_links(html, OURS) == html
    assert without_links("", OURS) == ""

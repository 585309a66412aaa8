"""Names, e-mail addresses and phone numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import contact
from booking.contact import Contact
from booking.model import Modality
from booking.views.pages import FieldError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("maija@example.org", "maija@example.org"),
        ("  Maija.Meri@Example.ORG ", "maija.meri@example.org"),
        ("m+vuoro@mail.example.org", "m+vuoro@mail.example.org"),
        ("o'neil_1@a-b.example", "o'neil_1@a-b.example"),
        ("maija@äitiys.example", "maija@xn--itiys-fra.example"),
        ("maija@xn--itiys-fra.example", "maija@xn--itiys-fra.example"),
        ("a@b.fi\r\n", "a@b.fi"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_an_address_is_kept_as_mail_is_sent_to_it(typed, kept):
    assert contact.email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "@", "maija", "maija@", "@example.org", "maija@example", "maija@@b.fi"),
        *("a b@example.org", "a@exa mple.org", "a@example.org, b@example.org"),
        *(".a@example.org", "a.@example.org", "a..b@example.org", '"a b"@example.org'),
        *(
            "a@-b.fi",
            "a@b-.fi",
            "a@b..fi",
            "a@.fi",
            "a@b.fi.",
            "a@b_c.fi",
            "a@192.0.2.1",
        ),
        *("<a@b.fi>", "mailto:a@b.fi", "Maija <a@b.fi>", "a@[192.0.2.1]", "ä@b.fi"),
        *(
            "a@b.fi\nBcc: c@d.fi",
            "a\x00@b.fi",
            "a@b\u202e.fi",
            "a@faß.de",
        ),
        f"{'a' * 65}@example.org",
        f"a@{'b' * 64}.fi",
        f"a@{'.'.join(['b' * 60] * 5)}.fi",
    ],
)
def test_what_is_no_address_is_refused(typed):
    assert contact.email(typed) is None


@given(st.text())
def test_whatever_is_kept_as_an_address_is_one_line_of_ascii(typed):
    for text in (typed, f"a@{typed}.fi", f"{typed}@example.org"):
        found = contact.email(text)
        if found is not None:
            assert found.isascii()
            assert found.isprintable()
            assert " " not in found
            assert contact.email(found) == found


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("040 123 4567", "+358401234567"),
        ("0401234567", "+358401234567"),
        ("040-123 4567", "+358401234567"),
        ("(09) 123 4567", "+35891234567"),
        ("0457 123 4567", "+3584571234567"),
        ("+358 40 123 4567", "+358401234567"),
        ("+358 (0)40 123 4567", "+358401234567"),
        ("+358 040 123 4567", "+358401234567"),
        ("00358 40 123 4567", "+358401234567"),
        ("040\u00a0123\u20114567", "+358401234567"),
        ("+46 70 123 45 67", "+46701234567"),
        ("0046701234567", "+46701234567"),
        ("+372 5123 4567", "+37251234567"),
        ("\uff0b358401234567", "+358401234567"),
        (
            "\u0660\u0664\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
            "+358401234567",
        ),
    ],
)
def test_a_phone_number_is_kept_as_the_world_dials_it(typed, kept):
    assert contact.phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "+", "0", "00", "abc", "040 123 456x", "040 12", "123 4567", "401234567"),
        *("+0401234567", "++358401234567", "358+401234567", "040 1234 5678 9012"),
        *("0600 12345", "0700 123 456", "+358 600 12345", "+1234567890123456"),
        *("+12345", "040 123 4567 / 050 123 4567", "040 123 4567;ext=1", "112"),
    ],
)
def test_what_is_no_phone_number_is_refused(typed):
    assert contact.phone(typed) is None


@given(st.text(st.sampled_from("0123456789+ -()abc"), max_size=25))
def test_a_kept_number_reads_as_itself(typed):
    found = contact.phone(typed)

    if found is not None:
        assert contact.phone(found) == found
        assert found[0] == "+"
        assert 8 <= len(found) <= 16


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Maija   Meri ", "Maija Meri"),
        ("Åsa-Lill O'Öberg", "Åsa-Lill O'Öberg"),
        ("Ma\u0308rta", "Märta"),
        ("Maija\tMeri\r\n", "Maija Meri"),
        ("Maija\u202eireM\u200b\x00", "MaijaireM"),
        ("李明", "李明"),
        ("x" * 120, "x" * 120),
        ("x" * 121, None),
        ("", None),
        ("\u200b \n", None),
        ("1234 --", None),
    ],
)
def test_a_name_is_one_visible_line_with_a_letter(typed, kept):
    assert contact.name(typed) == kept


@given(st.text())
def test_nothing_invisible_is_kept(typed):
    found = contact.visible(typed)

    assert contact.visible(found) == found
    assert all(mark == " " or mark.isprintable() for mark in found)


def test_a_form_with_one_way_to_be_reached_is_read():
    assert contact.read("Maija Meri", "", "040 123 4567", Modality.REMOTE) == Contact(
        "Maija Meri", None, "+358401234567"
    )
    assert contact.read("Maija Meri", "m@example.org", " ", Modality.REMOTE) == Contact(
        "Maija Meri", "m@example.org", None
    )


def test_everything_wrong_in_a_form_is_told_at_once():
    assert contact.read(" ", "maija@", "12", Modality.REMOTE) == [
        FieldError("name", "required"),
        FieldError("email", "not_email"),
        FieldError("phone", "not_phone"),
    ]
    assert contact.read("x" * 121, "", "", Modality.REMOTE) == [
        FieldError("name", "too_long", 120),
        FieldError("email", "no_contact"),
    ]


def test_a_way_that_is_wrong_is_not_dropped_because_another_is_right():
    assert contact.read("Maija", "maija@", "040 123 4567", Modality.REMOTE) == [
        FieldError("email", "not_email")
    ]


def test_who_is_to_be_called_gives_a_number():
    for typed in ("maija@example.org", ""):
        assert contact.read("Maija", typed, " ", Modality.PHONE) == [
            FieldError("phone", "no_phone")
        ]
    assert contact.read("Maija", "", "12", Modality.PHONE) == [
        FieldError("phone", "not_phone")
    ]
    assert contact.read("Maija", "", "040 123 4567", Modality.PHONE) == Contact(
        "Maija", None, "+358401234567"
    )

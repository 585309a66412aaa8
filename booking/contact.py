"""How a client is called and reached: what she typed, made into one exact form.

An e-mail address is kept as mail is addressed (its domain in ASCII), a phone number in
E.164, a name without what cannot be seen. What is no address, number or name is None;
the page says so in words.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from booking.model import Modality
from booking.views.pages import FieldError

NAME_MAX = 120
EMAIL_MAX = 254
_LOCAL_MAX = 64
_LABEL_MAX = 63
_ATOM = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")

_COUNTRY = "358"
#: Digits of a Finnish number after its leading zero.
_FINNISH = range(6, 12)
#: Digits of any number after the plus; E.164 ends at 15.
_ANYWHERE = range(7, 16)
#: Finnish numbers that cost the caller: never somebody's own.
_PAID = ("600", "700")
#: Letters that older and newer rules for domains read differently: the mail of one
#: would go to another.
_AMBIGUOUS = frozenset("\u00df\u1e9e\u03c2\u200c\u200d")
#: People put these between digits.
_BETWEEN = re.compile(r"[\s().\-/\u2010-\u2015\u2212]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """A client's name and the ways to reach her, at least one.

    One who is to be called has a phone number.
    """

    name: str
    email: str | None
    phone: str | None


def read(
    typed_name: str, typed_email: str, typed_phone: str, modality: Modality
) -> Contact | list[FieldError]:
    """Read the fields `name`, `email` and `phone` of a form for a meeting held so."""
    wrong = list(_wrong_name(typed_name))
    found_email, found_phone = email(typed_email), phone(typed_phone)
    if typed_email.strip() and found_email is None:
        wrong.append(FieldError("email", "not_email"))
    if typed_phone.strip() and found_phone is None:
        wrong.append(FieldError("phone", "not_phone"))
    if modality is Modality.PHONE and not typed_phone.strip():
        wrong.append(FieldError("phone", "no_phone"))
    elif not typed_email.strip() and not typed_phone.strip():
        wrong.append(FieldError("email", "no_contact"))
    found_name = name(typed_name)
    if wrong or found_name is None:
        return wrong
    return Contact(found_name, found_email, found_phone)


def _wrong_name(typed: str) -> Iterable[FieldError]:
    if len(visible(typed)) > NAME_MAX:
        yield FieldError("name", "too_long", NAME_MAX)
    elif name(typed) is None:
        yield FieldError("name", "required")


def name(typed: str) -> str | None:
    """Give a name of at most 120 characters that has a letter; None if it is none."""
    found = visible(typed)
    if len(found) > NAME_MAX or not any(mark.isalpha() for mark in found):
        return None
    return found


def visible(typed: str) -> str:
    """Give one line of text: composed, single spaces, nothing that cannot be seen.

    Control and direction marks go: they would let a text look like another one.
    """
    spaced = "".join(
        " " if mark.isspace() else mark
        for mark in unicodedata.normalize("NFC", typed)
        if mark.isspace() or unicodedata.category(mark)[0] != "C"
    )
    return " ".join(spaced.split())


def email(typed: str) -> str | None:
    """Give an e-mail address in lower case, its domain in ASCII."""
    local, at, domain = typed.strip().rpartition("@")
    local, ascii_domain = local.lower(), _domain(domain)
    if not at or ascii_domain is None or len(local) > _LOCAL_MAX:
        return None
    found = f"{local}@{ascii_domain}"
    return found if len(found) <= EMAIL_MAX and _ATOM.fullmatch(local) else None


def _domain(typed: str) -> str | None:
    """Give a domain of at least two labels as it stands in the DNS."""
    if not _AMBIGUOUS.isdisjoint(typed):
        return None
    try:
        labels = typed.encode("idna").decode("ascii").lower().split(".")
    except UnicodeError:
        return None
    sound = all(
        len(label) <= _LABEL_MAX and _LABEL.fullmatch(label) for label in labels
    )
    two = len(labels) > 1
    return ".".join(labels) if sound and two and not labels[-1].isdigit() else None


def phone(typed: str) -> str | None:
    """Give a phone number as `+358401234567`; one without a country is Finnish."""
    digits = _digits(typed.replace("(0)", ""))
    if digits is None:
        return None
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = f"+{_COUNTRY}{digits[1:]}"
    elif not digits.startswith("+"):
        return None
    return _international(digits[1:])


def _digits(typed: str) -> str | None:
    """Give the bare number, with its plus if it has one."""
    marks = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    plus, rest = marks[:1] == "+", marks.removeprefix("+")
    found = "".join(str(unicodedata.decimal(mark, "x")) for mark in rest)
    return ("+" if plus else "") + found if found.isdigit() else None


def _international(digits: str) -> str | None:
    if digits.startswith("0") or len(digits) not in _ANYWHERE:
        return None
    if not digits.startswith(_COUNTRY):
        return f"+{digits}"
    # Some write the zero of the local form after the country too.
    national = digits.removeprefix(_COUNTRY).removeprefix("0")
    if len(national) not in _FINNISH or national.startswith(("0", *_PAID)):
        return None
    return f"+{_COUNTRY}{national}"


def masked_phone(number: str) -> str:
    """Show only the end of a number: enough for who knows it."""
    return f"… {number[-3:]}" if number else ""


def masked_mail(address: str) -> str:
    """Show only how an address begins, and whose post office it is."""
    name, at, host = address.partition("@")
    return f"{name[:1]}…{at}{host}" if at else ""

"""Public links: what is forged, cut, of another kind or of an older generation."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.links import LINK_BYTES, LinkKind, Links, encode

LINKS = Links(b"k" * 32, "https://aika.example")
OTHERS = Links(b"j" * 32, "https://aika.example")
HALF = encode(b"\x00\x01\xfe\xff\x7f\x80")

halves = st.binary(min_size=LINK_BYTES, max_size=LINK_BYTES).map(encode)
kinds = st.sampled_from(LinkKind)
generations = st.integers(0, 10**6)


@given(kinds, halves, generations)
def test_a_link_of_ours_is_genuine_and_found_by_its_half(kind, half, generation):
    token = LINKS.token(kind, half, generation)

    assert LINKS.half(token) == half
    assert LINKS.genuine(kind, token, half, generation)
    assert re.fullmatch(r"[A-Za-z0-9_-]{24}", token)


@given(kinds, halves, generations, generations)
def test_a_link_of_another_generation_is_worthless(kind, half, sent, now):
    token = LINKS.token(kind, half, sent)

    assert LINKS.genuine(kind, token, half, now) == (sent == now)


@given(halves, generations)
def test_a_link_of_another_kind_is_worthless(half, generation):
    offer = LINKS.token(LinkKind.OFFER, half, generation)

    assert not LINKS.genuine(LinkKind.APPOINTMENT, offer, half, generation)


@given(kinds, halves, halves, generations)
def test_a_signature_is_good_for_one_half_only(kind, half, other, generation):
    signature = LINKS.token(kind, half, generation)[len(half) :]

    assert LINKS.genuine(kind, other + signature, other, generation) == (half == other)


@given(kinds, halves, generations)
def test_a_link_signed_by_another_key_is_worthless(kind, half, generation):
    forged = OTHERS.token(kind, half, generation)

    assert not LINKS.genuine(kind, forged, half, generation)


@given(kinds, generations, st.integers(0, 23), st.text(min_size=1, max_size=1))
def test_a_link_with_any_letter_changed_is_worthless(kind, generation, place, letter):
    token = LINKS.token(kind, HALF, generation)
    changed = token[:place] + letter + token[place + 1 :]

    half = LINKS.half(changed)

    same = changed == token
    assert (half == HALF and LINKS.genuine(kind, changed, HALF, generation)) == same


@given(kinds, st.integers(0, 23))
def test_a_link_cut_short_or_drawn_out_is_no_link(kind, length):
    token = LINKS.token(kind, HALF, 0)

    assert LINKS.half(token[:length]) is None
    assert LINKS.half(token + token[: length + 1]) is None
    assert not LINKS.genuine(kind, token[:length], HALF, 0)


@given(st.text())
def test_whatever_is_typed_is_looked_at_without_a_fall(typed):
    half = LINKS.half(typed)

    assert half is None or typed.startswith(half)
    assert not LINKS.genuine(LinkKind.OFFER, typed, HALF, 0)


@pytest.mark.parametrize("kind", LinkKind)
def test_an_address_ends_with_the_token(kind):
    token = LINKS.token(kind, HALF, 3)

    assert LINKS.url(kind, HALF, 3) == f"https://aika.example/{kind.value}/{token}"


def test_the_short_link_to_the_meeting_is_the_appointments_own():
    token = LINKS.token(LinkKind.APPOINTMENT, HALF, 3)

    assert LINKS.join_url(HALF, 3) == f"https://aika.example/j/{token}"

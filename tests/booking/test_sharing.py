"""What travels on a card in a chat: read back whole, or not at all."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.links import LinkKind, Links
from booking.model import Modality, ProfessionalId, ServiceId
from booking.sharing import Shared

LINKS = Links(b"k" * 32, "https://aika.example")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)

shared = st.builds(
    Shared,
    st.integers(1, 10**15 - 1).map(ProfessionalId),
    st.integers(1, 10**15 - 1).map(ServiceId),
    st.sampled_from(Modality),
    st.integers(0, 99_999_999_999).map(lambda at: datetime.fromtimestamp(at, UTC)),
)


@given(shared)
def test_what_was_written_is_read_as_it_was(one: Shared):
    sealed = LINKS.sealed(one.written)

    assert LINKS.unsealed(sealed) == one.written
    assert Shared.read(one.written) == one


@given(shared, st.text(max_size=5), st.integers(0, 40))
def test_whatever_is_changed_of_it_is_not_ours(one: Shared, put: str, at: int):
    sealed = LINKS.sealed(one.written)
    changed = sealed[:at] + put + sealed[at + 1 :]

    assert changed == sealed or LINKS.unsealed(changed) is None


@given(st.text(max_size=60))
def test_anything_else_is_nobodys(said: str):
    assert Shared.read(said) is None or Shared.read(said).written == said
    assert LINKS.unsealed(said) is None


@given(st.sampled_from(LinkKind), st.text("abc", min_size=8, max_size=8))
def test_a_clients_link_is_no_seal_nor_a_seal_a_link(kind: LinkKind, half: str):
    token = LINKS.token(kind, half, 0)
    sealed = LINKS.sealed(f"{kind.value}:{half}:0")

    assert LINKS.unsealed(f"{half}~{token[8:]}") is None
    assert not LINKS.genuine(kind, half + sealed.rpartition("~")[2], half, 0)


def test_it_ends_when_it_says():
    one = Shared(ProfessionalId(1), ServiceId(1), Modality.PHONE, NOW)

    assert one.over(NOW)
    assert not one.over(NOW - timedelta(seconds=1))

"""What nobody may overrule who hands over in the tab, and who fits best."""

from hypothesis import given
from hypothesis import strategies as st

from booking.handover import Doubt, bars, fit
from booking.model import Modality

some = st.lists(st.sampled_from(Doubt), unique=True)
ways = st.sampled_from(Modality)


@given(some, ways)
def test_a_supervisor_may_overrule_more_and_nobody_a_taken_time(found, way):
    hers = bars(found, way, supervisor=True)
    own = bars(found, way, supervisor=False)

    assert set(hers) <= set(own) <= set(found)
    assert Doubt.TIME not in own
    assert {Doubt.BUSY, Doubt.PAUSE, Doubt.CLOSED} & set(found) <= set(hers)
    assert (Doubt.MODALITY in hers) == (
        Doubt.MODALITY in found and way is Modality.REMOTE
    )


def test_a_professional_hands_to_nobody_without_the_skill_or_of_another_unit():
    found = [Doubt.SERVICE, Doubt.SKILL, Doubt.LANGUAGE, Doubt.HOURS, Doubt.UNIT]

    own = bars(found, Modality.PHONE, supervisor=False)

    assert own == (Doubt.SERVICE, Doubt.SKILL, Doubt.UNIT)
    assert bars(found, Modality.PHONE, supervisor=True) == ()


def test_skill_comes_before_language_and_language_before_being_free():
    by_fit = [(), (Doubt.HOURS,), (Doubt.BUSY,), (Doubt.LANGUAGE,), (Doubt.SKILL,)]
    by_fit += [(Doubt.SERVICE,), (Doubt.SERVICE, Doubt.LANGUAGE), (Doubt.CLOSED,)]

    assert sorted(set(by_fit), key=fit) == by_fit


@given(some, some)
def test_who_has_fewer_doubts_of_the_same_kind_fits_no_worse(found, more):
    assert fit(found) <= fit([*found, *more])

"""The three-way merge as rules, and as two people editing one event for a long time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from booking.calendar import AllDay, Event, EventDraft, ShowAs
from booking.events import changed
from booking.spans import HELSINKI, Span, days_span, span
from graph_sync.reconcile import (
    Judged,
    Verdict,
    as_seen,
    reconcile,
)
from tests.support.moments import START

REFERENCE = "K7Q2FM"
SUBJECT = f"Varattu aika · {REFERENCE}"
TIMES = [
    span(START + timedelta(hours=hours), timedelta(minutes=45)) for hours in range(5)
]

DRAFT = EventDraft(
    subject=SUBJECT,
    span=TIMES[0],
    body="<p>Varattu</p>",
    location="Teams",
    sensitivity="normal",
    online=True,
    key=REFERENCE,
)


def standing(draft: EventDraft = DRAFT, **changes: object) -> Event:
    """Give the event that a draft becomes."""
    event = Event(
        id="E",
        when=draft.span,
        change_key="1",
        show_as=ShowAs.BUSY,
        subject=draft.subject,
        sensitivity=draft.sensitivity,
        online=draft.online,
        join_url="https://teams.example/join" if draft.online else None,
        location=draft.location,
        key=draft.key,
    )
    return replace(event, **changes)  # type: ignore[arg-type]


def judge(
    theirs: Event | None,
    ours: EventDraft | None = DRAFT,
    known: EventDraft | None = DRAFT,
) -> Judged:
    return reconcile(known, theirs, ours, HELSINKI)


def test_what_stands_as_it_should_is_agreed():
    assert judge(standing()) == Judged(Verdict.AGREED)


def test_an_event_that_was_never_made_is_owed():
    assert judge(None, known=None) == Judged(Verdict.CREATE)


def test_an_event_that_should_not_stand_is_removed_wherever_it_was_moved():
    assert judge(standing(), ours=None) == Judged(Verdict.REMOVE)
    assert judge(standing(when=TIMES[3]), ours=None) == Judged(Verdict.REMOVE)
    assert judge(None, ours=None) == Judged(Verdict.AGREED)
    assert judge(standing(cancelled=True), ours=None) == Judged(Verdict.AGREED)


def test_only_what_we_changed_is_written():
    ours = replace(DRAFT, span=TIMES[1], location="Toimisto")

    assert judge(standing(), ours) == Judged(Verdict.WRITE, ("location", "span"))


def test_what_already_stands_is_not_written_again():
    ours = replace(DRAFT, span=TIMES[1], location="Toimisto")

    assert judge(standing(ours), ours) == Judged(Verdict.AGREED)


def test_an_event_moved_in_outlook_is_asked_about():
    assert judge(standing(when=TIMES[2])) == Judged(Verdict.ASK, moved_to=TIMES[2])


def test_an_event_made_shorter_is_asked_about():
    shorter = Span(TIMES[0].start, TIMES[0].end - timedelta(minutes=15))

    assert judge(standing(when=shorter)) == Judged(Verdict.ASK, moved_to=shorter)


def test_an_event_made_all_day_is_asked_about_with_its_days_in_her_zone():
    days = AllDay(date(2026, 11, 23), date(2026, 11, 24))

    assert judge(standing(when=days)) == Judged(
        Verdict.ASK,
        moved_to=days_span(date(2026, 11, 23), date(2026, 11, 24), HELSINKI),
    )


def test_an_event_deleted_or_cancelled_in_outlook_is_asked_about():
    assert judge(None) == Judged(Verdict.ASK, deleted=True)
    assert judge(standing(cancelled=True)) == Judged(Verdict.ASK, deleted=True)


def test_moved_by_both_to_different_times_is_a_conflict():
    ours = replace(DRAFT, span=TIMES[1])

    assert judge(standing(when=TIMES[2]), ours) == Judged(
        Verdict.CONFLICT, moved_to=TIMES[2]
    )
    assert judge(None, ours) == Judged(Verdict.CONFLICT, deleted=True)


def test_moved_by_both_to_the_same_time_is_agreed():
    ours = replace(DRAFT, span=TIMES[1])

    assert judge(standing(when=TIMES[1]), ours) == Judged(Verdict.AGREED)


def test_what_is_hers_to_change_is_left_alone():
    hers = standing(
        subject=f"Muista avaimet: {SUBJECT}",
        location="Huone 4",
        show_as=ShowAs.OOF,
        categories=("Punainen",),
        sensitivity="private",
    )

    assert judge(hers) == Judged(
        Verdict.ADOPT,
        left=("subject", "location", "sensitivity", "show_as", "category"),
    )


def test_a_subject_without_our_reference_is_written_again():
    assert judge(standing(subject="Palaveri")) == Judged(Verdict.WRITE, ("subject",))


def test_privacy_the_unit_asks_for_is_written_again():
    private = replace(DRAFT, sensitivity="private")

    assert judge(standing(private, sensitivity="normal"), private, private) == Judged(
        Verdict.WRITE, ("sensitivity",)
    )
    assert judge(
        standing(private, sensitivity="confidential"), private, private
    ) == Judged(Verdict.ADOPT, left=("sensitivity",))


def test_a_meeting_that_was_switched_off_is_switched_on_again():
    assert judge(standing(online=False)) == Judged(Verdict.WRITE, ("online",))


def test_a_meeting_she_added_herself_stays():
    office = replace(DRAFT, online=False)

    assert judge(standing(office, online=True), office, office) == Judged(
        Verdict.ADOPT, left=("online",)
    )


EMPTY = "<html><head><style>p {}</style></head><body>\r\n<p>&nbsp;</p></body></html>"
BLOCK = '<div><a href="https://teams.example/join">Liity</a></div>'
OFFICE = replace(DRAFT, online=False)
KEPT = replace(OFFICE, meeting="https://teams.example/kept")


@pytest.mark.parametrize(
    ("ours", "body"),
    [
        (OFFICE, EMPTY),
        (DRAFT, EMPTY),
        (DRAFT, EMPTY.replace("<p>", BLOCK + "<p>")),
        (DRAFT, "<p>Oma muistiinpano</p>"),  # The join block is gone.
        (KEPT, "<p>Oma muistiinpano</p>"),
    ],
)
def test_a_body_that_is_lost_is_written_again(ours: EventDraft, body: str):
    theirs = standing(ours, body=body)

    assert judge(theirs, ours, ours) == Judged(Verdict.WRITE, ("body",))
    assert changed(as_seen(ours, theirs, HELSINKI), ours) == ("body",)


@pytest.mark.parametrize(
    ("ours", "body"),
    [
        (OFFICE, "<p>Oma muistiinpano</p>"),
        (DRAFT, f"<p>Oma muistiinpano</p>{BLOCK}"),
        (DRAFT, f"<p>Varattu</p>{BLOCK}<p>Oma muistiinpano</p>"),
        (KEPT, '<p>Oma</p><a href="https://teams.example/kept">Liity</a>'),
        (DRAFT, None),
    ],
)
def test_a_note_of_hers_is_left_alone(ours: EventDraft, body: str | None):
    theirs = standing(ours, body=body)

    assert judge(theirs, ours, ours) == Judged(Verdict.AGREED)
    assert changed(as_seen(ours, theirs, HELSINKI), ours) == ()


def test_a_meeting_whose_address_has_not_come_yet_has_lost_nothing():
    coming = standing(body="<p>Varattu</p>", join_url=None)

    assert judge(coming) == Judged(Verdict.AGREED)


def test_a_meeting_that_went_with_the_body_is_switched_on_in_a_new_one():
    gone = standing(body=EMPTY, online=False, join_url=None)

    assert judge(gone) == Judged(Verdict.WRITE, ("online", "body"))


def test_a_move_is_asked_about_while_the_rest_is_put_right():
    assert judge(standing(when=TIMES[2], subject="Palaveri")) == Judged(
        Verdict.ASK, ("subject",), moved_to=TIMES[2]
    )


def test_an_event_found_again_by_its_key_is_compared_with_what_should_stand():
    assert judge(standing(), known=None) == Judged(Verdict.AGREED)
    assert judge(standing(when=TIMES[1]), known=None) == Judged(
        Verdict.ASK, moved_to=TIMES[1]
    )


Merge = Callable[[EventDraft | None, Event | None, EventDraft | None], Judged]


def merge(
    known: EventDraft | None, theirs: Event | None, ours: EventDraft | None
) -> Judged:
    return reconcile(known, theirs, ours, HELSINKI)


#: What ends a story is drawn rarely, or few stories would get anywhere.
seldom = st.sampled_from([False] * 5 + [True])


class TwoCalendars(RuleBasedStateMachine):
    """We edit, she edits, and now and then the two are reconciled and she is asked.

    Whatever the order: a time she chose is never taken from her without a question, a
    note of hers never disappears, and once nothing is asked both sides agree.
    """

    merge: ClassVar[Merge] = staticmethod(merge)

    def __init__(self) -> None:
        super().__init__()
        self.ours: EventDraft | None = DRAFT
        self.known: EventDraft | None = None
        self.theirs: Event | None = None
        self.notes: set[str] = set()
        self.wish: Span | None = None  #: A time she chose and was not asked about yet.
        self.removed_by_her = False
        self.asked: Judged | None = None

    @rule(to=st.sampled_from(TIMES))
    def we_move(self, to: Span) -> None:
        if self.ours is not None:
            self.ours = replace(self.ours, span=to)

    @rule(where=st.sampled_from(["Teams", "Toimisto"]))
    def we_change_the_place(self, where: str) -> None:
        if self.ours is not None:
            self.ours = replace(self.ours, location=where)

    @rule(sure=seldom)
    def we_cancel_or_book_again(self, *, sure: bool) -> None:
        if self.ours is not None:
            self.ours = None if sure else self.ours
        elif self.theirs is None:
            self.ours, self.known, self.asked = DRAFT, None, None
            self.removed_by_her = False

    @precondition(lambda self: self.theirs is not None)
    @rule(to=st.sampled_from(TIMES))
    def she_moves(self, to: Span) -> None:
        assert self.theirs is not None
        if self.theirs.when != to:
            self.theirs = replace(self.theirs, when=to)
            # Put back where it last stood it is no wish any more.
            back = self.known is not None and to == self.known.span
            self.wish = None if back else to

    @precondition(lambda self: self.theirs is not None)
    @rule(subject=st.sampled_from([f"Copy: {SUBJECT}", "Palaveri"]))
    def she_retitles(self, subject: str) -> None:
        assert self.theirs is not None
        self.theirs = replace(self.theirs, subject=subject)

    @precondition(lambda self: self.theirs is not None)
    @rule(note=st.sampled_from(["Punainen", "Tärkeä"]))
    def she_marks(self, note: str) -> None:
        assert self.theirs is not None
        self.notes.add(note)
        self.theirs = replace(self.theirs, categories=tuple(self.notes))

    @precondition(lambda self: self.theirs is not None)
    @rule(sure=seldom)
    def she_deletes(self, *, sure: bool) -> None:
        if not sure:
            return
        self.theirs, self.wish, self.notes = None, None, set()
        self.removed_by_her = self.ours is not None

    @rule()
    def sync(self) -> None:
        judged = type(self).merge(self.known, self.theirs, self.ours)
        match judged.verdict:
            case Verdict.CREATE:
                assert self.ours is not None
                self.theirs, self.known = standing(self.ours), self.ours
            case Verdict.REMOVE:
                self.theirs, self.known, self.wish = None, None, None
                self.notes = set()
            case _:
                self._write(judged.write)
        asks = judged.verdict in {Verdict.ASK, Verdict.CONFLICT}
        self.asked = judged if asks else None
        self._must_hold(judged)
        if not asks:
            self.known = self.ours
            self.wish, self.removed_by_her = None, False
        again = type(self).merge(self.known, self.theirs, self.ours)
        assert not again.write, "a second look must find nothing to write"

    def _write(self, names: tuple[str, ...]) -> None:
        for name in names:
            assert self.theirs is not None
            assert self.ours is not None
            value = getattr(self.ours, name)
            field = "when" if name == "span" else name
            self.theirs = replace(self.theirs, **{field: value})
        if self.known is not None and self.ours is not None:
            said = {name: getattr(self.ours, name) for name in names}
            self.known = replace(self.known, **said)

    def _must_hold(self, judged: Judged) -> None:
        if self.ours is None:
            assert self.theirs is None
        elif self.removed_by_her:
            assert judged.deleted
            assert self.theirs is None
        elif self.asked is not None:
            assert self.wish is not None, "asked about what she did not do"
            assert self.theirs is not None
            assert self.theirs.when == judged.moved_to
        else:
            assert self.theirs is not None
            assert self.theirs.when == self.ours.span
            if self.wish is not None:
                assert self.theirs.when == self.wish, "her time was overwritten"

    @precondition(lambda self: self.asked is not None and self.ours is not None)
    @rule(follow=st.booleans())
    def she_answers(self, *, follow: bool) -> None:
        """She has been asked: the appointment follows Outlook, or is put back."""
        assert self.asked is not None
        assert self.ours is not None
        if self.theirs is None:
            self.ours = None if follow else self.ours
            self.known = None
        else:
            assert self.known is not None
            self.known = as_seen(self.known, self.theirs, HELSINKI)
            if follow:
                self.ours = replace(self.ours, span=self.theirs.span(HELSINKI))
        self.asked, self.wish, self.removed_by_her = None, None, False

    @invariant()
    def her_notes_stay(self) -> None:
        if self.theirs is not None:
            assert set(self.theirs.categories) == self.notes


TestTwoCalendars = TwoCalendars.TestCase
TestTwoCalendars.settings = settings(max_examples=150, stateful_step_count=15)


def overwriting(
    known: EventDraft | None, theirs: Event | None, ours: EventDraft | None
) -> Judged:
    judged = merge(known, theirs, ours)
    if judged.verdict is Verdict.CONFLICT and not judged.deleted:
        return Judged(Verdict.WRITE, ("span",))
    return judged


def swallowing_moves(
    known: EventDraft | None, theirs: Event | None, ours: EventDraft | None
) -> Judged:
    judged = merge(known, theirs, ours)
    return Judged(Verdict.ADOPT) if judged.verdict is Verdict.ASK else judged


def resurrecting(
    known: EventDraft | None, theirs: Event | None, ours: EventDraft | None
) -> Judged:
    judged = merge(known, theirs, ours)
    return Judged(Verdict.CREATE) if judged.deleted else judged


def forgetting_to_remove(
    known: EventDraft | None, theirs: Event | None, ours: EventDraft | None
) -> Judged:
    judged = merge(known, theirs, ours)
    return Judged(Verdict.AGREED) if judged.verdict is Verdict.REMOVE else judged


def blind_to_our_changes(
    known: EventDraft | None, theirs: Event | None, ours: EventDraft | None
) -> Judged:
    return merge(ours if known is not None else None, theirs, ours)


def writing_for_ever(
    known: EventDraft | None, theirs: Event | None, ours: EventDraft | None
) -> Judged:
    judged = merge(known, theirs, ours)
    if judged.verdict is Verdict.ADOPT:
        return Judged(Verdict.WRITE, ("subject", "location"))
    return judged


@pytest.mark.parametrize(
    "fault",
    [
        overwriting,
        swallowing_moves,
        resurrecting,
        forgetting_to_remove,
        blind_to_our_changes,
        writing_for_ever,
    ],
)
def test_the_two_calendars_find_a_planted_fault(fault):
    faulty = type("Faulty", (TwoCalendars,), {"merge": staticmethod(fault)})

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            faulty,
            settings=settings(
                max_examples=500,
                stateful_step_count=25,
                derandomize=True,
                database=None,
                phases=[Phase.generate],  # that it fails is enough
            ),
        )

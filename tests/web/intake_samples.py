"""What a service asks with a booking: a question of each kind."""

from booking.model import QuestionKind
from booking.views.pages import Choice, Field

QUESTIONS = (
    Field("q_goal", QuestionKind.SHORT, "Mistä haluat puhua?", required=True),
    Field("q_more", QuestionKind.LONG, "Kerro lisää", "Muutama lause riittää."),
    Field(
        "q_stage",
        QuestionKind.ONE_OF,
        "Missä vaiheessa työnhakusi on?",
        required=True,
        choices=(Choice("new", "Aloitan"), Choice("on", "Haen parhaillaan")),
    ),
    Field(
        "q_help",
        QuestionKind.MANY_OF,
        "Mihin tarvitset apua?",
        choices=(
            Choice("cv", "Ansioluettelo"),
            Choice("letter", "Hakemus"),
            Choice("talk", "Haastattelu"),
        ),
        values=("cv", "talk"),
    ),
    Field("q_interpreter", QuestionKind.YES_NO, "Tarvitsetko tulkkia?", required=True),
    Field("q_years", QuestionKind.NUMBER, "Montako vuotta olet ollut töissä?"),
    Field("q_from", QuestionKind.DATE, "Mistä päivästä olet vapaa?", values=("2026",)),
    Field(
        "q_area",
        QuestionKind.ONE_OF,
        "Mikä ala kiinnostaa?",
        choices=tuple(Choice(str(n), f"Ala {n}") for n in range(1, 9)),
    ),
)

"""The words that the bot knows, in each language: what it understands, never says.

What dates are written with comes from the catalogues, so that every date we write is
understood when it is written back.
"""

from enum import Enum, auto
from functools import cache
from typing import NamedTuple

from booking.model import Language, Modality
from booking.wording import text


class Kind(Enum):
    """What part a word can play in a sentence."""

    BOOK = auto()
    OFFER = auto()
    FREE = auto()
    FIND = auto()
    CANCEL = auto()
    MOVE = auto()  #: An appointment that stands to another time.
    HELP = auto()
    THANKS = auto()
    GREETING = auto()
    NEXT = auto()  #: Of a day or a week the one after, else the next appointment.
    COMING = auto()  #: The same, but never alone: *ensi*.
    THIS = auto()
    OFFSET = auto()  #: So many days from today.
    WEEKDAY = auto()
    MONTH = auto()
    WEEK = auto()
    DAY = auto()  #: *päivä*: after a number its noun, alone today.
    THE = auto()  #: *den*: the day of a month follows.
    AT = auto()  #: An hour follows.
    AM = auto()
    PM = auto()
    ORDINAL = auto()
    FROM = auto()  #: Beside an hour from when on; beside a day it is not known.
    MODALITY = auto()  #: How one meets: the number in `WAYS`.
    LENGTH = auto()  #: After a number how long, and not when.
    FILLER = auto()  #: Says nothing that matters here.
    NUMBER = auto()
    MARK = auto()
    REFERENCE = auto()
    STRANGE = auto()  #: Not known, or (1) known to change the meaning: *ei*.
    END = auto()


class Sense(NamedTuple):
    """What a word means."""

    kind: Kind
    value: int = 0


#: Ways of meeting, by the value of their words.
WAYS = (Modality.IN_PERSON, Modality.PHONE, Modality.REMOTE)
_IN_PERSON, _PHONE, _REMOTE = (Sense(Kind.MODALITY, each) for each in range(3))
_OFFER = Sense(Kind.OFFER)
_BOOK, _FREE, _FIND = Sense(Kind.BOOK), Sense(Kind.FREE), Sense(Kind.FIND)
_CANCEL, _THANKS = Sense(Kind.CANCEL), Sense(Kind.THANKS)
_MOVE = Sense(Kind.MOVE)
_FILLER, _FROM = Sense(Kind.FILLER), Sense(Kind.FROM)
_LENGTH, _LIMIT = Sense(Kind.LENGTH), Sense(Kind.STRANGE, 1)

#: Sense -> its words; two words are a phrase.
_FI: dict[Sense, str] = {
    _BOOK: "varaa varaan varaisin varata varaus ajanvaraus",
    _OFFER: "ehdota ehdotan ehdottaa ehdotus aikaehdotus tarjoa tarjoan",
    _FREE: "vapaa vapaat vapaita vapaata vapaana tilaa",
    _FIND: "hae etsi löydä haku",
    _CANCEL: "peru perua perun peruuta peruuttaa peruutan peruutus",
    _MOVE: "siirrä siirrän siirtää siirtäisin siirto vaihda vaihdan vaihtaa vaihtaisin"
    " muuta muutan muuttaa muuttaisin",
    Sense(Kind.HELP): "apua apu ohje ohjeet ohjeita",
    _THANKS: "kiitos kiitti kiitoksia kiitos_paljon paljon_kiitoksia",
    Sense(Kind.GREETING): "hei moi terve huomenta",
    Sense(Kind.NEXT): "seuraava seuraavan seuraavana seuraavaksi seuraavat seuraavalla"
    " seuraavalle",
    Sense(Kind.COMING): "ensi",
    _IN_PERSON: "paikan_päällä paikan_päälle kasvokkain lähitapaaminen käynti",
    _PHONE: "puhelin puhelimella puhelimitse puhelu puheluna puhelintapaaminen",
    _REMOTE: "etänä etä etätapaaminen video videolla videona videotapaaminen",
    Sense(Kind.THIS): "tämä tämän tällä tänä",
    Sense(Kind.OFFSET, 0): "tänään tämänpäiväiset",
    Sense(Kind.OFFSET, 1): "huomenna huominen huomisen huomiselle huomiseksi huomiset"
    " huomiseen",
    Sense(Kind.OFFSET, 2): "ylihuomenna ylihuominen ylihuomisen ylihuomiselle"
    " ylihuomiseen",
    Sense(Kind.OFFSET, -1): "eilen eilinen eiliset",
    Sense(Kind.WEEK): "viikko viikon viikolla viikolle viikkoon viikot vko vk",
    Sense(Kind.DAY): "päivä päivän päivänä",
    Sense(Kind.AT): "klo kello",
    _FROM: "alkaen jälkeen",
    _LENGTH: "minuutti minuuttia minuutin tunti tuntia tunnin",
    _LIMIT: "ei älä ennen asti saakka paitsi puoli puolelta vaille vailla yli aamulla aamupäivällä"
    " iltapäivällä illalla",
    _FILLER: "aika ajan ajat aikaa aikoja ajoista asiakas asiakkaan asiakkaalle"
    " tapaaminen tapaamiset varattu varatut minun mun minulla mulla onko on"
    " mitä mikä mitkä milloin koska ja näytä kerro haluan haluaisin voinko"
    " voisinko voitko voisitko pitää pitäisi täytyy uusi uutta nimeltä varauksen se sen",
}
_SV: dict[Sense, str] = {
    _BOOK: "boka bokar bokning tidsbokning",
    _OFFER: "föreslå föreslår förslag tidsförslag erbjud erbjuder erbjuda",
    _FREE: "ledig lediga ledigt",
    _FIND: "sök hitta leta",
    _CANCEL: "avboka avbokar avbokning annullera avbryt avbryter"
    " ställ_in ställer_in ställa_in",
    _MOVE: "flytta flyttar flyttning omboka ombokar ombokning ändra byt byter byta",
    Sense(Kind.HELP): "hjälp",
    _THANKS: "tack tackar tack_tack tusen_tack tack_så_mycket",
    Sense(Kind.GREETING): "hej hejsan",
    Sense(Kind.NEXT): "nästa",
    Sense(Kind.COMING): "kommande",
    _IN_PERSON: "på_plats besök",
    _PHONE: "telefon per_telefon telefonmöte telefonsamtal",
    _REMOTE: "distans på_distans distansmöte video per_video videomöte",
    Sense(Kind.THIS): "denna den_här det_här",
    Sense(Kind.OFFSET, 0): "idag i_dag",
    Sense(Kind.OFFSET, 1): "imorgon i_morgon imorron i_morron morgondagens",
    Sense(Kind.OFFSET, 2): "övermorgon iövermorgon i_övermorgon",
    Sense(Kind.OFFSET, -1): "igår i_går",
    Sense(Kind.WEEK): "vecka veckan veckans veckas",
    Sense(Kind.DAY): "dag dagens dagen",
    Sense(Kind.THE): "den",
    Sense(Kind.AT): "kl klockan",
    _FROM: "från efter",
    _LENGTH: "minut minuter timme timmar timmen",
    _LIMIT: "inte före innan utom förmiddag förmiddagen eftermiddag eftermiddagen"
    " kväll kvällen halv kvart bitti",
    Sense(Kind.ORDINAL): "e a",
    _FILLER: "en ett tid tiden tider tiderna visa mig mina min mitt jag vill har"
    " skulle vilja är åt för till med på i om och som det de när vad vilka vilken"
    " finns bokningen bokad bokade kund kunden kundens klient klienten möte möten ny nya nu"
    " att upp kan kunde du måste behöver",
}
_EN: dict[Sense, str] = {
    _BOOK: "book booking bookings",
    _OFFER: "offer offers suggest propose",
    _FREE: "free available availability",
    _FIND: "find search",
    _CANCEL: "cancel cancelling cancellation call_off",
    _MOVE: "move moving reschedule rescheduling change postpone",
    Sense(Kind.HELP): "help",
    _THANKS: "thanks thank_you thanks_a_lot many_thanks thx",
    Sense(Kind.GREETING): "hello hi hey",
    Sense(Kind.NEXT): "next",
    Sense(Kind.COMING): "coming",
    _IN_PERSON: "in_person face_to_face",
    _PHONE: "phone by_phone telephone",
    _REMOTE: "video by_video remote remotely",
    Sense(Kind.THIS): "this",
    Sense(Kind.OFFSET, 0): "today today's",
    Sense(Kind.OFFSET, 1): "tomorrow tomorrow's",
    Sense(Kind.OFFSET, 2): "day_after_tomorrow",
    Sense(Kind.OFFSET, -1): "yesterday yesterday's",
    Sense(Kind.WEEK): "week week's",
    Sense(Kind.DAY): "day",
    Sense(Kind.THE): "the",
    Sense(Kind.AT): "at",
    _FROM: "from after",
    _LENGTH: "minute minutes mins hour hours",
    _LIMIT: "not don't no before until except morning afternoon evening"
    " half quarter past noon midday midnight tonight",
    Sense(Kind.AM): "am",
    Sense(Kind.PM): "pm",
    Sense(Kind.ORDINAL): "st nd rd th",
    _FILLER: "a an time times appointment appointments slot slots meeting meetings"
    " my me show is are there any for client client's of on in to please i want"
    " would like can could you need have do new what what's when which booked and"
    " up named o'clock it so_much very_much",
}
_WRITTEN = {Language.FI: _FI, Language.SV: _SV, Language.EN: _EN}

#: How the days are called beside what the catalogues call them.
_DAYS = {
    Language.FI: [
        "maanantain maanantaita maanantaille maanantaihin maanantaiksi maanantait",
        "tiistain tiistaita tiistaille tiistaihin tiistaiksi tiistait",
        "keskiviikon keskiviikkoa keskiviikolle keskiviikkoon keskiviikoksi keskiviikot",
        "torstain torstaita torstaille torstaihin torstaiksi torstait",
        "perjantain perjantaita perjantaille perjantaihin perjantaiksi perjantait",
        "lauantain lauantaita lauantaille lauantaihin lauantaiksi lauantait",
        "sunnuntain sunnuntaita sunnuntaille sunnuntaihin sunnuntaiksi sunnuntait",
    ],
    Language.SV: [
        "må mån måndagen måndagens",
        "tis tisdagen tisdagens",
        "ons onsdagen onsdagens",
        "tor tors torsdagen torsdagens",
        "fre fredagen fredagens",
        "lör lördagen lördagens",
        "sön söndagen söndagens",
    ],
    Language.EN: [
        "monday's",
        "tues tuesday's",
        "weds wednesday's",
        "thur thurs thursday's",
        "friday's",
        "saturday's",
        "sunday's",
    ],
}
_MONTHS_SHORT = {
    Language.FI: "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
    Language.SV: "jan feb mar apr maj jun jul aug sep okt nov dec",
    Language.EN: "jan feb mar apr may jun jul aug sep oct nov dec",
}
#: Endings of a Finnish month: *marraskuuta*, *marraskuun*.
_OF_MONTH = ("kuu", "kuun", "kuuta", "kuussa")


@cache
def phrases(language: Language) -> dict[tuple[str, ...], Sense]:
    """Give every phrase of a language, in small letters, with what it means."""
    known: dict[tuple[str, ...], Sense] = {}
    for sense, words in _WRITTEN[language].items():
        known |= {tuple(one.split("_")): sense for one in words.split()}
    for number in range(7):
        called = [
            text(language, f"common.{key}.{number}") for key in ("day", "day_short")
        ]
        called += text(language, f"common.on_day.{number}").split()[:1]
        called += _DAYS[language][number].split()
        known |= {(one.casefold(),): Sense(Kind.WEEKDAY, number) for one in called}
    for number, short in enumerate(_MONTHS_SHORT[language].split(), start=1):
        full = text(language, f"common.month.{number}").casefold()
        called = [full, short]
        if language is Language.FI:
            called += [f"{short}{ending}" for ending in _OF_MONTH]
        known |= {(one,): Sense(Kind.MONTH, number) for one in called}
    if language is not Language.FI:
        known[("sept",)] = Sense(Kind.MONTH, 9)
    return known


#: The longest phrase has so many words.
WORDS_MAX = 3


def spoken(language: Language) -> list[Language]:
    """Give all languages, the one spoken first: a word is read in that, if it can."""
    return [language, *(each for each in Language if each is not language)]


def sense(language: Language, phrase: tuple[str, ...]) -> Sense | None:
    """Say what a phrase means to whom speaks this language; None: it is not known."""
    found = (phrases(each).get(phrase) for each in spoken(language))
    return next(filter(None, found), None)


def only_in(word: str) -> Language | None:
    """Give the language whose word this is, where it is of one language alone."""
    having = [each for each in Language if (word,) in phrases(each)]
    return having[0] if len(having) == 1 else None

"""Stories of children asked for abroad: by mediators and third States, in Russia, under the Hague Convention."""

from casework.rehearsal.chapters import (
    CAMP,
    GUARDIANSHIP,
    MEDIATOR,
    SECOND_NOTICE,
    THANKS,
    agree,
    allow,
    answer,
    apply,
    arrive,
    identify,
    locate,
    see,
    verify,
    visit,
)
from casework.rehearsal.steps import Seat, Telling
from models.statuses import Purpose, ReplyKind, SourceKind, Territory

THIRD_STATE = "third_state.request"
DPRK = "dprk_mission.request"
CARD = "card78.demand"
HAGUE = "hague_authority.application"
_MEDIATORS = ("mediator_qatar", "mediator_holy_see", "mediator_south_africa", "mediator_uae")
_RUSSIAN_OFFICES = ("ombudsman_ru", "childrens_commissioner_ru")
_RETURN = Purpose.RETURN
_LISTED = 6
_NO_OTHER_WAY = "Інші шляхи вичерпано; родина згодна, ризик обговорено."


def goes_through_a_mediator(telling: Telling) -> None:
    """A mediator is asked, says nothing for a month, is asked again; each brings one child home in the end."""
    mediator, asked = _ask_a_mediator(telling)
    again = telling.send(asked + 40, SECOND_NOTICE, _RETURN, mediator)
    if telling.index >= len(_MEDIATORS):
        return
    signed = verify(telling, agree(telling, again + 10, SECOND_NOTICE, mediator) + 3)
    telling.write(signed + 2, GUARDIANSHIP, _RETURN)
    arrived = arrive(telling, signed + 14)
    visit(telling, arrived)
    telling.write(arrived + 5, THANKS, _RETURN, mediator)


def is_put_off_by_a_mediator(telling: Telling) -> None:
    """A mediator has the letter, says no more for weeks, and declines in the end."""
    mediator, asked = _ask_a_mediator(telling)
    acknowledged = answer(telling, asked + 8, MEDIATOR, _RETURN, ReplyKind.ACKNOWLEDGEMENT, mediator)
    answer(telling, acknowledged + 45, MEDIATOR, _RETURN, ReplyKind.REFUSAL, mediator)


def _ask_a_mediator(telling: Telling) -> tuple[str, int]:
    telling.opens_on = 0
    apply(telling)
    mediator = _MEDIATORS[telling.index % len(_MEDIATORS)]
    allow(telling, mediator, _RETURN)
    located = locate(telling, identify(telling, 2) + 5)
    return mediator, telling.write(located + 2, MEDIATOR, _RETURN, mediator)


def is_on_a_mediators_list(telling: Telling) -> None:
    """Six children of one camp: the coordinator of the last writes one letter to Qatar about all of them."""
    telling.opens_on = 0
    apply(telling)
    mediator = _MEDIATORS[0]
    allow(telling, mediator, _RETURN)
    locate(telling, identify(telling, 2) + 5, place=CAMP)
    writes = telling.index % _LISTED == _LISTED - 1
    if writes:
        telling.write(14, MEDIATOR, _RETURN, mediator, beside=telling.elders[1 - _LISTED :])
        agree(telling, 36, MEDIATOR, mediator)
    arrived = arrive(telling, verify(telling, 42) + 18)
    visit(telling, arrived)
    if writes:
        # Nobody thanks for one child of a list before all of them are home.
        beside = telling.elders[1 - _LISTED :]
        telling.write(arrived + 9, THANKS, _RETURN, mediator, beside=beside, after_kind=MEDIATOR)


def is_in_the_dprk(telling: Telling) -> None:
    """Taken to the DPRK: a third State is asked for its good offices, and the mission through an intermediary."""
    telling.opens_on = 0
    apply(telling)
    for body in ("third_state_mission", "dprk_mission"):
        allow(telling, body, _RETURN)
    located = identify(telling, 2) + 6
    see(
        telling,
        located,
        place="꾸며낸 마을",
        source="лист вигаданої установи",
        kind=SourceKind.OFFICIAL,
        territory=Territory.DPRK,
        country="KP",
    )
    asked = telling.write(located + 3, THIRD_STATE, _RETURN)
    passed_on = telling.write(located + 5, DPRK, _RETURN)
    if telling.index % 2:
        acknowledged = answer(telling, asked + 20, THIRD_STATE, _RETURN, ReplyKind.ACKNOWLEDGEMENT)
        answer(telling, acknowledged + 45, THIRD_STATE, _RETURN, ReplyKind.REFUSAL)
        return
    telling.send(asked + 40, SECOND_NOTICE, _RETURN, "third_state_mission")
    telling.write(passed_on + 42, SECOND_NOTICE, _RETURN, "dprk_mission")


def is_asked_for_in_russia(telling: Telling) -> None:
    """A Russian office is asked, one of them only after a legal officer's decision; then the card is demanded."""
    telling.opens_on = 0
    apply(telling)
    body = _RUSSIAN_OFFICES[telling.index % 2]
    kind = f"{body}.request"
    allow(telling, body, _RETURN)
    located = locate(telling, identify(telling, 2) + 4)
    if telling.index % 2:
        telling.on(located + 1, "draft_letter", kind=kind, purpose=_RETURN, refused="letter_not_now")
        telling.on(located + 1, "decide", Seat.LEGAL_OFFICER, kind=kind, reason=_NO_OTHER_WAY)
    asked = telling.write(located + 2, kind, _RETURN)
    telling.write(asked + 8, CARD, _RETURN, body)
    if telling.index < len(_RUSSIAN_OFFICES):
        telling.write(asked + 50, SECOND_NOTICE, _RETURN, body)
        return
    allow(telling, "mediator_uae", _RETURN)
    refused = answer(telling, asked + 26, kind, _RETURN, ReplyKind.REFUSAL)
    telling.write(refused + 5, MEDIATOR, _RETURN, "mediator_uae")


def was_taken_to_a_third_country(telling: Telling) -> None:
    """Taken by a relative to a third country half a year ago: the Hague Convention, if a legal officer says so."""
    telling.opens_on = 0
    apply(telling, separated=180, age=8)
    telling.columns["separation.circumstances"] = "Вигадано: родич повіз дитину на канікули й не повернув."
    allow(telling, "hague_authority", _RETURN)
    located = identify(telling, 2) + 5
    see(
        telling,
        located,
        place="м. Вигадане-за-Кордоном",
        source="вигадане консульство",
        kind=SourceKind.OFFICIAL,
        territory=Territory.OTHER,
        country="GE",
    )
    telling.on(located + 2, "decide", Seat.LEGAL_OFFICER, kind=HAGUE, reason="Вивіз без згоди матері торік.")
    asked = telling.write(located + 3, HAGUE, _RETURN)
    if telling.index % 2:
        answer(telling, asked + 50, HAGUE, _RETURN, ReplyKind.ACKNOWLEDGEMENT)

"""The story of a child about whom every office is asked, so that the clock of each runs out once."""

from casework.rehearsal.chapters import OMBUDSMAN, apply, identify, locate
from casework.rehearsal.steps import Seat, Telling
from models.statuses import Purpose

_SEARCH, _RETURN = Purpose.SEARCH, Purpose.RETURN
_DECIDED = "Вигадана підстава: інші шляхи випробувано."
_BY_DECISION = (
    ("hague_authority.application", "hague_authority"),
    ("childrens_commissioner_ru.request", "childrens_commissioner_ru"),
    ("dprk_mission.request", "dprk_mission"),
)
# Those whose ladders are longest come first.
_BEFORE_THE_REQUEST = (
    ("hague_authority.application", "hague_authority", _RETURN),
    ("ombudsman_ru.request", "ombudsman_ru", _SEARCH),
    ("childrens_commissioner_ru.request", "childrens_commissioner_ru", _SEARCH),
    ("special_procedures.communication", "special_procedures", _SEARCH),
    ("nib_ua.request", "nib_ua", _SEARCH),
    ("police_ua.report", "police_ua", _SEARCH),
    ("deported_register_ua.request", "deported_register_ua", _SEARCH),
    ("ced.urgent_action", "ced", _SEARCH),
    ("unicef.request", "unicef", _SEARCH),
)
_AFTER_IT = (
    ("srsg_caac.request", "srsg_caac", _RETURN),
    ("un_secretary_general.request", "un_secretary_general", _RETURN),
    ("mediator.request", "mediator_qatar", _RETURN),
    ("mediator.request", "mediator_holy_see", _RETURN),
    ("mediator.request", "mediator_south_africa", _RETURN),
    ("mediator.request", "mediator_uae", _RETURN),
    ("third_state.request", "third_state_mission", _RETURN),
    ("dprk_mission.request", "dprk_mission", _RETURN),
)
_BY_HAND = frozenset(
    {
        *("ombudsman_ru", "childrens_commissioner_ru", "dprk_mission", "third_state_mission"),
        *("mediator_qatar", "mediator_holy_see", "mediator_south_africa", "mediator_uae"),
    }
)


def asks_everybody(telling: Telling) -> None:
    """The family lets every office be asked, and none answers: each second notice is drafted on its day."""
    telling.opens_on = 0
    apply(telling)
    for purpose in (_SEARCH, _RETURN):
        telling.on(1, "give_consent", body="*", purpose=purpose)
    telling.on(1, "give_consent", body="special_procedures", purpose=Purpose.PUBLICITY)
    locate(telling, identify(telling, 2) + 1)
    for kind, body in _BY_DECISION:
        telling.on(4, "decide_letter", Seat.LEGAL_OFFICER, kind=kind, body=body, reason=_DECIDED)
    day = 5
    for kind, body, purpose in _BEFORE_THE_REQUEST:
        day = _ask(telling, day, kind, body, purpose)
    day = telling.write(day, OMBUDSMAN, _RETURN) + 1
    for kind, body, purpose in _AFTER_IT:
        day = _ask(telling, day, kind, body, purpose)


def _ask(telling: Telling, day: int, kind: str, body: str, purpose: Purpose) -> int:
    """Have a letter drafted in the morning of one day and approved and sent on the next; return the day after."""
    telling.on(day, "draft_letter", kind=kind, purpose=purpose, body=body)
    telling.approve(day + 1, kind, purpose)
    leaves = "hand_over_letter" if body in _BY_HAND else "release_letter"
    telling.on(day + 1, leaves, kind=kind, purpose=purpose)
    return day + 2

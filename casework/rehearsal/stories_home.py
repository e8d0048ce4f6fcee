"""Stories of children who come home, or whose way home waits for an answer."""

from casework.rehearsal.chapters import (
    CAMP,
    FAMILY,
    GUARDIANSHIP,
    ICRC,
    OMBUDSMAN,
    SECOND_NOTICE,
    THANKS,
    WGEID,
    agree,
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
from models.statuses import ClosingReason, Purpose, ReplyKind, SourceKind, Stage, Territory

_OTHER_CHANNEL = "Обрано інший канал."
_SEARCH, _RETURN, _NEWS = Purpose.SEARCH, Purpose.RETURN, Purpose.INFORMATION


def goes_home(telling: Telling) -> None:
    """From the application to the family's door, or nearly; some of these cases are closed after the follow-up."""
    apply(telling)
    dice = telling.dice
    located = locate(telling, identify(telling, dice.randrange(1, 5)) + dice.randrange(2, 20))
    kind = (OMBUDSMAN, ICRC)[telling.index % 2]
    sent = telling.write(located + dice.randrange(1, 8), kind, _RETURN)
    answer(telling, sent + 6, kind, _RETURN, ReplyKind.ACKNOWLEDGEMENT)
    signed = verify(telling, agree(telling, sent + dice.randrange(12, 26), kind) + dice.randrange(1, 8))
    telling.write(signed + 1, FAMILY, _NEWS)
    if telling.index % 3 == 0:
        telling.write(signed + 2, GUARDIANSHIP, _RETURN)
    if telling.index % 8 == 3:  # noqa: PLR2004 - one in eight still waits for the day of the handover
        return
    arrived = arrive(telling, signed + dice.randrange(8, 28), territory=_home(telling.index))
    visit(telling, arrived)
    telling.send(arrived + 11, THANKS, _RETURN, kind.partition(".")[0])
    if telling.index % 4 == 0:
        telling.on(arrived + 95, "close", reason=ClosingReason.RETURNED)


def _home(index: int) -> Territory:
    return Territory.SAFE_THIRD_COUNTRY if index % 6 == 5 else Territory.GOVERNMENT_CONTROLLED  # noqa: PLR2004 - one in six


def goes_home_slowly(telling: Telling) -> None:
    """Every term passes before its step is taken, and the ladders are climbed on the way."""
    apply(telling)
    located = locate(telling, identify(telling, 2) + 4)
    sent = telling.write(located + 26, OMBUDSMAN, _RETURN)
    locate(telling, sent + 50, place=CAMP)
    agreed = agree(telling, sent + 70, OMBUDSMAN)
    signed = verify(telling, agreed + 5)
    telling.on(signed + 1, "draft_letter", kind=GUARDIANSHIP, purpose=_RETURN)
    telling.approve(signed + 2, GUARDIANSHIP, _RETURN)
    telling.on(signed + 3, "hand_over_letter", kind=GUARDIANSHIP, purpose=_RETURN)
    arrived = arrive(telling, signed + 52)
    visit(telling, arrived, ("72h", "14d", "30d"))


def misses_a_visit(telling: Telling) -> None:
    """Home, but the visit after two weeks is forgotten and made up for later."""
    apply(telling)
    located = locate(telling, identify(telling, 1) + 3)
    sent = telling.write(located + 2, ICRC, _RETURN, language="en")
    signed = verify(telling, agree(telling, sent + 14, ICRC) + 2)
    arrived = arrive(telling, signed + 9)
    visit(telling, arrived, ("72h", "30d", "90d", "180d"))
    telling.on(arrived + 24, "record_visit", visit="14d")


def waits_in_silence(telling: Telling) -> None:
    """The request was taken and nobody answers. Silence is not a refusal: a second channel is opened."""
    telling.opens_on = 0
    apply(telling)
    located = locate(telling, identify(telling, 1) + 1)
    sent = telling.write(located + 1, OMBUDSMAN, _RETURN)
    telling.send(sent + 40, SECOND_NOTICE, _RETURN, "ombudsman_ua")
    if telling.index % 2:
        telling.send(sent + 74, ICRC, _RETURN)
        telling.on(sent + 74, "reject_letter", Seat.SUPERVISOR, kind=WGEID, purpose=_RETURN, reason=_OTHER_CHANNEL)
    else:
        second = telling.send(sent + 74, WGEID, _RETURN)
        answer(telling, second + 20, WGEID, _RETURN, ReplyKind.ACKNOWLEDGEMENT)
        telling.on(sent + 74, "reject_letter", Seat.SUPERVISOR, kind=ICRC, purpose=_RETURN, reason=_OTHER_CHANNEL)
    locate(telling, sent + 70)
    locate(telling, sent + 150)


def is_refused(telling: Telling) -> None:
    """The body refuses, and the family's coordinator turns to another."""
    apply(telling)
    located = locate(telling, identify(telling, 3) + 6)
    sent = telling.write(located + 3, OMBUDSMAN, _RETURN)
    refused = answer(telling, sent + 18, OMBUDSMAN, _RETURN, ReplyKind.REFUSAL)
    if telling.index % 3:
        telling.write(refused + 5, WGEID, _RETURN, procedure="standard")


def is_asked_for_more(telling: Telling) -> None:
    """The body asks for more; another letter gives it, and one of the family's papers is handed over in person."""
    apply(telling)
    located = locate(telling, identify(telling, 2) + 4)
    sent = telling.write(located + 4, ICRC, _RETURN)
    asked = answer(telling, sent + 15, ICRC, _RETURN, ReplyKind.REQUEST_FOR_INFORMATION)
    telling.on(asked + 2, "draft_letter", kind=ICRC, purpose=_RETURN, language="en")
    telling.approve(asked + 3, ICRC, _RETURN)
    telling.on(asked + 4, "hand_over_letter", kind=ICRC, purpose=_RETURN)
    if telling.index % 2:
        agree(telling, asked + 40, ICRC)


def grows_stale(telling: Telling) -> None:
    """The location grows old: some are seen again, some step back, and some are moved to occupied territory."""
    apply(telling)
    located = locate(telling, identify(telling, 2) + 5)
    if telling.index % 4 == 0:
        locate(telling, located + 88)
    elif telling.index % 4 == 1:
        telling.on(
            located + 101, "step_back", to_stage=Stage.IDENTIFIED, reason="Місцеперебування застаріло; шукаємо далі."
        )
        locate(telling, located + 130, place=CAMP)
    elif telling.index % 4 == 2:  # noqa: PLR2004 - one of four
        see(
            telling,
            located + 40,
            place="окуповане м. Вигадане",
            source="вигадана родичка",
            kind=SourceKind.RELATIVE,
            territory=Territory.OCCUPIED,
            country="UA",
        )


def is_one_of_siblings(telling: Telling) -> None:
    """Two of one family, linked, on the same way: one letter asks for both."""
    telling.opens_on = 7
    apply(telling, age=6 if telling.index % 2 else 11)
    located = locate(telling, identify(telling, 2) + 6, place=CAMP)
    if telling.index % 2:
        telling.columns["family_of"] = telling.elders[-1]
        kind = (OMBUDSMAN, ICRC)[telling.index // 2 % 2]
        telling.on(3, "link_siblings", other=telling.elder)
        sent = telling.write(located + 4, kind, _RETURN, beside=telling.elders[-1:])
        agree(telling, sent + 22, kind)


def is_handed_over(telling: Telling) -> None:
    """A letter goes by hand; one draft is rejected before, with a reason, and nobody approves a draft of their own."""
    apply(telling)
    located = locate(telling, identify(telling, 2) + 3)
    telling.on(located + 1, "draft_letter", kind=OMBUDSMAN, purpose=_RETURN)
    telling.on(located + 1, "approve_letter", Seat.COORDINATOR, kind=OMBUDSMAN, purpose=_RETURN, refused="own_draft")
    telling.on(
        located + 2,
        "reject_letter",
        Seat.SUPERVISOR,
        kind=OMBUDSMAN,
        purpose=_RETURN,
        reason="Додайте номер заяви до поліції.",
    )
    telling.on(located + 3, "draft_letter", kind=OMBUDSMAN, purpose=_RETURN)
    telling.approve(located + 4, OMBUDSMAN, _RETURN)
    telling.on(located + 5, "hand_over_letter", kind=OMBUDSMAN, purpose=_RETURN)

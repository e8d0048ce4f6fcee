"""What many stories have in common: an application with consents, an identity, a location, a request, an arrival.

Days count from the day the case came in. Everything named here is invented.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from casework.rehearsal.steps import Seat, Telling
from models.statuses import (
    Basis,
    ChecklistItem,
    InformationGrade,
    Purpose,
    ReplyKind,
    SourceGrade,
    SourceKind,
    Territory,
)

OMBUDSMAN = "ombudsman_ua.request"
WGEID = "wgeid.request"
ICRC = "icrc_cta.tracing"
FAMILY = "family.news"
MEDIATOR = "mediator.request"
GUARDIANSHIP = "guardianship_ua.request"
SECOND_NOTICE = "follow_up.second_notice"
SUPPLEMENT = "follow_up.supplement"
THANKS = "follow_up.thanks"
WITHDRAWAL = "follow_up.withdrawal"
# What a family is asked for with the application; for every other body later, when it comes to it.
_WITH_APPLICATION = (
    *((body, Purpose.SEARCH) for body in ("ombudsman_ua", "wgeid", "icrc_cta")),
    *((body, Purpose.RETURN) for body in ("ombudsman_ua", "wgeid", "icrc_cta")),
    ("guardianship_ua", Purpose.RETURN),
)
CAMP = "дитячий табір у м. Вигадане"
VISITS = {"72h": 3, "14d": 14, "30d": 30, "90d": 90, "180d": 180, "365d": 365}
_YEAR = 365
_PLACES = (CAMP, "школа-інтернат у с. Зразкове", "родина в м. Прикладне")
_GIVEN_NAMES = ("Вигадана-Параска", "Вигадана-Одарка", "Вигадана-Мотрона", "Вигадана-Явдоха")


def _as_remembered(day: date, dice: Random) -> str:
    """To the day, or as one family in eight remembers it, to the month."""
    return day.isoformat()[: 10 if dice.randrange(8) else 7]


def apply(telling: Telling, *, consents: bool = True, separated: int | None = None, age: int | None = None) -> None:
    """Write a complete application: a child of `age` years, separated so many days before it came in."""
    dice = telling.dice
    ago = separated or dice.randrange(760, 1050)
    years = age or dice.randrange(5, 14)
    separated_on = telling.date(-ago)
    born_on = telling.date(-years * _YEAR - dice.randrange(20, 300))
    relation = dice.choice((Basis.PARENT, Basis.PARENT, Basis.PARENT, Basis.GUARDIAN, Basis.GRANDPARENT))
    family_name = telling.columns["child.family_name"]
    telling.columns |= {
        "child.birth_on": min(born_on, separated_on - timedelta(days=_YEAR)).isoformat(),
        "separation.on": separated_on.isoformat() if separated else _as_remembered(separated_on, dice),
        "requester.name": f"{family_name} {_who_asks(telling, relation)}",
        "requester.basis": relation.value,
        "requester.phone": f"+380 44 000 {dice.randrange(100):02d} {dice.randrange(100):02d}",
        "requester.email": f"zaiavnyk{int(telling.number[-6:])}@example.org",
        "requester.address": telling.columns["child.registered_address"],
        "reports.national_police": f"0000-{telling.number[-6:]}",
    }
    if consents:
        _allow_those_asked_for(telling)


def _who_asks(telling: Telling, relation: Basis) -> str:
    """The mother where a parent asks; anybody else has a name of their own."""
    given_name = telling.dice.choice(_GIVEN_NAMES)
    return telling.columns["parents.mother.given_name"] if relation is Basis.PARENT else given_name


def _allow_those_asked_for(telling: Telling) -> None:
    """Consent as the application's form asks; every second family to the Bureau, too, every third to the UN's heads."""
    for body, purpose in _WITH_APPLICATION:
        allow(telling, body, purpose)
    number = int(telling.number[-6:])
    if number % 2 == 0:
        allow(telling, "nib_ua", Purpose.SEARCH)
    if number % 3 == 0:
        allow(telling, "srsg_caac", Purpose.RETURN)
        allow(telling, "un_secretary_general", Purpose.RETURN)


def allow(telling: Telling, body: str, purpose: Purpose) -> None:
    """The family consents with the application, if it has not yet, that a body is told for a purpose."""
    given, consent = telling.columns.get("consents", ""), f"{body}:{purpose}:{telling.date(-2).isoformat()}"
    if consent not in given.split():
        telling.columns["consents"] = f"{given} {consent}".strip()


def identify(telling: Telling, day: int) -> int:
    """See the requester's document: with a complete application that is all that was missing."""
    telling.on(day, "confirm_standing")
    return day


def locate(telling: Telling, day: int, *, place: str | None = None, seen: int = 4) -> int:
    """An office says where the child is, or two witnesses do, independently."""
    place = place or telling.dice.choice(_PLACES)
    if telling.dice.randrange(3):
        see(telling, day, place=place, seen=seen, source="лист вигаданої установи", kind=SourceKind.OFFICIAL)
    else:
        see(telling, day, place=place, seen=seen + 1, source="вигадана сусідка", kind=SourceKind.WITNESS)
        see(telling, day, place=place, seen=seen, source="вигаданий волонтер", kind=SourceKind.HUMANITARIAN)
    return day


def see(  # noqa: PLR0913 - a sighting is a dated, sourced, graded claim, and each of these is part of it
    telling: Telling,
    day: int,
    *,
    place: str,
    source: str,
    seen: int = 4,
    kind: SourceKind = SourceKind.WITNESS,
    territory: Territory = Territory.RUSSIA,
    country: str = "RU",
) -> None:
    """Record that somebody saw the child `seen` days before."""
    telling.on(
        day,
        "record_sighting",
        seen_on=telling.date(day - seen),
        stated_on=telling.date(day - 1),
        place=place,
        source=source,
        country=country,
        territory=territory,
        source_kind=kind,
        source_grade=SourceGrade.B,
        information_grade=InformationGrade.PROBABLY_TRUE,
    )


def answer(  # noqa: PLR0913, PLR0917 - a reply is that many things, each of them named
    telling: Telling,
    day: int,
    kind: str,
    purpose: Purpose,
    reply: ReplyKind,
    body: str | None = None,
    *,
    acknowledges_child: bool = False,
    agrees_to_verification: bool = False,
) -> int:
    """A body replies to the newest letter of a kind."""
    telling.on(
        day,
        "record_reply",
        kind=kind,
        purpose=purpose,
        body=body,
        reply=reply,
        acknowledges_child=acknowledges_child,
        agrees_to_verification=agrees_to_verification,
    )
    return day


def agree(telling: Telling, day: int, kind: str, body: str | None = None) -> int:
    """The addressee acknowledges the child and agrees to a verification."""
    return answer(
        telling,
        day,
        kind,
        Purpose.RETURN,
        ReplyKind.ANSWER,
        body,
        acknowledges_child=True,
        agrees_to_verification=True,
    )


def verify(telling: Telling, day: int) -> int:
    """Go through the checklist, keep the evidence, and have two people sign."""
    telling.on(day, "add_evidence", title="вигадана копія свідоцтва")
    telling.on(day, "hand_evidence", to="вигаданий сейф № 1")
    for item in ChecklistItem:
        telling.on(day, "establish_item", item=item)
    telling.on(day + 1, "sign_off")
    telling.on(day + 1, "sign_off", Seat.SUPERVISOR)
    return day + 1


def arrive(telling: Telling, day: int, *, ago: int = 1, territory: Territory = Territory.GOVERNMENT_CONTROLLED) -> int:
    """Record that the child came home `ago` days before."""
    basis = Basis(telling.columns["requester.basis"])
    telling.on(day, "record_arrival", arrived_on=telling.date(day - ago), received_by=basis, territory=territory)
    return day - ago


def visit(telling: Telling, arrived: int, names: Sequence[str] = ("72h", "14d", "30d", "90d", "180d")) -> None:
    """Make the follow-up visits, each on its day."""
    for name in names:
        telling.on(arrived + VISITS[name], "record_visit", visit=name)

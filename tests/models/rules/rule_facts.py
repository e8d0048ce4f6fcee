"""Builders of facts for the tests of the rules. Days are written with their weekday, so that a slip is noticed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.rules.disclosure import Field
from models.rules.facts import (
    ArrivalFact,
    CaseFacts,
    ConsentFact,
    LetterFact,
    Pause,
    ReplyFact,
    SightingFact,
    SignOffFact,
    StageEntry,
)
from models.statuses import (
    Basis,
    CaseStatus,
    ChecklistItem,
    InformationGrade,
    LetterState,
    Purpose,
    ReplyKind,
    ReportOffice,
    Role,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)

KYIV = ZoneInfo("Europe/Kyiv")
OPENED = "Mon 2026-06-01"
IDENTITY = frozenset({Field.CHILD_FAMILY_NAME, Field.CHILD_GIVEN_NAME, Field.CHILD_BIRTH_ON})


def on(text: str) -> date:
    """A date written with its weekday, which must be the right one: 'Fri 2026-05-01'."""
    weekday, iso = text.split()
    day = date.fromisoformat(iso)
    assert f"{day:%a}" == weekday, f"{iso} is a {day:%a}"
    return day


def at(text: str) -> datetime:
    """A moment as a clock on the wall in Kyiv shows it: 'Mon 2026-06-01 07:00'; the first of two, in autumn."""
    day, _, time_of_day = text.rpartition(" ")
    return datetime.fromisoformat(f"{on(day)}T{time_of_day}").replace(tzinfo=KYIV).astimezone(UTC)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=KYIV).astimezone(UTC)


def way(*steps: tuple[Stage, str]) -> tuple[StageEntry, ...]:
    """Stage entries, each at noon of its day."""
    return tuple(StageEntry(number, stage, noon(on(day))) for number, (stage, day) in enumerate(steps, start=1))


def straight_to(stage: Stage, day: str = OPENED) -> tuple[StageEntry, ...]:
    """Stage entries up to `stage`, all on one day."""
    return way(*((each, day) for each in Stage if each.order <= stage.order))


def case(stage: Stage = Stage.REPORTED, **changes: Any) -> CaseFacts:
    """A case opened on Mon 2026-06-01 that has reached `stage` that day, with nothing else on record."""
    plain: dict[str, Any] = {
        "reference": "2026-000001-X",
        "status": CaseStatus.OPEN,
        "opened_on": on(OPENED),
        "entries": straight_to(stage),
    }
    return CaseFacts(**(plain | changes))


def seen(
    day: str | None,
    kind: SourceKind = SourceKind.WITNESS,
    *,
    grade: str = "B2",
    source: int = 1,
    place: int = 1,
    stated: str | None = None,
    territory: Territory = Territory.RUSSIA,
    withdrawn: bool = False,
) -> SightingFact:
    """A sighting on `day` (None: the source does not say), stated that day if not said otherwise."""
    stated_on = on(stated or day or OPENED)
    return SightingFact(
        id=f"s{stated_on:%m%d}-{source}-{place}",
        seen_on=on(day) if day else None,
        stated_on=stated_on,
        country="RU",
        territory=territory,
        source_kind=kind,
        source_grade=SourceGrade(grade[0]),
        information_grade=InformationGrade(grade[1]),
        source_no=source,
        place_no=place,
        withdrawn=withdrawn,
    )


def consented(
    given: str = OPENED,
    by: Basis = Basis.PARENT,
    *,
    purpose: Purpose = Purpose.SEARCH,
    body: str = "*",
    withdrawn: str | None = None,
) -> ConsentFact:
    return ConsentFact(
        id=f"c{given}{by}{purpose}{body}",
        body=body,
        purpose=purpose,
        given_on=on(given),
        given_by=by,
        withdrawn_on=on(withdrawn) if withdrawn else None,
    )


def letter(
    letter_id: str,
    body: str,
    taken: str | None = None,
    *,
    state: LetterState = LetterState.SENT,
    purpose: Purpose = Purpose.SEARCH,
    kind: str | None = None,
) -> LetterFact:
    return LetterFact(letter_id, kind or f"{body}_request", body, purpose, state, on(taken) if taken else None)


def reply(letter_id: str, kind: ReplyKind, received: str, **agrees: bool) -> ReplyFact:
    return ReplyFact(letter_id, kind, on(received), **agrees)


def signed(*people: int) -> tuple[SignOffFact, ...]:
    return tuple(SignOffFact(person, Role.COORDINATOR, on(OPENED)) for person in people)


def established(day: str, *items: ChecklistItem) -> tuple[tuple[ChecklistItem, date], ...]:
    return tuple((item, on(day)) for item in items or tuple(ChecklistItem))


def arrived(day: str, by: Basis = Basis.PARENT, territory: Territory = Territory.GOVERNMENT_CONTROLLED) -> ArrivalFact:
    return ArrivalFact(on(day), by, territory)


def pause(start: str, end: str | None = None) -> Pause:
    return Pause(on(start), on(end) if end else None)


def days_later(day: str, count: int) -> str:
    later = on(day) + timedelta(days=count)
    return f"{later:%a %Y-%m-%d}"


def facts_for(stage: Stage, day: str = OPENED) -> dict[str, Any]:
    """What must be on record for every gate up to `stage` to hold, all of it recorded on one day."""
    steps: dict[Stage, dict[str, Any]] = {
        Stage.REPORTED: {},
        Stage.IDENTIFIED: {
            "known": IDENTITY,
            "requester": Basis.PARENT,
            "standing_confirmed": True,
            "consents": (consented(day), consented(day, purpose=Purpose.RETURN)),
            "reports": frozenset({ReportOffice.NATIONAL_POLICE}),
        },
        Stage.LOCATED: {"sightings": (seen(day, SourceKind.OFFICIAL),)},
        Stage.DIPLOMATIC_REQUEST: {"letters": (letter("L1", "ombudsman_ua", day, purpose=Purpose.RETURN),)},
        Stage.VERIFIED: {
            "replies": (reply("L1", ReplyKind.ANSWER, day, acknowledges_child=True),),
            "checklist": established(day),
            "sign_offs": signed(1, 2),
        },
        Stage.RETURNED: {"arrival": arrived(day)},
    }
    on_record: dict[str, Any] = {}
    for each in Stage:
        if each.order <= stage.order:
            on_record |= steps[each]
    return on_record

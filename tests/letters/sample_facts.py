"""Letter facts of invented people, smallest and fullest, for every kind of letter, its language and purpose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.schemas.letters import (
    Alias,
    Annex,
    Body,
    CaseProgress,
    Child,
    LetterFacts,
    LetterHead,
    Office,
    Parents,
    PersonName,
    ReportReference,
    Requester,
    SearchStep,
    Separation,
    Sibling,
    Sighting,
    SightingGrade,
)
from models.statuses import (
    Basis,
    InformationGrade,
    LetterState,
    Precision,
    Purpose,
    ReportOffice,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)

SET_AT = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
DATED_ON = date(2026, 3, 9)
ALL_FIELDS = frozenset(Field)

Size = Literal["smallest", "fullest"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One letter to try: its kind, language, purpose and procedure or stage."""

    kind: str
    language: str
    purpose: Purpose
    procedure: Literal["urgent", "standard"] | None = None
    stage: Stage | None = None

    def __str__(self) -> str:
        parts = (self.kind, self.language, self.purpose.value, self.procedure, self.stage)
        return "-".join(str(part) for part in parts if part)


SAMPLES = (
    Sample("ombudsman_ua.request", "uk", Purpose.SEARCH),
    Sample("ombudsman_ua.request", "uk", Purpose.RETURN),
    Sample("wgeid.request", "en", Purpose.SEARCH, "urgent"),
    Sample("wgeid.request", "en", Purpose.SEARCH, "standard"),
    Sample("wgeid.request", "en", Purpose.RETURN, "standard"),
    Sample("icrc_cta.tracing", "uk", Purpose.SEARCH),
    Sample("icrc_cta.tracing", "en", Purpose.SEARCH),
    Sample("icrc_cta.tracing", "uk", Purpose.RETURN),
    Sample("icrc_cta.tracing", "en", Purpose.RETURN),
    *(Sample("family.news", "uk", Purpose.INFORMATION, stage=stage) for stage in Stage),
)

_BODIES = {
    "ombudsman_ua.request": Body(
        name="Уповноважений Верховної Ради України з прав людини",
        address_lines=(
            "Уповноваженому Верховної Ради України з прав людини",
            "вул. Зразкова, 1, м. Київ, 01000",
        ),
        salutation="Шановний пане Уповноважений!",
    ),
    "wgeid.request": Body(
        name="Working Group on Enforced or Involuntary Disappearances",
        address_lines=(
            "Working Group on Enforced or Involuntary Disappearances",
            "1 Example Street, 1200 Geneva, Switzerland",
        ),
        salutation="Dear members of the Working Group,",
    ),
    "family.news": Body(name="Родина", address_lines=("Згурська Оксана Петрівна",), salutation="Шановна родино!"),
}
_ICRC = {
    "uk": Body(
        name="Бюро Центрального агентства з розшуку МКЧХ",
        address_lines=("Бюро Центрального агентства з розшуку", "Міжнародний Комітет Червоного Хреста"),
        salutation="Шановні колеги!",
    ),
    "en": Body(
        name="ICRC Central Tracing Agency Bureau",
        address_lines=("Central Tracing Agency Bureau", "International Committee of the Red Cross"),
        salutation="Dear colleagues,",
    ),
}
_SMALLEST_OFFICE = {
    "uk": Office(name="Координаційний центр «Зразок»", signatory_function="Керівник центру"),
    "en": Office(name="Sample Coordination Centre", signatory_function="Head of the Centre"),
}
_FULLEST_OFFICE = {
    "uk": Office(
        name="Координаційний центр «Зразок» з питань повернення дітей",
        letterhead_lines=(
            "вул. Вигадана, 7, м. Київ, 01001",
            "тел. +380 44 000 00 00 · center@zrazok.example",
        ),
        signatory_function="Керівник Координаційного центру",
        signatory_name="Богдан ЗРАЗКОВИЙ",
        contact_phone="+380 44 000 00 00",
        contact_email="center@zrazok.example",
        contact_hours="у робочі дні, 9:00–18:00",
    ),
    "en": Office(
        name="Sample Coordination Centre for the Return of Children",
        letterhead_lines=(
            "7 Vyhadana Street, Kyiv 01001, Ukraine",
            "tel. +380 44 000 00 00 · center@zrazok.example",
        ),
        signatory_function="Head of the Coordination Centre",
        signatory_name="Bohdan ZRAZKOVYI",
        contact_phone="+380 44 000 00 00",
        contact_email="center@zrazok.example",
        contact_hours="working days, 9:00–18:00",
    ),
}
_SMALLEST: dict[str, object] = {
    "child": Child(family_name="Згурська", given_name="Марія"),
    "separation": Separation(on=PartialDate(date(2026, 1, 1), Precision.MONTH), place="смт Вигадане, Донецька область"),
    "requester": Requester(
        name="Згурська Оксана Петрівна", relation=Basis.PARENT, address="вул. Тиха, 3, м. Полтава, 36000"
    ),
}
_PROSE = {
    "circumstances": {
        "uk": "Разом з класом вивезли на «відпочинок» на два тижні.\nУ визначений день дитина не повернулася, "
        "телефон керівника групи більше не відповідав.",
        "en": "Taken with her class for a two-week “holiday”.\nShe did not come back on the agreed day, and the "
        "group leader’s telephone no longer answered.",
    },
    "neutral": {
        "uk": "Поїхала з класом на два тижні. У визначений день звʼязок перервався.",
        "en": "Left with her class for two weeks. Contact was lost on the day she was due back.",
    },
    "contact": {
        "uk": "18 січня 2026 року, голосове повідомлення.",
        "en": "18 January 2026, a voice message.",
    },
    "responsible": {
        "uk": "Службовці окупаційної адміністрації; особи не встановлені.",
        "en": "Officials of the occupying administration; individuals not identified.",
    },
    "marks": {"uk": "Шрам над лівою бровою.", "en": "Scar above the left eyebrow."},
    "health": {"uk": "Цукровий діабет першого типу, потрібен інсулін."},
    "photo": {"uk": "додаток 2", "en": "annex 2"},
    "document": {"uk": "свідоцтво про народження І-НО № 000000", "en": "birth certificate І-НО No. 000000"},
}


def sample_facts(sample: Sample, size: Size) -> LetterFacts:
    """The smallest facts a letter can be written from, or all that any letter can carry."""
    gathered = _SMALLEST if size == "smallest" else _fullest(sample)
    if sample.stage is not None:
        case = CaseProgress(stage=sample.stage, next_on=None if size == "smallest" else date(2026, 4, 6))
        gathered = {**gathered, "case": case}
    office = _SMALLEST_OFFICE if size == "smallest" else _FULLEST_OFFICE
    body = _ICRC[sample.language] if sample.kind == "icrc_cta.tracing" else _BODIES[sample.kind]
    if size == "smallest":
        body = body.model_copy(update={"salutation": None})
    return LetterFacts.model_validate(
        {
            "letter": _head(sample, size),
            "body": body,
            "office": office[sample.language],
            "disclosed": ALL_FIELDS,
            **gathered,
        }
    )


def sample_cases() -> Iterator[tuple[Sample, Size]]:
    """Every sample at both sizes."""
    for sample in SAMPLES:
        yield sample, "smallest"
        yield sample, "fullest"


def _head(sample: Sample, size: Size) -> LetterHead:
    return LetterHead(
        outgoing_number="01-12/345",
        dated_on=DATED_ON,
        our_reference="2026-004821-K",
        kind=sample.kind,
        purpose=sample.purpose,
        language=sample.language,
        procedure=sample.procedure,
        consent_given_on=None if size == "smallest" else date(2026, 2, 2),
    )


def _fullest(sample: Sample) -> dict[str, object]:
    said = {topic: texts.get(sample.language, texts["uk"]) for topic, texts in _PROSE.items()}
    neutral = sample.kind == "icrc_cta.tracing"
    return {
        "child": _fullest_child(said),
        "aliases": (
            Alias(full_name="Згурская Мария", birth_on=PartialDate(date(2015, 1, 1), Precision.YEAR)),
            Alias(full_name="Маша", citizenship="RU"),
        ),
        "parents": Parents(
            mother=PersonName(family_name="Згурська", given_name="Оксана", patronymic="Петрівна"),
            father=PersonName(family_name="Згурський", given_name="Юрій", patronymic="Єгорович"),
        ),
        "siblings": (
            Sibling(full_name="Згурський Їжак Юрійович", birth_on=PartialDate(date(2017, 5, 4), Precision.DAY)),
        ),
        "separation": Separation(
            on=PartialDate(date(2026, 1, 11), Precision.DAY),
            place="смт Вигадане, Донецька область",
            circumstances=said["neutral" if neutral else "circumstances"],
            last_contact=said["contact"],
        ),
        "persons_believed_responsible": said["responsible"],
        "search_steps": _search_steps(sample.language),
        "report_references": (
            ReportReference(
                office=ReportOffice.NATIONAL_POLICE, number="12026000000000001", reported_on=date(2026, 1, 20)
            ),
            ReportReference(office=ReportOffice.NATIONAL_INFORMATION_BUREAU, number="НІБ-0001"),
        ),
        "sightings": _sightings(),
        "requester": Requester(
            name="Згурська Оксана Петрівна",
            relation=Basis.PARENT,
            phone="+380 50 000 00 00",
            address="вул. Тиха, 3, м. Полтава, 36000",
            email="oksana@zrazok.example",
            identity_confidential=True,
        ),
        "annexes": _annexes(sample.language),
    }


def _fullest_child(said: dict[str, str]) -> Child:
    return Child(
        family_name="Згурська",
        given_name="Марія",
        patronymic="Юріївна",
        birth_on=PartialDate(date(2014, 3, 10), Precision.DAY),
        birth_place="м. Бахмут, Донецька область",
        sex="female",
        citizenship="UA",
        registered_address="вул. Садова, 5, смт Вигадане, Донецька область",
        languages=("uk", "ru"),
        distinguishing_marks=said["marks"],
        identity_document=said["document"],
        health=said["health"],
        photo_reference=said["photo"],
    )


def _sightings() -> tuple[Sighting, ...]:
    return (
        Sighting(
            country="KP",
            territory=Territory.DPRK,
            place="табір «Зразковий», м. Вонсан",
            seen_on=PartialDate(date(2026, 2, 1), Precision.MONTH),
            source=SourceKind.TESTIMONY,
            grade=SightingGrade(source=SourceGrade.B, information=InformationGrade.PROBABLY_TRUE),
        ),
        Sighting(
            country="UA",
            territory=Territory.OCCUPIED,
            place="м. Сімферополь",
            seen_on=PartialDate(date(2026, 3, 1), Precision.DAY),
            source=SourceKind.RELATIVE,
            grade=SightingGrade(source=SourceGrade.C, information=InformationGrade.POSSIBLY_TRUE),
        ),
    )


def _search_steps(language: str) -> tuple[SearchStep, ...]:
    names = {
        "uk": ("Національне інформаційне бюро", "Бюро Центрального агентства з розшуку МКЧХ"),
        "en": ("National Information Bureau of Ukraine", "ICRC Central Tracing Agency Bureau"),
    }[language]
    return (
        SearchStep(taken_on=date(2026, 1, 22), body_name=names[0], outcome=LetterState.ACKNOWLEDGED),
        SearchStep(taken_on=date(2026, 2, 3), body_name=names[1], outcome=LetterState.SENT),
    )


def _annexes(language: str) -> tuple[Annex, ...]:
    titles = {
        "uk": ("Копія свідоцтва про народження", "Фотографія дитини"),
        "en": ("Copy of the birth certificate", "Photograph of the child"),
    }[language]
    return Annex(title=titles[0], pages=2), Annex(title=titles[1])

"""Invented people for sample letters: everything a letter can say about a child, in each language. Nobody is real."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from models.rules.disclosure import Field
from models.rules.partial_dates import PartialDate
from models.rules.small_counts import publishable, publishable_total
from models.schemas.letters import (
    Alias,
    Annex,
    Card,
    Caseload,
    Child,
    CountryCount,
    ListedChild,
    PersonName,
    ReportReference,
    SearchStep,
    Separation,
    Sibling,
    Sighting,
    SightingGrade,
    StageCount,
)
from models.statuses import (
    Basis,
    InformationGrade,
    LetterState,
    Precision,
    ReportOffice,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)

REFERENCE = "2026-004821-C"
_CARD_KNOWN = (
    "surnames",
    "first_names",
    "sex",
    "birth",
    "father",
    "mother",
    "next_of_kin",
    "nationality",
    "languages",
    "family_address",
    "identification_number",
    "health",
    "distinguishing_features",
    "present_address",
)
_WORDS: Mapping[str, Mapping[str, str]] = {
    "circumstances": {
        "uk": "Разом з класом вивезли на «відпочинок» на два тижні.\nУ визначений день дитина не повернулася, "
        "телефон керівника групи більше не відповідав.",
        "en": "Taken with her class for a two-week “holiday”.\nShe did not come back on the agreed day, and the "
        "group leader’s telephone no longer answered.",
        "ru": "Уехала с классом на двухнедельный отдых.\nВ назначенный день не вернулась, телефон руководителя "
        "группы больше не отвечал.",
        "fr": "Partie avec sa classe pour deux semaines de « vacances ».\nElle n’est pas rentrée le jour convenu et "
        "le téléphone du responsable du groupe ne répondait plus.",
    },
    "neutral": {
        "uk": "Поїхала з класом на два тижні. У визначений день звʼязок перервався.",
        "en": "Left with her class for two weeks. Contact was lost on the day she was due back.",
        "ru": "Уехала с классом на две недели. В назначенный день связь прервалась.",
        "fr": "Partie avec sa classe pour deux semaines. Le contact s’est perdu le jour prévu du retour.",
    },
    "contact": {
        "uk": "18 січня 2026 року, голосове повідомлення.",
        "en": "18 January 2026, a voice message.",
        "ru": "18 января 2026 года, голосовое сообщение.",
        "fr": "Le 18 janvier 2026, un message vocal.",
    },
    "responsible": {
        "uk": "Службовці окупаційної адміністрації; особи не встановлені.",
        "en": "Officials of the occupying administration; individuals not identified.",
        "ru": "Должностные лица; имена не установлены.",
        "fr": "Agents de l’administration d’occupation ; personnes non identifiées.",
    },
    "marks": {
        "uk": "Шрам над лівою бровою.",
        "en": "Scar above the left eyebrow.",
        "ru": "Шрам над левой бровью.",
        "fr": "Cicatrice au-dessus du sourcil gauche.",
    },
    "health": {
        "uk": "Цукровий діабет першого типу, потрібен інсулін.",
        "en": "Type 1 diabetes; needs insulin.",
        "ru": "Сахарный диабет первого типа, необходим инсулин.",
        "fr": "Diabète de type 1 ; a besoin d’insuline.",
    },
    "photo": {"uk": "додаток 2", "en": "annex 2", "ru": "приложение 2", "fr": "annexe 2"},
    "document": {
        "uk": "свідоцтво про народження І-НО № 000000",
        "en": "birth certificate І-НО No. 000000",
        "ru": "свидетельство о рождении І-НО № 000000",
        "fr": "acte de naissance І-НО n° 000000",
    },
    "birth_record": {
        "uk": "Копія свідоцтва про народження",
        "en": "Copy of the birth certificate",
        "ru": "Копия свидетельства о рождении",
        "fr": "Copie de l’acte de naissance",
    },
    "photograph": {
        "uk": "Фотографія дитини",
        "en": "Photograph of the child",
        "ru": "Фотография ребёнка",
        "fr": "Photographie de l’enfant",
    },
}
_PEOPLE = (
    ("Згурська", "Марія", "Юріївна", date(2014, 3, 10)),
    ("Згурський", "Їжак", "Юрійович", date(2017, 5, 4)),
    ("Ґалаґан-Розгон", "Єлизавета", "Олександрівна", date(2010, 11, 30)),
    ("Щербюк", "Андрій", None, date(2012, 1, 1)),
    ("Яґелло", "Софія", "Ігорівна", date(2019, 7, 22)),
)
_PLACES = ("табір «Зразковий», м. Вонсан", "м. Сімферополь", "м. Зразково", "сел. 송도원")
_COUNTRIES = ("KP", "UA", "RU", "KP")


def words(topic: str, language: str) -> str:
    """Return an invented text about the child in a language."""
    return _WORDS[topic][language]


def everything(language: str, *, accusing: bool) -> dict[Field, dict[str, Any]]:
    """Return every fact of the invented child by its field, as the keys of LetterFacts that carry it."""
    told = {**_about_the_child(language), **_about_the_search(language, accusing=accusing), **_about_the_requester()}
    told |= {
        Field.CARD: {"card": Card.model_validate(dict.fromkeys(_CARD_KNOWN, True))},
        Field.CASELOAD: {"caseload": _caseload()},
        Field.ANNEXES: {
            "annexes": (
                Annex(title=words("birth_record", language), pages=2),
                Annex(title=words("photograph", language)),
            )
        },
    }
    return told


def list_children(count: int, disclosed: frozenset[Field]) -> tuple[ListedChild, ...]:
    """Return so many invented children for a letter's list, each with what is disclosed of it."""
    return tuple(_listed(number, disclosed) for number in range(count))


def _about_the_child(language: str) -> dict[Field, dict[str, Any]]:
    child = {
        "family_name": "Згурська",
        "given_name": "Марія",
        "patronymic": "Юріївна",
        "birth_on": PartialDate(date(2014, 3, 10), Precision.DAY),
        "birth_place": "м. Бахмут, Донецька область",
        "sex": "female",
        "citizenship": "UA",
        "registered_address": "вул. Садова, 5, смт Вигадане, Донецька область",
        "languages": ("uk", "ru"),
        "distinguishing_marks": words("marks", language),
        "identity_document": words("document", language),
        "health": words("health", language),
        "photo_reference": words("photo", language),
    }
    told: dict[Field, dict[str, Any]] = {Field(f"child.{name}"): {"child": {name: v}} for name, v in child.items()}
    return told | {
        Field.ALIASES: {
            "aliases": (
                Alias(full_name="Згурская Мария", birth_on=PartialDate(date(2015, 1, 1), Precision.YEAR)),
                Alias(full_name="Маша", citizenship="RU"),
            )
        },
        Field.PARENTS_MOTHER: {
            "parents": {"mother": PersonName(family_name="Згурська", given_name="Оксана", patronymic="Петрівна")}
        },
        Field.PARENTS_FATHER: {
            "parents": {"father": PersonName(family_name="Згурський", given_name="Юрій", patronymic="Єгорович")}
        },
        Field.SIBLINGS: {
            "siblings": (
                Sibling(full_name="Згурський Їжак Юрійович", birth_on=PartialDate(date(2017, 5, 4), Precision.DAY)),
            )
        },
    }


def _about_the_search(language: str, *, accusing: bool) -> dict[Field, dict[str, Any]]:
    separation = {
        "on": PartialDate(date(2026, 1, 11), Precision.DAY),
        "place": "смт Вигадане, Донецька область",
        "circumstances": words("circumstances" if accusing else "neutral", language),
        "last_contact": words("contact", language),
    }
    told: dict[Field, dict[str, Any]] = {
        Field(f"separation.{name}"): {"separation": {name: value}} for name, value in separation.items()
    }
    return told | {
        Field.PERSONS_BELIEVED_RESPONSIBLE: {"persons_believed_responsible": words("responsible", language)},
        Field.REPORT_REFERENCES: {
            "report_references": (
                ReportReference(
                    office=ReportOffice.NATIONAL_POLICE, number="12026000000000001", reported_on=date(2026, 1, 20)
                ),
                ReportReference(office=ReportOffice.NATIONAL_INFORMATION_BUREAU, number="НІБ-0001"),
            )
        },
    }


def _about_the_requester() -> dict[Field, dict[str, Any]]:
    requester = {
        "name": "Згурська Оксана Петрівна",
        "relation": Basis.PARENT,
        "phone": "+380 50 000 00 00",
        "address": "вул. Тиха, 3, м. Полтава, 36000",
        "email": "oksana@zrazok.example",
        "identity_confidential": True,
    }
    return {Field(f"requester.{name}"): {"requester": {name: value}} for name, value in requester.items()}


def steps(names: tuple[str, str]) -> tuple[SearchStep, ...]:
    """Return two steps of the search, to the bodies of these names."""
    return (
        SearchStep(taken_on=date(2026, 1, 22), body_name=names[0], outcome=LetterState.ACKNOWLEDGED),
        SearchStep(taken_on=date(2026, 2, 3), body_name=names[1], outcome=LetterState.SENT),
    )


def sightings(disclosed: frozenset[Field]) -> tuple[Sighting, ...]:
    """Return two sightings with what is disclosed of them; none where neither country nor place is."""
    if not disclosed & {Field.SIGHTING_COUNTRY, Field.SIGHTING_PLACE}:
        return ()
    whole = (
        {
            "country": "KP",
            "territory": Territory.DPRK,
            "place": _PLACES[0],
            "seen_on": PartialDate(date(2026, 2, 1), Precision.MONTH),
            "source": SourceKind.TESTIMONY,
            "grade": SightingGrade(source=SourceGrade.B, information=InformationGrade.PROBABLY_TRUE),
        },
        {
            "country": "UA",
            "territory": Territory.OCCUPIED,
            "place": _PLACES[1],
            "seen_on": PartialDate(date(2026, 3, 1), Precision.DAY),
            "source": SourceKind.RELATIVE,
            "grade": SightingGrade(source=SourceGrade.C, information=InformationGrade.POSSIBLY_TRUE),
        },
    )
    return tuple(
        Sighting.model_validate({name: value for name, value in each.items() if Field(f"sighting.{name}") in disclosed})
        for each in whole
    )


_STAGES = {
    Stage.REPORTED: 23,
    Stage.IDENTIFIED: 148,
    Stage.LOCATED: 64,
    Stage.DIPLOMATIC_REQUEST: 36,
    Stage.VERIFIED: 7,
    Stage.RETURNED: 41,
}
_LAST_SEEN = {"RU": 96, "UA": 57, "BY": 14, "KP": 3}


def _caseload() -> Caseload:
    """Return invented counts, withheld as the true ones are where they are small."""
    stages = publishable(_STAGES)
    return Caseload(
        counted_on=date(2026, 3, 9),
        documented=publishable_total(_STAGES),
        returned=stages[Stage.RETURNED],
        waiting_over_half_a_year=127,
        stages=tuple(StageCount(stage=stage, children=count) for stage, count in stages.items()),
        countries=tuple(
            CountryCount(country=country, children=count)
            for country, count in publishable(_LAST_SEEN).items()
            if count is not None
        ),
    )


def _listed(number: int, disclosed: frozenset[Field]) -> ListedChild:
    family, given, patronymic, born = _PEOPLE[number % len(_PEOPLE)]
    place, country = _PLACES[number % len(_PLACES)], _COUNTRIES[number % len(_COUNTRIES)]
    child = {
        "family_name": family,
        "given_name": given,
        "patronymic": patronymic,
        "birth_on": PartialDate(born + timedelta(days=number), Precision.DAY),
        "sex": "male" if family.endswith("ий") or given == "Андрій" else "female",
    }
    seen = {
        "country": country,
        "place": place,
        "seen_on": PartialDate(date(2026, 2, 1 + number % 27), Precision.DAY),
    }
    last_seen = {name: value for name, value in seen.items() if Field(f"sighting.{name}") in disclosed}
    return ListedChild(
        # Samples only; the check character of the first is the right one.
        reference=REFERENCE if number == 0 else f"2026-{5000 + number:06}-X",
        disclosed=disclosed,
        child=Child.model_validate({name: v for name, v in child.items() if Field(f"child.{name}") in disclosed}),
        separation=Separation(
            on=PartialDate(date(2026, 1, 11), Precision.DAY) if Field.SEPARATION_ON in disclosed else None,
            place="смт Вигадане, Донецька область" if Field.SEPARATION_PLACE in disclosed else None,
        ),
        last_seen=Sighting.model_validate(last_seen) if {"country", "place"} & last_seen.keys() else None,
    )

"""Sample letters of invented people: every kind, language, purpose and size, for the gallery and the tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import product
from typing import Any, Literal

from casework.invented_people import REFERENCE, everything, list_children, sightings, steps
from integrations.letter_templates import LetterTemplates
from models.rules.disclosure import Field
from models.rules.letter_policy import Body as BodyRule
from models.rules.letter_policy import LetterKind, Tone
from models.rules.policy import Policy
from models.schemas.letters import (
    Body,
    CaseProgress,
    EarlierLetter,
    LetterFacts,
    LetterHead,
    Office,
    ReceivedReply,
)
from models.statuses import LetterState, Purpose, Stage

SET_AT = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
DATED_ON = date(2026, 3, 9)
_SEVERAL = 3
_NUMBER = "2026-000345"


class Size(StrEnum):
    """How much a sample says: what the letter needs at least, all it may carry, or several children."""

    SMALLEST = "smallest"
    FULLEST = "fullest"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Sample:
    """One letter to try: its kind, body and language, with purpose, procedure and stage where they change it."""

    kind: str
    body: str
    language: str
    purpose: Purpose
    size: Size
    procedure: Literal["urgent", "standard"] | None = None
    stage: Stage | None = None

    def __str__(self) -> str:
        """Read as a file name does."""
        parts = (self.kind, self.body, self.language, self.purpose.value, self.procedure, self.stage, self.size.value)
        return "-".join(str(part) for part in parts if part and part != self.kind.partition(".")[0])


def list_samples(policy: Policy, templates: LetterTemplates) -> Iterator[Sample]:
    """Yield every kind in each of its languages, purposes, procedures and sizes.

    A kind of several bodies goes to the first that is written to in the language. A letter that is sent to nobody in a
    language is there as its reading copy.
    """
    written = templates.list_kinds()
    for kind in policy.kinds:
        languages = [language for name, language in written if name == kind.id]
        for language, purpose in product(languages, kind.purposes):
            for procedure, stage, size in _shapes(templates, kind.id, language):
                yield Sample(kind.id, _body_for(policy, kind, language), language, purpose, size, procedure, stage)


def sample_facts(
    policy: Policy, templates: LetterTemplates, sample: Sample, *, children: int = _SEVERAL
) -> LetterFacts:
    """Return the facts of a sample letter, filtered by the body's allow-list as a real one is."""
    kind, body = policy.get_kind(sample.kind), policy.get_body(sample.body)
    return invented_facts(
        sample,
        kind=kind,
        body=body,
        office=_office(policy, sample),
        required=templates.fields_required(sample.kind, sample.language),
        children=children,
    )


def invented_facts(  # noqa: PLR0913 - a sample is that many choices
    sample: Sample,
    *,
    kind: LetterKind,
    body: BodyRule,
    office: Office,
    required: frozenset[Field],
    children: int = _SEVERAL,
) -> LetterFacts:
    """Return a sample's facts for a body and kind as given."""
    disclosed = frozenset(body.allow) if sample.size is not Size.SMALLEST else required
    told: dict[str, Any] = {}
    for field, facts in everything(sample.language, accusing=kind.tone is not Tone.HUMANITARIAN).items():
        if field in disclosed:
            _merge(told, facts)
    told["sightings"] = sightings(disclosed)
    if Field.SEARCH_STEPS in disclosed:
        told["search_steps"] = steps(_STEP_NAMES[sample.language])
    if sample.size is Size.SEVERAL:
        told["children"] = list_children(children, disclosed)
    return LetterFacts.model_validate(
        {
            "letter": _head(sample, kind, body),
            "body": _body(sample, body),
            "office": office,
            "disclosed": disclosed,
            "case": _progress(sample, disclosed),
            **told,
        }
    )


def _body_for(policy: Policy, kind: LetterKind, language: str) -> str:
    return next((body for body in kind.bodies if language in policy.get_body(body).languages), kind.bodies[0])


_STEP_NAMES = {
    "uk": ("Національне інформаційне бюро", "Національна поліція України"),
    "en": ("National Information Bureau of Ukraine", "National Police of Ukraine"),
    "ru": ("Национальное информационное бюро Украины", "Национальная полиция Украины"),
    "fr": ("Bureau national d’information de l’Ukraine", "Police nationale de l’Ukraine"),
}


def _shapes(
    templates: LetterTemplates, kind: str, language: str
) -> Iterator[tuple[Literal["urgent", "standard"] | None, Stage | None, Size]]:
    named = templates.paths_named(kind, language)
    procedures: tuple[Literal["urgent", "standard"] | None, ...] = (None,)
    if "letter.procedure" in named:
        procedures = ("urgent", "standard")
    stages: tuple[Stage | None, ...] = tuple(Stage) if "case.stage" in named else (None,)
    sizes = [size for size in Size if size is not Size.SEVERAL or "children" in named]
    yield from product(procedures, stages, sizes)


def _merge(told: dict[str, Any], facts: dict[str, Any]) -> None:
    for group, value in facts.items():
        told[group] = {**told.get(group, {}), **value} if isinstance(value, dict) else value


def _head(sample: Sample, kind: LetterKind, body: BodyRule) -> LetterHead:
    is_small = sample.size is Size.SMALLEST
    earlier = EarlierLetter(
        outgoing_number="2026-000211",
        dated_on=date(2026, 1, 21),
        taken_on=date(2026, 1, 22),
        due_on=None if is_small else date(2026, 2, 23),
        cited=None if is_small else _CITED.get(body.id, {}).get(sample.language),
    )
    reply = ReceivedReply(received_on=date(2026, 2, 20), their_reference=None if is_small else "77/14-А")
    return LetterHead(
        outgoing_number=_NUMBER,
        dated_on=DATED_ON,
        our_reference=REFERENCE if set(body.allow) != {Field.CASELOAD} else None,
        kind=sample.kind,
        purpose=sample.purpose,
        language=sample.language,
        procedure=sample.procedure,
        consent_given_on=None if is_small or not body.consent_required else date(2026, 2, 2),
        earlier=earlier if kind.follows else None,
        reply=reply if kind.follows and (not is_small or _REPLIED.issuperset(kind.follows)) else None,
        sent_in=None if sample.language in body.languages else body.languages[0],
    )


_REPLIED = frozenset({LetterState.ACKNOWLEDGED, LetterState.ANSWERED, LetterState.REFUSED})
# As the clocks of the policy cite these bodies' terms; other bodies are bound by none that a letter may cite.
_CITED: Mapping[str, Mapping[str, str]] = {
    "ombudsman_ua": {
        "uk": "стаття 20 Закону України «Про звернення громадян»",
        "en": "Article 20 of the Law of Ukraine on Citizens’ Appeals",
    },
    "ombudsman_ru": {
        "uk": "30 днів із дня реєстрації, стаття 12 Федерального закону Російської Федерації № 59-ФЗ",
        "en": "30 days from registration, Article 12 of Federal Law of the Russian Federation No. 59-FZ",
        "ru": "30 дней со дня регистрации, статья 12 Федерального закона № 59-ФЗ",
    },
}


def _body(sample: Sample, body: BodyRule) -> Body:
    language = sample.language if sample.language in body.languages else body.languages[0]
    newest = body.addresses[-1].lines[language] if body.addresses else ("Згурська Оксана Петрівна",)
    return Body(
        name=body.name.get(sample.language, body.name["en"]),
        address_lines=newest,
        salutation=body.salutation.get(sample.language),
        through=body.through.get(sample.language),
    )


def _office(policy: Policy, sample: Sample) -> Office:
    head, language = policy.letterheads[-1], sample.language
    if sample.size is Size.SMALLEST:
        return Office(name=head.name[language], signatory_function=head.signatory_function[language])
    return Office(
        name=head.name[language],
        letterhead_lines=head.lines[language],
        signatory_function=head.signatory_function[language],
        signatory_name=head.signatory_name.get(language, _SIGNED[language]),
        contact_phone=head.phone,
        contact_email=head.mail,
        contact_hours=head.hours.get(language),
    )


_SIGNED = {"uk": "Богдан ЗРАЗКОВИЙ", "en": "Bohdan ZRAZKOVYI", "ru": "Богдан ЗРАЗКОВЫЙ", "fr": "Bohdan ZRAZKOVYI"}


def _progress(sample: Sample, disclosed: frozenset[Field]) -> CaseProgress:
    says_when = sample.size is Size.FULLEST and Field.CASE_NEXT_ON in disclosed
    return CaseProgress(stage=sample.stage, next_on=date(2026, 4, 6) if says_when else None)

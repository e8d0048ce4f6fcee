"""Which requests to other bodies a letter names among the steps taken, and which no such letter ever names."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import update

from casework.case_file import read_case
from casework.letter_facts import gather_facts
from casework.letter_file import get_letter
from casework.office import Office
from models.records import LetterRecord
from models.rules.disclosure import Field
from models.rules.letter_policy import Tone
from models.statuses import LetterState
from tests.casework.letter_steps import draft
from tests.letters.printed import POLICY, RED_CROSS, TEMPLATES, one_line, read_text, typeset

OpenOne = Callable[..., str]

# To whom the case has been taken so far: the letters of each tone keep silent about some of them.
TAKEN = {
    "nib_ua": "nib_ua.request",
    "icrc_cta": "icrc_cta.tracing",
    "icc_otp": "icc_otp.communication",
    "coi_ukraine": "coi_ukraine.submission",
    "register_of_damage": "register_of_damage.claim",
}
TELLING = [
    kind.id
    for kind in POLICY.kinds
    if kind.id not in TAKEN.values()
    and Field.SEARCH_STEPS in TEMPLATES.fields_named(kind.id, "en")
    and kind.bodies != ("family",)
]


def rewrite(office: Office, number: str, **columns: object) -> None:
    with office.store.writing() as session:
        session.execute(update(LetterRecord).where(LetterRecord.number == number).values(**columns))


@pytest.mark.parametrize("kind", TELLING)
def test_a_plea_names_the_red_cross_among_the_steps_an_accusation_does_not_and_no_letter_names_a_filing(
    kind: str, office: Office, open_one: OpenOne
) -> None:
    reference = open_one(office)
    for body, earlier in TAKEN.items():
        taken = draft(office, reference)
        rewrite(office, taken, kind=earlier, body=body, state=LetterState.ACKNOWLEDGED, taken_on=date(2026, 3, 2))
    rule = POLICY.get_kind(kind)
    language = POLICY.get_body(rule.bodies[0]).languages[0]
    number = draft(office, reference)
    rewrite(office, number, kind=kind, body=rule.bodies[0], language=language)
    with read_case(office, reference, office.now()) as file:
        facts = gather_facts(file, get_letter(file.session, number)).facts
    named = {step.body_name for step in facts.search_steps}
    told = {"nib_ua", "icrc_cta"} if rule.tone is Tone.HUMANITARIAN else {"nib_ua"}
    assert named == {POLICY.get_body(body).name[language] for body in told - {rule.bodies[0]}}
    text = read_text(typeset(facts))
    assert all(one_line(name) in text for name in named)
    assert bool(RED_CROSS.search(text)) == ("icrc_cta" in told)


def test_letters_of_both_tones_tell_of_the_steps_taken() -> None:
    assert {POLICY.get_kind(kind).tone for kind in TELLING} == {Tone.HUMANITARIAN, Tone.ACCUSATORY}

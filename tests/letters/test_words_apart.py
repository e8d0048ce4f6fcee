"""Words that must not meet in one letter: filings and pleas, the Red Cross and an accusation, a sum and a name."""

import re

import pytest

from casework.letter_samples import Sample, Size, sample_facts
from models.rules.disclosure import Field
from models.rules.letter_policy import Tone
from tests.letters.printed import (
    POLICY,
    RED_CROSS,
    SAMPLES,
    TEMPLATES,
    facts_of,
    read_text,
    samples_to_every_body,
    text_of,
    tone_of,
    typeset,
)

ICC = "Rome Statute|International Criminal|\\bICC\\b|Римськ\\w+ статут|[Мм]іжнародн\\w+ кримінальн|\\bМКС\\b"
ICC += "|Римск\\w+ статут|[Мм]еждународн\\w+ уголовн|\\bМУС\\b|Cour pénale|\\bCPI\\b"
ICC += "|Statut de Rome|Office of the Prosecutor|Офіс\\w* Прокурора|Bureau du Procureur"
REGISTER = "Register of Damage|Реєстр\\w* збитк|Реестр\\w* ущерб|Registre des dommages"
INQUIRY = "Commission of Inquiry|Комісі\\w+ (?:з|для) розслідування|[Нн]езалежн\\w+ міжнародн\\w+ комісі"
INQUIRY += "|Комисси\\w+ по расследованию|Commission d’enquête"
MONITORING = "Human Rights Monitoring|HRMMU|Моніторингов\\w+ місі|Мониторингов\\w+ мисси|Mission de surveillance"
# Each filing by the body it goes to.
FILINGS = {"icc_otp": ICC, "register_of_damage": REGISTER, "coi_ukraine": INQUIRY, "hrmmu": MONITORING}
ACCUSATIONS = re.compile(
    "deport|abduct|kidnap|forcib|crim|illegal|unlawful|prosecut|accus|responsib"
    "|депорт|викра|злочин|примус|незакон|звинувач|відповідальн",
    re.IGNORECASE,
)
THE_CASE = re.compile("2026-0048|Згурськ|Zghursk|Марія|Mariia|2014|Вигадане|Vyhadane")
# How the family is reached, how the child was found and who says so: the samples' values of it in any language.
PRIVATE = re.compile(
    "Полтава|Poltava|Садова|Sadova|oksana@|50 000 00 00|12026000000000001|НІБ-0001|testimony|свідчення|свидетельство"
    "|usually reliable|зазвичай надійн|обычно надёжн|probably true|ймовірно правдив|вероятно правдив"
    "|voice message|голосов",
    re.IGNORECASE,
)


def texts(samples: list[Sample]) -> dict[str, str]:
    return {str(each): text_of(each) for each in samples}


def others_named(sample: Sample, text: str) -> list[str]:
    return [body for body, words in FILINGS.items() if body != sample.body and re.search(words, text)]


@pytest.mark.parametrize("body", FILINGS)
def test_each_filing_names_its_own_body_so_that_the_words_would_be_found(body: str) -> None:
    found = [text for name, text in texts([s for s in SAMPLES if s.body == body]).items()]
    assert found
    assert all(re.search(FILINGS[body], text) for text in found)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_no_letter_names_an_accountability_filing_but_the_filing_itself(sample: Sample) -> None:
    assert not others_named(sample, text_of(sample))


@pytest.mark.parametrize("body", sorted({each.body for each in samples_to_every_body()}))
def test_what_follows_an_earlier_letter_names_no_filing_elsewhere_and_no_red_cross(body: str) -> None:
    category = POLICY.get_body(body).category
    for sample in (each for each in samples_to_every_body() if each.body == body):
        text = read_text(typeset(sample_facts(POLICY, TEMPLATES, sample)))
        assert not others_named(sample, text), str(sample)
        if sample.kind.startswith("follow_up."):
            assert bool(RED_CROSS.search(text)) == (category == "icrc"), str(sample)
        if category == "icrc":
            assert not ACCUSATIONS.findall(text), str(sample)
        if category in {"adversary_office", "mediator"}:
            assert not PRIVATE.findall(text), str(sample)


def test_no_accusing_letter_and_no_filing_names_the_red_cross() -> None:
    accusing = [each for each in SAMPLES if tone_of(each) is not Tone.HUMANITARIAN]
    assert {tone_of(each) for each in accusing} == {Tone.ACCUSATORY, Tone.ACCOUNTABILITY}
    assert not [name for name, text in texts(accusing).items() if RED_CROSS.search(text)]


def test_a_letter_to_the_red_cross_accuses_nobody() -> None:
    requests = texts([each for each in SAMPLES if each.body == "icrc_cta"])
    assert len(requests) >= 8
    assert all(RED_CROSS.search(text) for text in requests.values())
    assert {name: found for name, text in requests.items() if (found := ACCUSATIONS.findall(text))} == {}


def test_a_letter_to_the_coalition_carries_figures_and_nothing_of_any_case() -> None:
    summaries = [each for each in SAMPLES if each.body == "coalition"]
    assert {each.language for each in summaries} == {"uk", "en"}
    for sample in summaries:
        assert not THE_CASE.findall(text_of(sample))
        assert facts_of(sample).fields_present() <= {Field.CASELOAD}
        assert facts_of(sample).letter.our_reference is None
        assert "148" in text_of(sample)


def test_a_letter_to_a_state_or_a_mediator_says_nothing_of_how_the_family_is_reached_or_the_child_was_found() -> None:
    reached = [each for each in SAMPLES if POLICY.get_body(each.body).category in {"adversary_office", "mediator"}]
    assert len({each.kind for each in reached}) >= 6
    assert {name: found for name, text in texts(reached).items() if (found := PRIVATE.findall(text))} == {}


def test_what_such_letters_may_not_say_is_said_in_others() -> None:
    said = " ".join(texts([each for each in SAMPLES if each.size is Size.FULLEST]).values())
    assert {"Полтава", "oksana@", "12026000000000001", "voice message"} <= set(PRIVATE.findall(said))
    assert THE_CASE.search(said)
    assert ACCUSATIONS.search(said)

"""What letters to Russian offices, mediators, third States and the DPRK mission must say, and must never say."""

import re

import pytest

from casework.letter_samples import Sample, Size, sample_facts
from models.rules.disclosure import Field
from models.rules.letter_policy import Body, ConditionKind, LetterKind
from models.schemas.letters import Card, LetterFacts
from models.statuses import Channel, Purpose
from tests.letters.printed import POLICY, TEMPLATES, read_text, typeset
from tests.letters.printed import SAMPLES as EVERY_SAMPLE

RUSSIAN_OFFICES = ("ombudsman_ru", "childrens_commissioner_ru")
MEDIATORS = ("mediator_qatar", "mediator_holy_see", "mediator_south_africa", "mediator_uae")
KINDS = (
    "ombudsman_ru.request",
    "childrens_commissioner_ru.request",
    "card78.demand",
    "mediator.request",
    "third_state.request",
    "dprk_mission.request",
)
SAMPLES = [sample for sample in EVERY_SAMPLE if sample.kind in KINDS]
ACCUSATIONS = re.compile(
    "deport|abduct|kidnap|forcib|crim|illegal|unlawful|occup"
    "|депорт|викра|злочин|примус|незакон|окуп"
    "|похищ|преступ|насильств|принуд|оккуп",
    re.IGNORECASE,
)
# How the child was found, and where the family is: the samples' values of what no such letter may carry.
NEVER = re.compile(
    "Полтава|Poltava|Садова|Sadova|oksana@|050 000|50 000 00 00|12026000000000001|НІБ-0001|voice message|голосов"
    "|Згурская|Маша|Masha|І-НО|testimony|свідчення|свидетельство",
    re.IGNORECASE,
)
ITEMS = [f"({letter})" for letter in "abcdefghijklmnopqrs"]
AN_ITEM = re.compile(r" (\([a-s]\)) ")


def text_of(facts: LetterFacts) -> str:
    """All words of the letter, parted by single spaces, as a reader program hands them over."""
    return read_text(typeset(facts))


def rows_of(text: str) -> dict[str, str]:
    """What the card says behind each of its items."""
    parts = AN_ITEM.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def facts_of(kind: str, language: str, size: Size = Size.FULLEST, *, children: int = 3) -> LetterFacts:
    body = POLICY.get_kind(kind).bodies[0]
    sample = Sample(kind, body, language, Purpose.RETURN, size)
    return sample_facts(POLICY, TEMPLATES, sample, children=children)


@pytest.mark.parametrize("sample", [each for each in SAMPLES if each.size is not Size.SMALLEST], ids=str)
def test_a_letter_to_a_state_accuses_nobody_and_tells_nothing_of_the_search_or_the_family(sample: Sample) -> None:
    text = text_of(sample_facts(POLICY, TEMPLATES, sample))
    assert not ACCUSATIONS.findall(text)
    assert not NEVER.findall(text)


@pytest.mark.parametrize("office", RUSSIAN_OFFICES)
def test_a_russian_office_is_written_to_by_hand_after_two_approvals_one_of_a_legal_officer(office: str) -> None:
    body: Body = POLICY.get_body(office)
    assert (body.channel, body.approval.people, body.approval.legal_officer) == (Channel.BY_HAND, 2, True)
    assert body.by_person_only
    assert body.languages == ("ru",)
    assert body.through


def test_a_letter_to_the_childrens_commissioner_waits_for_a_legal_officers_decision() -> None:
    kind: LetterKind = POLICY.get_kind("childrens_commissioner_ru.request")
    assert ConditionKind.DECISION in {each.condition for each in kind.when if not each.waivable}


@pytest.mark.parametrize("body", [*RUSSIAN_OFFICES, "dprk_mission", *MEDIATORS, "third_state_mission"])
def test_no_state_learns_how_the_child_was_found_or_where_the_family_is(body: str) -> None:
    never = {
        Field.CHILD_REGISTERED_ADDRESS,
        Field.CHILD_IDENTITY_DOCUMENT,
        Field.ALIASES,
        Field.SIBLINGS,
        Field.SEPARATION_CIRCUMSTANCES,
        Field.SEPARATION_LAST_CONTACT,
        Field.PERSONS_BELIEVED_RESPONSIBLE,
        Field.SEARCH_STEPS,
        Field.REPORT_REFERENCES,
        Field.SIGHTING_SOURCE,
        Field.SIGHTING_GRADE,
        Field.REQUESTER_PHONE,
        Field.REQUESTER_ADDRESS,
        Field.REQUESTER_EMAIL,
        Field.ANNEXES,
    }
    assert not never & set(POLICY.get_body(body).allow)


@pytest.mark.parametrize(
    ("language", "known", "kept", "asked"),
    [
        ("ru", "да", "не приводится", "просим указать"),
        ("uk", "так", "не наводиться", "просимо зазначити"),
        ("en", "yes", "not given here", "please state"),
    ],
)
def test_the_card_lists_all_nineteen_items_and_which_are_known(
    language: str, known: str, kept: str, asked: str
) -> None:
    facts = facts_of("card78.demand", language)
    card = Card(surnames=True, health=True, family_address=True, present_address=True)
    text = text_of(facts.model_copy(update={"card": card}))
    assert AN_ITEM.findall(text) == ITEMS
    rows = rows_of(text)
    assert "Згурська" in rows["(a)"]
    assert all(f"{known} {kept}" in rows[item] for item in ("(j)", "(l)", "(r)"))
    assert all(asked in rows[item] for item in ("(k)", "(m)", "(o)", "(p)", "(q)"))
    assert "78" in text


def test_a_card_on_which_nothing_is_known_asks_for_neither_the_next_of_kin_nor_the_familys_address() -> None:
    facts = facts_of("card78.demand", "en", Size.SMALLEST)
    text = text_of(facts.model_copy(update={"card": Card()}))
    rows = rows_of(text)
    assert all("no not given here" in rows[item] for item in ("(g)", "(j)"))
    assert "no –" in rows["(s)"]


def test_the_dprk_mission_is_told_of_no_place_outside_its_country() -> None:
    one = text_of(facts_of("dprk_mission.request", "en"))
    several = text_of(facts_of("dprk_mission.request", "en", Size.SEVERAL))
    assert "Vonsan" in one
    assert "Vonsan" in several
    assert not re.search("Simferopol|Zrazkovo|Russian Federation", one + several)


def test_a_mediators_list_numbers_561_children_and_says_where_it_ends() -> None:
    facts = facts_of("mediator.request", "en", Size.SEVERAL, children=561)
    text = text_of(facts)
    assert "on behalf of the 561 children" in text
    assert "The list ends with number 561." in text
    assert all(listed.reference in text for listed in facts.children)


def test_an_urgent_need_of_a_listed_child_stands_by_case_number_and_only_where_there_is_one() -> None:
    facts = facts_of("mediator.request", "en", Size.SEVERAL)
    assert "Urgent needs" not in text_of(facts)
    second = facts.children[1]
    ill = second.model_copy(update={"child": second.child.model_copy(update={"health": "Needs insulin."})})
    text = text_of(facts.model_copy(update={"children": (facts.children[0], ill, facts.children[2])}))
    assert f"{second.reference} Needs insulin." in text
    assert text.count("Needs insulin.") == 1


@pytest.mark.parametrize("kind", ["ombudsman_ru.request", "childrens_commissioner_ru.request", "card78.demand"])
def test_a_letter_to_a_russian_office_keeps_ukrainian_spelling_and_cites_the_term_of_its_law(kind: str) -> None:
    text = text_of(facts_of(kind, "ru"))
    assert "Згурська" in text
    assert "м. Бахмут, Донецька область" in text
    assert "№ 59-ФЗ" in text
    assert "30 дней со дня регистрации" in text
    assert not re.search("на Украин", text)

"""Checks of bodies, letter kinds, letterheads and citations, on entries made here."""

from dataclasses import replace
from typing import Any

import pytest

from models.rules.disclosure import Field
from models.rules.letter_policy import (
    Body,
    BodyCategory,
    ConditionKind,
    DatedAddress,
    LetterCondition,
    Letterhead,
    LetterKind,
    Tone,
)
from models.rules.policy import Anchor, ClockRule, DraftOrder, MetBy
from models.rules.policy_checks.bodies import check_bodies, check_categories
from models.rules.policy_checks.draft import PolicyDraft
from models.rules.policy_checks.kinds import TAKEN, check_kinds
from models.rules.policy_checks.ladders import check_clocks
from models.rules.policy_checks.letterheads import check_letterheads
from models.rules.terms import Term, TermUnit
from models.statuses import Channel, LetterState, Purpose, Stage, Territory
from tests.models.rules.policy_entries import BODY, CATEGORY, CLOCK, KIND, NAME, RUNG

SENT_TO = replace(
    BODY, addresses=(DatedAddress("2025-01-01", {"en": ("Office",)}),), languages=("en",), channel=Channel.BY_HAND
)
FOUR = {"uk": "Текст", "en": "Text", "ru": "Текст", "fr": "Texte"}
HEAD = Letterhead("2025-01-01", FOUR, dict.fromkeys(FOUR, ("1 Street",)), FOUR)
THREE_MONTHS = Term(3, TermUnit.MONTHS)

# Each condition as it is right: with the one parameter it needs, or with none.
RIGHT: dict[ConditionKind, dict[str, Any]] = {
    ConditionKind.STAGES: {"stages": (Stage.IDENTIFIED,)},
    ConditionKind.LAST_SEEN_IN: {"territories": (Territory.RUSSIA,)},
    ConditionKind.WHEREABOUTS_UNKNOWN: {},
    ConditionKind.UNDER_AGE: {"years": 16},
    ConditionKind.SEPARATED_WITHIN: {"term": THREE_MONTHS},
    ConditionKind.NOT_PENDING_WITH: {"bodies": ("office",)},
    ConditionKind.DECISION: {},
    ConditionKind.CONSENT_FOR: {"purpose": Purpose.PUBLICITY},
    ConditionKind.NEW_SIGHTING: {},
    ConditionKind.CONSENT_ENDED: {},
}
PARAMETERS: dict[str, Any] = {name: value for given in RIGHT.values() for name, value in given.items()}


def draft_of(
    body: Body = SENT_TO, kind: LetterKind = KIND, category: BodyCategory = CATEGORY, *letterheads: Letterhead
) -> PolicyDraft:
    return PolicyDraft(
        named={
            "bodies": {0: body.id},
            "categories": {0: category.id},
            "kinds": {0: kind.id},
            "letterheads": {place: each.valid_from for place, each in enumerate(letterheads)},
        },
        calendars=frozenset(),
        bodies={0: body},
        categories={0: category},
        kinds={0: kind},
        letterheads=dict(enumerate(letterheads)),
    )


def slips_of(
    body: Body = SENT_TO, kind: LetterKind = KIND, category: BodyCategory = CATEGORY, *after: LetterKind
) -> list[tuple[str, str]]:
    draft = draft_of(body, kind, category)
    kinds = dict(enumerate((kind, *after)))
    draft = replace(draft, kinds=kinds, named={**draft.named, "kinds": {place: kinds[place].id for place in kinds}})
    found = [*check_categories(draft), *check_bodies(draft), *check_kinds(draft)]
    return [(".".join(str(step) for step in slip.path[2:]), slip.code) for slip in found]


def test_a_body_and_its_kind_that_are_right_have_no_slips() -> None:
    assert slips_of() == []


def test_a_letter_that_follows_silence_alone_goes_where_a_clock_notices_it() -> None:
    notice = replace(KIND, id="office.notice", follows=(LetterState.NO_REPLY,))
    draft = replace(draft_of(), kinds={0: notice}, named={"bodies": {0: "office"}, "kinds": {0: notice.id}})
    (slip,) = check_kinds(draft)
    assert (slip.path, slip.code) == (("kinds", 0, "bodies", 0), "silence_unnoticed")
    assert not list(check_kinds(replace(draft, clocks={0: replace(CLOCK, met_by=MetBy.REPLY, body="office")})))
    unread = {**draft.named, "clocks": {0: "reply.office"}}
    assert not list(check_kinds(replace(draft, named=unread)))
    # What comes after an answer as well is written without a clock, too.
    thanks = replace(notice, follows=(LetterState.NO_REPLY, LetterState.ANSWERED))
    assert not list(check_kinds(replace(draft, kinds={0: thanks})))


# ------------------------------------------------------------------------------------------------ conditions
@pytest.mark.parametrize("condition", ConditionKind)
def test_a_condition_that_is_right_has_no_slips(condition: ConditionKind) -> None:
    right = LetterCondition(condition, "a law", **RIGHT[condition])
    assert slips_of(kind=replace(KIND, when=(right,))) == []


@pytest.mark.parametrize("condition", [each for each in ConditionKind if RIGHT[each]])
def test_a_condition_without_its_parameter_is_refused(condition: ConditionKind) -> None:
    (name,) = RIGHT[condition]
    bare = LetterCondition(condition, "a law")
    assert slips_of(kind=replace(KIND, when=(bare,))) == [(f"when.0.{name}", "parameter_missing")]


@pytest.mark.parametrize("condition", ConditionKind)
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_condition_with_another_ones_parameter_is_refused(condition: ConditionKind, name: str) -> None:
    given = LetterCondition(condition, "a law", **{**RIGHT[condition], name: PARAMETERS[name]})
    expected = [] if name in RIGHT[condition] else [(f"when.0.{name}", "parameter_unused")]
    assert slips_of(kind=replace(KIND, when=(given,))) == expected


@pytest.mark.parametrize(
    ("condition", "slip"),
    [
        (LetterCondition(ConditionKind.DECISION, " "), ("when.0.legal_basis", "legal_basis_missing")),
        (LetterCondition(ConditionKind.DECISION, "a law", waivable=True), ("when.0.waivable", "parameter_unused")),
        (LetterCondition(ConditionKind.UNDER_AGE, "a law", years=-1), ("when.0.years", "number_beyond_sense")),
        (
            LetterCondition(ConditionKind.NOT_PENDING_WITH, "a law", bodies=("another",)),
            ("when.0.bodies.0", "body_unknown"),
        ),
        (
            LetterCondition(ConditionKind.SEPARATED_WITHIN, "a law", term=Term(0, TermUnit.WEEKS)),
            ("when.0.term", "number_beyond_sense"),
        ),
        (
            LetterCondition(ConditionKind.STAGES, "a law", stages=(Stage.LOCATED, Stage.LOCATED)),
            ("when.0.stages", "word_repeated"),
        ),
    ],
)
def test_a_condition_without_sense_is_refused(condition: LetterCondition, slip: tuple[str, str]) -> None:
    assert slips_of(kind=replace(KIND, when=(condition,))) == [slip]


# ------------------------------------------------------------------------------------------------ kinds
@pytest.mark.parametrize("state", LetterState)
def test_only_a_letter_that_has_arrived_is_followed(state: LetterState) -> None:
    arrived = {"sent", "acknowledged", "answered", "refused", "no_reply"}
    expected = [] if state.value in arrived else [("follows.0", "state_wrong")]
    found = slips_of(SENT_TO, KIND, CATEGORY, replace(KIND, id="office.second", follows=(state,)))
    assert [slip for slip in found if slip[1] != "silence_unnoticed"] == expected
    assert {each.value for each in TAKEN} == arrived


def test_to_a_body_without_a_first_letter_no_second_one_can_go() -> None:
    second = replace(KIND, follows=(LetterState.SENT,))
    assert slips_of(kind=second) == [("", "body_without_kind")]


def test_what_a_kind_follows_and_to_whom_it_goes_is_named_once_and_its_urgency_has_a_length() -> None:
    twice = replace(
        KIND,
        id="office.second",
        bodies=("office", "office"),
        follows=(LetterState.SENT, LetterState.SENT),
        urgent_within=Term(0, TermUnit.MONTHS),
    )
    assert slips_of(SENT_TO, KIND, CATEGORY, twice) == [
        ("bodies", "word_repeated"),
        ("follows", "word_repeated"),
        ("urgent_within", "number_beyond_sense"),
    ]
    assert slips_of(kind=replace(KIND, urgent_within=THREE_MONTHS)) == []


@pytest.mark.parametrize("tone", Tone)
def test_no_accusation_goes_to_the_red_cross(tone: Tone) -> None:
    red_cross = replace(CATEGORY, id="icrc", unmentioned_in=(Tone.ACCUSATORY, Tone.ACCOUNTABILITY))
    body = replace(SENT_TO, category="icrc")
    expected = [] if tone is Tone.HUMANITARIAN else [("tone", "tone_wrong")]
    assert slips_of(body, replace(KIND, tone=tone), red_cross) == expected
    assert slips_of(kind=replace(KIND, tone=tone)) == []


def test_a_subject_stands_in_the_languages_of_the_people_and_of_every_body() -> None:
    french = replace(
        SENT_TO,
        languages=("fr",),
        salutation={"fr": "Mesdames, Messieurs,"},
        addresses=(DatedAddress("2025-01-01", {"fr": ("Bureau",), "en": ("Office",)}),),
    )
    assert slips_of(french) == [("subject", "language_missing")]
    assert slips_of(french, replace(KIND, subject={**NAME, "fr": "Demande"})) == []
    assert slips_of(french, replace(KIND, subject={"fr": "Demande"})) == [("subject", "language_missing")] * 2


def test_a_filing_on_a_childs_behalf_needs_a_consent_like_any_request() -> None:
    filing = replace(KIND, purposes=(Purpose.ACCOUNTABILITY,))
    assert slips_of(replace(SENT_TO, consent_required=False), filing) == [("purposes", "purpose_without_consent")]


# ------------------------------------------------------------------------------------------------ bodies, categories
@pytest.mark.parametrize(
    ("unmentioned", "slips"),
    [
        ((Tone.ACCUSATORY, Tone.ACCOUNTABILITY), []),
        ((Tone.ACCUSATORY,), [("unmentioned_in", "neutral_body_mentioned")]),
        ((), [("unmentioned_in", "neutral_body_mentioned")]),
    ],
)
def test_the_red_cross_is_named_in_no_accusation(unmentioned: tuple[Tone, ...], slips: list[tuple[str, str]]) -> None:
    red_cross = replace(CATEGORY, id="icrc", unmentioned_in=unmentioned)
    assert slips_of(replace(SENT_TO, category="icrc"), category=red_cross) == slips
    assert slips_of(category=replace(CATEGORY, unmentioned_in=unmentioned)) == []


def test_a_category_keeps_back_each_field_once() -> None:
    twice = replace(CATEGORY, excluded=(Field.CARD, Field.CARD), unmentioned_in=(Tone.HUMANITARIAN, Tone.HUMANITARIAN))
    assert slips_of(category=twice) == [("excluded", "word_repeated"), ("unmentioned_in", "word_repeated")]


def test_the_intermediary_is_named_in_the_languages_of_the_letters() -> None:
    assert slips_of(replace(SENT_TO, through={"en": "By courtesy of the intermediary"})) == []
    assert slips_of(replace(SENT_TO, through={"uk": "Через посередника"})) == [("through", "language_missing")]
    assert slips_of(replace(SENT_TO, languages=("en", "en"))) == [("languages", "word_repeated")]


def test_a_letter_by_hand_needs_no_mail_address_and_one_by_mail_does() -> None:
    assert slips_of(replace(SENT_TO, channel=Channel.MAIL)) == [("addresses.0", "address_missing")]


# ------------------------------------------------------------------------------------------------ letterheads
def letterhead_slips(*letterheads: Letterhead, languages: tuple[str, ...] = ("en",)) -> list[tuple[str, str]]:
    found = check_letterheads(draft_of(replace(SENT_TO, languages=languages), KIND, CATEGORY, *letterheads))
    return [(".".join(str(step) for step in slip.path[1:]), slip.code) for slip in found]


def test_a_letterhead_that_is_right_has_no_slips() -> None:
    assert letterhead_slips(HEAD, languages=("uk", "en", "ru", "fr")) == []


def test_without_a_letterhead_nobody_writes() -> None:
    assert letterhead_slips() == [("", "entry_missing")]


def test_a_letterhead_has_every_language_that_a_body_is_written_to_in() -> None:
    without_french = {language: text for language, text in FOUR.items() if language != "fr"}
    lines = dict.fromkeys(without_french, ("1 Street",))
    head = replace(HEAD, name=without_french, signatory_function=without_french, hours=without_french, lines=lines)
    assert letterhead_slips(head, languages=("ru",)) == []
    assert letterhead_slips(head, languages=("fr",)) == [
        ("0.name", "language_missing"),
        ("0.signatory_function", "language_missing"),
        ("0.lines", "language_missing"),
        ("0.hours", "language_missing"),
    ]


def test_who_signs_is_named_in_all_languages_or_in_none() -> None:
    assert letterhead_slips(replace(HEAD, signatory_name={"uk": "Приклад"})) == [
        ("0.signatory_name", "language_missing")
    ]


@pytest.mark.parametrize(
    ("valid_from", "slips"),
    [
        ("2025-01-02", []),
        ("2025-01-01", [("1.valid_from", "days_out_of_order")]),
        ("2024-01-01", [("1.valid_from", "days_out_of_order")]),
        ("soon", [("1.valid_from", "date_wrong")]),
    ],
)
def test_a_new_letterhead_stands_below_with_a_later_day(valid_from: str, slips: list[tuple[str, str]]) -> None:
    assert letterhead_slips(HEAD, replace(HEAD, valid_from=valid_from)) == slips


# ------------------------------------------------------------------------------------------------ ladders
REPLY_CLOCK = replace(
    CLOCK, anchor=Anchor.LETTER_TAKEN, met_by=MetBy.REPLY, stage=None, body="office", id="reply.office"
)


def clock_slips(clock: ClockRule, body: Body = SENT_TO, kind: LetterKind = KIND) -> list[tuple[str, str]]:
    draft = replace(draft_of(body, kind), clocks={0: clock})
    found = [slip for slip in check_clocks(draft) if slip.code != "stage_without_clock"]
    return [(".".join(str(step) for step in slip.path[2:]), slip.code) for slip in found]


@pytest.mark.parametrize(
    ("legal_basis", "cited", "slips"),
    [
        ("a law [S10]", {}, []),
        ("a law [S10]", NAME, []),
        ("a law [S10]", {"en": "Article 20"}, [("cited", "language_missing")]),
        ("general knowledge", NAME, [("cited", "citation_without_source")]),
    ],
)
def test_a_term_is_cited_only_from_a_source_that_was_read(
    legal_basis: str, cited: dict[str, str], slips: list[tuple[str, str]]
) -> None:
    assert clock_slips(replace(REPLY_CLOCK, legal_basis=legal_basis, cited=cited)) == slips


def test_a_term_is_cited_in_the_languages_of_the_body_and_of_no_other() -> None:
    clock = replace(REPLY_CLOCK, legal_basis="a law [S38]", cited=NAME)
    assert clock_slips(clock, replace(SENT_TO, languages=("ru",))) == [("cited", "language_missing")]


def test_a_term_on_which_no_reply_is_owed_is_not_cited() -> None:
    assert clock_slips(replace(CLOCK, legal_basis="a law [S10]", cited=NAME)) == [("cited", "parameter_unused")]


def ordering(*orders: DraftOrder) -> ClockRule:
    return replace(CLOCK, rungs=(replace(RUNG, drafts=orders),))


ORDER = DraftOrder("office.request", Purpose.SEARCH)


def test_a_rung_orders_a_draft_to_one_of_the_kinds_bodies() -> None:
    assert clock_slips(ordering(ORDER)) == []
    assert clock_slips(ordering(replace(ORDER, body="office"))) == []
    assert clock_slips(ordering(replace(ORDER, body="another"))) == [("rungs.0.drafts.0.body", "body_wrong")]


def test_no_rung_begins_a_letter_that_only_a_person_may_begin() -> None:
    assert clock_slips(ordering(ORDER), replace(SENT_TO, by_person_only=True)) == [
        ("rungs.0.drafts.0", "body_by_person_only")
    ]


def test_a_rung_that_orders_a_kind_without_bodies_is_no_second_mistake() -> None:
    nowhere = replace(KIND, bodies=())
    assert clock_slips(ordering(ORDER), kind=nowhere) == []

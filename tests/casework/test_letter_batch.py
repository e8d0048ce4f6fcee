"""Letters made in bulk: the bytes are those of a preview, lapse with whatever happens, and no fault stops others."""

import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import delete, update

from casework import letter_batch
from casework.consents import give_consent, withdraw_consent
from casework.facts import record_sighting
from casework.letter_batch import Prepared, prepare_letters
from casework.letters import approve_letter, list_letters, preview_letter, reject_letter, release_letter, revise_letter
from casework.office import Office
from casework.status import link_siblings, suspend
from integrations.clock import FixedClock
from integrations.letter_templates import LetterTemplates
from integrations.typesetting import Typesetter
from models.errors import NotFound, RuleViolation
from models.records import Case, ConsentRecord, JournalRecord, LetterRecord, RelativeRecord
from models.rules.disclosure import Field
from models.schemas.letters import LetterFacts
from models.statuses import Basis, InformationGrade, LetterState, Purpose, SourceGrade, SourceKind, Territory
from tests.casework.letter_steps import approved, case_row, draft, journal_of, letter_of

OpenOne = Callable[..., str]


@pytest.fixture
def open_child(open_one: OpenOne) -> OpenOne:
    """Open a case of somebody parted from home a year ago."""
    return lambda office, **columns: open_one(office, **{"separation__on": "2025-01-10", **columns})


def prepare(office: Office, **choices: Any) -> Prepared:
    return prepare_letters(office, now=office.now(), actor="c-01", **{"processes": 1, **choices})


def see(office: Office, reference: str) -> None:
    record_sighting(
        office,
        reference,
        stated_on=date(2026, 2, 20),
        seen_on=date(2026, 2, 1),
        country="RU",
        territory=Territory.RUSSIA,
        place="м. Нове",
        source="Вигаданий свідок",
        source_kind=SourceKind.WITNESS,
        source_grade=SourceGrade.B,
        information_grade=InformationGrade.PROBABLY_TRUE,
        now=office.now(),
        actor="c-01",
    )


def while_typesetting(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen after letters were gathered and before they are stored."""
    typeset = Typesetter.typeset

    def meanwhile(*arguments: Any) -> bytes:
        happens()
        return typeset(*arguments)

    monkeypatch.setattr(Typesetter, "typeset", meanwhile)


def test_prepared_bytes_are_those_of_a_preview_and_are_what_is_approved(
    either_office: Office, open_child: OpenOne
) -> None:
    office = either_office
    references = [open_child(office) for _ in range(3)]
    numbers = [draft(office, reference) for reference in references]
    before = [preview_letter(office, number, now=office.now()) for number in numbers]
    assert prepare(office) == Prepared(made=3, unchanged=0, left=0, faults={})
    prepared = [letter_of(office, number) for number in numbers]
    assert [each.prepared_seq for each in prepared] == [case_row(office, each).journal_seq for each in references]
    assert [preview_letter(office, number, now=office.now()) for number in numbers] == before
    for number, pdf in zip(numbers, before, strict=True):
        done = approve_letter(office, number, now=office.now(), actor="c-02", seen_sha256=sha256(pdf).hexdigest())
        assert done.state is LetterState.APPROVED
    kept = [letter_of(office, number) for number in numbers]
    assert [each.fingerprint for each in kept] == [each.fingerprint for each in prepared], "nothing was made anew"
    assert [each.prepared_seq for each in kept] == [None] * 3
    assert kept[0].disclosed == journal_of(office, references[0])[-1][1]["disclosed"]
    assert kept[0].consent_id is not None
    release_letter(office, numbers[0], now=office.now(), actor="c-01")


def test_to_prepare_is_not_to_approve_and_is_no_news_of_the_case(office: Office, open_child: OpenOne) -> None:
    reference = open_child(office)
    number = draft(office, reference)
    before, told = case_row(office, reference), journal_of(office, reference)
    prepare(office)
    after = case_row(office, reference)
    assert (after.journal_seq, after.next_look_at) == (before.journal_seq, before.next_look_at)
    assert journal_of(office, reference) == told
    assert after.seals == before.seals + 2, "each sealing under the case's key counts"
    (line,) = list_letters(office, reference=reference)
    assert (line.state, line.approved_by, line.people_lacking) == (LetterState.DRAFT, (), 1)
    with pytest.raises(RuleViolation, match="letter_is_draft"):
        release_letter(office, number, now=office.now(), actor="c-01")
    with office.store.reading() as session:
        entries = session.query(JournalRecord).filter_by(chain="office", kind="letters_prepared").all()
    assert [(entry.actor, entry.body) for entry in entries] == [("c-01", {"letters": 1})]


def test_a_second_batch_finds_what_the_first_has_made(office: Office, open_child: OpenOne, clock: FixedClock) -> None:
    numbers = [draft(office, open_child(office)) for _ in range(2)]
    prepare(office)
    first = [letter_of(office, number).fingerprint for number in numbers]
    numbers.append(draft(office, open_child(office)))
    assert prepare(office) == Prepared(made=1, unchanged=2, left=0, faults={})
    assert [letter_of(office, number).fingerprint for number in numbers[:2]] == first
    clock.advance(timedelta(days=1))
    assert prepare(office) == Prepared(made=3, unchanged=0, left=0, faults={}), "a letter is dated on the day"


def test_what_happens_afterwards_makes_prepared_bytes_lapse(either_office: Office, open_child: OpenOne) -> None:
    office = either_office
    reference = open_child(office)
    number = draft(office, reference)
    prepare(office)
    old = letter_of(office, number).fingerprint
    see(office, reference)
    shown = preview_letter(office, number, now=office.now())
    assert letter_of(office, number).fingerprint == old, "a preview keeps nothing"
    done = approve_letter(office, number, now=office.now(), actor="c-02")
    letter = letter_of(office, number)
    assert done.sha256 == sha256(shown).hexdigest()
    assert letter.fingerprint != old
    assert "sighting.place" in (letter.disclosed or ())


def test_prepared_bytes_lapse_with_the_day_the_policy_and_the_template(
    office: Office, open_child: OpenOne, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = draft(office, open_child(office))
    prepare(office)
    assert prepare(office).unchanged == 1
    with monkeypatch.context() as patch:
        patch.setattr(LetterTemplates, "template_hash", lambda *_: "0" * 64)
        assert prepare(office).made == 1
    office.book = replace(office.book, policy=replace(office.policy, version="another"))
    assert prepare(office).made == 1
    clock.advance(timedelta(days=2))
    approve_letter(office, number, now=office.now(), actor="c-02")
    assert letter_of(office, number).dated_on == date(2026, 3, 4)


def test_no_approval_takes_bytes_that_rest_on_a_consent_that_is_gone(office: Office, open_child: OpenOne) -> None:
    reference = open_child(office)
    number = draft(office, reference)
    prepare(office)
    with office.store.reading() as session:
        consent = session.query(ConsentRecord).filter_by(purpose=Purpose.SEARCH).one().id
    withdraw_consent(office, reference, consent, withdrawn_on=office.now().date(), now=office.now(), actor="c-01")
    with pytest.raises(RuleViolation, match="consent_missing"):
        approve_letter(office, number, now=office.now(), actor="c-02")
    with pytest.raises(RuleViolation, match="consent_missing"):
        preview_letter(office, number, now=office.now())


def test_no_approval_takes_bytes_that_cannot_be_trusted_any_more(office: Office, open_child: OpenOne) -> None:
    number = draft(office, open_child(office))
    prepare(office)
    with office.store.writing() as session:
        session.execute(update(LetterRecord).values(fingerprint="0" * 64))
    approve_letter(office, number, now=office.now(), actor="c-02")
    assert letter_of(office, number).fingerprint != "0" * 64


def test_a_sibling_is_not_named_from_bytes_made_before_its_family_withheld_it(
    office: Office, open_child: OpenOne
) -> None:
    mine, sibling = open_child(office), open_child(office, child__given_name="Петрик")
    link_siblings(office, [mine, sibling], now=office.now(), actor="c-01")
    number = draft(office, mine)
    prepare(office)
    assert "siblings" in (letter_of(office, number).disclosed or ())
    assert prepare(office).unchanged == 1
    give_consent(
        office,
        sibling,
        body="ombudsman_ua",
        purpose=Purpose.SEARCH,
        given_on=date(2026, 3, 1),
        given_by=Basis.PARENT,
        withheld=[Field.SIBLINGS],
        now=office.now(),
        actor="c-01",
    )
    approve_letter(office, number, now=office.now(), actor="c-02")
    assert "siblings" not in (letter_of(office, number).disclosed or ())


def test_a_letter_taken_back_or_rejected_keeps_nothing_prepared(office: Office, open_child: OpenOne) -> None:
    revised, rejected = draft(office, open_child(office)), draft(office, open_child(office))
    prepare(office)
    revise_letter(office, revised, now=office.now(), actor="c-01")
    reject_letter(office, rejected, "Вигадано: не потрібен.", now=office.now(), actor="c-01")
    letter = letter_of(office, revised)
    assert (letter.prepared_seq, letter.fingerprint, letter.dated_on) == (None, None, None)
    assert prepare(office) == Prepared(made=1, unchanged=0, left=0, faults={})


def test_what_is_wrong_with_one_letter_stops_no_other(
    office: Office, open_child: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, suspended, unconsented, unknown, unprintable, keyless, broken = (open_child(office) for _ in range(7))
    numbers = {each: draft(office, each) for each in (good, suspended, unconsented, keyless, broken)}
    numbers[unknown] = draft(office, unknown, kind="family.news", purpose=Purpose.INFORMATION)
    numbers[unprintable] = draft(office, open_child(office, child__given_name="Мар\u16a0"))
    suspend(office, suspended, reason="Вигадано.", now=office.now(), actor="s-01")
    with office.store.writing() as session:
        case_ids = {case.reference: case.id for case in session.query(Case)}
        session.execute(delete(ConsentRecord).where(ConsentRecord.case_id == case_ids[unconsented]))
        session.execute(delete(RelativeRecord).where(RelativeRecord.case_id == case_ids[unknown]))
    office.keystore.destroy(keyless)
    render = LetterTemplates.render_source

    def break_one(self: LetterTemplates, kind: str, language: str, facts: LetterFacts) -> bytes:
        return b"#nothing(" if facts.letter.our_reference == broken else render(self, kind, language, facts)

    monkeypatch.setattr(LetterTemplates, "render_source", break_one)
    done = prepare(office)
    assert done.made == 1
    assert letter_of(office, numbers[good]).fingerprint is not None
    assert done.faults == {
        "case_is_suspended": (numbers[suspended],),
        "consent_missing": (numbers[unconsented],),
        "recipient_missing": (numbers[unknown],),
        "character_not_printable": (numbers[unprintable],),
        "key_not_found": (numbers[keyless],),
        "letter_not_typeset": (numbers[broken],),
    }


@pytest.mark.parametrize("happening", ["fact", "approval"])
def test_a_letter_whose_case_changes_while_it_is_made_stays_as_it_was(
    office: Office, open_child: OpenOne, monkeypatch: pytest.MonkeyPatch, happening: str
) -> None:
    reference = open_child(office)
    number = draft(office, reference)
    happens: dict[str, Callable[[], object]] = {
        "fact": lambda: see(office, reference),
        "approval": lambda: approve_letter(office, number, now=office.now(), actor="c-02"),
    }
    with monkeypatch.context() as patch:

        def once() -> None:
            patch.undo()
            happens[happening]()

        while_typesetting(patch, once)
        done = prepare(office)
    assert done == Prepared(made=0, unchanged=0, left=0, faults={"case_changed_meanwhile": (number,)})
    assert letter_of(office, number).prepared_seq is None


def test_what_cannot_be_sealed_under_its_key_is_counted_too(
    office: Office, open_child: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    worn, gone = open_child(office), open_child(office)
    numbers = [draft(office, worn), draft(office, gone)]
    with office.store.writing() as session:
        session.execute(update(Case).where(Case.reference == worn).values(seals=2**32))
    while_typesetting(monkeypatch, lambda: office.keystore.destroy(gone))
    done = prepare(office)
    assert done.faults == {"key_sealed_too_often": (numbers[0],), "key_not_found": (numbers[1],)}


def test_some_numbers_or_one_kind_are_prepared_alone(office: Office, open_child: OpenOne) -> None:
    reference = open_child(office)
    asked, other = draft(office, reference), draft(office, reference, kind="icrc_cta.tracing")
    assert prepare(office, kind="icrc_cta.tracing").made == 1
    assert letter_of(office, asked).fingerprint is None
    assert letter_of(office, other).fingerprint is not None
    assert prepare(office, numbers=[asked]).made == 1
    with pytest.raises(NotFound, match="letter_not_found"):
        prepare(office, numbers=[asked, "2026-999999"])
    with pytest.raises(NotFound, match="letter_kind_not_found"):
        prepare(office, kind="nobody.letter")
    with pytest.raises(RuleViolation, match="staff_unknown"):
        prepare_letters(office, now=office.now(), actor="nobody")


def test_an_approved_letter_is_never_made_anew(office: Office, open_child: OpenOne) -> None:
    reference = open_child(office)
    frozen, half = approved(office, reference), approved(office, reference, kind="wgeid.request")
    before = [letter_of(office, number).fingerprint for number in (frozen, half)]
    assert letter_of(office, half).state is LetterState.DRAFT
    assert prepare(office) == Prepared(made=0, unchanged=0, left=0, faults={})
    done = prepare(office, numbers=[frozen, half])
    assert done.faults == {"letter_is_approved": (frozen,), "approved_already": (half,)}
    assert [letter_of(office, number).fingerprint for number in (frozen, half)] == before


def test_a_letter_about_several_children_is_left_until_it_is_read(office: Office, open_child: OpenOne) -> None:
    first, second = open_child(office), open_child(office)
    number = draft(office, first, beside=[second])
    assert prepare(office) == Prepared(made=0, unchanged=0, left=1, faults={})
    assert approve_letter(office, number, now=office.now(), actor="c-02").state is LetterState.APPROVED


def test_worker_processes_make_the_same_bytes_chunk_by_chunk(
    office: Office, open_child: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_batch, "CHUNK", 2)
    numbers = [draft(office, open_child(office)) for _ in range(5)]
    before = [preview_letter(office, number, now=office.now()) for number in numbers]
    told: list[tuple[int, int]] = []
    assert prepare(office, processes=2, progress=lambda *done: told.append(done)).made == 5
    assert told[-1] == (5, 5)
    assert [preview_letter(office, number, now=office.now()) for number in numbers] == before
    assert multiprocessing.active_children() == []


def test_an_interrupted_batch_keeps_whole_chunks_and_leaves_no_process_behind(
    office: Office, open_child: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_batch, "CHUNK", 2)
    numbers = [draft(office, open_child(office)) for _ in range(6)]

    def interrupt(done: int, of: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(office, processes=2, progress=interrupt)
    assert multiprocessing.active_children() == []
    made = [letter_of(office, number).fingerprint is not None for number in numbers]
    assert made == [True, True, False, False, False, False]
    assert prepare(office) == Prepared(made=4, unchanged=2, left=0, faults={})


def test_a_handful_of_letters_is_set_without_worker_processes(
    office: Office, open_child: OpenOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(letter_batch, "open_crew", refuse)
    draft(office, open_child(office))
    assert prepare(office, processes=None).made == 1

"""The shipped policy, as the table on a caseworker's wall: every gate, clock and rung by its figures."""

import re
from pathlib import Path
from typing import Any

import pytest

from integrations.policy_files import load_policy
from integrations.settings import load_settings
from models.rules.disclosure import Field
from models.rules.letter_policy import Body, Tone
from models.rules.policy import After, Anchor, ClockRule, MetBy, Policy, Requirement, RequirementKind, SideStepKind
from models.statuses import (
    Basis,
    ChecklistItem,
    ClosingReason,
    InformationGrade,
    Purpose,
    ReportOffice,
    Role,
    RungKind,
    SourceGrade,
    Stage,
    Territory,
)

POLICY = load_policy(load_settings().policy_folder)
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "policy.md"

# clock · counts from · term · met by · calendar · its ladder: day, kind, who is told, drafts
WALL = """
stage.reported                  | stage_entered       | 15 calendar_days  | next_stage  | ukraine      | 7 reminder coordinator; 12 reminder coordinator; 15 overdue coordinator; 20 escalation supervisor coordinator; 30 escalation supervisor coordinator → ombudsman_ua.request/search
stage.identified                | stage_entered       | 90 calendar_days  | next_stage  | ukraine      | 30 reminder coordinator → icrc_cta.tracing/search nib_ua.request/search; 60 reminder coordinator legal_officer → wgeid.request/search; 90 overdue coordinator supervisor legal_officer → special_procedures.communication/search
stage.located                   | stage_entered       | 14 calendar_days  | next_stage  | ukraine      | 7 reminder coordinator; 10 reminder coordinator; 14 overdue supervisor coordinator; 21 escalation head_of_office supervisor
stage.diplomatic_request        | stage_entered       | 60 calendar_days  | next_stage  | ukraine      | 33 reminder coordinator; 45 reminder coordinator; 60 overdue coordinator supervisor → icrc_cta.tracing/return wgeid.request/return; 90 escalation supervisor coordinator → srsg_caac.request/return; 120 escalation head_of_office supervisor → un_secretary_general.request/return; 180 escalation head_of_office supervisor legal_officer coordinator
stage.verified                  | stage_entered       | 30 calendar_days  | next_stage  | ukraine      | 14 reminder coordinator; 21 reminder coordinator; 30 overdue supervisor coordinator; 45 escalation supervisor coordinator → guardianship_ua.request/return
stage.returned                  | stage_entered       | 365 calendar_days | nothing     | ukraine      | 7 reminder coordinator → follow_up.thanks/return/ombudsman_ua follow_up.thanks/return/icrc_cta follow_up.thanks/return/wgeid; 365 overdue coordinator
reply.ombudsman_ua              | letter_delivered    | 1 months          | reply       | ukraine      | end overdue coordinator → follow_up.second_notice/search/ombudsman_ua; 45 escalation supervisor legal_officer; acknowledgement+14 reminder coordinator; refusal+1 escalation coordinator legal_officer; refusal+14 escalation supervisor coordinator → icrc_cta.tracing/search
reply.icrc_cta                  | letter_taken        | 90 calendar_days  | reply       | geneva       | 90 silence overdue coordinator → follow_up.second_notice/search/icrc_cta; 180 reminder coordinator; 270 reminder coordinator; 360 reminder coordinator supervisor; acknowledgement+90 reminder coordinator; refusal+1 escalation coordinator supervisor; refusal+14 escalation supervisor legal_officer → wgeid.request/search
reply.hague_authority           | letter_taken        | 6 weeks           | reply       | every_day    | 42 overdue coordinator legal_officer; 90 escalation supervisor legal_officer
reply.nib_ua                    | letter_taken        | 30 calendar_days  | reply       | ukraine      | 30 overdue coordinator → follow_up.second_notice/search/nib_ua
reply.deported_register_ua      | letter_taken        | 30 calendar_days  | reply       | ukraine      | 30 overdue coordinator → follow_up.second_notice/search/deported_register_ua
reply.police_ua                 | letter_taken        | 30 calendar_days  | reply       | ukraine      | 30 overdue coordinator → follow_up.second_notice/search/police_ua
reply.guardianship_ua           | letter_taken        | 30 calendar_days  | reply       | ukraine      | 30 overdue coordinator → follow_up.second_notice/search/guardianship_ua
reply.ced                       | letter_taken        | 30 calendar_days  | reply       | geneva       | 30 overdue coordinator legal_officer → follow_up.second_notice/search/ced
reply.special_procedures        | letter_taken        | 60 calendar_days  | reply       | geneva       | 60 overdue coordinator legal_officer → follow_up.second_notice/search/special_procedures
reply.srsg_caac                 | letter_taken        | 30 calendar_days  | reply       | every_day    | 30 overdue coordinator supervisor → follow_up.second_notice/search/srsg_caac
reply.un_secretary_general      | letter_taken        | 30 calendar_days  | reply       | every_day    | 30 overdue head_of_office supervisor → follow_up.second_notice/search/un_secretary_general
reply.unicef                    | letter_taken        | 30 calendar_days  | reply       | every_day    | 30 overdue coordinator → follow_up.second_notice/search/unicef
reply.mediator_qatar            | letter_taken        | 30 calendar_days  | reply       | qatar        | 30 silence overdue coordinator supervisor → follow_up.second_notice/search/mediator_qatar; 60 silence escalation supervisor head_of_office; acknowledgement+30 reminder coordinator; refusal+1 escalation supervisor legal_officer
reply.mediator_holy_see         | letter_taken        | 30 calendar_days  | reply       | vatican      | 30 silence overdue coordinator supervisor → follow_up.second_notice/search/mediator_holy_see; 60 silence escalation supervisor head_of_office; acknowledgement+30 reminder coordinator; refusal+1 escalation supervisor legal_officer
reply.mediator_south_africa     | letter_taken        | 30 calendar_days  | reply       | south_africa | 30 silence overdue coordinator supervisor → follow_up.second_notice/search/mediator_south_africa; 60 silence escalation supervisor head_of_office; acknowledgement+30 reminder coordinator; refusal+1 escalation supervisor legal_officer
reply.mediator_uae              | letter_taken        | 30 calendar_days  | reply       | uae          | 30 silence overdue coordinator supervisor → follow_up.second_notice/search/mediator_uae; 60 silence escalation supervisor head_of_office; acknowledgement+30 reminder coordinator; refusal+1 escalation supervisor legal_officer
reply.third_state_mission       | letter_taken        | 30 calendar_days  | reply       | every_day    | 30 silence overdue coordinator supervisor → follow_up.second_notice/search/third_state_mission; 60 silence escalation supervisor head_of_office; acknowledgement+30 reminder coordinator; refusal+1 escalation supervisor legal_officer
reply.dprk_mission              | letter_taken        | 30 calendar_days  | reply       | every_day    | 30 overdue coordinator legal_officer
reply.ombudsman_ru              | letter_registered   | 30 calendar_days  | reply       | russia       | end overdue coordinator legal_officer; 60 escalation supervisor legal_officer; refusal+1 escalation supervisor legal_officer
reply.childrens_commissioner_ru | letter_registered   | 30 calendar_days  | reply       | russia       | end overdue coordinator legal_officer; 60 escalation supervisor legal_officer; refusal+1 escalation supervisor legal_officer
cut_off.wgeid_urgent            | disappearance       | 3 months          | letter_to   | every_day    | 60 reminder coordinator legal_officer → wgeid.request/search
cut_off.ombudsman_one_year      | separation          | 1 years           | letter_to   | every_day    | end-30 reminder coordinator legal_officer → ombudsman_ua.request/search
cut_off.ombudsman_two_years     | separation          | 2 years           | letter_to   | every_day    | end-30 reminder coordinator supervisor legal_officer → ombudsman_ua.request/search
cut_off.hague_one_year          | separation          | 1 years           | letter_to   | every_day    | end-60 reminder legal_officer
cut_off.wgeid_answer            | letter_replied      | 6 months          | letter_to   | every_day    | 30 reminder coordinator legal_officer; 150 reminder coordinator legal_officer → wgeid.answer/search; end-7 reminder supervisor legal_officer
location_stale                  | last_sighting       | 90 calendar_days  | nothing     | every_day    | 75 reminder coordinator; 90 overdue coordinator supervisor
tenth_birthday                  | tenth_birthday      | 0 calendar_days   | nothing     | every_day    | -60 reminder coordinator legal_officer
fourteenth_birthday             | fourteenth_birthday | 0 calendar_days   | nothing     | every_day    | -60 reminder coordinator legal_officer
sixteenth_birthday              | sixteenth_birthday  | 0 calendar_days   | nothing     | every_day    | -60 reminder coordinator legal_officer
eighteenth_birthday             | eighteenth_birthday | 0 calendar_days   | own_consent | every_day    | -30 reminder coordinator; 0 overdue coordinator legal_officer
visit.72h                       | arrival             | 3 calendar_days   | visit       | every_day    | 2 reminder coordinator; 6 escalation supervisor coordinator → guardianship_ua.request/return
visit.14d                       | arrival             | 14 calendar_days  | visit       | every_day    | 13 reminder coordinator; 17 escalation supervisor coordinator → guardianship_ua.request/return
visit.30d                       | arrival             | 30 calendar_days  | visit       | every_day    | 29 reminder coordinator; 33 escalation supervisor coordinator → guardianship_ua.request/return
visit.90d                       | arrival             | 90 calendar_days  | visit       | every_day    | 89 reminder coordinator; 93 escalation supervisor coordinator → guardianship_ua.request/return
visit.180d                      | arrival             | 180 calendar_days | visit       | every_day    | 179 reminder coordinator; 183 escalation supervisor coordinator → guardianship_ua.request/return
visit.365d                      | arrival             | 365 calendar_days | visit       | every_day    | 364 reminder coordinator; 368 escalation supervisor coordinator → guardianship_ua.request/return
"""  # noqa: E501 - a table is read by its lines

# body · category · channel · languages · who approves · consent · where it goes from there · who begins a letter
DIRECTORY = """
ced                       | un_procedure       | mail    | en fr | 2 + lawyer | consent    | to a State  | ladder
childrens_commissioner_ru | adversary_office   | by_hand | ru    | 2 + lawyer | consent    | to a State  | person
coalition                 | public_voice       | mail    | en uk | 2 + lawyer | no consent | stays there | ladder
coi_ukraine               | accountability     | by_hand | en    | 2 + lawyer | consent    | stays there | person
deported_register_ua      | domestic_authority | mail    | uk    | 1          | consent    | stays there | ladder
dprk_mission              | adversary_office   | by_hand | en    | 2 + lawyer | consent    | to a State  | person
family                    | family             | mail    | uk    | 1          | no consent | stays there | ladder
guardianship_ua           | domestic_authority | by_hand | uk    | 1          | consent    | stays there | ladder
hague_authority           | domestic_authority | mail    | uk en | 2 + lawyer | consent    | to a State  | person
hrmmu                     | accountability     | by_hand | en    | 2 + lawyer | consent    | stays there | person
icc_otp                   | accountability     | by_hand | en    | 2 + lawyer | consent    | stays there | person
icrc_cta                  | icrc               | mail    | uk en | 1          | consent    | stays there | ladder
mediator_holy_see         | mediator           | by_hand | en    | 2          | consent    | to a State  | ladder
mediator_qatar            | mediator           | by_hand | en    | 2          | consent    | to a State  | ladder
mediator_south_africa     | mediator           | by_hand | en    | 2          | consent    | to a State  | ladder
mediator_uae              | mediator           | by_hand | en    | 2          | consent    | to a State  | ladder
nib_ua                    | domestic_authority | mail    | uk    | 1          | consent    | stays there | ladder
ombudsman_ru              | adversary_office   | by_hand | ru    | 2 + lawyer | consent    | to a State  | person
ombudsman_ua              | domestic_authority | mail    | uk    | 1          | consent    | stays there | ladder
police_ua                 | domestic_authority | mail    | uk    | 1 + lawyer | consent    | stays there | ladder
register_of_damage        | register_of_damage | by_hand | en uk | 2 + lawyer | consent    | stays there | person
special_procedures        | un_procedure       | mail    | en fr | 2 + lawyer | consent    | to a State  | ladder
srsg_caac                 | un_procedure       | mail    | en    | 2 + lawyer | consent    | to a State  | ladder
third_state_mission       | mediator           | by_hand | en uk | 2          | consent    | to a State  | ladder
un_secretary_general      | un_procedure       | mail    | en    | 2 + lawyer | consent    | to a State  | ladder
unicef                    | service            | mail    | en    | 1          | consent    | stays there | ladder
wgeid                     | un_procedure       | mail    | en fr | 2 + lawyer | consent    | to a State  | ladder
"""

RELATIVES = (Basis.PARENT, Basis.GUARDIAN, Basis.GRANDPARENT, Basis.ADULT_SIBLING, Basis.OTHER_RELATIVE)
COMPETENT = (
    *(
        "ombudsman_ua",
        "icrc_cta",
        "wgeid",
        "mediator_qatar",
        "mediator_holy_see",
        "mediator_south_africa",
        "mediator_uae",
    ),
    *("third_state_mission", "dprk_mission", "ombudsman_ru", "childrens_commissioner_ru"),
    *("srsg_caac", "hague_authority"),
)
RUSSIAN_OFFICES = ("ombudsman_ru", "childrens_commissioner_ru", "dprk_mission")
MEDIATORS = ("mediator_qatar", "mediator_holy_see", "mediator_south_africa", "mediator_uae", "third_state_mission")
FILINGS = ("coi_ukraine", "hrmmu", "icc_otp", "register_of_damage")


def on_the_wall(clock: ClockRule) -> list[str]:
    rungs = []
    for rung in clock.rungs:
        drafts = "".join(f" {'/'.join(filter(None, (order.kind, order.purpose, order.body)))}" for order in rung.drafts)
        waits = " silence" if rung.after is After.SILENCE else ""
        told = f"{rung.place}{waits} {rung.kind} {' '.join(rung.tell)}"
        rungs.append(f"{told} →{drafts}" if drafts else told)
    return [clock.id, clock.anchor, str(clock.term), clock.met_by, clock.calendar, "; ".join(rungs)]


def in_the_directory(body: Body) -> list[str]:
    return [
        body.id,
        body.category,
        body.channel,
        " ".join(body.languages),
        f"{body.approval.people} + lawyer" if body.approval.legal_officer else f"{body.approval.people}",
        "consent" if body.consent_required else "no consent",
        "to a State" if body.passes_on_to_state else "stays there",
        "person" if body.by_person_only else "ladder",
    ]


def rows_of(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def asked(requirement: Requirement) -> dict[str, object]:
    """What a requirement asks for, without its legal basis."""
    empty = Requirement(requirement.requires, legal_basis="")
    names = [name for name in Requirement.__slots__ if name not in {"legal_basis", "verified", "requires"}]
    given = {name: getattr(requirement, name) for name in names}
    return {"requires": requirement.requires} | {
        name: value for name, value in given.items() if value != getattr(empty, name)
    }


def test_every_clock_and_rung_is_as_on_the_wall() -> None:
    assert [on_the_wall(clock) for clock in POLICY.clocks] == rows_of(WALL)


@pytest.mark.parametrize(
    ("stage", "gate"),
    [
        (Stage.REPORTED, []),
        (
            Stage.IDENTIFIED,
            [
                {
                    "requires": RequirementKind.MINIMUM_IDENTITY,
                    "fields": (Field.CHILD_FAMILY_NAME, Field.CHILD_GIVEN_NAME, Field.CHILD_BIRTH_ON),
                },
                {
                    "requires": RequirementKind.REQUESTER_STANDING,
                    "bases": (*RELATIVES, Basis.AUTHORITY, Basis.SELF),
                },
                {"requires": RequirementKind.CONSENT, "purpose": Purpose.SEARCH},
                {"requires": RequirementKind.REPORT_REFERENCE, "offices": tuple(ReportOffice)},
            ],
        ),
        (
            Stage.LOCATED,
            [
                {
                    "requires": RequirementKind.SUPPORTED_LOCATION,
                    "official": 1,
                    "independent": 2,
                    "within_days": 90,
                    "worst_source": SourceGrade.D,
                    "worst_information": InformationGrade.DOUBTFUL,
                }
            ],
        ),
        (
            Stage.DIPLOMATIC_REQUEST,
            [{"requires": RequirementKind.REQUEST_TAKEN, "bodies": COMPETENT, "purpose": Purpose.RETURN}],
        ),
        (
            Stage.VERIFIED,
            [
                {"requires": RequirementKind.BODY_AGREES, "bodies": COMPETENT},
                {
                    "requires": RequirementKind.CHECKLIST,
                    "items": (
                        ChecklistItem.IDENTITY,
                        ChecklistItem.RELATIONSHIP,
                        ChecklistItem.CHILDS_VIEWS,
                        ChecklistItem.BEST_INTERESTS,
                        ChecklistItem.RETURN_PLAN,
                    ),
                },
                {
                    "requires": RequirementKind.CHECKLIST,
                    "items": (ChecklistItem.LOCATION_RECONFIRMED,),
                    "within_days": 14,
                },
                {"requires": RequirementKind.SIGN_OFFS, "people": 2},
            ],
        ),
        (
            Stage.RETURNED,
            [
                {
                    "requires": RequirementKind.ARRIVAL,
                    "bases": (*RELATIVES, Basis.SELF),
                    "territories": (Territory.GOVERNMENT_CONTROLLED, Territory.SAFE_THIRD_COUNTRY),
                }
            ],
        ),
    ],
)
def test_every_gate_asks_for_this_and_no_more(stage: Stage, gate: list[dict[str, object]]) -> None:
    assert [asked(requirement) for requirement in POLICY.gate(stage)] == gate


def test_only_the_legal_cut_offs_are_final_and_none_of_them_rolls() -> None:
    assert [clock.id for clock in POLICY.clocks if clock.hard] == [
        "cut_off.wgeid_urgent",
        "cut_off.ombudsman_one_year",
        "cut_off.ombudsman_two_years",
        "cut_off.hague_one_year",
        "cut_off.wgeid_answer",
        "tenth_birthday",
        "fourteenth_birthday",
        "sixteenth_birthday",
    ]
    assert not [clock.id for clock in POLICY.clocks if clock.hard and clock.rolls]
    assert [clock.id for clock in POLICY.clocks if clock.hard] == [c.id for c in POLICY.clocks if c.closes_off]


def test_nobody_is_warned_of_a_cut_off_on_its_last_day_only() -> None:
    for clock in (clock for clock in POLICY.clocks if clock.hard):
        assert all(rung.kind is RungKind.REMINDER for rung in clock.rungs), clock.id
        assert min(rung.from_end or -60 for rung in clock.rungs) <= -30, clock.id


def test_a_refusal_and_silence_lead_somewhere_with_whoever_the_state_reaches_through() -> None:
    for body in ("ombudsman_ua", "icrc_cta", *MEDIATORS):
        (clock,) = [clock for clock in POLICY.clocks if clock.id == f"reply.{body}"]
        waits = {rung.after for rung in clock.rungs}
        assert {After.ACKNOWLEDGEMENT, After.REFUSAL} <= waits, body
        assert waits & {After.SILENCE, None}, body


def test_who_may_close_and_step_aside() -> None:
    both, supervisor = (Role.COORDINATOR, Role.SUPERVISOR), (Role.SUPERVISOR,)
    assert {way.reason: (way.by, way.from_stage) for way in POLICY.side_exits} == {
        ClosingReason.RETURNED: (both, Stage.RETURNED),
        ClosingReason.DECEASED: (supervisor, None),
        ClosingReason.OWN_DECISION: (supervisor, None),
        ClosingReason.DUPLICATE: (supervisor, None),
        ClosingReason.NOT_A_CASE: (supervisor, None),
    }
    assert {step.step: step.by for step in POLICY.side_steps} == {
        SideStepKind.SUSPEND: both,
        SideStepKind.RESUME: both,
        SideStepKind.REOPEN: supervisor,
        SideStepKind.STEP_BACK: both,
        SideStepKind.OVERRIDE: supervisor,
    }


def test_every_body_is_reached_and_approved_for_as_in_the_directory() -> None:
    assert [in_the_directory(body) for body in POLICY.bodies] == rows_of(DIRECTORY)


HOW_THE_CHILD_WAS_FOUND = {Field.SIGHTING_SOURCE, Field.SIGHTING_GRADE, Field.SEARCH_STEPS, Field.REPORT_REFERENCES}
WHERE_THE_FAMILY_IS = {
    *(Field.CHILD_REGISTERED_ADDRESS, Field.REQUESTER_ADDRESS, Field.REQUESTER_PHONE, Field.REQUESTER_EMAIL)
}


@pytest.mark.parametrize(
    ("bodies", "never"),
    [
        (("icrc_cta",), {Field.PERSONS_BELIEVED_RESPONSIBLE}),
        (("wgeid", "ced", "special_procedures"), {Field.SIGHTING_SOURCE, Field.CHILD_HEALTH}),
        (("family",), {Field.SIGHTING_SOURCE, Field.SIGHTING_GRADE}),
        (RUSSIAN_OFFICES, HOW_THE_CHILD_WAS_FOUND | WHERE_THE_FAMILY_IS | {Field.SIBLINGS, Field.ANNEXES}),
        (MEDIATORS, HOW_THE_CHILD_WAS_FOUND | WHERE_THE_FAMILY_IS | {Field.PERSONS_BELIEVED_RESPONSIBLE}),
        (("icc_otp", "coi_ukraine", "hrmmu"), {Field.SEARCH_STEPS, Field.CHILD_HEALTH}),
        (("unicef",), {Field.SIGHTING_SOURCE, Field.SIGHTING_GRADE, Field.ANNEXES}),
        (("register_of_damage",), {Field.SIBLINGS, Field.SIGHTING_SOURCE, Field.SIGHTING_GRADE}),
        (("hague_authority",), {Field.SIGHTING_SOURCE}),
    ],
)
def test_what_a_body_is_never_told(bodies: tuple[str, ...], never: set[Field]) -> None:
    for body in bodies:
        assert not never & set(POLICY.get_body(body).allow), body


def test_a_filing_and_the_red_cross_are_named_where_they_may_be() -> None:
    never = {category.id: set(category.unmentioned_in) for category in POLICY.categories if category.unmentioned_in}
    assert never == {
        "icrc": {Tone.ACCUSATORY, Tone.ACCOUNTABILITY},
        "accountability": {Tone.HUMANITARIAN, Tone.ACCUSATORY},
        "register_of_damage": {Tone.HUMANITARIAN, Tone.ACCUSATORY},
    }
    assert {POLICY.get_body(body).category for body in FILINGS} == {"accountability", "register_of_damage"}
    to_filings = [kind for kind in POLICY.kinds if set(kind.bodies) & set(FILINGS) and not kind.follows]
    assert {kind.tone for kind in to_filings} == {Tone.ACCOUNTABILITY}


def test_a_coalition_or_the_media_can_be_told_nothing_about_one_child() -> None:
    excluded = {category.id: set(category.excluded) for category in POLICY.categories}
    assert excluded["public_voice"] == set(Field) - {Field.CASELOAD}


def test_a_fresh_installation_can_write_to_no_real_office() -> None:
    mails = [address.mail for body in POLICY.bodies for address in body.addresses if address.mail]
    assert len(mails) > 10
    assert not [mail for mail in mails if not mail.endswith("@bodies.example")]


def used(policy: Policy) -> set[str]:
    """Every word of the closed lists that the policy uses."""
    requirements = [requirement for rule in policy.stages for requirement in rule.gate]
    rungs = [rung for clock in policy.clocks for rung in clock.rungs]
    return {
        *(f"requirement {each.requires}" for each in requirements),
        *(f"stage {rule.stage}" for rule in policy.stages),
        *(f"anchor {clock.anchor}" for clock in policy.clocks),
        *(f"met_by {clock.met_by}" for clock in policy.clocks),
        *(f"rung {rung.kind}" for rung in rungs),
        *(f"role {role}" for rung in rungs for role in rung.tell),
        *(f"reason {way.reason}" for way in policy.side_exits),
        *(f"step {step.step}" for step in policy.side_steps),
        *(f"purpose {purpose}" for kind in policy.kinds for purpose in kind.purposes),
        *(f"item {item}" for each in requirements for item in each.items),
    }


# Events that a clock of your own may count from, and the shipped ones do not.
ANCHORS_FOR_OTHERS = (Anchor.LETTER_ACKNOWLEDGED, Anchor.CONSENT_GIVEN)


def test_every_word_of_the_closed_lists_is_used_but_some_anchors_and_publicity() -> None:
    words = {
        "requirement": RequirementKind,
        "stage": Stage,
        "anchor": Anchor,
        "met_by": MetBy,
        "rung": RungKind,
        "role": Role,
        "reason": ClosingReason,
        "step": SideStepKind,
        "purpose": Purpose,
        "item": ChecklistItem,
    }
    known = {f"{name} {word}" for name, enum in words.items() for word in enum}
    # Publicity needs a written consent and a risk assessment: no kind of letter asks for it yet.
    assert known - used(POLICY) == {"purpose publicity", *(f"anchor {each}" for each in ANCHORS_FOR_OTHERS)}


def test_nothing_is_signed_off_before_a_lawyer_has_done_so() -> None:
    entries: list[Any] = [
        *(requirement for rule in POLICY.stages for requirement in rule.gate),
        *POLICY.clocks,
        *POLICY.bodies,
        *POLICY.categories,
        *POLICY.side_exits,
        *POLICY.side_steps,
        *(condition for kind in POLICY.kinds for condition in kind.when),
    ]
    assert not [entry for entry in entries if entry.verified]


def test_every_source_that_the_policy_cites_is_listed_in_the_guide() -> None:
    folder = load_settings().policy_folder
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.yaml"))]
    cited = {number for text in texts for group in re.findall(r"\[(S\d[^\]]*)\]", text) for number in group.split(", ")}
    listed = set(re.findall(r"^\| (S\d+) \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(cited) > 10
    assert cited == listed

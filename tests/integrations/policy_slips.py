"""Slips of the pen, as a lawyer could make them in the shipped policy's files."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from integrations.policy_files import POLICY_FILES

OFFICE, STAGES, CLOCKS, CATEGORIES, LETTERHEAD, LETTERS, CALENDARS = POLICY_FILES
OMBUDSMAN, WGEID, ICRC, FAMILY = (f"bodies/{body}.yaml" for body in ("ombudsman_ua", "wgeid", "icrc_cta", "family"))


class Slip(NamedTuple):
    """From the text `after` on, `right` becomes `wrong`; § in `wrong` marks the line to be named, with its codes."""

    file: str
    after: str
    right: str
    wrong: str
    codes: str = ""


AFTERNOON = (
    # Words and types, each in an entry of its own, so that what the others mean is still looked at.
    Slip(OFFICE, "office_day:", "time_zone: ", "§lunch: late\n  time_zone: ", "key_unknown"),
    Slip(OFFICE, "office_day:", 'morning: "07:00"', '§morning: "seven"', "type_wrong"),
    Slip(STAGES, "stage: located", "official: 1", '§official: "one"', "type_wrong"),
    Slip(STAGES, "stage: located", "worst_source: D", "§worst_source: Z", "word_unknown"),
    Slip(STAGES, "reason: duplicate", "by: [supervisor]", "§by: supervisor", "type_wrong"),
    Slip(CLOCKS, "clocks:", "- id: stage.reported", "§- id: stage.reported", "legal_basis_missing"),
    Slip(CLOCKS, "id: stage.reported", "legal_basis:", "§legal_bassis:", "key_unknown"),
    Slip(CLOCKS, "id: reply.icrc_cta", "verified: false", "§verified: no", "type_wrong"),
    Slip(CLOCKS, "id: visit.14d", "term: {count: 14, ", "§term: {count: -14, ", "value_wrong"),
    Slip(CLOCKS, "id: visit.30d", "tell: [coordinator]", "§tell: [volunteer]", "word_unknown"),
    Slip(CLOCKS, "id: visit.90d", "at_day: 89", "§at_day: 89.5", "type_wrong"),
    Slip(CLOCKS, "id: visit.90d", "urgent: true", "§urgnt: true", "key_unknown"),
    Slip(CLOCKS, "id: visit.180d", "anchor: arrival", "§anchor: homecoming", "word_unknown"),
    Slip(CLOCKS, "id: visit.365d", "calendar: every_day", "calendar: every_day\n    §calendar: geneva", "key_repeated"),
    Slip(ICRC, "id: icrc_cta", "- child.citizenship", "§- child.citizenshp", "word_unknown"),
    Slip(CATEGORIES, "", "\ncategories:", "\n§remarks: none\ncategories:", "section_unknown"),
    # Stages, their gates, and the ways aside.
    Slip(
        STAGES,
        "- stage: reported",
        'en: "Reported"',
        'en: "Reported"\n    §gate: [{requires: consent, purpose: search, legal_basis: x}]',
        "gate_before_the_first",
    ),
    Slip(STAGES, "requires: minimum_identity", "fields:", "§people: 3\n        fields:", "parameter_unused"),
    Slip(STAGES, "", "- requires: consent\n        purpose: search", "§- requires: consent", "parameter_missing"),
    Slip(STAGES, "requires: request_taken", "ombudsman_ua", "§family", "body_without_letter"),
    Slip(STAGES, "requires: request_taken", "icrc_cta", "§who", "body_unknown"),
    Slip(STAGES, "stage: verified", "name:", "§name:", "language_missing"),
    Slip(STAGES, "stage: verified", "en:", "§de:", "language_unknown"),
    Slip(STAGES, "requires: body_agrees", "bodies:", "§bodies:", "word_repeated"),
    Slip(STAGES, "requires: body_agrees", "ombudsman_ua", "wgeid"),
    Slip(STAGES, "items: [location", 'legal_basis: "Gen', '§legal_basis: " " # "Gen', "legal_basis_missing"),
    Slip(STAGES, "requires: sign_offs", "people: 2", "§people: -2", "number_beyond_sense"),
    Slip(STAGES, "requires: arrival", "territories: [", "§territories: [occupied, ", "territory_is_no_return"),
    Slip(STAGES, "", "side_exits:", "§side_exits:", "entry_missing"),
    Slip(STAGES, "", "- reason: returned", "§- reason: returned", "from_stage_wrong"),
    Slip(STAGES, "reason: returned", "from_stage: returned", "from_stage: verified"),
    Slip(STAGES, "", "- reason: not_a_case", "§- reason: deceased", "name_repeated"),
    Slip(STAGES, "step: reopen", "by: [supervisor]", "§by: []", "nobody_named"),
    # Clocks and ladders.
    Slip(CLOCKS, "id: stage.identified", "calendar: ukraine", "§calendar: kyiv", "calendar_unknown"),
    Slip(CLOCKS, "id: icrc_and_nib", "{kind: icrc_cta.tracing", "§{kind: icrc_cta.trace", "kind_unknown"),
    Slip(CLOCKS, "id: wgeid\n", "purpose: search}", "purpose: publicity}"),
    Slip(CLOCKS, "id: wgeid\n", "- {kind", "§- {kind", "purpose_wrong"),
    Slip(CLOCKS, "id: stage.located", "at_day: 7", "at_day: 12"),
    Slip(CLOCKS, "id: stage.located", "at_day: 10", "§at_day: 10", "rungs_out_of_order"),
    Slip(CLOCKS, "id: head_of_office", "at_day: 21", "§at_day: 900", "number_beyond_sense"),
    Slip(CLOCKS, "id: stage.diplomatic", "rungs:", "§rungs:", "name_repeated"),
    Slip(CLOCKS, "id: stage.diplomatic", "kind: reminder", "§kind: escalation", "rung_kind_wrong"),
    Slip(
        CLOCKS,
        "id: second_channel",
        "- {kind: wgeid.request, purpose: return}",
        "§- {kind: wgeid.request, purpose: information}",
        "purpose_wrong purpose_without_consent",
    ),
    Slip(CLOCKS, "", "- id: review", "- id: second_channel"),
    Slip(CLOCKS, "id: stage.verified", "- id: first_reminder", "§- id: First reminder", "id_misspelt"),
    Slip(CLOCKS, "id: stage.verified", "tell: [coordinator]", "§tell: []", "nobody_named"),
    Slip(CLOCKS, "id: stage.verified", "says:", "§says:", "language_missing"),
    Slip(CLOCKS, "id: stage.verified\n", '          en: "Go through', '          # "Go through'),
    Slip(CLOCKS, "id: stage.returned", "met_by: nothing", "§met_by: next_stage", "met_by_wrong"),
    Slip(CLOCKS, "", "- id: reply.ombudsman_ua", "§- id: reply.ombudsman_ua", "parameter_missing"),
    Slip(CLOCKS, "id: reply.ombudsman_ua", "body: ombudsman_ua", "§visit: 72h", "parameter_unused"),
    Slip(CLOCKS, "id: reply.ombudsman_ua", "from_end: 0", "§at_day: 30", "rung_straddles_the_end"),
    Slip(CLOCKS, "id: cut_off.wgeid_urgent", "body: wgeid", "§body: wgied", "body_unknown"),
    Slip(CLOCKS, "id: cut_off.wgeid_urgent", "at_day: 60", "§at_day: 120", "rung_after_the_cut_off"),
    Slip(CLOCKS, "", "- id: cut_off.ombudsman_two_years", "§- id: cut_off.ombudsman_one_year", "name_repeated"),
    Slip(CLOCKS, "id: location_stale", "met_by: nothing", "§met_by: reply", "met_by_wrong"),
    Slip(CLOCKS, "id: visit.72h", "term: {count: 3", "§term: {count: 0", "number_beyond_sense"),
    # Bodies and letters.
    Slip(OMBUDSMAN, "id: ombudsman_ua", "category: domestic_authority", "§category: authority", "category_unknown"),
    Slip(OMBUDSMAN, "id: ombudsman_ua", "allow:", "§allow:", "word_repeated"),
    Slip(OMBUDSMAN, "id: ombudsman_ua", "- child.sex", "- child.sex\n      - child.sex"),
    Slip(
        OMBUDSMAN,
        "id: ombudsman_ua",
        "approval:\n      people: 1",
        "§approval:\n      people: 0",
        "number_beyond_sense",
    ),
    Slip(OMBUDSMAN, "id: ombudsman_ua", 'valid_from: "2025-01-01"', '§valid_from: "1 January"', "date_wrong"),
    Slip(OMBUDSMAN, "id: ombudsman_ua", "mail: ombudsman-ua@", "§mail: ombudsman-ua at ", "mail_address_wrong"),
    Slip(WGEID, "id: wgeid", "salutation:", "§salutation:", "language_missing"),
    Slip(WGEID, "id: wgeid", 'en: "Dear', '§de: "Dear', "language_unknown"),
    Slip(WGEID, "id: wgeid", "- report_references", "§- sighting.source", "field_excluded"),
    Slip(WGEID, "id: wgeid", '- valid_from: "2025', '§- valid_from: "2025', "address_missing"),
    Slip(WGEID, "id: wgeid", "mail: wgeid@bodies.example\n", "\n"),
    Slip(WGEID, "", "- id: wgeid.request", "§- id: wgeid.request", "template_names_more_than_allowed"),
    Slip(WGEID, "id: wgeid.request", "subject:", "§subject:", "language_missing"),
    Slip(WGEID, "id: wgeid.request", 'en: "Communication under', '§de: "Communication under', "language_unknown"),
    Slip(ICRC, "id: icrc_cta.tracing", "bodies: [icrc_cta]", "§bodies: [icrc_cta, icrc]", "body_unknown"),
    Slip(OMBUDSMAN, "id: ombudsman_ua.request", "purposes: [search, return]", "purposes: [search]"),
    Slip(
        FAMILY,
        "",
        "- id: family.news",
        "§- id: family.news\n    when: [{condition: consent_ended, legal_basis: x}]",
        "withdrawal_tells",
    ),
    Slip(FAMILY, "id: family.news", "purposes: [inf", "§purposes: [search, inf", "purpose_without_consent"),
    Slip(CATEGORIES, "id: icrc", "unmentioned_in: [accusatory, ", "§unmentioned_in: [", "neutral_body_mentioned"),
    Slip(CATEGORIES, "id: un_procedure", "[sighting.source, ", "§[sighting.source, sighting.source, ", "word_repeated"),
    # How the office presents itself.
    Slip(LETTERHEAD, "letterheads:", 'valid_from: "2025-01-01"', '§valid_from: "01.01.2025"', "date_wrong"),
    Slip(LETTERHEAD, "letterheads:", "    name:", "    §name:", "language_missing"),
    Slip(LETTERHEAD, "letterheads:", "      en: ", "      # en: "),
    Slip(LETTERHEAD, "lines:", "lines:", "§lines:", "language_missing"),
    Slip(LETTERHEAD, "lines:", "en: [", "en: [] # ["),
    Slip(LETTERHEAD, "lines:", "mail: office@", "§mail: office at ", "mail_address_wrong"),
    Slip(LETTERHEAD, "hours:", "hours:", "§hours:", "language_missing"),
    Slip(LETTERHEAD, "hours:", "en: ", "§pl: ", "language_unknown"),
)


def write_with_slips(folder: Path, slips: Iterable[Slip]) -> list[tuple[str, int, str]]:
    """Make the slips in a copy of the policy's files; return what is to be found: file, line, code, sorted."""
    expected: list[tuple[str, int, str]] = []
    by_file: dict[str, list[Slip]] = {}
    for slip in slips:
        by_file.setdefault(slip.file, []).append(slip)
    for file, its_slips in by_file.items():
        text = (folder / file).read_text(encoding="utf-8")
        for number, slip in enumerate(its_slips):
            start = text.index(slip.right, text.index(slip.after))
            text = text[:start] + slip.wrong.replace("§", f"§{number}§") + text[start + len(slip.right) :]
        for number, slip in enumerate(its_slips):
            line = text[: text.find(f"§{number}§")].count("\n") + 1
            expected += [(file, line, code) for code in slip.codes.split()]
        for number in range(len(its_slips)):
            text = text.replace(f"§{number}§", "")
        (folder / file).write_text(text, encoding="utf-8")
    return sorted(expected)

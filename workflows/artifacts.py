"""Artifacts as Markdown: one case, one watch, the whole caseload. References, dates, codes' words and counts only."""

from collections.abc import Iterable, Mapping, Sequence

from casework.case_card import STANDING, CaseCard
from casework.caseload import AGE_BANDS, Caseload
from casework.office import Office
from casework.watch import WatchReport
from integrations.intake_files import RowFault
from integrations.intake_templates import COLUMNS
from models.rules.policy import BIRTHDAYS
from models.rules.wording import clock_state_words, flag_words, letter_state_words, missing_words
from models.statuses import CaseStatus, NoticeState, Stage

FAULTS_SHOWN = 500

_HEADINGS: Mapping[str, tuple[str, str]] = {
    "missing": ("Бракує для наступного етапу", "Missing for the next stage"),
    "flags": ("Потребує уваги", "Needs a person"),
    "clocks": ("Строки", "Clocks"),
    "letters": ("Листи", "Letters"),
    "siblings": ("Брати й сестри", "Brothers and sisters"),
    "nothing": ("нічого", "nothing"),
    "stages": ("Етапи", "Stages"),
    "days": ("днів", "days"),
    "over": ("понад", "over"),
    "answers": ("Як відповідають адресати", "How the bodies answer"),
    "notices": ("Нагадування", "Notices"),
    "overdue": ("Прострочені строки за координаторами", "Overdue clocks by coordinator"),
    "clock_columns": ("Строк|До|Днів лишилося|Стан", "Clock|Due|Days left|State"),
    "letter_columns": ("Номер|Вид|Адресат|Стан", "Number|Kind|To|State"),
    "stage_columns": ("Етап|Справ", "Stage|Cases"),
    "answer_columns": (
        "Адресат|Прийнято|Підтверджено|Відповіді|Відмови|Мовчання|Частка відповідей",
        "Body|Taken|Acknowledged|Answers|Refusals|Silence|Answer rate",
    ),
    "clock_count_columns": ("Стан|Строків", "State|Clocks"),
    "flag_columns": ("Що|Справ", "What|Cases"),
    "notice_columns": ("Строк|Щабель|Надіслано", "Clock|Rung|Fired"),
    "overdue_columns": ("Координатор|Строків", "Coordinator|Clocks"),
    "nobody": ("без координатора", "without a coordinator"),
    "watch_columns": (
        "Розглянуто|Перейшли|З увагою|Нагадувань|Проєктів листів|Не оцінено",
        "Looked at|Moved|Flagged|Notices|Letter drafts|Not assessable",
    ),
}


def case_key(reference: str) -> str:
    """Return the key of a case's artifact: lower case, digits and dashes."""
    return f"case-{reference.lower()}"


def case_markdown(office: Office, card: CaseCard) -> str:
    """Write one case: its way home, what is missing, clocks with days left, letters' states."""
    language = office.settings.language
    missing = [missing_words(each.what, language) for each in card.missing]
    flags = [flag_words(flag.code, flag.about, language) for flag in card.flags]
    clocks = [
        (rule_name(office, clock.rule), clock.due_on, clock.days_left, clock_state_words(clock.state, language))
        for clock in card.clocks
        # Its day is the child's birthday, and Prefect's pages outlive an erasure.
        if clock.state in STANDING and clock.anchor not in BIRTHDAYS
    ]
    letters = [
        (
            letter.number,
            letter.kind,
            letter.body,
            letter_state_words(letter.state, language, acknowledged=letter.acknowledged),
        )
        for letter in card.letters
    ]
    siblings = [f"{each.reference} · {stage_name(office, each.stage)}" for each in card.siblings]
    parts = [
        f"# {card.reference} · {stage_name(office, card.stage)}",
        _track(office, card),
        *_section("flags", flags, language),
        *_section("missing", missing, language, always=card.status is CaseStatus.OPEN),
        *_table_section("clocks", "clock_columns", clocks, language),
        *_table_section("letters", "letter_columns", letters, language),
        *_section("siblings", siblings, language),
    ]
    return "\n\n".join(parts)


def watch_markdown(report: WatchReport, language: str) -> str:
    """Write what a watch did, in counts, and the references of cases that could not be assessed."""
    counts = (report.looked, report.moved, report.flagged, report.notices, report.drafts, len(report.faults))
    parts = [_table(_say("watch_columns", language), [counts])]
    parts += [f"- {reference}" for reference in report.faults]
    return "\n".join(parts)


def caseload_markdown(office: Office, counted: Caseload) -> str:
    """Write the whole caseload in counts."""
    language = office.settings.language
    clocks = [(clock_state_words(state, language), count) for state, count in counted.clocks.items() if count]
    flags = [(_flag(code, language), count) for code, count in counted.flags.items()]
    answers = [
        (each.body, each.taken, each.acknowledged, each.answered, each.refused, each.silent, f"{each.answer_rate:.0%}")
        for each in counted.answers
    ]
    notices = [
        (rule_name(office, rule), rung, count)
        for (rule, rung, state), count in counted.notices.items()
        if state is NoticeState.FIRED
    ]
    overdue = [
        (coordinator or _say("nobody", language), count)
        for coordinator, count in counted.overdue_by_coordinator.items()
    ]
    parts = [
        f"## {_say('stages', language)}",
        _table(_stage_columns(language), _stage_rows(office, counted)),
        *_table_section("flags", "flag_columns", flags, language),
        *_table_section("clocks", "clock_count_columns", clocks, language),
        *_table_section("overdue", "overdue_columns", overdue, language),
        *_table_section("answers", "answer_columns", answers, language),
        *_table_section("notices", "notice_columns", notices, language),
    ]
    return "\n\n".join(parts)


def caseload_rows(office: Office, counted: Caseload) -> list[dict[str, str | int]]:
    """Return the cases by stage and age as rows of a table artifact."""
    columns = _stage_columns(office.settings.language).split("|")
    return [dict(zip(columns, row, strict=True)) for row in _stage_rows(office, counted)]


def fault_rows(faults: Sequence[RowFault]) -> list[dict[str, str | int]]:
    """Return a batch's faults as rows of a table artifact, up to `FAULTS_SHOWN`: where and what, never the value.

    A column is named only if it is one of ours: a header that is not could be anything, a name too.
    """
    return [
        {"row": fault.row_number, "column": fault.column if fault.column in COLUMNS else "", "code": fault.code}
        for fault in faults[:FAULTS_SHOWN]
    ]


def stage_name(office: Office, stage: Stage) -> str:
    """Return a stage's name as the policy gives it."""
    names = next((rule.name for rule in office.policy.stages if rule.stage is stage), {})
    return names.get(office.settings.language, stage.value)


def rule_name(office: Office, rule_id: str) -> str:
    """Return a clock's name as the policy gives it; its id where the policy knows it no more."""
    names = next((rule.name for rule in office.policy.clocks if rule.id == rule_id), {})
    return names.get(office.settings.language, rule_id)


def _track(office: Office, card: CaseCard) -> str:
    lines = []
    for step in card.track:
        reached = step.stage.order <= card.stage.order
        day = f" · {step.entered_on}" if step.entered_on else ""
        lines.append(f"{'●' if reached else '○'} {stage_name(office, step.stage)}{day}")
    return "  \n".join(lines)


def _flag(code: str, language: str) -> str:
    return flag_words(code, "…", language)


def _stage_columns(language: str) -> str:
    lower, bands = 0, []
    for upper in AGE_BANDS:
        bands.append(f"{lower}–{upper} {_say('days', language)}")
        lower = upper + 1
    last = f"{_say('over', language)} {AGE_BANDS[-1]}"
    return "|".join((_say("stage_columns", language), *bands, last))


def _stage_rows(office: Office, counted: Caseload) -> list[tuple[str | int, ...]]:
    return [(stage_name(office, each.stage), counted.stages[each.stage], *each.counts) for each in counted.ageing]


def _section(heading: str, lines: Iterable[str], language: str, *, always: bool = False) -> list[str]:
    listed = "\n".join(f"- {line}" for line in lines)
    if not listed and not always:
        return []
    return [f"## {_say(heading, language)}", listed or _say("nothing", language)]


def _table_section(heading: str, columns: str, rows: Sequence[Sequence[object]], language: str) -> list[str]:
    return [f"## {_say(heading, language)}", _table(_say(columns, language), rows)] if rows else []


def _table(columns: str, rows: Iterable[Sequence[object]]) -> str:
    count = columns.count("|") + 1
    lines = [f"| {columns.replace('|', ' | ')} |", "|" + " --- |" * count]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)


def _say(key: str, language: str) -> str:
    ukrainian, english = _HEADINGS[key]
    return english if language == "en" else ukrainian

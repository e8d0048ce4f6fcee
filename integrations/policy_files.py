"""Reading the policy from its files: one value when all is right, otherwise every mistake with file and line."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integrations.addresses import normalise_address
from integrations.calendars import load_calendars
from integrations.letter_templates import TEMPLATE_FOLDER
from integrations.policy_sections import PolicySections, read_sections
from integrations.policy_templates import check_templates, stamps
from integrations.yaml_lines import LinedYaml, YamlSlip, read_yaml
from models.errors import ConfigurationError, InvalidInput
from models.rules.policy import OfficeDay, Policy
from models.rules.policy_checks import check_policy
from models.rules.policy_checks.draft import PolicyDraft, Slip, SlipPath
from models.schemas.policy import BODIES_FOLDER, OFFICE_FILE, OFFICE_SECTION, SECTIONS

CALENDARS_FILE = "calendars.yaml"
POLICY_FILES = (OFFICE_FILE, *SECTIONS, CALENDARS_FILE)
"""The files that must be there. Beside them stands a folder with a file a body."""
_VERSION_LENGTH = 16


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake in a policy file; `line` counts from 1."""

    file: str
    line: int
    code: str
    what_would_be_right: str

    def __str__(self) -> str:
        """As editors read it: file, line, what would be right."""
        return f"{self.file}:{self.line}: {self.what_would_be_right} [{self.code}]"


def load_policy(folder: Path, templates: Path = TEMPLATE_FOLDER) -> Policy:
    """Return the policy of a folder, held against the templates of another.

    Raises `ConfigurationError` `policy_has_mistakes` with their count; its advice has a line for each.
    """
    return _load_policy(folder, templates, stamps(folder), stamps(templates))


@lru_cache(maxsize=4)
def _load_policy(folder: Path, templates: Path, *_: frozenset[tuple[str, int, int]]) -> Policy:
    """Checking takes a fifth of a second, so a process that opens the office often checks what it knows once."""
    contents = _contents(folder)
    draft, office_day, mistakes = _read(folder, contents, templates)
    if mistakes or office_day is None:
        advice = "\n".join(str(mistake) for mistake in mistakes)
        raise ConfigurationError("policy_has_mistakes", advice, mistakes=len(mistakes))
    return Policy(
        version=_version(contents),
        office_day=office_day,
        stages=tuple(draft.stages.values()),
        clocks=tuple(draft.clocks.values()),
        bodies=tuple(draft.bodies.values()),
        kinds=tuple(draft.kinds.values()),
        side_exits=tuple(draft.side_exits.values()),
        side_steps=tuple(draft.side_steps.values()),
        categories=tuple(draft.categories.values()),
        letterheads=tuple(draft.letterheads.values()),
    )


def find_policy_mistakes(folder: Path, templates: Path = TEMPLATE_FOLDER) -> list[Mistake]:
    """Return every mistake of every file of a policy folder, by file and line; empty when there is none."""
    _, _, mistakes = _read(folder, _contents(folder), templates)
    return mistakes


def _read(
    folder: Path, contents: Mapping[str, bytes | None], templates: Path
) -> tuple[PolicyDraft, OfficeDay | None, list[Mistake]]:
    documents = {name: _document(content) for name, content in contents.items() if name != CALENDARS_FILE}
    sections = read_sections(documents)
    calendars, mistakes = _calendars(folder / CALENDARS_FILE, contents[CALENDARS_FILE])
    mistakes += _surplus_files(folder, contents)
    draft = PolicyDraft(named=sections.named, calendars=calendars, **sections.entries)
    slips = list(sections.slips)
    if sections.whole:
        # With a section gone, everything that points into it would be reported once more.
        slips += [*check_policy(draft), *check_templates(draft, templates)]
        slips += [*_office_slips(sections.office_day), *_mail_slips(draft)]
    for name, document in documents.items():
        mistakes += [Mistake(name, slip.line, slip.code, slip.advice) for slip in document.slips]
    mistakes += [_located(slip, sections, documents) for slip in slips]
    return draft, sections.office_day, sorted(set(mistakes))


def _office_slips(office_day: OfficeDay | None) -> Iterator[Slip]:
    try:
        ZoneInfo(office_day.time_zone if office_day else "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Slip((OFFICE_SECTION, "time_zone"), "value_wrong", "write a time zone such as Europe/Kyiv")


def _mail_slips(draft: PolicyDraft) -> Iterator[Slip]:
    for path, mail in _mails(draft):
        try:
            normalise_address(mail or "nobody@bodies.example")
        except InvalidInput as error:
            advice = f"write one mail address such as office@bodies.example ({error.advice})"
            yield Slip((*path, "mail"), "mail_address_wrong", advice)


def _mails(draft: PolicyDraft) -> Iterator[tuple[SlipPath, str | None]]:
    for place, head in draft.letterheads.items():
        yield ("letterheads", place), head.mail
    for place, body in draft.bodies.items():
        for number, address in enumerate(body.addresses):
            yield ("bodies", place, "addresses", number), address.mail


def _located(slip: Slip, sections: PolicySections, documents: Mapping[str, LinedYaml]) -> Mistake:
    file, path = sections.place_of(slip)
    line = documents[file].line_of(path) if file in documents else 1
    return Mistake(file, line, slip.code, slip.advice)


def _contents(folder: Path) -> Mapping[str, bytes | None]:
    bodies = sorted(f"{BODIES_FOLDER}/{path.name}" for path in (folder / BODIES_FOLDER).glob("[!.]*.yaml"))
    return {name: _bytes_of(folder / name) for name in (*POLICY_FILES, *bodies)}


def _surplus_files(folder: Path, contents: Mapping[str, bytes | None]) -> Iterator[Mistake]:
    """Find files that look like policy and are not read; hidden ones are no one's policy."""
    for path in folder.rglob("*"):
        place = path.relative_to(folder)
        name = place.as_posix()
        if path.is_file() and name not in contents and not any(part.startswith(".") for part in place.parts):
            advice = f"nothing reads this file: delete it, or write it as a body's, {BODIES_FOLDER}/<body>.yaml"
            yield Mistake(name, 1, "file_unknown", advice)


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _document(content: bytes | None) -> LinedYaml:
    if content is None:
        return LinedYaml(slips=(YamlSlip(1, "file_missing", "there must be a readable file of this name"),))
    return read_yaml(content)


def _calendars(path: Path, content: bytes | None) -> tuple[frozenset[str], list[Mistake]]:
    if content is None:
        return frozenset(), [Mistake(path.name, 1, "file_missing", "there must be a readable file of this name")]
    try:
        return frozenset(load_calendars(path)), []
    except ConfigurationError as error:
        return frozenset(), list(_calendar_mistakes(error))


def _calendar_mistakes(error: ConfigurationError) -> Iterator[Mistake]:
    """Take the lines of the calendars' own check apart: file, line, what is wrong."""
    for advice in error.advice.splitlines():
        _, line, what = advice.split(":", 2)
        yield Mistake(CALENDARS_FILE, int(line), error.code, what.strip())


def _version(contents: Mapping[str, bytes | None]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{name} {hashlib.sha256(content or b'').hexdigest()}\n".encode())
    return digest.hexdigest()[:_VERSION_LENGTH]

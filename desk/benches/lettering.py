"""Letters: from a case to the stored PDF, beside bare Typst on the same sources."""

from collections.abc import Iterator, Sequence
from os import devnull
from pathlib import Path

import typst

from casework.case_file import read_case
from casework.letter_facts import gather_facts
from casework.letter_file import get_letter
from casework.letters import approve_letter, draft_letter
from casework.office import Office
from desk.benches.figures import Contest, Figure, Scale, Work, measure
from desk.benches.progress import Progress
from desk.benches.sample import open_sample
from desk.benches.workplace import COLLEAGUE, COORDINATOR, MONDAY, Workplace
from models.statuses import Purpose

_MOST = 100
_KIND, _LANGUAGE = "ombudsman_ua.request", "uk"


def bench_letters(place: Workplace, scale: Scale, progress: Progress) -> Iterator[Figure]:
    """Measure drafting and approving letters, each of a case of its own."""
    count = scale.share(_MOST)
    with place.office() as office:
        progress.tell("letters: opening cases")
        references = iter(open_sample(office, scale.turns * count + 1))
        # Templates and typesetter are loaded once a process; that is no letter's own time.
        draft_and_approve(office, [next(references)])
        yield measure(_contest(office, references, count), scale, place.database, progress)


def draft_and_approve(office: Office, references: Sequence[str]) -> list[str]:
    """Draft a letter for each case and have it approved; return their outgoing numbers."""
    return [_approved(office, _drafted(office, reference)) for reference in references]


def _contest(office: Office, references: Iterator[str], count: int) -> Contest:
    compiler = _bare_compiler(office)

    def ours() -> Work:
        group = [next(references) for _ in range(count)]
        return lambda: _count(draft_and_approve(office, group), count)

    def baseline() -> Work:
        sources = [_source(office, next(references)) for _ in range(count)]
        return lambda: _count([_bare(compiler, source) for source in sources], count)

    return Contest("letters", "letters", count, ours, baseline, "bare Typst on the same sources, nothing stored")


def _drafted(office: Office, reference: str) -> str:
    return draft_letter(
        office, reference, kind=_KIND, purpose=Purpose.SEARCH, language=_LANGUAGE, now=MONDAY, actor=COORDINATOR
    )


def _approved(office: Office, number: str) -> str:
    return approve_letter(office, number, now=MONDAY, actor=COLLEAGUE).number


def _source(office: Office, reference: str) -> bytes:
    """Return the Typst source of the letter that such a case gets."""
    number = _drafted(office, reference)
    with read_case(office, reference, MONDAY) as file:
        facts = gather_facts(file, get_letter(file.session, number)).facts
        return office.templates.render_source(_KIND, _LANGUAGE, facts)


def _bare_compiler(office: Office) -> typst.Compiler:
    folder, nowhere = office.settings.templates_folder, Path(devnull) / "packages"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder / "fonts"])
    return typst.Compiler(
        root=folder / "letters",
        font_paths=fonts,
        ignore_system_fonts=True,
        package_path=nowhere,
        package_cache_path=nowhere,
    )


def _bare(compiler: typst.Compiler, source: bytes) -> object:
    return compiler.compile(source, pdf_standards=["a-3a", "ua-1"], timestamp=int(MONDAY.timestamp()))


def _count(made: Sequence[object], count: int) -> None:
    if len(made) != count:
        raise AssertionError

"""Letters: from the case to the stored PDF, in bulk and one by one, beside bare Typst and WeasyPrint."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from os import devnull
from pathlib import Path

import typst

from casework.letter_batch import prepare_letters
from casework.letters import approve_letter, draft_letter
from casework.office import Office
from desk.benches.drafts import KIND, LANGUAGE, PURPOSE, list_sources, make_drafts
from desk.benches.figures import Contest, Figure, Scale, Work, measure
from desk.benches.html_letters import open_weasyprint
from desk.benches.letter_batch import bench_batch
from desk.benches.progress import Progress
from desk.benches.sample import open_sample
from desk.benches.workplace import COLLEAGUE, COORDINATOR, MONDAY, Workplace

_MOST = 200
_MOST_SLOW = 40
Typeset = Callable[[bytes], object]


@dataclass(frozen=True)
class _Rival:
    """A typesetter that gets its sources ready-made and stores nothing."""

    bench: str
    typeset: Typeset
    described: str


def bench_letters(place: Workplace, scale: Scale, progress: Progress) -> Iterator[Figure]:
    """Measure letters made in bulk by one process, letters drafted and approved one by one, and a whole caseload."""
    with place.office() as office, open_weasyprint(office.settings.templates_folder / "fonts") as weasyprint:
        progress.tell("letters: opening cases")
        many, few = scale.share(_MOST), scale.share(_MOST_SLOW)
        references = iter(open_sample(office, scale.rounds * (many + 2 * few) + 1))
        # Templates and typesetter are loaded once a process; that is no letter's own time.
        draft_and_approve(office, [next(references)])
        bare = _Rival("letters", _bare_typst(office), "bare Typst on the same sources, nothing stored")
        for rival, count in ((bare, many), (_weasyprint(weasyprint, progress), few)):
            if rival is not None:
                yield measure(_in_bulk(office, references, rival, scale, count), scale, place.database, progress)
        yield measure(_one_by_one(office, references, bare, scale, few), scale, place.database, progress)
    yield bench_batch(place, scale, progress)


def draft_and_approve(office: Office, references: Sequence[str]) -> list[str]:
    """Draft a letter for each case and have it approved; return their outgoing numbers."""
    return [_approved(office, _drafted(office, reference)) for reference in references]


def _in_bulk(office: Office, references: Iterator[str], rival: _Rival, scale: Scale, count: int) -> Contest:
    """Make drafts into stored letters in this process alone; in each round the rival sets the same letters."""
    groups = [make_drafts(office, [next(references) for _ in range(count)]) for _ in range(scale.rounds)]
    mine, theirs = iter(groups), iter(groups)

    def ours() -> Work:
        numbers = next(mine)
        return lambda: _require(count, _prepared(office, numbers))

    def baseline() -> Work:
        sources = list_sources(office, next(theirs))
        return lambda: _require(count, len([rival.typeset(source) for source in sources]))

    return Contest(rival.bench, "letters", count, ours, baseline, rival.described)


def _one_by_one(office: Office, references: Iterator[str], rival: _Rival, scale: Scale, count: int) -> Contest:
    """Draft and approve letters as people do, each in transactions of its own."""
    groups = [[next(references) for _ in range(count)] for _ in range(scale.rounds)]
    mine, theirs = iter(groups), iter(groups)

    def ours() -> Work:
        group = next(mine)
        return lambda: _require(count, len(draft_and_approve(office, group)))

    def baseline() -> Work:
        sources = list_sources(office, make_drafts(office, next(theirs)))
        return lambda: _require(count, len([rival.typeset(source) for source in sources]))

    return Contest("letters-one-by-one", "letters", count, ours, baseline, rival.described)


def _prepared(office: Office, numbers: Sequence[str]) -> int:
    return prepare_letters(office, numbers=numbers, now=MONDAY, actor=COORDINATOR, processes=1).made


def _drafted(office: Office, reference: str) -> str:
    return draft_letter(office, reference, kind=KIND, purpose=PURPOSE, language=LANGUAGE, now=MONDAY, actor=COORDINATOR)


def _approved(office: Office, number: str) -> str:
    return approve_letter(office, number, now=MONDAY, actor=COLLEAGUE).number


def _weasyprint(typeset: Typeset | None, progress: Progress) -> _Rival | None:
    if typeset is None:
        progress.note("letters-weasyprint: left out, WeasyPrint (or the Pango it needs) is not installed")
        return None
    return _Rival("letters-weasyprint", typeset, "WeasyPrint: the same words, fonts and kind of PDF, nothing stored")


def _bare_typst(office: Office) -> Typeset:
    folder, nowhere = office.settings.templates_folder, Path(devnull) / "packages"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder / "fonts"])
    compiler = typst.Compiler(
        root=folder / "letters",
        font_paths=fonts,
        ignore_system_fonts=True,
        package_path=nowhere,
        package_cache_path=nowhere,
    )
    moment = int(MONDAY.timestamp())
    return lambda source: compiler.compile(source, pdf_standards=["a-3a", "ua-1"], timestamp=moment)


def _require(count: int, made: int) -> None:
    if made != count:
        raise AssertionError

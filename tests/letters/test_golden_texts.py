"""Every letter says word for word what its golden text says. To accept new wording: pytest --write-golden, see below.

A golden text is the text of the PDF, line by line, a rule between the pages. Read the difference before you keep it.
"""

from itertools import zip_longest
from pathlib import Path

import pytest

from casework.letter_samples import Sample
from tests.letters.printed import SAMPLES, every_sample, pages_of

GOLDEN = Path(__file__).parent / "golden"
PAGE_RULE = "\n" + "─" * 20 + "\n"
ADVICE = "to accept the new wording, read it and run: pytest tests/letters/test_golden_texts.py --write-golden"


def golden_of(sample: Sample) -> Path:
    return GOLDEN / f"{sample}.txt"


def first_difference(golden: str, printed: str) -> str:
    """The first line that differs, as the golden text and as the letter has it; empty if none does."""
    lines = zip_longest(golden.splitlines(), printed.splitlines(), fillvalue="(nothing)")
    for number, (old, new) in enumerate(lines, start=1):
        if old != new:
            return f"line {number}\n  golden text: {old}\n  the letter:  {new}"
    return ""


@every_sample
def test_a_letter_says_what_its_golden_text_says(sample: Sample, request: pytest.FixtureRequest) -> None:
    path, printed = golden_of(sample), PAGE_RULE.join(pages_of(sample)) + "\n"
    if request.config.getoption("--write-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(printed, encoding="utf-8")
    if not path.is_file():
        pytest.fail(f"{path.name} is missing; {ADVICE}", pytrace=False)
    difference = first_difference(path.read_text(encoding="utf-8"), printed)
    if difference:
        pytest.fail(f"{path.name}, {difference}\n{ADVICE}", pytrace=False)


def test_no_golden_text_is_left_over_without_its_letter(request: pytest.FixtureRequest) -> None:
    left_over = sorted({path.name for path in GOLDEN.iterdir()} - {golden_of(sample).name for sample in SAMPLES})
    if request.config.getoption("--write-golden"):
        for name in left_over:
            (GOLDEN / name).unlink()
        return
    assert not left_over, ADVICE


@pytest.mark.parametrize(
    ("golden", "printed", "says"),
    [
        ("a\nb\n", "a\nb\n", ""),
        ("a\nb\n", "a\nc\n", "line 2\n  golden text: b\n  the letter:  c"),
        ("a\n", "a\nb\n", "line 2\n  golden text: (nothing)\n  the letter:  b"),
        ("a\nb\n", "a\n", "line 2\n  golden text: b\n  the letter:  (nothing)"),
    ],
)
def test_the_first_line_that_differs_is_shown(golden: str, printed: str, says: str) -> None:
    assert first_difference(golden, printed) == says

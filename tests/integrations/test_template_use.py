"""What a template does to facts is held against their types before any letter is written."""

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from integrations.letter_templates import LetterTemplates
from integrations.template_use import TAKEN_BY_FILTER, TAKEN_BY_TEST, misuses


def advice_on(folder: Path, source: str, **partials: str) -> list[str]:
    (folder / "letter.j2").write_text(source, encoding="utf-8")
    for name, partial in partials.items():
        (folder / f"{name}.j2").write_text(partial, encoding="utf-8")
    environment = Environment(loader=FileSystemLoader(folder), autoescape=False)  # noqa: S701 - only parses
    return [f"{found.template}:{found.line}: {found.advice}" for found in misuses(environment, "letter.j2")]


@pytest.mark.parametrize(
    "source",
    [
        "{{ child.birth_on | day }}, {{ child.birth_on | age(letter.dated_on) }}",
        "{{ letter.dated_on | day }} {{ child.full_name | spelling }}",
        "{{ child.citizenship | country }}{% for tongue in child.languages %}{{ tongue | tongue }}{% endfor %}",
        "{% for s in sightings %}{{ s.source | word }}{{ s.grade.information | word }}{{ loop.index }}{% endfor %}",
        "{% if letter.procedure == 'urgent' and child.health is cyrillic %}{{ child.health }}{% endif %}",
        "{% for a in annexes %}{{ a.title }}, {{ a.pages }}{% endfor %}",
        "{% if card.birth %}yes{% elif aliases %}no{% endif %}{{ child.shoe_size }}",
        "{% for each in children %}{% for t in each.child.languages %}{{ t | tongue }}{% endfor %}{% endfor %}",
    ],
)
def test_what_fits_is_no_misuse(tmp_path: Path, source: str) -> None:
    assert advice_on(tmp_path, source) == []


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        ("\n{{ child.given_name | upper }}", "there is no `upper` here: use `day`, `age`, "),
        ("\n{% if child.given_name is number %}{% endif %}", "there is no `number` here: use `cyrillic`, `eq`, `ne`"),
        ("\n{{ child.given_name | day }}", "`child.given_name` is not a date, which is what `day` takes"),
        ("\n{{ child.birth_on | word }}", "`child.birth_on` is not a coded fact, which is what `word` takes"),
        ("\n{{ requester.relation | spelling }}", "`requester.relation` is not a text, which is what `spelling` takes"),
        ("\n{{ letter.dated_on | age(letter.dated_on) }}", "`letter.dated_on` is not a date of birth, "),
        ("\n{{ child.birth_on | age }}", "write `age(letter.dated_on)`"),
        ("\n{{ child.birth_on | age(child.given_name) }}", "`child.given_name` is not a date of birth, "),
        ("\n{{ child.birth_on | day(letter.dated_on) }}", "write `day`"),
        ("\n{{ child.birth_on }}", "`child.birth_on` is no text: write `| day` behind it"),
        ("\n{{ requester.relation }}", "`requester.relation` is no text: write `| word` behind it"),
        ("\n{{ card.birth }}", "`card.birth` is no text: ask for it with `{% if %}`"),
        ("\n{{ child }}", "`child` is no text: name one of its facts"),
        ("\n{{ sightings | day }}", "`sightings` is not a date, which is what `day` takes"),
        (
            "\n{{ child.birth_on | day | country | age(letter.dated_on) }}",
            "`child.birth_on | day | country` is not a date of",
        ),
        ("\n{{ (child.sex == child.sex) | upper }}", "there is no `upper` here"),
        ("\n{% for each in child.birth_on | day %}{% endfor %}", "`child.birth_on | day` is no list to loop over"),
        ("\n{{ sightings }}", "`sightings` is no text: loop over it"),
        ("\n{{ sightings.place }}", "`sightings` is a list: loop over it to reach `place`"),
        ("\n{% for each in child %}{% endfor %}", "`child` is no list to loop over"),
        ("\n{% for s in sightings %}{{ s }}{% endfor %}", "`s` is no text: name one of its facts"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_line(tmp_path: Path, source: str, advice: str) -> None:
    (told,) = advice_on(tmp_path, source)
    assert told.startswith(f"letter.j2:2: {advice}")


def test_a_part_is_named_by_its_own_file_and_read_with_the_loop_it_stands_in(tmp_path: Path) -> None:
    source = "{% for person in siblings %}{% include 'part.j2' %}{% endfor %}{% include 'other.j2' %}"
    told = advice_on(tmp_path, source, part="{{ person.birth_on }}", other="\n{{ child }}")
    assert told == [
        "part.j2:1: `person.birth_on` is no text: write `| day` behind it",
        "other.j2:2: `child` is no text: name one of its facts",
    ]


def test_no_template_of_the_house_misuses_a_fact() -> None:
    templates = LetterTemplates()
    assert [found for kind in templates.list_kinds() for found in templates.misuses(*kind)] == []


def test_the_filters_and_tests_that_are_known_here_are_those_that_templates_have() -> None:
    environment = LetterTemplates()._environment("uk")
    assert environment.filters.keys() == TAKEN_BY_FILTER.keys()
    assert environment.tests.keys() == TAKEN_BY_TEST.keys()

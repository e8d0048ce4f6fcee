from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from integrations.letter_templates import LetterTemplates
from integrations.template_check import named_paths, undeclared_paths
from models.errors import ConfigurationError
from models.schemas.letters import LetterFacts


def paths_of(folder: Path, source: str, **partials: str) -> frozenset[str]:
    (folder / "letter.j2").write_text(source, encoding="utf-8")
    for name, partial in partials.items():
        (folder / f"{name}.j2").write_text(partial, encoding="utf-8")
    environment = Environment(loader=FileSystemLoader(folder), autoescape=False)  # noqa: S701 - only parses
    environment.filters["day"] = str
    return named_paths(environment, "letter.j2")


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ("{{ child.birth_on | day }}", {"child.birth_on"}),
        ("{% if child.health %}yes{% endif %}", {"child.health"}),
        (
            "{% for s in sightings %}{{ s.country }}{% if not loop.last %};{% endif %}{% endfor %}",
            {"sightings", "sightings.country"},
        ),
        ("{% if case.stage == 'located' or not aliases %}-{% endif %}", {"case.stage", "aliases"}),
        ("{# requires: child.health #}text", set()),
    ],
)
def test_the_paths_a_template_names_are_read_from_its_source(tmp_path: Path, source: str, paths: set[str]) -> None:
    assert paths_of(tmp_path, source) == paths


def test_what_an_include_names_counts_with_the_loop_it_stands_in(tmp_path: Path) -> None:
    source = "{% for person in siblings %}{% include 'name.j2' %}{% endfor %}"
    assert paths_of(tmp_path, source, name="{{ person.full_name }}") == {"siblings", "siblings.full_name"}


@pytest.mark.parametrize(
    "source",
    [
        "{% macro m() %}{% endmacro %}",
        "{% set x = child.health %}",
        "{% set x %}{% endset %}",
        "{{ child.family_name ~ child.given_name }}",
        "{{ child.family_name + child.given_name }}",
        "{{ child.family_name.upper() }}",
        "{{ child['family_name'] }}",
        "{{ 'text' }}",
        "{{ '%s' % child.family_name }}",
        "{% for a, b in siblings %}{% endfor %}",
        "{% for a in siblings if a.birth_on %}{% endfor %}",
        "{% for a in 'text' %}{% endfor %}",
        "{% include child.given_name %}",
        "{% include 'gone.j2' ignore missing %}",
        "{% import 'x.j2' as x %}",
        "{% filter upper %}x{% endfilter %}",
    ],
)
def test_any_construct_beyond_printing_comparing_looping_and_including_is_refused(tmp_path: Path, source: str) -> None:
    with pytest.raises(ConfigurationError, match="template_construct_refused"):
        paths_of(tmp_path, source)


def test_a_broken_template_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="template_unreadable") as caught:
        paths_of(tmp_path, "\n{% if %}")
    assert caught.value.references == {"template": "letter.j2", "line": 2}


def test_a_missing_partial_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="template_missing"):
        paths_of(tmp_path, "{% include 'gone.j2' %}")


@pytest.mark.parametrize(
    "path", ["child.family_name", "sightings.grade.source", "child.full_name", "parents.mother.full_name"]
)
def test_a_path_into_the_facts_is_declared(path: str) -> None:
    assert undeclared_paths(frozenset({path})) == frozenset()


@pytest.mark.parametrize(
    "path",
    [
        "child.passport",
        "coordinator",
        "child.family_name.upper",
        "disclosed",
        "child.model_dump",
        "child._private",
        "child.__class__",
        "fields_present",
    ],
)
def test_a_path_that_leads_elsewhere_is_not(path: str) -> None:
    assert undeclared_paths(frozenset({path})) == {path}


def test_every_template_names_only_what_letter_facts_declare() -> None:
    templates = LetterTemplates()
    for kind, language in templates.list_kinds():
        paths = templates.paths_named(kind, language)
        assert paths
        assert undeclared_paths(paths) == frozenset()


def test_every_field_of_the_facts_is_declared_to_the_check() -> None:
    for name in LetterFacts.model_fields:
        assert undeclared_paths(frozenset({name})) == ({name} if name == "disclosed" else frozenset())

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError

from integrations import letter_templates
from integrations.letter_templates import TEMPLATE_FOLDER, LetterTemplates, typst_literal
from integrations.letter_words import LANGUAGES
from models.errors import ConfigurationError, InvalidInput, RuleViolation
from models.rules.disclosure import Field
from models.schemas.letters import Child, Office
from models.statuses import Stage
from tests.letters.printed import facts_of, get_sample

LITERAL = re.compile(r'(?:#"(?:[\w ,.:;()«»“”’ʼ№+–—-]|\\u\{[0-9a-f]+\})*";(?:#parbreak\(\);)?)+')
KIND = "ombudsman_ua.request"
SMALLEST = facts_of(get_sample(f"{KIND}-uk-search-smallest"))
_FULLEST = facts_of(get_sample(f"{KIND}-uk-search-fullest"))
# Many offices number their letters with a stroke, which means something to Typst.
FULLEST = _FULLEST.model_copy(update={"letter": _FULLEST.letter.model_copy(update={"outgoing_number": "01-12/345"})})


def folder_with(tmp_path: Path, source: str) -> Path:
    """A template folder whose only letter is the given source."""
    for part in ("fonts", "mail", "letters/_words"):
        shutil.copytree(TEMPLATE_FOLDER / part, tmp_path / part)
    letter = tmp_path / "letters" / KIND / "uk.typ.j2"
    letter.parent.mkdir(parents=True)
    letter.write_text(source, encoding="utf-8")
    (tmp_path / "letters" / "_layout").mkdir()
    (tmp_path / "letters" / "_layout" / "part.typ.j2").write_text("{{ letter.our_reference }}", encoding="utf-8")
    return tmp_path


def rendered(tmp_path: Path, source: str) -> str:
    templates = LetterTemplates(folder_with(tmp_path, source))
    return templates.render_source(KIND, "uk", FULLEST).decode()


def unescaped(literal: str) -> str:
    inner = literal.removeprefix('#"').removesuffix('";')
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found.group(1), 16)), inner)


@given(st.text())
def test_any_text_becomes_a_literal_and_nothing_but_a_literal(text: str) -> None:
    assert LITERAL.fullmatch(typst_literal(text))


@given(st.text(alphabet=st.characters(exclude_characters="\n")))
def test_the_literal_says_the_text_unchanged(text: str) -> None:
    assert unescaped(typst_literal(text)) == text


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("Згурська", '#"Згурська";'),
        ('"; #panic()', '#"\\u{22}; \\u{23}panic()";'),
        ("a\\b*/", '#"a\\u{5c}b\\u{2a}\\u{2f}";'),
        ("Раз.\nДва.", '#"Раз.";#parbreak();#"Два.";'),
    ],
)
def test_what_could_mean_something_to_typst_is_spelt_out(text: str, literal: str) -> None:
    assert typst_literal(text) == literal


@pytest.mark.parametrize("value", [None, True, Stage.LOCATED, date(2026, 3, 9), Child(), ("a",)])
def test_what_is_no_text_is_never_printed(value: object) -> None:
    with pytest.raises(ConfigurationError, match="template_prints_no_text"):
        typst_literal(value)


def test_a_number_is_printed() -> None:
    assert typst_literal(12) == '#"12";'


def test_a_value_is_escaped_once_and_the_templates_own_text_not_at_all(tmp_path: Path) -> None:
    source = "*№* {{ letter.outgoing_number }}{% include '_layout/part.typ.j2' %}[]"
    assert rendered(tmp_path, source) == '*№* #"01-12\\u{2f}345";#"2026-004821-C";[]'


def test_html_filters_and_ways_out_do_not_exist(tmp_path: Path) -> None:
    for name in ("safe", "escape", "join", "format", "attr", "map"):
        with pytest.raises(ConfigurationError, match="template_unreadable"):
            rendered(tmp_path / name, f"{{{{ letter.our_reference | {name} }}}}")


def test_an_absent_fact_is_an_error_and_not_a_hole(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="template_prints_no_text") as caught:
        rendered(tmp_path, "\n\n{{ letter.procedure }}")
    assert caught.value.references == {"template": f"{KIND}/uk.typ.j2:3", "type": "NoneType"}
    assert "{% if" in caught.value.advice


def test_an_absent_fact_in_a_part_is_found_in_the_part(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "\n{% include '_layout/part.typ.j2' %}")
    part = folder / "letters" / "_layout" / "part.typ.j2"
    part.write_text("{{ letter.our_reference }}\n{{ letter.procedure }}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="template_prints_no_text") as caught:
        LetterTemplates(folder).render_source(KIND, "uk", SMALLEST)
    assert caught.value.references["template"] == "_layout/part.typ.j2:2"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{{ parents.mother.full_name }}", "template_prints_no_text"),
        ("{% if parents.mother.full_name %}.{% endif %}", "template_failed"),
    ],
)
def test_a_fact_behind_an_absent_one_is_an_error(tmp_path: Path, source: str, code: str) -> None:
    templates = LetterTemplates(folder_with(tmp_path, source))
    with pytest.raises(ConfigurationError, match=code):
        templates.render_source(KIND, "uk", SMALLEST)


def test_a_template_that_names_something_outside_the_facts_fails_before_it_runs(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        rendered(tmp_path, "{% if child.shoe_size %}{{ child.shoe_size }}{% endif %}")
    assert caught.value.code == "template_names_unknown_field"
    assert caught.value.references["fields"] == "child.shoe_size"


def test_a_required_fact_that_is_absent_is_named(tmp_path: Path) -> None:
    templates = LetterTemplates(folder_with(tmp_path, "{# requires: child.health aliases #}."))
    with pytest.raises(RuleViolation, match="letter_fact_missing") as caught:
        templates.render_source(KIND, "uk", SMALLEST)
    assert caught.value.references["fields"] == "aliases child.health"


def test_a_requirement_that_is_no_field_is_a_mistake_of_the_template(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="template_requires_unknown_field"):
        rendered(tmp_path, "{# requires: child.shoe_size #}.")


def test_facts_gathered_for_another_letter_are_refused() -> None:
    with pytest.raises(RuleViolation, match="letter_facts_mismatch"):
        LetterTemplates().render_source("family.news", "uk", FULLEST)


def test_a_character_no_font_has_is_refused_before_anything_is_set() -> None:
    facts = FULLEST.model_copy(update={"child": Child(family_name="汉", given_name="Я")})
    with pytest.raises(InvalidInput, match="character_not_printable"):
        LetterTemplates().render_source(KIND, "uk", facts)


def test_a_kind_without_a_template_is_named() -> None:
    templates = LetterTemplates()
    with pytest.raises(ConfigurationError, match="template_missing"):
        templates.fields_required(KIND, "de")
    with pytest.raises(ConfigurationError, match="template_missing"):
        templates.paths_named("nobody.nothing", "uk")


def test_the_hash_follows_every_file_that_takes_part(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "first")
    first = LetterTemplates(folder).template_hash(KIND, "uk")
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert LetterTemplates(folder).template_hash(KIND, "uk") == first
    seen = {first}
    for changed in ("letters/_words/uk.yaml", "letters/_layout/part.typ.j2", f"letters/{KIND}/uk.typ.j2"):
        with (folder / changed).open("a", encoding="utf-8") as file:
            file.write(" ")
        seen.add(LetterTemplates(folder).template_hash(KIND, "uk"))
    next((folder / "fonts").rglob("*.ttf")).unlink()
    seen.add(LetterTemplates(folder).template_hash(KIND, "uk"))
    assert len(seen) == 5


def test_the_kinds_are_the_folders_but_for_those_that_letters_share(tmp_path: Path) -> None:
    assert LetterTemplates(folder_with(tmp_path, ".")).list_kinds() == ((KIND, "uk"),)
    shipped = LetterTemplates().list_kinds()
    assert shipped == tuple(sorted(set(shipped)))
    assert {language for kind, language in shipped if kind == "wgeid.request"} == {"uk", "en", "fr"}
    assert {kind for kind, _ in shipped if kind.startswith("_")} == set()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("uk", "лист № 01-12/345 від 9 березня 2026 р."),
        ("en", "letter 01-12/345 of 9 March 2026."),
        ("ru", "письмо № 01-12/345 от 9 марта 2026 г."),
        ("fr", "lettre n° 01-12/345 du 9 mars 2026."),
    ],
)
def test_the_cover_mail_names_the_letter_and_no_person(language: str, expected: str) -> None:
    facts = FULLEST
    text = LetterTemplates().cover_text(facts.letter.model_copy(update={"language": language}), facts.office)
    assert expected in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "2026-004821-C" in text
    assert facts.office.name in text
    assert not re.search("Згурськ|Zghursk|Марія|Mariia", text)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_cover_mail_of_a_letter_about_no_child_asks_for_the_letters_number(language: str) -> None:
    facts = FULLEST
    head = facts.letter.model_copy(update={"language": language, "our_reference": None})
    text = LetterTemplates().cover_text(head, facts.office)
    assert not re.search("None|справа|case|дело|dossier", text)
    assert re.search("номер листа|number of this letter|номер письма|numéro de cette lettre", text)
    assert "\n\n\n" not in text


def test_a_cover_mail_in_an_unknown_language_is_refused() -> None:
    facts = SMALLEST
    with pytest.raises(ConfigurationError, match="letter_language_unknown"):
        LetterTemplates().cover_text(facts.letter.model_copy(update={"language": "de"}), facts.office)


def test_the_icrc_is_never_sent_an_accusation_nor_grades_nor_the_address_of_the_child() -> None:
    named = LetterTemplates().fields_named("icrc_cta.tracing", "en")
    assert Field.SEPARATION_PLACE in named
    assert not named & {
        Field.PERSONS_BELIEVED_RESPONSIBLE,
        Field.SIGHTING_SOURCE,
        Field.SIGHTING_GRADE,
        Field.SIGHTING_TERRITORY,
        Field.CHILD_REGISTERED_ADDRESS,
        Field.CHILD_HEALTH,
    }


@pytest.mark.parametrize("path", ["office.model_dump", "office.__class__", "office.name.upper"])
def test_behind_the_static_check_a_template_still_sees_only_what_the_models_declare(path: str) -> None:
    office = Office(name="Вигаданий центр", signatory_function="Керівник")
    environment = letter_templates._bare_environment(TEMPLATE_FOLDER)
    assert environment.from_string("{{ office.name }}").render(office=office) == "Вигаданий центр"
    with pytest.raises(SecurityError):
        environment.from_string(f"{{{{ {path} }}}}").render(office=office)

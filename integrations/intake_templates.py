"""The template of an intake file: every column, what it means, and one example of a child who does not exist."""

import csv
import json
from pathlib import Path
from typing import Any, Literal

from integrations.intake_json import README_KEY
from models.errors import InvalidInput, PermanentFailure

# Column: what it means in Ukrainian and in English, and the example's value.
COLUMNS: dict[str, tuple[str, str, str]] = {
    "external_number": (
        "номер заяви у вашій системі; за ним повторний імпорт впізнає заяву",
        "the application's number in your own system; a second import recognises it by this",
        "ПРИКЛАД-0001",
    ),
    "child.family_name": ("прізвище дитини", "the child's family name", "Прикладенко"),
    "child.given_name": ("ім'я дитини", "the child's given name", "Вигадана"),
    "child.patronymic": ("по батькові", "patronymic", "Зразківна"),
    "child.birth_on": (
        "дата народження, наскільки відома: 2014, 2014-03, 2014-03-09, 09.03.2014",
        "birth date as far as known: 2014, 2014-03, 2014-03-09, 09.03.2014",
        "2014-03-09",
    ),
    "child.age_reported": (
        "вік повних років, якщо дата народження невідома",
        "age in full years, if the birth date is not known",
        "",
    ),
    "child.age_reported_on": ("на яку дату вказано вік", "the day that age refers to", ""),
    "child.sex": ("female або ж; male або ч", "female or male", "female"),
    "child.citizenship": ("громадянство, код країни: UA", "citizenship, country code: UA", "UA"),
    "child.birth_place": ("місце народження", "birth place", "с. Вигадане"),
    "child.registered_address": (
        "зареєстроване місце проживання",
        "registered address",
        "вул. Зразкова, 1, с. Вигадане",
    ),
    "child.languages": ("мови, коди через пробіл: uk ru", "languages, codes with blanks between: uk ru", "uk ru"),
    "child.distinguishing_marks": ("особливі прикмети", "distinguishing marks", "родимка на лівому плечі"),
    "child.identity_document": ("документ, що посвідчує особу", "identity document", "свідоцтво А-АА 000000"),
    "child.health": ("здоров'я: лише необхідне", "health: only what is needed", "носить окуляри"),
    "parents.mother.family_name": ("прізвище матері", "the mother's family name", "Прикладенко"),
    "parents.mother.given_name": ("ім'я матері", "the mother's given name", "Зразкова"),
    "parents.mother.patronymic": ("по батькові матері", "the mother's patronymic", "Вигаданівна"),
    "parents.father.family_name": ("прізвище батька", "the father's family name", "Прикладенко"),
    "parents.father.given_name": ("ім'я батька", "the father's given name", "Зразок"),
    "parents.father.patronymic": ("по батькові батька", "the father's patronymic", ""),
    "separation.on": ("дата розлуки, наскільки відома", "the day of separation as far as known", "2022-04"),
    "separation.place": ("місце розлуки", "the place of separation", "с. Вигадане"),
    "separation.country": ("країна розлуки, код: UA", "the country of separation, code: UA", "UA"),
    "separation.circumstances": ("обставини", "circumstances", "Вигаданий приклад: вивезено разом зі школою."),
    "separation.last_known_place": ("останнє відоме місце", "last known place", "невідомо"),
    "separation.last_contact_on": ("останній зв'язок: коли", "last contact: when", "2022-06"),
    "separation.last_contact": ("останній зв'язок: як і з ким", "last contact: how and with whom", "телефоном"),
    "reports.national_police": ("номер у Національній поліції", "number with the National Police", "0000-ЗРАЗОК"),
    "reports.national_information_bureau": (
        "номер у Національному інформаційному бюро",
        "number with the National Information Bureau",
        "",
    ),
    "reports.ombudsman": ("номер у Уповноваженого з прав людини", "number with the Commissioner", ""),
    "requester.name": ("заявник: прізвище, ім'я, по батькові", "the requester's full name", "Прикладенко Зразкова"),
    "requester.basis": (
        "підстава: parent, guardian, grandparent, adult_sibling, other_relative, authority, self",
        "ground: parent, guardian, grandparent, adult_sibling, other_relative, authority, self",
        "parent",
    ),
    "requester.phone": ("телефон заявника", "the requester's telephone", "+380 44 000 00 00"),
    "requester.email": ("електронна пошта заявника", "the requester's mail address", "zrazok@example.org"),
    "requester.address": ("адреса заявника", "the requester's address", "вул. Зразкова, 1, с. Вигадане"),
    "requester.identity_confidential": (
        "не розкривати особу заявника державам: так або ні",
        "keep the requester's identity from States: true or false",
        "так",
    ),
    "consents": (
        "згоди через пробіл, кожна як орган:мета:дата; мета: search, return, information, publicity",
        "consents with blanks between, each body:purpose:date; purpose: search, return, information, publicity",
        "",
    ),
    "sibling_group": ("однакова позначка для братів і сестер", "the same label for siblings", "ПРИКЛАД-родина"),
    "notes": ("примітки", "notes", "Цей рядок вигаданий: видаліть його."),
}


def write_template(path: Path, template_format: Literal["csv", "json"]) -> None:
    """Writes a template with every column and one synthetic example, which is to be deleted.

    CSV is UTF-8 with a signature, which Excel needs; JSON explains the columns under `_readme`.
    `InvalidInput` if the file exists already, `PermanentFailure` if it cannot be written.
    """
    write = _write_csv if template_format == "csv" else _write_json
    try:
        write(path)
    except FileExistsError:
        raise InvalidInput("template_exists", advice="there is a file of that name; choose another") from None
    except OSError:
        raise PermanentFailure("template_unwritable", advice="no file can be written there") from None


def _write_csv(path: Path) -> None:
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerow(example for _, _, example in COLUMNS.values())


def _write_json(path: Path) -> None:
    explained = {column: {"uk": ukrainian, "en": english} for column, (ukrainian, english, _) in COLUMNS.items()}
    with path.open("x", encoding="utf-8") as file:
        json.dump([{README_KEY: explained}, _example()], file, ensure_ascii=False, indent=2)
        file.write("\n")


def _example() -> dict[str, Any]:
    example: dict[str, Any] = {}
    for column, (_, _, value) in COLUMNS.items():
        *sections, name = column.split(".")
        target = example
        for section in sections:
            target = target.setdefault(section, {})
        if value:
            target[name] = value
    return example

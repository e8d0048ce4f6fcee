"""What would be right: one sentence in Ukrainian and one in English for every code an application can be refused with.

Sentences have no place for the value itself. What stands in braces is a limit or a choice of the form's own.
"""

from collections.abc import Mapping

_ADVICE: Mapping[str, tuple[str, str]] = {
    # One value.
    "empty": ("порожнє значення: заповніть або приберіть", "empty: fill it in or leave it out"),
    "too_long": ("не довше {limit} знаків", "at most {limit} characters"),
    "wrong_type": ("тут має бути текст, як у шаблоні", "write it as the template does"),
    "control_characters": (
        "є невидимі або керівні знаки; наберіть текст наново",
        "it holds invisible or control characters; type it again",
    ),
    "name_without_letters": ("ім'я має містити літери", "a name has letters"),
    "mixed_alphabets": (
        "в одному слові є і латинські, і кириличні літери; наберіть його однією абеткою",
        "one word mixes Latin and Cyrillic letters; type it in one alphabet",
    ),
    "date_unreadable": (
        "дата, наскільки відома: 2014, 2014-03, 2014-03-09 або 09.03.2014",
        "a date as far as known: 2014, 2014-03, 2014-03-09 or 09.03.2014",
    ),
    "date_impossible": ("такого дня немає; звірте з документом", "there is no such day; look at the document"),
    "date_too_early": ("рік не раніше 1990", "a year not before 1990"),
    "date_in_future": ("дата не може бути в майбутньому", "a date that is not in the future"),
    "day_needed": ("потрібна повна дата: 2014-03-09", "a full date is needed: 2014-03-09"),
    "phone_unusable": (
        "номер телефону з кодом: +380 44 000 00 00",
        "a telephone number with its code: +380 44 000 00 00",
    ),
    "email_unusable": ("одна електронна адреса: name@example.org", "one mail address: name@example.org"),
    "country_unknown": (
        "код країни з двох літер за ISO 3166: UA, RU, BY",
        "a country code of two letters, ISO 3166: UA, RU, BY",
    ),
    "language_unknown": (
        "коди мов за ISO 639 через пробіл: uk ru crh",
        "language codes, ISO 639, with blanks between: uk ru crh",
    ),
    "number_out_of_range": ("ціле число від 0 до 120", "a whole number from 0 to 120"),
    "not_in_list": ("одне з: {choices}", "one of: {choices}"),
    "consent_unreadable": (
        "орган:мета:дата, через пробіл: icrc_cta:search:2026-01-31",
        "body:purpose:date, with blanks between: icrc_cta:search:2026-01-31",
    ),
    # Values against each other.
    "name_missing": (
        "потрібне ім'я або прізвище дитини, принаймні як його оприлюднено",
        "the child's given or family name is needed, at least as it was published",
    ),
    "age_needs_its_date": (
        "вік і дата, на яку він указаний, мають бути разом",
        "a reported age and the date it refers to belong together",
    ),
    "age_contradicts_birth": (
        "вік не відповідає даті народження; одне з них хибне",
        "the age does not fit the birth date; one of them is wrong",
    ),
    "separation_before_birth": (
        "розлука раніше за народження; одна з дат хибна",
        "the separation is before the birth; one of the dates is wrong",
    ),
    "adult_at_separation": (
        "на день розлуки особі вже було 18; це справа не про дитину, або дата хибна",
        "the person was 18 or older when separated: not a child's case, or a date is wrong",
    ),
    "requester_name_missing": ("потрібне ім'я заявника", "the requester's name is needed"),
    "requester_basis_missing": (
        "на якій підставі заявник діє за дитину: {choices}",
        "on what ground the requester speaks for the child: {choices}",
    ),
    "consent_without_requester": (
        "згоду хтось дає: потрібні ім'я та підстава заявника",
        "somebody gives a consent: the requester's name and basis are needed",
    ),
    "body_unknown": ("орган із правил офісу: {choices}", "a body of the office's policy: {choices}"),
    # A row or a whole file.
    "column_unknown": ("такого стовпця немає у шаблоні", "the template has no such column"),
    "column_misspelt": ("такого стовпця немає; можливо: {nearest}", "there is no such column; perhaps: {nearest}"),
    "column_twice": ("стовпець є двічі; залиште один", "the column is there twice; keep one"),
    "column_missing": (
        "потрібен хоча б один зі стовпців: {choices}",
        "at least one of these columns is needed: {choices}",
    ),
    "header_missing": (
        "перший рядок має містити назви стовпців, як у шаблоні",
        "the first row holds the names of the columns, as in the template",
    ),
    "cells_misplaced": (
        "у рядку стільки ж клітинок, скільки стовпців: {columns}",
        "a row has as many cells as there are columns: {columns}",
    ),
    "repeated_in_file": (
        "така заява вже є вище в цьому файлі; залиште одну",
        "this application stands further up in this file; keep one",
    ),
    "row_unreadable": (
        "рядок не читається: перевірте лапки та роздільники",
        "the row cannot be read: look at its quotes and separators",
    ),
    "encoding_unreadable": (
        "збережіть файл як UTF-8 (або Windows-1251)",
        "save the file as UTF-8 (or Windows-1251)",
    ),
    "file_empty": ("у файлі немає жодної заяви", "there is not one application in the file"),
}

ADVICE_CODES = frozenset(_ADVICE)
"""Every code there is."""


def advice(code: str, **limits: object) -> dict[str, str]:
    """What would be right, by language (`uk`, `en`); `limits` fill the sentence's braces."""
    ukrainian, english = _ADVICE[code]
    return {"uk": ukrainian.format(**limits), "en": english.format(**limits)}

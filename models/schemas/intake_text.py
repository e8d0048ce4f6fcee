"""What a single value of an application may look like: names, lines, prose, dates, phones, mail addresses, codes.

Each check refuses with a code of `models.schemas.intake_advice` and never repeats the value.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
)
from phonenumbers import parse as parse_phone
from pydantic import AfterValidator, BeforeValidator, PlainSerializer, PlainValidator, StringConstraints
from pydantic_core import PydanticCustomError

from models.errors import InvalidInput
from models.rules.codes import COUNTRY_CODES, LANGUAGE_CODES
from models.rules.partial_dates import PartialDate, parse_partial_date
from models.statuses import Precision

NAME_LENGTH, LINE_LENGTH, PROSE_LENGTH, LABEL_LENGTH = 120, 300, 4_000, 60

# Nobody whom this office serves was born, parted or last heard of before; an earlier year is a slip of the pen.
EARLIEST_ON = date(1990, 1, 1)

# What nearly every row holds is recognised at a glance, so that 300,000 of them are checked in seconds.
_PLAIN_NAME = re.compile("[А-Яа-яҐґЄєІіЇї][А-Яа-яҐґЄєІіЇї'’ʼ-]*(?: [А-Яа-яҐґЄєІіЇї][А-Яа-яҐґЄєІіЇї'’ʼ-]*)*")
_PLAIN_PHONE = re.compile(r"\+380[0-9]{9}")
_PHONE_MARKS = str.maketrans("", "", " -()")
_PLAIN_LOCAL_PART = re.compile(r"[A-Za-z0-9]{1,30}(?:[._+-][A-Za-z0-9]{1,30})?")
_BLANKS = re.compile("[ \t\r\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+")
_LINE_BREAK = re.compile("\r\n|\r|\n")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_SEPARATORS = re.compile(r"[\s,;]+")


def refusal(code: str) -> PydanticCustomError:
    """A refusal with a code that `models.schemas.intake_advice` explains."""
    return PydanticCustomError(code, "refused")


def _line(text: str) -> str:
    if not (text.isprintable() and unicodedata.is_normalized("NFC", text) and "  " not in text):
        text = unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip(" "))
        if not text.isprintable():
            raise refusal("control_characters")
    return text


def _prose(text: str) -> str:
    if text.isprintable():
        return _line(text)
    prose = "\n".join(line for part in _LINE_BREAK.split(text) if (line := _line(part.strip())))
    if not prose:
        raise refusal("empty")
    return prose


def _name(text: str) -> str:
    if _PLAIN_NAME.fullmatch(text):
        return text
    text = _line(text)
    if not any(map(str.isalpha, text)):
        raise refusal("name_without_letters")
    if any(_LATIN.search(word) and _CYRILLIC.search(word) for word in _WORD.findall(text)):
        raise refusal("mixed_alphabets")
    return text


def _partial_date(written: Any) -> PartialDate:
    if isinstance(written, PartialDate):
        return written
    return _parsed_date(str(written) if isinstance(written, str | int) else "")


@lru_cache(maxsize=16_384)
def _parsed_date(written: str) -> PartialDate:
    try:
        known = parse_partial_date(written)
    except InvalidInput as error:
        raise refusal(error.code) from None
    if known.earliest < EARLIEST_ON:
        raise refusal("date_too_early")
    return known


def _whole_date(written: Any) -> date:
    known = PartialDate(written, Precision.DAY) if isinstance(written, date) else _partial_date(written)
    if known.precision is not Precision.DAY:
        raise refusal("day_needed")
    return known.earliest


def _phone(text: str) -> str:
    bare = text.translate(_PHONE_MARKS)
    if _PLAIN_PHONE.fullmatch(bare):
        return bare
    try:
        number = parse_phone(text, "UA")
    except NumberParseException:
        raise refusal("phone_unusable") from None
    # Possible, not valid: a family's number must not be refused because our list of prefixes has aged.
    if not is_possible_number(number):
        raise refusal("phone_unusable")
    return str(format_number(number, PhoneNumberFormat.E164))


def _email(text: str) -> str:
    local, _, domain = text.partition("@")
    try:
        if _PLAIN_LOCAL_PART.fullmatch(local):
            return f"{local}@{_domain(domain)}"
        return _checked_address(text)
    except EmailNotValidError:
        raise refusal("email_unusable") from None


@lru_cache(maxsize=1_024)
def _domain(domain: str) -> str:
    return _checked_address(f"a@{domain}").removeprefix("a@")


def _checked_address(address: str) -> str:
    return validate_email(
        address, check_deliverability=False, test_environment=True, globally_deliverable=False
    ).normalized


def _country(text: str) -> str:
    code = text.upper()
    if code not in COUNTRY_CODES:
        raise refusal("country_unknown")
    return code


def _languages(written: Any) -> tuple[str, ...]:
    if isinstance(written, str):
        return _written_languages(written)
    if not isinstance(written, list | tuple) or not all(isinstance(code, str) for code in written):
        raise refusal("wrong_type")
    return _known_languages(tuple(code.lower() for code in written))


@lru_cache(maxsize=1_024)
def _written_languages(written: str) -> tuple[str, ...]:
    return _known_languages(tuple(_SEPARATORS.split(written.strip().lower())))


def _known_languages(lowered: tuple[str, ...]) -> tuple[str, ...]:
    if not LANGUAGE_CODES.issuperset(lowered):
        raise refusal("language_unknown")
    return lowered


def _spelt(meanings: dict[str, Any]) -> BeforeValidator:
    return BeforeValidator(
        lambda value: meanings.get(value.strip().lower(), value) if isinstance(value, str) else value
    )


def _text(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Name = Annotated[str, _text(NAME_LENGTH), AfterValidator(_name)]
"""A name or a part of one: NFC, with letters, each word in one alphabet."""
Line = Annotated[str, _text(LINE_LENGTH), AfterValidator(_line)]
"""One line of text: NFC, blanks collapsed, no control characters."""
Label = Annotated[str, _text(LABEL_LENGTH), AfterValidator(_line)]
"""A short line: a number, a label."""
Prose = Annotated[str, _text(PROSE_LENGTH), AfterValidator(_prose)]
"""Several lines of text."""
Known = Annotated[PartialDate, PlainValidator(_partial_date), PlainSerializer(PartialDate.iso)]
"""A date as far as it is known."""
WholeDate = Annotated[date, BeforeValidator(_whole_date)]
"""A date known to the day."""
Phone = Annotated[str, _text(LABEL_LENGTH), AfterValidator(_phone)]
"""A telephone number in E.164; one without a country code is Ukrainian."""
Email = Annotated[str, _text(LINE_LENGTH), AfterValidator(_email)]
"""A mail address in its normal form; no name server is asked."""
Country = Annotated[str, _text(LABEL_LENGTH), AfterValidator(_country)]
"""ISO 3166-1 alpha-2, in capitals."""
Languages = Annotated[tuple[str, ...], BeforeValidator(_languages)]
"""ISO 639 codes, as a list or separated by blanks or commas."""

SpelledSex = _spelt({"ж": "female", "жіноча": "female", "ч": "male", "чоловіча": "male"})
"""Lets a form say ж or ч."""
SpelledYesNo = _spelt({"так": True, "ні": False})
"""Lets a form say так or ні."""

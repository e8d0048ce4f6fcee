"""Errors as a person at the command line reads them: one line, what is wrong and what to do, and the exit code."""

import traceback
from pathlib import Path

import typer

from models.errors import ConfigurationError, DodomuError, InvalidInput, NotFound, RuleViolation

OURS = 1
USERS = 2
STOPPED = 130
_USERS_MISTAKES = (RuleViolation, InvalidInput, NotFound, ConfigurationError)
# What to do where whoever raised the error could not know who asks.
_ADVICE = {
    "case_not_found": "`dodomu case list` shows all cases",
    "key_not_found": "without its key a case cannot be read; was it erased, or are the keys of another office?",
    "letter_fact_missing": "the letter needs it: put it on record first",
    "sighting_already_withdrawn": "nothing is left to do",
    "consent_already_withdrawn": "nothing is left to do",
    "already_overridden": "nothing is left to do",
}
_ROOMS = frozenset({"models", "casework", "integrations", "workflows", "desk"})
_HOUSE = Path(__file__).resolve().parent.parent


def code_of(error: Exception) -> int:
    """Return the exit code: 2 for the user's mistake, 1 for ours."""
    return USERS if isinstance(error, (*_USERS_MISTAKES, typer.TyperException)) else OURS


def line_of(error: Exception) -> str:
    """Return the error as one line. It carries no value: neither what was typed nor what is on record."""
    if isinstance(error, DodomuError):
        return _one_line(_in_words(error))
    if isinstance(error, typer.TyperException):
        if not error.format_message():
            # The help has been shown instead.
            return ""
        told = _without_value(error.format_message()).rstrip(".")
        return " ".join(f"{told}. {_try_help(error)}".split())
    return f"Something went wrong that should not have ({type(error).__name__} at {_place(error)}) [unexpected_error]"


def _in_words(error: DodomuError) -> str:
    words = error.code.replace("_", " ").capitalize()
    about = ", ".join(str(value) for value in error.references.values())
    told = f"{words} ({about})" if about else words
    advice = error.advice or _ADVICE.get(error.code, "`dodomu health` says whether everything is in order")
    return f"{told}: {advice} [{error.code}]"


def _without_value(message: str) -> str:
    """Take out what was typed: people paste names into the wrong place."""
    if message.startswith("Got unexpected extra argument"):
        return "More words than the command takes; put words that belong together in quotes"
    start, told, choices = message.partition(" is not one of ")
    return f"{start.split(': ')[0]}: give one of {choices}" if told else message


def _try_help(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"See {context.command_path} --help" if context is not None else ""


def _one_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    return "; ".join(line for line in lines if line)


def _place(error: Exception) -> str:
    """Return the innermost line of our own that the error passed."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_HOUSE) and path.relative_to(_HOUSE).parts[0] in _ROOMS:
            return f"{path.relative_to(_HOUSE)}:{frame.lineno}"
    return "an unknown place"

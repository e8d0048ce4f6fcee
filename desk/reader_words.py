"""What the command line says of snoozes, absences, working hours and who is behind, in the office's two languages."""

from collections.abc import Mapping
from typing import Final

READER_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "snoozed": (
        "{reference}: нагадування «{rung}» відкладено до {on}. Строк не змінився.",
        "{reference}: the rung {rung} is snoozed until {on}. The deadline has not moved.",
    ),
    "snoozed_until": ("{state}, нагадування відкладено до {on}", "{state}, snoozed until {on}"),
    "absent": (
        "{staff}: немає з {from_on} до {until_on}; листи читає {deputy}.",
        "{staff}: away from {from_on} until {until_on}; {deputy} reads the mails.",
    ),
    "back": ("{staff}: відсутність скасовано або завершено.", "{staff}: the absence has ended."),
    "nobody_absent": ("Усі на роботі.", "Nobody is away."),
    "from_on": ("з", "from"),
    "until_on": ("до (включно)", "until (included)"),
    "deputy": ("заступає", "deputy"),
    "hours_set": ("{staff}: робочий день з {begins} до {ends}.", "{staff}: at work from {begins} until {ends}."),
    "hours": ("години", "hours"),
    "count": ("строків", "deadlines"),
    "oldest": ("найдавніший", "the oldest"),
    "away": ("немає до, заступає", "away until, deputy"),
    "nothing_overdue": ("Нічого не прострочено.", "Nothing is overdue."),
}

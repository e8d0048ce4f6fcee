"""The set phrases in which staff are told of a deadline, in Ukrainian and English."""

from collections.abc import Mapping

from models.rules.policy import Anchor
from models.statuses import Precision

WORDS: Mapping[str, Mapping[str, str]] = {
    "today": {"uk": "Строк спливає сьогодні, {on}", "en": "Due today, {on}"},
    "tomorrow": {"uk": "Строк спливає завтра, {on}", "en": "Due tomorrow, {on}"},
    "ahead": {"uk": "Строк: {on}, лишилося {days}", "en": "Due {on}, {days} left"},
    "passed": {"uk": "Строк сплив {on}, {days} тому", "en": "Was due {on}, {days} ago"},
    "stopped": {"uk": "Орган відповів, відлік зупинено.", "en": "The body has answered and the clock has stopped."},
    "turn": {"uk": "Чия черга: {who}.", "en": "Whose turn: {who}."},
    "you": {"uk": "ви", "en": "you"},
    "coordinator": {"uk": "координатор {who}", "en": "coordinator {who}"},
    "nobody": {"uk": "нікого не призначено", "en": "nobody is assigned"},
    "since": {"uk": "Лічимо від події «{event}»: {on}", "en": "Counted from {event}: {on}"},
    "since_event": {"uk": "Лічимо від події «{event}».", "en": "Counted from {event}."},
    "closes_off": {"uk": "Що закриє цей строк: {what}", "en": "What it will close off: {what}"},
    "closed_off": {"uk": "Цим строком уже закрито: {what}", "en": "It has closed off: {what}"},
    "snoozed": {
        "uk": "Нагадування відкладено до {on}; сам строк не змінився.",
        "en": "A reminder is snoozed until {on}; the deadline itself has not moved.",
    },
    # What the policy cites it cites once, in the language of its source; no law is translated here.
    "basis": {"uk": "Підстава (мовою джерела): {basis}", "en": "Basis: {basis}"},
    "next": {"uk": "Далі: {command}", "en": "Next: {command}"},
    "stands_in": {
        "uk": "Замість {who}: немає на роботі до {on} включно, заступаєте ви.",
        "en": "For {who}, who is away until the end of {on}; you stand in.",
    },
}
COUNTED_FROM: Mapping[Anchor, Mapping[str, str]] = {
    Anchor.STAGE_ENTERED: {"uk": "справа перейшла на цей етап", "en": "the day the case came to this stage"},
    Anchor.LETTER_TAKEN: {"uk": "лист надіслано", "en": "the day the letter was sent"},
    # Whether the day is on record or only supposed is not kept with the clock; `clock explain` works it out.
    Anchor.LETTER_DELIVERED: {
        "uk": "лист отримано органом (доки цей день не записано — за припущенням)",
        "en": "the day the body received the letter (as we suppose, until that is on record)",
    },
    Anchor.LETTER_REGISTERED: {
        "uk": "лист зареєстровано органом (доки цей день не записано — за припущенням)",
        "en": "the day the body registered the letter (as we suppose, until that is on record)",
    },
    Anchor.LETTER_ACKNOWLEDGED: {"uk": "орган підтвердив отримання", "en": "the day the body acknowledged the letter"},
    Anchor.LETTER_REPLIED: {"uk": "орган відповів", "en": "the day the body replied"},
    Anchor.SEPARATION: {"uk": "дитину розлучено з родиною", "en": "the day of the separation"},
    Anchor.DISAPPEARANCE: {
        "uk": "дитина зникла (доки цей день не записано — розлучення)",
        "en": "the day of the disappearance (of the separation, until that is on record)",
    },
    Anchor.LAST_SIGHTING: {"uk": "дитину востаннє бачили на цьому місці", "en": "the last sighting at that place"},
    Anchor.TENTH_BIRTHDAY: {"uk": "десятий день народження", "en": "the tenth birthday"},
    Anchor.FOURTEENTH_BIRTHDAY: {"uk": "чотирнадцятий день народження", "en": "the fourteenth birthday"},
    Anchor.SIXTEENTH_BIRTHDAY: {"uk": "шістнадцятий день народження", "en": "the sixteenth birthday"},
    Anchor.EIGHTEENTH_BIRTHDAY: {"uk": "вісімнадцятий день народження", "en": "the eighteenth birthday"},
    Anchor.ARRIVAL: {"uk": "дитина прибула", "en": "the day of arrival"},
    Anchor.CONSENT_GIVEN: {"uk": "надано згоду", "en": "the day the consent was given"},
}
"""The event of each anchor."""

KNOWN_ONLY_TO: Mapping[Precision, Mapping[str, str]] = {
    Precision.MONTH: {
        "uk": " (відомий лише місяць, лічимо від першого дня)",
        "en": " (known only to the month, counted from its first day)",
    },
    Precision.YEAR: {
        "uk": " (відомий лише рік, лічимо від першого дня)",
        "en": " (known only to the year, counted from its first day)",
    },
}

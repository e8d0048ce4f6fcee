"""The set phrases of the daily digest, in Ukrainian and English."""

from collections.abc import Mapping

HEADINGS: Mapping[str, Mapping[str, str]] = {
    "new": {"uk": "НОВІ НАГАДУВАННЯ", "en": "NEW REMINDERS"},
    "lapsed": {"uk": "ОСТАТОЧНО СПЛИВЛО", "en": "LAPSED FOR GOOD"},
    "overdue": {"uk": "ПРОСТРОЧЕНО", "en": "OVERDUE"},
    "soon": {"uk": "СТРОК СПЛИВАЄ ЗА ТИЖДЕНЬ", "en": "DUE WITHIN A WEEK"},
    "flags": {"uk": "ПОТРЕБУЄ УВАГИ", "en": "NEEDS A LOOK"},
    "approve": {"uk": "ЛИСТИ ЧЕКАЮТЬ ВАШОГО ПОГОДЖЕННЯ", "en": "LETTERS AWAITING YOUR APPROVAL"},
    "release": {"uk": "ЛИСТИ МОЖНА НАДСИЛАТИ", "en": "LETTERS READY TO GO"},
}
COUNTED: Mapping[str, Mapping[str, str]] = {
    "new": {"uk": "нові нагадування — {}", "en": "{} new"},
    "lapsed": {"uk": "остаточно спливло — {}", "en": "{} lapsed for good"},
    "overdue": {"uk": "прострочено — {}", "en": "{} overdue"},
    "soon": {"uk": "за тиждень — {}", "en": "{} due within a week"},
    "flags": {"uk": "потребує уваги — {}", "en": "{} to look at"},
    "approve": {"uk": "на погодження — {}", "en": "{} to approve"},
    "release": {"uk": "до надсилання — {}", "en": "{} ready to go"},
}
REST_LISTED_BY: Mapping[str, str] = {
    "new": "dodomu clock list --within-days 0",
    "lapsed": "dodomu clock list --state lapsed",
    "overdue": "dodomu clock list --state overdue",
    "soon": "dodomu clock list --within-days 7",
    "flags": "dodomu case list --flagged",
    "approve": "dodomu letter list --state draft",
    "release": "dodomu letter list --state approved",
}
PHRASES: Mapping[str, Mapping[str, str]] = {
    "subject": {"uk": "Зведення · {on}: {counts}", "en": "Digest for {on}: {counts}"},
    "greeting": {
        "uk": "Добрий день! Сьогодні {on}; це ваше зведення.",
        "en": "Good morning. This is the digest for {on}.",
    },
    "more": {"uk": "… і ще {count}. Усі: {command}", "en": "… and {count} more. All of them: {command}"},
    "by_coordinator": {"uk": "За координаторами:", "en": "By coordinator:"},
    "by_body": {"uk": "За органами, від яких чекаємо відповіді:", "en": "By body that owes a reply:"},
    "nobody": {"uk": "без координатора", "en": "no coordinator"},
    "count": {
        "uk": "{who}: {count}, найдавніший строк {on}, {days} тому",
        "en": "{who}: {count}, the oldest due {on}, {days} ago",
    },
    "away": {"uk": "Сьогодні немає на роботі:", "en": "Away today:"},
    "away_line": {"uk": "  {away}", "en": "  {away}"},
    "away_until": {
        "uk": "{who} (немає до {on}, заступає {deputy})",
        "en": "{who} (away until {on}, {deputy} stands in)",
    },
    "lacking": {"uk": "Бракує погоджень: {count}.", "en": "Approvals still needed: {count}."},
    "lacking_legal": {
        "uk": "Бракує погоджень: {count}, серед них юриста.",
        "en": "Approvals still needed: {count}, one of them a legal officer's.",
    },
    "ready": {"uk": "Усі погодження є.", "en": "All approvals are there."},
    "letter": {"uk": "лист № {number}: {name}", "en": "letter {number}: {name}"},
    "body": {"uk": "органу «{name}»", "en": "“{name}”"},
    "about_letter": {"uk": "Лист № {number}.", "en": "Letter {number}."},
    "closing": {
        "uk": "Лист складено автоматично, відповідати на нього не треба. У ньому лише номери справ.",
        "en": "Written automatically; no answer is needed. It carries case numbers only.",
    },
}

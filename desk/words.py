"""What the command line says, in the office's two languages. Errors and help are in English."""

from collections.abc import Mapping
from typing import Final

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "asked": (
        "Записано. Prefect розгляне справу; що вийшло, скаже `dodomu case show {reference}`.",
        "Recorded. Prefect was asked to look at the case; `dodomu case show {reference}` says what came of it.",
    ),
    "recorded_not_looked": (
        "Записано. Розглянути справу зараз не вдалося ({code}); це зробить наступний обхід.",
        "Recorded. The case could not be looked at just now ({code}); the next watch makes up for it.",
    ),
    "moved": ("{reference}: перейшла до етапу «{stage}».", "{reference}: moved to {stage}."),
    "stands": ("{reference}: етап «{stage}».", "{reference}: stands at {stage}."),
    "missing": ("  бракує: {what}", "  still missing: {what}"),
    "flagged": ("  увага: {what}", "  look at: {what}"),
    "drafted": ("  чернеток листів написано: {count}", "  letters drafted: {count}"),
    "noticed": ("  нагадувань надіслано: {count}", "  notices fired: {count}"),
    "made": ("Створено в {home}: {what}.", "Made in {home}: {what}."),
    "nothing_to_make": (
        "У {home} вже все є; нічого не змінено.",
        "Everything is there in {home}; nothing was changed.",
    ),
    "keep_key_apart": (
        "Збережіть копію {path} окремо, у надійному місці: без неї жодну справу не прочитати.",
        "Keep a copy of {path} in a safe place of its own: without it no case can be read.",
    ),
    "then_staff": (
        "Далі: `dodomu staff add c-01 --person 1 --role coordinator --name … --mail …`",
        "Next: `dodomu staff add c-01 --person 1 --role coordinator --name … --mail …`",
    ),
    "health_office": ("{kind}, {home}", "{kind}, {home}"),
    "health_policy": ("без помилок, версія {version}", "without mistakes, version {version}"),
    "health_there": ("є", "there"),
    "health_witness": ("контрольних точок: {count}", "checkpoints kept: {count}"),
    "health_due": ("справ, що чекають розгляду: {count}", "cases that wait for a look: {count}"),
    "health_no_relay": (
        "поштовий сервер не вказано; задайте DODOMU_SMTP_HOST",
        "no mail relay is set; set DODOMU_SMTP_HOST",
    ),
    "health_no_prefect": (
        "не відповідає; команди працюють і без нього, розклад веде `dodomu up`",
        "does not answer; commands work without it, `dodomu up` keeps the schedules",
    ),
    "watched": (
        "Розглянуто: {looked}; перейшли: {moved}; позначено: {flagged}; нагадувань: {notices}; чернеток: {drafts}.",
        "Cases looked at: {looked}; moved: {moved}; flagged: {flagged}; notices: {notices}; drafts: {drafts}.",
    ),
    "watch_fault": (
        "Не вдалося розглянути: {references}. Причина — у позначках справи.",
        "Could not be assessed: {references}. The case's flags say why.",
    ),
    "template_written": (
        "Шаблон записано: {path}. Рядок-приклад видаліть.",
        "Template written: {path}. Delete the example row.",
    ),
}


def words(key: str, language: str, **values: object) -> str:
    """Return a sentence in `uk` or `en`, with its values filled in."""
    ukrainian, english = _WORDS[key]
    return (english if language == "en" else ukrainian).format(**values)

"""The dead-man's switch: tells the operators that the watch has not finished for two hours.

It runs beside the services of `dodomu up`, in the supervising process, and depends on none of them: it reads the store
itself and sends its mail itself, past the watch, the outbox and Prefect.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum

from casework.watch_mark import SILENT_AFTER, find_silence
from desk.supervision import Say
from desk.words import words
from integrations.clock import Clock, SystemClock
from integrations.mail import Mailer, Relay
from integrations.mime import Heading, build_text_mail
from integrations.settings import Settings
from integrations.store import Store
from models.errors import DodomuError

TELL_AGAIN_AFTER = timedelta(hours=24)
LOOK_EVERY_S = 60.0


class Tell(StrEnum):
    """What the operators are told."""

    SILENT = "silent"
    BACK = "back"


def what_to_tell(reason: str | None, told_at: datetime | None, now: datetime) -> Tell | None:
    """Say what to tell: silence once a day while it lasts, and once that it is over; None for nothing.

    `reason` is why the watch is taken to be silent, None while it is heard of; `told_at` when silence was last told.
    """
    if reason is None:
        return Tell.BACK if told_at is not None else None
    if told_at is None or now - told_at >= TELL_AGAIN_AFTER:
        return Tell.SILENT
    return None


class WatchGuard:
    """Looks once a minute whether the watch is heard of. `say` prints what the operators are told, or why not."""

    def __init__(self, settings: Settings, say: Say, clock: Clock | None = None) -> None:
        self._settings = settings
        self._say = say
        self._clock = clock or SystemClock()
        self._on_duty_since = self._clock.now()
        self._told_at: datetime | None = None
        self._store = Store.open(settings.store_url)

    @contextmanager
    def on_duty(self, every_s: float = LOOK_EVERY_S) -> Iterator[None]:
        """Look now and then, in a thread of its own, for as long as the block lasts."""
        over = threading.Event()

        def look_now_and_then() -> None:
            while not over.wait(every_s):
                self.look()

        thread = threading.Thread(target=look_now_and_then, name="watch guard", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(self._settings.smtp_timeout_s + 1)
            self._store.close()

    def look(self) -> Tell | None:
        """Look once; tell the operators what there is to tell. What could not be told is tried again the next time."""
        now = self._clock.now()
        reason = self._reason(now)
        tell = what_to_tell(reason, self._told_at, now)
        if tell is not None and self._tell(tell, reason, now):
            self._told_at = now if tell is Tell.SILENT else None
        return tell

    def _reason(self, now: datetime) -> str | None:
        """Say why the watch is taken to be silent. A store that cannot be read is as bad: no watch reads it either."""
        language = self._settings.language
        try:
            silence = find_silence(self._store, now, on_duty_since=self._on_duty_since)
        except DodomuError as error:
            return words("guard_blind", language, code=error.code)
        if silence is None:
            return None
        if silence.since is None:
            return words("guard_never", language)
        return words("guard_silent", language, since=f"{silence.since.astimezone(self._settings.zone):%Y-%m-%d %H:%M}")

    def _tell(self, tell: Tell, reason: str | None, now: datetime) -> bool:
        language, operator = self._settings.language, self._settings.operator_mail
        subject = words(f"guard_subject_{tell}", language)
        hours = int(SILENT_AFTER.total_seconds() // 3600)
        todo = words("guard_todo", language, again=words("guard_again", language))
        text = words(f"guard_text_{tell}", language, reason=reason or "", hours=hours, todo=todo)
        self._say(f"{subject}. {reason or ''}".strip())
        if operator is None:
            self._say(words("guard_no_operator", language))
            return True
        heading = Heading(
            sender=self._settings.mail_from,
            sender_name=self._settings.office_name,
            recipients=(operator,),
            subject=subject,
            idempotency_key=f"watch-guard/{tell}/{now.isoformat()}",
            written_at=now,
            language=language,
        )
        try:
            asyncio.run(self._send(heading, text, operator))
        except DodomuError as error:
            self._say(words("guard_not_told", language, code=error.code))
            return False
        return True

    async def _send(self, heading: Heading, text: str, operator: str) -> None:
        async with Mailer(Relay.from_settings(self._settings), self._clock) as mailer:
            await mailer.send(build_text_mail(heading, text=text), [operator])

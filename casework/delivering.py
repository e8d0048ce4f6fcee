"""Sending the outbox: claim, let go of the database, hand over to the relay, mark. Safe to run twice, or to kill."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage

from casework.office import Office
from casework.outbox import Claimed, claim, count_waiting, mark_deferred, mark_failed, mark_sent, put_back
from casework.sealing_journal import seal_journal
from integrations.clock import Clock
from integrations.mail import Mailer, Relay
from integrations.mail_faults import RELAY_FAULTS
from integrations.mime import Heading, build_letter_mail, build_text_mail
from models.errors import ConfigurationError, DodomuError, InvalidInput, PermanentFailure, TransientFailure
from models.rules.letterheads import letterhead_on
from models.statuses import ParcelKind

BATCH = 20
# A mail is begun only in the first half of the lease, so that a slow relay never sees two of us at one parcel.
START_WITHIN_S = 300.0


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a delivery did, in parcels.

    `stopped` may not leave any more (consent, case, bytes, recipient). `held_up_by` is the code of what keeps the
    relay, or the seal before a letter, from being used by anybody; everything then waits as before. `faults` are codes
    of parcels whose fate could not be recorded: their lease runs out and they are sent again, the same bytes.
    """

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    stopped: int = 0
    held_up_by: str | None = None
    advice: str = ""
    faults: tuple[str, ...] = ()


class _Passing:
    """The clock of one delivery: the given moment, and the time that has passed since it began."""

    def __init__(self, clock: Clock, start: datetime) -> None:
        self._clock, self._start, self._began = clock, start, clock.now()

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self._start + (self._clock.now() - self._began)


async def deliver(office: Office, now: datetime, *, limit: int | None = None) -> DeliveryReport:
    """Send what waits in the outbox, or the first `limit` of it. Never raises for a relay that cannot be used."""
    clock = _Passing(office.clock, now)
    try:
        relay = Relay.from_settings(office.settings)
    except ConfigurationError as error:
        waiting = count_waiting(office, now)
        return DeliveryReport(held_up_by=error.code, advice=error.advice) if waiting else DeliveryReport()
    async with Mailer(relay, clock) as mailer:
        return await _Delivery(office, mailer, clock).run(limit)


class _Delivery:
    """One run over the outbox, batch by batch, until nothing is due or the relay is at fault."""

    def __init__(self, office: Office, mailer: Mailer, clock: Clock) -> None:
        self._office = office
        self._mailer = mailer
        self._clock = clock
        self._report = DeliveryReport()

    async def run(self, limit: int | None) -> DeliveryReport:
        left = limit
        while left is None or left > 0:
            size = BATCH if left is None else min(BATCH, left)
            batch = claim(self._office, self._clock.now(), size)
            self._count(stopped=batch.stopped)
            if not batch.claimed and not batch.stopped:
                break
            if self._seal(batch.claimed):
                await self._send_all(batch.claimed)
            if self._report.held_up_by is not None:
                break
            left = None if left is None else left - len(batch.claimed) - batch.stopped
        return self._report

    def _seal(self, batch: Sequence[Claimed]) -> bool:
        """Seal the journal before letters leave. Return whether they may."""
        try:
            if any(each.kind is ParcelKind.LETTER for each in batch):
                seal_journal(self._office, self._clock.now())
        except DodomuError as error:
            # Without a checkpoint outside no letter leaves, whatever the reason is that there is none.
            self._hold_up(error)
            put_back(self._office, batch)
            return False
        return True

    async def _send_all(self, batch: Sequence[Claimed]) -> None:
        start_until = asyncio.get_running_loop().time() + START_WITHIN_S
        slots = asyncio.Semaphore(self._office.settings.smtp_connections)

        async def send_in_turn(parcel: Claimed) -> bool:
            async with slots:
                in_time = asyncio.get_running_loop().time() < start_until
                return in_time and self._report.held_up_by is None and await self._send(parcel)

        tried = await asyncio.gather(*(send_in_turn(parcel) for parcel in batch))
        put_back(self._office, [parcel for parcel, was_tried in zip(batch, tried, strict=True) if not was_tried])

    async def _send(self, parcel: Claimed) -> bool:
        """Send one parcel and record its fate. Return whether a try was made that counts."""
        try:
            receipt = await self._mailer.send(_message(self._office, parcel), [parcel.recipient])
        except (ConfigurationError, TransientFailure) as error:
            if isinstance(error, ConfigurationError) or error.code in RELAY_FAULTS:
                self._hold_up(error)
                return False
            self._record(parcel, error)
        except (PermanentFailure, InvalidInput) as error:
            self._record(parcel, error)
        else:
            self._record(parcel, receipt.taken_at)
        return True

    def _record(self, parcel: Claimed, fate: datetime | DodomuError) -> None:
        now = self._clock.now()
        try:
            if isinstance(fate, datetime):
                mark_sent(self._office, parcel, fate, now)
                self._count(sent=1)
            elif isinstance(fate, TransientFailure) and mark_deferred(self._office, parcel, fate.code, now):
                self._count(deferred=1)
            else:
                if not isinstance(fate, TransientFailure):
                    mark_failed(self._office, parcel, fate.code, now)
                self._count(failed=1)
        except DodomuError as error:
            # The item boundary of a batch: the lease runs out, and the parcel is sent again, the same bytes.
            self._report = replace(self._report, faults=(*self._report.faults, error.code))

    def _hold_up(self, error: DodomuError) -> None:
        self._report = replace(self._report, held_up_by=error.code, advice=error.advice)

    def _count(self, sent: int = 0, deferred: int = 0, failed: int = 0, stopped: int = 0) -> None:
        before = self._report
        self._report = replace(
            before,
            sent=before.sent + sent,
            deferred=before.deferred + deferred,
            failed=before.failed + failed,
            stopped=before.stopped + stopped,
        )


def _sender_name(office: Office, parcel: Claimed) -> str:
    """Return who writes: a body reads the letterhead's name, the office's own people that of the house's post."""
    if parcel.letter is None:
        return office.settings.office_name
    day = parcel.written_at.astimezone(office.book.zone).date()
    return letterhead_on(office.policy, day).name[parcel.language]


def _message(office: Office, parcel: Claimed) -> EmailMessage:
    settings = office.settings
    heading = Heading(
        sender=settings.mail_from,
        sender_name=_sender_name(office, parcel),
        recipients=(parcel.recipient,),
        subject=parcel.subject,
        idempotency_key=parcel.key,
        written_at=parcel.written_at,
        language=parcel.language,
        reply_to=settings.reply_mail if parcel.letter is not None else None,
    )
    if parcel.letter is None:
        return build_text_mail(heading, text=parcel.text)
    number = parcel.letter_number or ""
    return build_letter_mail(
        heading, text=parcel.text, letter=parcel.letter, outgoing_number=number, annexes=parcel.annexes
    )

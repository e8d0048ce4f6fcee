"""Mail: the outbox through a relay on this machine, beside bare aiosmtplib with the ready bytes of the same mails."""

import asyncio
from collections.abc import Iterator, Sequence

import aiosmtplib

from casework.delivering import deliver
from casework.letters import release_letter
from casework.office import Office
from desk.benches.figures import Contest, Figure, Scale, Work, measure
from desk.benches.lettering import draft_and_approve
from desk.benches.progress import Progress
from desk.benches.sample import open_sample
from desk.benches.workplace import COORDINATOR, MONDAY, Workplace
from integrations.mail_sink import MailSink, TakenMail

_MOST = 60


def bench_mail(place: Workplace, scale: Scale, progress: Progress) -> Iterator[Figure]:
    """Measure sending released letters: claimed, looked at once more, sent, marked, journalled."""
    count = scale.share(_MOST)
    with MailSink(place.folder / "mail") as sink, place.office(smtp_port=sink.port) as office:
        progress.tell("mail: writing letters")
        # One batch more, whose bytes the baseline sends if it comes first.
        references = open_sample(office, (scale.rounds + 1) * count)
        numbers = iter(draft_and_approve(office, references))
        _release(office, numbers, count)
        asyncio.run(_deliver(office, count))
        yield measure(_contest(office, sink, numbers, count), scale, place.database, progress)


def _contest(office: Office, sink: MailSink, numbers: Iterator[str], count: int) -> Contest:
    connections = office.settings.smtp_connections

    def ours() -> Work:
        _release(office, numbers, count)
        return lambda: asyncio.run(_deliver(office, count))

    def baseline() -> Work:
        ready = [_ready(mail) for mail in sink.mails[-count:]]
        return lambda: asyncio.run(_send(sink.port, ready, connections))

    return Contest(
        "mail", "letters", count, ours, baseline, f"bare aiosmtplib, ready bytes, {connections} connections too"
    )


def _release(office: Office, numbers: Iterator[str], count: int) -> None:
    for _ in range(count):
        release_letter(office, next(numbers), now=MONDAY, actor=COORDINATOR)


async def _deliver(office: Office, count: int) -> None:
    report = await deliver(office, MONDAY)
    if report.sent != count:
        message = f"the relay took {report.sent} of {count} letters ({report.held_up_by})"
        raise AssertionError(message)


def _ready(mail: TakenMail) -> tuple[str, tuple[str, ...], bytes]:
    return mail.sender, mail.recipients, mail.path.read_bytes()


async def _send(port: int, mails: Sequence[tuple[str, tuple[str, ...], bytes]], connections: int) -> None:
    shares = [mails[start::connections] for start in range(connections)]
    await asyncio.gather(*(_send_share(port, share) for share in shares))


async def _send_share(port: int, mails: Sequence[tuple[str, tuple[str, ...], bytes]]) -> None:
    async with aiosmtplib.SMTP(
        hostname="127.0.0.1", port=port, start_tls=False, local_hostname="bench.example"
    ) as session:
        for sender, recipients, content in mails:
            await session.sendmail(sender, list(recipients), content)

"""Is everything an office needs in order? One finding for each part, and none stops the next."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from casework.office import Office, open_office
from casework.watch import count_due
from casework.watch_mark import find_silence
from desk.words import words
from integrations.calendars import list_ending_calendars, load_calendars
from integrations.prefect_api import PrefectApi
from integrations.settings import Settings, load_settings
from models.errors import DodomuError, IntegrationError
from models.rules.calendar_reach import list_running_out

_CALENDAR_AHEAD = timedelta(days=90)
"""How long somebody has for extending a calendar before the first clock cannot be counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: what it is, whether it is good, and what there is to say about it."""

    what: str
    good: bool
    told: str


def check_health() -> list[Finding]:
    """Look at every part of the office. Raises ConfigurationError only for settings that cannot be read."""
    settings = load_settings()
    with ExitStack() as open_while_looking:
        try:
            office = open_while_looking.enter_context(open_office(settings))
        except DodomuError as error:
            findings = [Finding("office", False, _first_line(error))]
        else:
            findings = list(_look_inside(office))
    return [*findings, _relay(settings), _prefect(settings)]


def _look_inside(office: Office) -> Iterator[Finding]:
    language = office.settings.language
    yield Finding("office", True, words("health_office", language, kind=office.kind, home=office.settings.home))
    yield Finding("policy", True, words("health_policy", language, version=office.policy.version))
    yield _finding("signing key", lambda: _signing(office))
    yield _finding("witness", lambda: _kept(office))
    yield _calendars(office)
    yield _watch(office)


def _calendars(office: Office) -> Finding:
    """Look whether the calendars reach far enough: beyond its calendar no clock can be counted."""
    language, today = office.settings.language, office.book.today(office.now())
    calendars = load_calendars(office.settings.policy_folder / "calendars.yaml")
    running_out = list_running_out(office.book, today + _CALENDAR_AHEAD)
    named = running_out | {calendar.id for calendar in list_ending_calendars(calendars, today)}
    if not named:
        return Finding("calendars", True, words("health_there", language))
    ends = ", ".join(f"{each} {calendars[each].rule.covers_until}" for each in sorted(named))
    return Finding("calendars", not running_out, words("health_calendars", language, ends=ends))


def _watch(office: Office) -> Finding:
    """Look whether the watch has finished lately: an outside monitor hears of it by this command's exit code."""
    language, clock = office.settings.language, office.clock.now()
    silence = find_silence(office.store, clock)
    if silence is None:
        return Finding("watch", True, words("health_due", language, count=count_due(office, office.now())))
    since = silence.since
    told = (
        words("guard_never", language)
        if since is None
        else words("guard_silent", language, since=f"{since.astimezone(office.settings.zone):%Y-%m-%d %H:%M}")
    )
    return Finding("watch", False, told)


def _signing(office: Office) -> str:
    _ = office.signing_key
    return words("health_there", office.settings.language)


def _kept(office: Office) -> str:
    return words("health_witness", office.settings.language, count=len(office.witness.list_checkpoints().checkpoints))


def _finding(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, look())
    except DodomuError as error:
        return Finding(what, False, _first_line(error))


def _relay(settings: Settings) -> Finding:
    if settings.smtp_host is None:
        return Finding("mail", False, words("health_no_relay", settings.language))
    return Finding("mail", True, f"{settings.smtp_security}, port {settings.smtp_port}")


def _prefect(settings: Settings) -> Finding:
    # The house works without it, only not by itself: that makes no office unhealthy.
    try:
        with PrefectApi(settings.prefect_api_url, timeout=2.0, tries=1) as api:
            api.get("/health")
    except IntegrationError:
        return Finding("Prefect", True, words("health_no_prefect", settings.language))
    return Finding("Prefect", True, words("health_there", settings.language))


def _first_line(error: DodomuError) -> str:
    return str(error).splitlines()[0]

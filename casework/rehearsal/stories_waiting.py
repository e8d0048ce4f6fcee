"""Stories in which something is missing, somebody is searched for, or a legal term runs out."""

from datetime import date

from casework.rehearsal.chapters import FAMILY, ICRC, OMBUDSMAN, WGEID, answer, apply, identify, locate
from casework.rehearsal.steps import Telling
from models.statuses import Basis, Purpose, ReplyKind, ReportOffice

_SEARCH, _RETURN, _NEWS = Purpose.SEARCH, Purpose.RETURN, Purpose.INFORMATION
_LACKS = ("birth date", "report", "requester", "consent")
_NEVER = 1000
_HALF_YEAR = 182


def lacks_something(telling: Telling) -> None:
    """An incomplete application: the ladder of `reported` is climbed, and half of them are completed in the end."""
    apply(telling)
    completed = telling.index % 8 < len(_LACKS)
    day = telling.dice.randrange(9, 40) if completed else _NEVER
    (_lacks_birth_date, _lacks_report, _lacks_requester, _lacks_consent)[telling.index % len(_LACKS)](telling, day)


def _lacks_birth_date(telling: Telling, day: int) -> None:
    born_on = date.fromisoformat(telling.columns.pop("child.birth_on"))
    telling.on(5, "confirm_standing")
    telling.on(day, "complete_identity", birth_on=born_on)


def _lacks_report(telling: Telling, day: int) -> None:
    telling.columns.pop("reports.national_police")
    telling.on(5, "confirm_standing")
    telling.on(day, "record_report", office=ReportOffice.NATIONAL_INFORMATION_BUREAU)


def _lacks_requester(telling: Telling, day: int) -> None:
    for column in ("consents", *(name for name in telling.columns if name.startswith("requester."))):
        telling.columns.pop(column, None)
    telling.on(day, "record_relative", basis=Basis.GRANDPARENT)
    telling.on(day + 2, "confirm_standing")
    telling.on(day + 2, "give_consent", body="*", purpose=_SEARCH, given_by=Basis.GRANDPARENT)


def _lacks_consent(telling: Telling, day: int) -> None:
    telling.columns.pop("consents")
    telling.on(5, "confirm_standing")
    telling.on(day, "give_consent", body="ombudsman_ua", purpose=_SEARCH)
    telling.on(day, "give_consent", body="icrc_cta", purpose=_SEARCH, withheld=True)


def needs_the_ombudsman(telling: Telling) -> None:
    """No report reference: after thirty days the engine drafts a letter to the Ombudsman, whose answer brings one."""
    apply(telling)
    telling.columns.pop("reports.national_police")
    telling.on(3, "confirm_standing")
    sent = telling.send(38, OMBUDSMAN, _SEARCH)
    if telling.index % 2 == 0:
        answered = answer(telling, sent + 20, OMBUDSMAN, _SEARCH, ReplyKind.ANSWER)
        telling.on(answered, "record_report", office=ReportOffice.OMBUDSMAN)


def is_searched_for(telling: Telling) -> None:
    """Identified, and nobody knows where: the Agency after thirty days, the UN after sixty, and some are found."""
    apply(telling)
    identified = identify(telling, telling.dice.randrange(1, 6))
    telling.on(identified + 3, "record_alias", full_name="Вигадана Інша", citizenship="RU")
    sent = telling.send(identified + 33, ICRC, _SEARCH)
    turn = telling.index % 5
    if turn in {0, 1, 3}:
        telling.send(identified + 64, WGEID, _SEARCH)
    if turn in {1, 2}:
        answer(telling, sent + 30, ICRC, _SEARCH, ReplyKind.ACKNOWLEDGEMENT)
    if turn == 2:  # noqa: PLR2004 - one of five
        found = answer(telling, sent + 55, ICRC, _SEARCH, ReplyKind.ANSWER, acknowledges_child=True)
        locate(telling, found + 2)
        telling.write(found + 5, OMBUDSMAN, _RETURN)


def is_not_taken_up(telling: Telling) -> None:
    """The Agency does not take the search up: two weeks later the engine drafts the appeal to the Working Group."""
    telling.opens_on = 0
    apply(telling)
    sent = telling.write(identify(telling, 2) + 3, ICRC, _SEARCH)
    refused = answer(telling, sent + 20, ICRC, _SEARCH, ReplyKind.REFUSAL)
    telling.send(refused + 16, WGEID, _SEARCH)


def is_told_at_a_dead_address(telling: Telling) -> None:
    """The family's address does not exist: the relay refuses it, the letter is never counted as sent."""
    apply(telling)
    telling.columns["requester.email"] = f"nemaie{telling.index}@refused.example.org"
    identified = identify(telling, 2)
    telling.write(identified + 3, FAMILY, _NEWS)


def turns_eighteen(telling: Telling) -> None:
    """Seventeen, and soon grown: the family's consents end, and only some give one of their own."""
    telling.opens_on = 0
    days_to_birthday = 40 + 8 * telling.index
    apply(telling, age=16)
    born_on = telling.date(days_to_birthday).replace(year=telling.date(days_to_birthday).year - 18)
    telling.columns["child.birth_on"] = born_on.isoformat()
    identify(telling, 2)
    if telling.index % 2 == 0:
        for body in ("ombudsman_ua", "icrc_cta"):
            telling.on(days_to_birthday + 12, "give_consent", body=body, purpose=_SEARCH, given_by=Basis.SELF)


def turns_sixteen(telling: Telling) -> None:
    """Fifteen, and from the next birthday on the Hague Convention no longer applies."""
    telling.opens_on = 0
    apply(telling, age=15)
    birthday = telling.date(90)
    telling.columns["child.birth_on"] = birthday.replace(year=birthday.year - 16).isoformat()
    identify(telling, 2)


def is_urgent(telling: Telling) -> None:
    """Separated weeks ago: the UN's urgent procedure is open for three months, and one case misses it."""
    telling.opens_on = 0
    apply(telling, separated=20 + 5 * telling.index)
    identify(telling, 1)
    prepared = 60 - (20 + 5 * telling.index)
    if telling.index != 1:
        telling.send(prepared + 4, WGEID, _SEARCH)


def nears_a_year(telling: Telling) -> None:
    """Eleven months after the separation: the Ombudsman can be appealed to within a year."""
    telling.opens_on = 0
    apply(telling, separated=320 + 3 * telling.index)
    identify(telling, 2)
    if telling.index % 2 == 0:
        telling.send(22, OMBUDSMAN, _SEARCH)


def nears_two_years(telling: Telling) -> None:
    """Nearly two years after the separation: the outer limit."""
    telling.opens_on = 0
    apply(telling, separated=688)
    identify(telling, 2)


def is_suspended(telling: Telling) -> None:
    """The family asks for a rest; the clocks pause and are extended by the pause."""
    apply(telling)
    identified = identify(telling, 2)
    rests = identified + 18
    telling.on(rests, "suspend", reason="Родина попросила паузу.")
    if telling.index % 6 == 5:  # noqa: PLR2004 - one in six still rests
        return
    resumed = rests + 30 + 5 * (telling.index % 4)
    telling.on(resumed, "resume", reason="Родина готова продовжувати.")
    telling.send(resumed + 22, ICRC, _SEARCH)


def was_opened_last_year(telling: Telling) -> None:
    """An older case of the office: asked the Agency last year, and half a year later nobody has answered."""
    telling.opens_on = -_HALF_YEAR
    apply(telling)
    identify(telling, 2)
    telling.write(4, ICRC, _SEARCH)

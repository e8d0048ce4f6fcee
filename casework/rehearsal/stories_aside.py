"""Stories that leave the way: consent withdrawn, cases closed, reopened, overridden, erased; last year's returns."""

from casework.rehearsal.chapters import (
    ICRC,
    OMBUDSMAN,
    WGEID,
    WITHDRAWAL,
    agree,
    apply,
    arrive,
    identify,
    locate,
    verify,
    visit,
)
from casework.rehearsal.steps import Seat, Telling
from models.statuses import ClosingReason, Purpose

_SEARCH, _RETURN = Purpose.SEARCH, Purpose.RETURN
_A_YEAR_AGO = -338


def withdraws_before_release(telling: Telling) -> None:
    """Consent is withdrawn between approval and release: the letter does not go out."""
    apply(telling)
    located = locate(telling, identify(telling, 2) + 4)
    telling.on(located + 1, "draft_letter", kind=OMBUDSMAN, purpose=_RETURN)
    telling.approve(located + 2, OMBUDSMAN, _RETURN)
    telling.on(located + 3, "withdraw_consent", body="ombudsman_ua", purpose=_RETURN)
    telling.on(located + 4, "release_letter", kind=OMBUDSMAN, purpose=_RETURN, refused="consent_missing")


def withdraws_after_release(telling: Telling) -> None:
    """Consent is withdrawn while the letter waits in the outbox: the claim for sending stops it."""
    apply(telling)
    located = locate(telling, identify(telling, 1) + 5)
    sent = telling.write(located + 2, ICRC, _RETURN)
    telling.on(sent, "withdraw_consent", body="icrc_cta", purpose=_RETURN)


def takes_consent_back(telling: Telling) -> None:
    """Consent is withdrawn after the letter has come: what was asked is taken back, in a letter that names nobody."""
    apply(telling)
    located = locate(telling, identify(telling, 2) + 6)
    kind = (OMBUDSMAN, ICRC, WGEID)[telling.index % 3]
    body = kind.partition(".")[0]
    sent = telling.write(located + 2, kind, _RETURN)
    telling.on(sent + 12, "withdraw_consent", body=body, purpose=_RETURN)
    telling.write(sent + 13, WITHDRAWAL, _RETURN, body)


def ends_in_death(telling: Telling) -> None:
    """The child has died."""
    apply(telling)
    identify(telling, 3)
    telling.on(40 + telling.index, "close", Seat.SUPERVISOR, reason=ClosingReason.DECEASED)


def is_the_familys_decision(telling: Telling) -> None:
    """The family ends the search; a coordinator alone may not, and one family changes its mind."""
    apply(telling)
    identify(telling, 3)
    day = 30 + 4 * telling.index
    telling.on(day, "close", refused="role_not_allowed", reason=ClosingReason.OWN_DECISION)
    telling.on(day + 1, "close", Seat.SUPERVISOR, reason=ClosingReason.OWN_DECISION)
    if telling.index % 2 == 0:
        telling.on(day + 45, "reopen", Seat.SUPERVISOR, reason="Родина просить продовжити.")


def comes_twice(telling: Telling) -> None:
    """A second application for the same child, flagged and, after a look, closed as a duplicate."""
    telling.opens_on = 14 if telling.index % 2 else 0
    apply(telling)
    if telling.elder is None or telling.index % 2 == 0:
        identify(telling, 4)
        return
    telling.columns["same_as"] = telling.elder
    if telling.index > 4:  # noqa: PLR2004 - the last of three still waits for somebody to look
        return
    telling.on(12, "close", Seat.SUPERVISOR, reason=ClosingReason.DUPLICATE)


def is_not_a_case(telling: Telling) -> None:
    """Not for this office."""
    apply(telling, consents=False)
    telling.on(6 + telling.index, "close", Seat.SUPERVISOR, reason=ClosingReason.NOT_A_CASE)


def is_overridden(telling: Telling) -> None:
    """No office has the disappearance on record; a supervisor sets that requirement aside, with a reason."""
    apply(telling)
    telling.columns.pop("reports.national_police")
    telling.on(2, "confirm_standing")
    telling.on(
        13,
        "override",
        Seat.SUPERVISOR,
        stage="identified",
        requirement="report_reference",
        reason="Відділення поліції окуповане; заяву подати нікуди.",
    )


def is_erased(telling: Telling) -> None:
    """The family asks that everything be erased: the key is destroyed, the chain still verifies."""
    apply(telling)
    identify(telling, 2)
    telling.on(50 + telling.index, "close", Seat.SUPERVISOR, reason=ClosingReason.OWN_DECISION)
    telling.on(60 + telling.index, "erase", Seat.SUPERVISOR)


def came_home_last_year(telling: Telling) -> None:
    """An older case of the office: home for nearly a year; of the last visits none was made."""
    telling.opens_on = _A_YEAR_AGO - 40
    apply(telling)
    located = locate(telling, identify(telling, 1) + 2)
    sent = telling.write(located + 2, OMBUDSMAN, _RETURN)
    signed = verify(telling, agree(telling, sent + 10, OMBUDSMAN) + 2)
    arrived = arrive(telling, signed + 8)
    visit(
        telling, arrived, ("72h", "14d", "30d") if telling.index % 2 else ("72h", "14d", "30d", "90d", "180d", "365d")
    )


def came_home_and_is_not_visited(telling: Telling) -> None:
    """Home, and not one visit is on record: every one of them is missed."""
    telling.opens_on = 0
    apply(telling)
    located = locate(telling, identify(telling, 1) + 1)
    sent = telling.write(located + 1, ICRC, _RETURN)
    signed = verify(telling, agree(telling, sent + 2, ICRC) + 1)
    arrive(telling, signed + 2)

"""Recording that a body has received a letter: terms that run from receipt count from that day."""

from datetime import date, datetime

from casework.letter_file import open_letter
from casework.office import Office
from casework.recording import check_past
from casework.staff import get_staff
from models.errors import InvalidInput, RuleViolation


def record_delivery(office: Office, number: str, on: date, *, now: datetime, actor: str) -> None:
    """Record the day on which a letter reached its body, or correct it; its clocks are planned anew from there.

    Raises NotFound `letter_not_found`, RuleViolation `letter_not_sent`, InvalidInput `date_in_future` or
    `delivered_before_taken`.
    """
    with open_letter(office, number, now, actor) as (file, letter):
        get_staff(file.session, actor)
        if letter.taken_on is None:
            raise RuleViolation("letter_not_sent", "only a letter that has been sent is received", letter=number)
        check_past(on, file.today, "delivery")
        if on < letter.taken_on:
            raise InvalidInput("delivered_before_taken", "the letter was taken after that day", letter=number)
        letter.delivered_on = on
        file.journal_each("letter_delivered", {"letter": number, "on": on.isoformat()})

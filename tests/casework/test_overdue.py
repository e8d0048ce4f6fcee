"""Who is behind: overdue clocks by coordinator and by the body that owes a reply."""

from datetime import date

from casework.absences import record_absence
from casework.office import Office
from casework.overdue import OverdueBy, OverdueLine, count_overdue
from models.statuses import ClockState
from tests.casework.report_rows import write_case, write_clock

LATE, LATER = date(2026, 2, 1), date(2026, 2, 20)


def test_overdue_deadlines_are_counted_by_coordinator_with_the_oldest_day_and_absences(either_office: Office) -> None:
    office = either_office
    cases = [
        write_case(office, serial, coordinator=who) for serial, who in enumerate(("c-01", "c-01", "c-02", None), 1)
    ]
    for reference in cases:
        write_clock(office, reference, "stage.reported", LATER, ClockState.OVERDUE)
        write_clock(office, reference, "stage.reported", LATE, ClockState.MET, anchor="b")
    write_clock(office, cases[1], "reply.wgeid", LATE, ClockState.OVERDUE)
    today = office.book.today(office.now())
    absence = record_absence(
        office, "c-02", from_on=today, until_on=today, deputy="c-01", now=office.now(), actor="c-02"
    )
    assert count_overdue(office, office.now(), by=OverdueBy.COORDINATOR) == [
        OverdueLine("c-01", 3, LATE),
        OverdueLine("c-02", 1, LATER, absence),
        OverdueLine(None, 1, LATER),
    ]


def test_by_body_only_replies_are_counted_whatever_the_rule(either_office: Office) -> None:
    office = either_office
    reference = write_case(office, 1)
    body = office.policy.get_clock("reply.ombudsman_ua").body
    write_clock(office, reference, "reply.ombudsman_ua", LATER, ClockState.OVERDUE, anchor="a")
    write_clock(office, reference, "reply.ombudsman_ua", LATE, ClockState.OVERDUE, anchor="b")
    write_clock(office, reference, "stage.reported", LATE, ClockState.OVERDUE)
    write_clock(office, reference, "a.rule.the.policy.has.lost", LATE, ClockState.OVERDUE)
    assert count_overdue(office, office.now(), by=OverdueBy.BODY) == [OverdueLine(body, 2, LATE)]

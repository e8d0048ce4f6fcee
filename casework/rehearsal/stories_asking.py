"""Stories of whom to ask and when: offices at home, two UN procedures, the public, the top, the courts; and of news."""

from casework.rehearsal.chapters import (
    ICRC,
    OMBUDSMAN,
    SECOND_NOTICE,
    SUPPLEMENT,
    WGEID,
    WITHDRAWAL,
    allow,
    answer,
    apply,
    identify,
    locate,
    see,
)
from casework.rehearsal.steps import Seat, Telling
from models.statuses import Purpose, ReplyKind, SourceKind

POLICE, NIB, REGISTER = "police_ua.report", "nib_ua.request", "deported_register_ua.request"
CED, WGEID_ANSWER = "ced.urgent_action", "wgeid.answer"
SPECIAL, COALITION = "special_procedures.communication", "coalition.summary"
UNICEF, SRSG, SECRETARY_GENERAL = "unicef.request", "srsg_caac.request", "un_secretary_general.request"
HRMMU, COMMISSION, COURT, DAMAGE = (
    "hrmmu.submission",
    "coi_ukraine.submission",
    "icc_otp.communication",
    "register_of_damage.claim",
)
_SEARCH, _RETURN, _FILING = Purpose.SEARCH, Purpose.RETURN, Purpose.ACCOUNTABILITY
_THIRD = 2
_THREE_WAYS = 3


def is_reported_at_home(telling: Telling) -> None:
    """Police, Bureau and Register hear of the child at once; who says nothing for a month is asked a second time."""
    telling.opens_on = 0
    apply(telling)
    for body in ("police_ua", "nib_ua", "deported_register_ua"):
        allow(telling, body, _SEARCH)
    identified = identify(telling, 2)
    reported = telling.write(identified + 1, POLICE, _SEARCH)
    telling.write(identified + 1, NIB, _SEARCH)
    see(telling, identified + 5, place="вигаданий інтернат", source="вигадана медсестра", kind=SourceKind.WITNESS)
    registered = telling.write(identified + 7, REGISTER, _SEARCH)
    if telling.index % 2:
        answer(telling, reported + 9, POLICE, _SEARCH, ReplyKind.ACKNOWLEDGEMENT)
        answer(telling, reported + 18, NIB, _SEARCH, ReplyKind.ANSWER)
        return
    for body in ("police_ua", "nib_ua"):
        telling.send(reported + 40, SECOND_NOTICE, _SEARCH, body)
    telling.send(registered + 42, SECOND_NOTICE, _SEARCH, "deported_register_ua")


def lies_with_both_committees(telling: Telling) -> None:
    """WGEID is asked; the Committee as well only when a legal officer so decides. A government's reply is answered."""
    telling.opens_on = 0
    apply(telling)
    allow(telling, "ced", _SEARCH)
    language = "fr" if telling.index == _THIRD else "en"
    sent = telling.write(identify(telling, 2) + 3, WGEID, _SEARCH, language=language)
    if telling.index % _THREE_WAYS == 0:
        answered = answer(telling, sent + 30, WGEID, _SEARCH, ReplyKind.ANSWER)
        telling.write(answered + 6, WGEID_ANSWER, _SEARCH)
        return
    telling.on(sent + 5, "draft_letter", kind=CED, purpose=_SEARCH, refused="letter_not_now")
    telling.on(sent + 6, "decide", Seat.LEGAL_OFFICER, kind=CED, reason="Терміновість; юристка порівняла процедури.")
    urgent = telling.write(sent + 7, CED, _SEARCH, language=language)
    telling.send(urgent + 42, SECOND_NOTICE, _SEARCH, "ced")


def leaves_a_government_unanswered(telling: Telling) -> None:
    """A government has replied; the family wants no more of it, and the six months for our answer run out."""
    telling.opens_on = 0
    apply(telling)
    sent = telling.write(identify(telling, 1) + 1, WGEID, _SEARCH)
    replied = answer(telling, sent + 8, WGEID, _SEARCH, ReplyKind.ANSWER)
    telling.on(replied + 10, "withdraw_consent", body="wgeid", purpose=_SEARCH)


def is_spoken_of_in_public(telling: Telling) -> None:
    """Special Procedures publish what they are told: first the written consent, and one family takes it back."""
    telling.opens_on = 0
    apply(telling)
    body = "special_procedures"
    allow(telling, body, _SEARCH)
    identified = identify(telling, 2)
    telling.on(identified + 3, "draft_letter", kind=SPECIAL, purpose=_SEARCH, refused="consent_missing")
    telling.on(identified + 4, "give_consent", body=body, purpose=Purpose.PUBLICITY)
    language = "fr" if telling.index == _THIRD else "en"
    asked = telling.write(
        identified + 5, SPECIAL, _SEARCH, language=language, procedure=("urgent", "standard")[telling.index % 2]
    )
    if telling.index % _THREE_WAYS == 0:
        telling.send(asked + 72, SECOND_NOTICE, _SEARCH, body)
        telling.write(asked + 130, COALITION, Purpose.INFORMATION)
    elif telling.index % _THREE_WAYS == 1:
        for purpose in (Purpose.PUBLICITY, _SEARCH):
            telling.on(asked + 20, "withdraw_consent", body=body, purpose=purpose)
        telling.write(asked + 21, WITHDRAWAL, _SEARCH, body)
    else:
        answer(telling, asked + 20, SPECIAL, _SEARCH, ReplyKind.ACKNOWLEDGEMENT)


def climbs_to_the_top(telling: Telling) -> None:
    """Months of silence: UNICEF, the Special Representative and in the end the Secretary-General, each asked twice."""
    telling.opens_on = 0
    apply(telling)
    for body in ("unicef", "srsg_caac", "un_secretary_general"):
        allow(telling, body, _RETURN)
    located = locate(telling, identify(telling, 1) + 1)
    sent = telling.write(located + 1, OMBUDSMAN, _RETURN)
    helped = telling.write(located + 6, UNICEF, _RETURN)
    telling.send(sent + 40, SECOND_NOTICE, _RETURN, "ombudsman_ua")
    telling.send(helped + 42, SECOND_NOTICE, _RETURN, "unicef")
    raised = telling.send(sent + 98, SRSG, _RETURN)
    # The ladder has drafted it while the Special Representative still had time to answer.
    highest = telling.send(sent + 128, SECRETARY_GENERAL, _RETURN)
    telling.send(raised + 42, SECOND_NOTICE, _RETURN, "srsg_caac")
    telling.send(highest + 42, SECOND_NOTICE, _RETURN, "un_secretary_general")


def is_filed_for_the_courts(telling: Telling) -> None:
    """Filings run beside the search and are mentioned nowhere in it; one is supplemented and then withdrawn."""
    telling.opens_on = 7
    apply(telling)
    first, second = ((HRMMU, COMMISSION), (COURT, DAMAGE), (HRMMU, COURT))[telling.index % _THREE_WAYS]
    for kind in (first, second):
        allow(telling, kind.partition(".")[0], _FILING)
    filed = telling.write(identify(telling, 2) + 4, first, _FILING)
    telling.write(filed + 3, second, _FILING)
    if telling.index % _THREE_WAYS == _THIRD:
        see(telling, filed + 20, place="вигадана лікарня", source="вигаданий санітар", kind=SourceKind.WITNESS)
        telling.write(filed + 22, SUPPLEMENT, _FILING, "hrmmu")
        telling.on(filed + 40, "withdraw_consent", body="hrmmu", purpose=_FILING)
        telling.write(filed + 41, WITHDRAWAL, _FILING, "hrmmu")


def is_seen_elsewhere(telling: Telling) -> None:
    """Moved to another place after the request: a supplement tells the body before it answers for the old one."""
    apply(telling)
    located = locate(telling, identify(telling, 2) + 4)
    kind = (OMBUDSMAN, ICRC)[telling.index % 2]
    sent = telling.write(located + 3, kind, _RETURN)
    moved = locate(telling, sent + 12, place="вигаданий санаторій")
    telling.write(moved + 2, SUPPLEMENT, _RETURN, kind.partition(".")[0])

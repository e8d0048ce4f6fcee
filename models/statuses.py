"""Every status, grade and kind a case can carry, as enums. Their values are what the store keeps in clear."""

from enum import StrEnum


class Stage(StrEnum):
    """What a case has reached. `reported` stands before the five."""

    REPORTED = "reported"
    IDENTIFIED = "identified"
    LOCATED = "located"
    DIPLOMATIC_REQUEST = "diplomatic_request"
    VERIFIED = "verified"
    RETURNED = "returned"

    @property
    def order(self) -> int:
        """Position on the way home, from 0 (`reported`) to 5 (`returned`)."""
        return _STAGES.index(self)

    @property
    def following(self) -> "Stage | None":
        """The stage after this one, or None at the end of the way."""
        return _STAGES[self.order + 1] if self.order + 1 < len(_STAGES) else None


_STAGES = tuple(Stage)


class CaseStatus(StrEnum):
    """Whether anybody works on the case now."""

    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    ERASED = "erased"


class ClosingReason(StrEnum):
    """Why a case was closed. Turning eighteen is not among them."""

    RETURNED = "returned"
    DECEASED = "deceased"
    OWN_DECISION = "own_decision"
    DUPLICATE = "duplicate"
    NOT_A_CASE = "not_a_case"


class Role(StrEnum):
    """What a member of staff may do."""

    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    HEAD_OF_OFFICE = "head_of_office"
    LEGAL_OFFICER = "legal_officer"


class Precision(StrEnum):
    """How exactly a date is known. A month or a year counts from its first day."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Basis(StrEnum):
    """On what ground a relative or requester speaks for the child."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    GRANDPARENT = "grandparent"
    ADULT_SIBLING = "adult_sibling"
    OTHER_RELATIVE = "other_relative"
    AUTHORITY = "authority"
    SELF = "self"


class Territory(StrEnum):
    """Who controls the place. Being moved to occupied territory is not a return."""

    GOVERNMENT_CONTROLLED = "government_controlled"
    OCCUPIED = "occupied"
    RUSSIA = "russia"
    BELARUS = "belarus"
    DPRK = "dprk"
    SAFE_THIRD_COUNTRY = "safe_third_country"
    OTHER = "other"


class SourceKind(StrEnum):
    """What kind of source a sighting comes from."""

    OFFICIAL = "official"
    RELATIVE = "relative"
    WITNESS = "witness"
    HUMANITARIAN = "humanitarian"
    OPEN_SOURCE = "open_source"
    MEDIA = "media"
    TESTIMONY = "testimony"


class SourceGrade(StrEnum):
    """Admiralty grade of the source: A completely reliable … E unreliable, F cannot be judged."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class InformationGrade(StrEnum):
    """Admiralty grade of the information: 1 confirmed … 5 improbable, 6 cannot be judged."""

    CONFIRMED = "1"
    PROBABLY_TRUE = "2"
    POSSIBLY_TRUE = "3"
    DOUBTFUL = "4"
    IMPROBABLE = "5"
    UNKNOWN = "6"


class Purpose(StrEnum):
    """What a consent allows a body to be told for, and what a letter asks for."""

    SEARCH = "search"
    RETURN = "return"
    INFORMATION = "information"
    PUBLICITY = "publicity"
    ACCOUNTABILITY = "accountability"


class ReportOffice(StrEnum):
    """An office whose report reference shows that the disappearance is on record."""

    NATIONAL_POLICE = "national_police"
    NATIONAL_INFORMATION_BUREAU = "national_information_bureau"
    OMBUDSMAN = "ombudsman"


class ChecklistItem(StrEnum):
    """What must be established before a child is verified (domain reference, section 5)."""

    IDENTITY = "identity"
    RELATIONSHIP = "relationship"
    CHILDS_VIEWS = "childs_views"
    BEST_INTERESTS = "best_interests"
    LOCATION_RECONFIRMED = "location_reconfirmed"
    RETURN_PLAN = "return_plan"


class LetterState(StrEnum):
    """Where a letter is. Silence, refusal and acknowledgement are different facts."""

    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"
    QUEUED = "queued"
    STOPPED = "stopped"
    UNDELIVERABLE = "undeliverable"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    REFUSED = "refused"
    NO_REPLY = "no_reply"


class ReplyKind(StrEnum):
    """What a body's reply is."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    REFUSAL = "refusal"
    REQUEST_FOR_INFORMATION = "request_for_information"


class Channel(StrEnum):
    """How a letter reaches a body."""

    MAIL = "mail"
    BY_HAND = "by_hand"


class ClockState(StrEnum):
    """Where a clock is. `lapsed` is final and for hard cut-offs; `overdue` still runs its ladder."""

    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    MET = "met"
    LAPSED = "lapsed"
    DROPPED = "dropped"


class RungKind(StrEnum):
    """What a rung of a ladder is."""

    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"


class NoticeState(StrEnum):
    """A rung fires once; one that a later rung overtook during downtime is on record but told nobody."""

    FIRED = "fired"
    OVERTAKEN = "overtaken"


class ParcelKind(StrEnum):
    """What waits in the outbox."""

    LETTER = "letter"
    DIGEST = "digest"
    NOTICE = "notice"
    CHECKPOINT = "checkpoint"


class ParcelState(StrEnum):
    """Where a parcel in the outbox is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    STOPPED = "stopped"


class Outcome(StrEnum):
    """How one look at a case ended; the names of the flow's final states, in lower case."""

    MOVED = "moved"
    WAITING = "waiting"
    FLAGGED = "flagged"

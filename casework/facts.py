"""Facts about a child, recorded by people: this is the one door; what belongs together stands in a file of its own."""

from casework.consents import (
    confirm_standing,
    give_consent,
    record_relative,
    record_report,
    withdraw_consent,
)
from casework.evidence import add_evidence, hand_evidence
from casework.identity import complete_identity, correct_separation, record_disappearance
from casework.sightings import record_alias, record_sighting, withdraw_alias, withdraw_sighting
from casework.verification import establish_item, record_arrival, record_visit, sign_off

__all__ = [
    "add_evidence",
    "complete_identity",
    "confirm_standing",
    "correct_separation",
    "establish_item",
    "give_consent",
    "hand_evidence",
    "record_alias",
    "record_arrival",
    "record_disappearance",
    "record_relative",
    "record_report",
    "record_sighting",
    "record_visit",
    "sign_off",
    "withdraw_alias",
    "withdraw_consent",
    "withdraw_sighting",
]

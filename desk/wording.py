"""Stages, clocks, gaps and flags in the office's language."""

from casework.case_card import ClockLine
from casework.office import Office
from desk.words import words
from models.rules import wording
from models.rules.assess import Flag
from models.rules.gates import Missing
from models.statuses import Stage


def stage_words(office: Office, stage: Stage) -> str:
    """Return a stage's name as the policy gives it."""
    names = {rule.stage: rule.name for rule in office.policy.stages}
    return names[stage][office.settings.language] if stage in names else stage.value


def clock_words(office: Office, rule_id: str) -> str:
    """Return a clock's name as the policy gives it; its id where the policy knows it no more."""
    names = {rule.id: rule.name for rule in office.policy.clocks}
    return names[rule_id][office.settings.language] if rule_id in names else rule_id


def closed_off_words(office: Office, rule_id: str) -> str:
    """Say what a cut-off that has passed closes off; its id where the policy knows it no more."""
    said = {rule.id: rule.closes_off for rule in office.policy.clocks if rule.closes_off}
    return said[rule_id][office.settings.language] if rule_id in said else rule_id


def clock_standing_words(office: Office, clock: ClockLine) -> str:
    """Say how a clock stands, and until when one of its rungs is put off."""
    language = office.settings.language
    state = wording.clock_state_words(clock.state, language)
    return (
        state if clock.snoozed_until is None else words("snoozed_until", language, state=state, on=clock.snoozed_until)
    )


def body_words(office: Office, body_id: str | None) -> str:
    """Return a body's name as the policy gives it; its id where the policy knows it no more."""
    names = {body.id: body.name for body in office.policy.bodies}
    return names[body_id][office.settings.language] if body_id in names else str(body_id)


def missing_words(office: Office, missing: Missing) -> str:
    """Say what a gate lacks."""
    return wording.missing_words(missing.what, office.settings.language)


def flag_words(office: Office, flag: Flag) -> str:
    """Say what a person must look at."""
    return wording.flag_words(flag.code, flag.about, office.settings.language)

"""Stages, gaps and flags in the office's language."""

from casework.office import Office
from models.statuses import Stage


def stage_words(office: Office, stage: Stage) -> str:
    """Return a stage's name as the policy gives it."""
    for rule in office.policy.stages:
        if rule.stage is stage:
            return rule.name.get(office.settings.language, stage.value)
    return stage.value


def missing_words(language: str, requirement: str, what: str) -> str:
    """Return what a gate lacks."""
    del language, requirement
    return what.replace("_", " ")


def flag_words(language: str, code: str, about: str) -> str:
    """Return what a person must look at."""
    del language
    return f"{code.replace('_', ' ')} {about}".strip()

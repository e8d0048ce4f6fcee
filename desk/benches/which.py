"""The names of the benches, which the command line knows before it loads what they measure."""

from enum import StrEnum

DOCUMENTED = 19_546
"""How many deported children are documented; the caseload unless another is asked for."""


class Bench(StrEnum):
    """What can be measured on its own."""

    INTAKE = "intake"
    RECONCILE = "reconcile"
    WATCH = "watch"
    LETTERS = "letters"
    MAIL = "mail"

"""The error tree. Messages carry codes and references, never personal data.

DodomuError
├── RuleViolation          a step the rules forbid; never retried
│   └── InvalidInput       what a person typed or sent cannot be used
├── NotFound               no such case, letter, clock …
├── ConfigurationError     settings, policy, keys or calendars are missing or wrong
│   └── CalendarNotCovered a date lies beyond what the calendar knows
├── IntegrityError         the store, the journal or a sealed value is not what was written
└── IntegrationError       something outside the process failed
    ├── TransientFailure   try again later
    └── PermanentFailure   trying again will not help; tell a person
"""


class DodomuError(Exception):
    """Anything the house itself raises.

    `code` is a closed snake_case word; `references` are case references, ids, counts and the like. Neither may
    carry a name, an address, a place or free text about a person.
    """

    def __init__(self, code: str, advice: str = "", **references: object) -> None:
        self.code = code
        self.advice = advice
        self.references = references
        super().__init__(code)

    def __str__(self) -> str:
        """One line: the code, its references and what to do about it."""
        named = ", ".join(f"{name}={value}" for name, value in self.references.items())
        line = f"{self.code} ({named})" if named else self.code
        return f"{line}: {self.advice}" if self.advice else line


class RuleViolation(DodomuError):
    """A step the rules forbid: an illegal move, a missing consent, an approval of one's own draft."""


class InvalidInput(RuleViolation):
    """What a person typed or a file holds cannot be used; `advice` says what would be right."""


class NotFound(DodomuError):
    """There is no such thing under that reference."""


class ConfigurationError(DodomuError):
    """Settings, policy, keys or calendars are missing or wrong."""


class CalendarNotCovered(ConfigurationError):
    """The calendar does not know the date; an error, not a guess."""


class IntegrityError(DodomuError):
    """Something stored is not what was written."""


class IntegrationError(DodomuError):
    """Something outside the process failed."""


class TransientFailure(IntegrationError):
    """Trying again later may help."""


class PermanentFailure(IntegrationError):
    """Trying again will not help; a person has to look."""

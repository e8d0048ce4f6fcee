"""Mail addresses as people type them: one check, one normal form."""

from ipaddress import ip_address

from email_validator import EmailNotValidError, validate_email

from models.errors import InvalidInput


def normalise_address(address: str) -> str:
    """The address in its normal form: domain in lower case, Unicode kept where it was written so.

    The reserved domain `.test` passes, for rehearsals against a local relay; whether a mailbox exists is
    not asked of anybody. An unusable address is an `InvalidInput` that does not repeat it.
    """
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True, globally_deliverable=False)
    except EmailNotValidError:
        raise InvalidInput("address_unusable", "give one address of the form name@domain") from None
    return checked.normalized


def ascii_domain(address: str) -> str:
    """The domain of an already checked address in its ASCII form (`xn--…` for an international one)."""
    checked = validate_email(address, check_deliverability=False, test_environment=True, globally_deliverable=False)
    return checked.ascii_domain


def is_loopback(host: str) -> bool:
    """Whether a host name or literal means this very machine, without asking any name server."""
    bare = host.strip("[]").lower()
    if bare == "localhost":
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False

"""Mail addresses as people type them: one check, one normal form."""

from ipaddress import ip_address

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from models.errors import InvalidInput


def normalise_address(address: str) -> str:
    """The address in its normal form: domain in lower case, Unicode kept where it was written so.

    The reserved domain `.test` passes, for rehearsals against a local relay; whether a mailbox exists is
    not asked of anybody. An unusable address is an `InvalidInput` that does not repeat it.
    """
    return _check(address).normalized


def ascii_domain(address: str) -> str:
    """The domain of an address in its ASCII form (`xn--…` for an international one); unusable: `InvalidInput`."""
    return _check(address).ascii_domain


def is_loopback(host: str) -> bool:
    """Whether a host name or literal means this very machine, without asking any name server."""
    bare = host.strip("[]").lower()
    if bare == "localhost":
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False


def _check(address: str) -> ValidatedEmail:
    try:
        return validate_email(
            address,
            # Holds a local part to its 64 characters, which a plus-tag may exceed.
            strict=True,
            check_deliverability=False,
            test_environment=True,
            globally_deliverable=False,
        )
    except EmailNotValidError:
        raise InvalidInput("address_unusable", "give one address of the form name@domain") from None

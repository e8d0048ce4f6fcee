"""What SMTP and the network report, translated once into our own errors, without the relay's text."""

import ssl

import aiosmtplib

from models.errors import ConfigurationError, DodomuError, PermanentFailure, TransientFailure

_FIRST_PERMANENT = 500
_LAST_PERMANENT = 599
# RFC 4954: authentication required, mechanism too weak, credentials invalid, encryption required.
_LOGIN_STATUSES = frozenset({530, 534, 535, 538})

# The relay is at fault and not one mail: whoever sends a batch may stop at the first of these.
RELAY_FAULTS = frozenset({"mail_relay_unreachable", "mail_relay_timeout", "mail_relay_busy"})


def translate_set_up_fault(error: Exception) -> DodomuError:
    """A fault before any mail was named: connecting, TLS, greeting, login."""
    if _find_tls_fault(error):
        return _translate_tls(error)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) and _is_permanent(error.code):
        return _login_refused(error.code)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _translate_greeting(error.code)
    if isinstance(error, TimeoutError):
        return TransientFailure("mail_relay_timeout", "the mail relay does not answer in time")
    if isinstance(error, OSError):
        return TransientFailure("mail_relay_unreachable", "the mail relay cannot be reached")
    advice = "the relay must offer STARTTLS if asked for, and a login if DODOMU_SMTP_USER is set"
    return ConfigurationError("mail_relay_unsuitable", advice)


def translate_envelope_fault(error: Exception) -> DodomuError:
    """A fault while sender and recipients were named: the relay has not taken the mail."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _translate_status(error.code, _name_step(error))
    return TransientFailure("mail_connection_lost", "the connection broke before the mail was handed over")


def translate_content_fault(error: Exception) -> DodomuError:
    """A fault while the mail itself was handed over. Without an answer nobody knows whether it was taken."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _translate_status(error.code, "content")
    advice = "the relay's answer got lost; the next try carries the same Message-ID"
    return TransientFailure("mail_outcome_unknown", advice)


def _translate_status(status: int, step: str) -> DodomuError:
    if status in _LOGIN_STATUSES:
        return _login_refused(status)
    if _is_permanent(status):
        return PermanentFailure("mail_refused", "the relay refuses this mail", smtp_status=status, step=step)
    return TransientFailure("mail_deferred", "the relay asks for a later try", smtp_status=status, step=step)


def _translate_greeting(status: int) -> DodomuError:
    if _is_permanent(status):
        advice = "the relay serves nobody from here; ask its operator"
        return ConfigurationError("mail_relay_refuses", advice, smtp_status=status)
    return TransientFailure("mail_relay_busy", "the relay asks for a later try", smtp_status=status)


def _translate_tls(error: Exception) -> DodomuError:
    if isinstance(_find_tls_fault(error), ssl.SSLCertVerificationError):
        advice = "the relay's certificate cannot be verified; mend it or set DODOMU_SMTP_CA_FILE"
        return ConfigurationError("mail_certificate_unverified", advice)
    return ConfigurationError("mail_tls_failed", "check DODOMU_SMTP_SECURITY and DODOMU_SMTP_PORT")


def _login_refused(status: int) -> ConfigurationError:
    advice = "check DODOMU_SMTP_USER and DODOMU_SMTP_PASSWORD"
    return ConfigurationError("mail_login_refused", advice, smtp_status=status)


def _find_tls_fault(error: BaseException) -> ssl.SSLError | None:
    """The library wraps a failed handshake in an error of its own, or does not, depending on the way to TLS."""
    return next((one for one in (error, error.__cause__) if isinstance(one, ssl.SSLError)), None)


def _name_step(error: Exception) -> str:
    return "recipient" if isinstance(error, aiosmtplib.SMTPRecipientRefused) else "sender"


def _is_permanent(status: int) -> bool:
    return _FIRST_PERMANENT <= status <= _LAST_PERMANENT

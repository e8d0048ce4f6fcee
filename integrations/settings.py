"""What an office sets from outside: every `DODOMU_…` variable, its default and its check."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from integrations.addresses import is_loopback, normalise_address
from models.errors import ConfigurationError, InvalidInput

_PREFIX = "DODOMU_"
_REPOSITORY = Path(__file__).resolve().parent.parent
_UNCONFIGURED_SENDER = "office@dodomu.test"
# These may stand in a file instead of the environment. The office key has a setting of its own for its file.
_FROM_FILES = ("store_url", "keystore_url", "smtp_user", "smtp_password")
# Set for the test suite, the bench and this module, not read as settings.
_NOT_SETTINGS = ("DODOMU_TEST_", "DODOMU_BENCH_", "DODOMU_SECRETS_DIR")


class SmtpSecurity(StrEnum):
    """How the connection to the relay is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"


_PORTS = {SmtpSecurity.STARTTLS: 587, SmtpSecurity.TLS: 465, SmtpSecurity.PLAIN: 25}


def _address(value: str) -> str:
    try:
        return normalise_address(value)
    except InvalidInput as error:
        raise ValueError(error.advice) from None


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = "no such time zone; write it like Europe/Kyiv"
        raise ValueError(message) from None
    return value


def _absolute(value: Path) -> Path:
    return value.expanduser().absolute()


def _keystore_beside(values: dict[str, Any]) -> str:
    """The keystore of a PostgreSQL store is a schema of the same database, otherwise a file of its own."""
    store_url: str = values["store_url"]
    if not store_url.startswith("postgresql"):
        return f"sqlite:///{values['home'] / 'keys.db'}"
    return f"{store_url}{'&' if '?' in store_url else '?'}options=-csearch_path%3Dkeystore"


def _below_home(name: str) -> Any:
    return Field(default_factory=lambda values: values["home"] / name)


Address = Annotated[str, AfterValidator(_address)]
Folder = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """One office's settings. Everything the engine writes lies below `home`. Made by `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_ignore_empty=True,
        hide_input_in_errors=True,
        extra="forbid",
        frozen=True,
        validate_default=True,
    )

    home: Folder = Path("var")
    # URLs may hold a password, so neither is shown.
    store_url: str = Field(
        default_factory=lambda values: f"sqlite:///{values['home'] / 'store.db'}", min_length=1, repr=False
    )
    keystore_url: str = Field(default_factory=_keystore_beside, min_length=1, repr=False)
    office_key: SecretStr | None = None
    office_key_file: Folder = _below_home("office.key")
    signing_key_file: Folder = _below_home("signing.key")
    witness_folder: Folder = _below_home("witness")
    witness_mail: Address | None = None
    policy_folder: Folder = _REPOSITORY / "policy"
    templates_folder: Folder = _REPOSITORY / "templates"

    smtp_host: str | None = None
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_port: int = Field(default_factory=lambda values: _PORTS[values["smtp_security"]], ge=1, le=65535)
    smtp_user: str | None = Field(default=None, repr=False)
    smtp_password: SecretStr | None = None
    smtp_timeout_s: float = Field(default=30.0, gt=0, le=600)
    smtp_connections: int = Field(default=2, ge=1, le=20)
    smtp_ca_file: Folder | None = None
    mail_from: Address = _UNCONFIGURED_SENDER
    reply_mail: Address | None = None
    office_name: str = Field(default="Dodomu", min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")

    prefect_api_url: str = Field(default="http://127.0.0.1:4200/api", pattern=r"^https?://\S+$")
    operator_mail: Address | None = None
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "Europe/Kyiv"
    language: Literal["uk", "en"] = "uk"
    staff: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def prefect_home(self) -> Path:
        """Where Prefect keeps its database and its storage."""
        return self.home / "prefect"

    @property
    def logs_folder(self) -> Path:
        """Where log files lie."""
        return self.home / "logs"

    @field_validator("smtp_security")
    @classmethod
    def _plain_stays_here(cls, value: SmtpSecurity, info: ValidationInfo) -> SmtpSecurity:
        host = info.data.get("smtp_host")
        if value is SmtpSecurity.PLAIN and host is not None and not is_loopback(host):
            message = "plain is allowed to this machine only; use starttls or tls"
            raise ValueError(message)
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender_is_chosen(cls, value: str, info: ValidationInfo) -> str:
        host = info.data.get("smtp_host")
        if value == _UNCONFIGURED_SENDER and host is not None and not is_loopback(host):
            message = "set the office's own address before mail goes to a relay"
            raise ValueError(message)
        return value


def load_settings(**overrides: Any) -> Settings:
    """The settings of the environment, of secret files, and of `overrides`, which win.

    A secret may stand in the file `DODOMU_<NAME>_FILE` names, or as `dodomu_<name>` in the folder
    `DODOMU_SECRETS_DIR`. Every mistake is one line of the `ConfigurationError`'s advice: the variable's name
    and what would be right, never its value.
    """
    from_files, mistakes = _read_secret_files(os.environ, overrides)
    mistakes += _list_unknown(os.environ)
    secrets_folder = os.environ.get(f"{_PREFIX}SECRETS_DIR")
    if secrets_folder and not Path(secrets_folder).is_dir():
        mistakes.append(f"{_PREFIX}SECRETS_DIR: no such folder")
        secrets_folder = None
    settings = None
    try:
        settings = Settings(_secrets_dir=secrets_folder or None, **{**from_files, **overrides})
    except ValidationError as error:
        mistakes += _explain(error)
    except (SettingsError, UnicodeDecodeError, OSError):
        mistakes.append(f"{_PREFIX}SECRETS_DIR: a file in it cannot be read as UTF-8 text")
    if mistakes or settings is None:
        raise ConfigurationError("settings_invalid", "\n".join(sorted(mistakes)), mistakes=len(mistakes))
    return settings


def _explain(error: ValidationError) -> list[str]:
    """One line a mistake. What pydantic could not default because of an earlier mistake is not repeated."""
    lines = []
    for mistake in error.errors(include_url=False, include_input=False, include_context=False):
        if mistake["type"] == "default_factory_not_called":
            continue
        message = mistake["msg"].removeprefix("Value error, ")
        name = "".join(f"{_PREFIX}{str(part).upper()}: " for part in mistake["loc"][:1])
        lines.append(f"{name}{message}")
    return lines


def _read_secret_files(environ: Mapping[str, str], overrides: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    found, mistakes = {}, []
    for name in _FROM_FILES:
        variable = f"{_PREFIX}{name.upper()}"
        path = environ.get(f"{variable}_FILE")
        if not path or name in overrides:
            continue
        if environ.get(variable):
            mistakes.append(f"{variable}: set it or {variable}_FILE, not both")
            continue
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            mistakes.append(f"{variable}_FILE: the file cannot be read as UTF-8 text")
    return found, mistakes


def _list_unknown(environ: Mapping[str, str]) -> list[str]:
    """A misspelt variable would leave a default in force unnoticed, so it is a mistake."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{_PREFIX}{name.upper()}_FILE" for name in _FROM_FILES}
    lines = []
    for variable in environ:
        if not variable.startswith(_PREFIX) or variable in known or variable.startswith(_NOT_SETTINGS):
            continue
        near = get_close_matches(variable, known, n=1)
        lines.append(f"{variable}: no such setting" + (f"; did you mean {near[0]}?" if near else ""))
    return lines

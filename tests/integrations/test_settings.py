"""Settings: where they come from, and what a mistake in them looks like."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from integrations.settings import Settings, SmtpSecurity, load_settings
from models.errors import ConfigurationError

PASSWORD = "korova-moloko-17"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("DODOMU_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def mistakes_of(**overrides: object) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(**overrides)
    assert caught.value.code == "settings_invalid"
    lines = caught.value.advice.splitlines()
    assert caught.value.references == {"mistakes": len(lines)}
    return lines


def test_without_any_variable_everything_lies_below_var_in_the_working_folder(tmp_path: Path) -> None:
    settings = load_settings()
    home = tmp_path / "var"
    assert settings.home == home
    assert settings.store_url == f"sqlite:///{home}/store.db"
    assert settings.keystore_url == f"sqlite:///{home}/keys.db"
    assert settings.office_key_file == home / "office.key"
    assert settings.signing_key_file == home / "signing.key"
    assert settings.witness_folder == home / "witness"
    assert settings.prefect_home == home / "prefect"
    assert settings.logs_folder == home / "logs"
    assert settings.policy_folder.name == "policy"
    assert (settings.language, settings.zone.key) == ("uk", "Europe/Kyiv")
    assert settings.smtp_host is None
    assert not home.exists()


def test_the_environment_is_read_and_overrides_win(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DODOMU_HOME", str(tmp_path / "office"))
    monkeypatch.setenv("DODOMU_LANGUAGE", "en")
    settings = load_settings(language="uk")
    assert settings.office_key_file == tmp_path / "office" / "office.key"
    assert settings.language == "uk"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DODOMU_SMTP_PORT", "")
    assert load_settings().smtp_port == 587


@pytest.mark.parametrize(
    ("security", "port"),
    [(SmtpSecurity.STARTTLS, 587), (SmtpSecurity.TLS, 465), (SmtpSecurity.PLAIN, 25)],
)
def test_the_port_follows_from_the_protection(security: SmtpSecurity, port: int) -> None:
    assert load_settings(smtp_security=security).smtp_port == port


@pytest.mark.parametrize(
    ("store", "keystore"),
    [
        (
            "postgresql+psycopg://o:p@db/dodomu",
            "postgresql+psycopg://o:p@db/dodomu?options=-csearch_path%3Dkeystore",
        ),
        (
            "postgresql+psycopg://o:p@db/dodomu?sslmode=verify-full",
            "postgresql+psycopg://o:p@db/dodomu?sslmode=verify-full&options=-csearch_path%3Dkeystore",
        ),
    ],
)
def test_beside_a_postgresql_store_the_keystore_is_a_schema(store: str, keystore: str) -> None:
    assert load_settings(store_url=store).keystore_url == keystore


def test_every_mistake_is_told_in_one_run_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SMTP_HOST": "mail.example.org",
        "SMTP_SECURITY": "plain",
        "SMTP_PORT": "many",
        "SMTP_TIMEOUT_S": "-1",
        "TIME_ZONE": "Europe/Kyivv",
        "LANGUAGE": "ru",
        "OPERATOR_MAIL": "not an address",
        "OFFICE_NAME": "Office\nBcc: all@example.org",
        "SMPT_USER": "office",
    }.items():
        monkeypatch.setenv(f"DODOMU_{name}", value)
    lines = mistakes_of()
    assert [line.partition(":")[0].removeprefix("DODOMU_") for line in lines] == [
        *("LANGUAGE", "MAIL_FROM", "OFFICE_NAME", "OPERATOR_MAIL", "SMPT_USER", "SMTP_PORT"),
        *("SMTP_SECURITY", "SMTP_TIMEOUT_S", "TIME_ZONE"),
    ]
    assert "did you mean DODOMU_SMTP_USER?" in lines[4]


def test_a_mistaken_value_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_PORT", "MAIL_FROM", "TIME_ZONE", "LANGUAGE", "SMTP_SECURITY", "PREFECT_API_URL"):
        monkeypatch.setenv(f"DODOMU_{name}", PASSWORD)
    assert len(mistakes_of()) == 6
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert PASSWORD not in f"{caught.value} {caught.value!r} {caught.value.references}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_not_even_the_library_s_own_error_repeats_a_value() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(smtp_port=PASSWORD)
    assert PASSWORD not in str(caught.value)


def test_mail_in_plaintext_is_for_this_machine_only() -> None:
    local = load_settings(smtp_host="127.0.0.1", smtp_security="plain")
    assert local.smtp_security is SmtpSecurity.PLAIN
    lines = mistakes_of(smtp_host="relay.test", smtp_security="plain", mail_from="lead@office.example")
    assert lines[0].startswith("DODOMU_SMTP_SECURITY: plain is allowed to this machine only")


def test_a_real_relay_wants_the_office_s_own_sender() -> None:
    assert mistakes_of(smtp_host="relay.test")[0].startswith("DODOMU_MAIL_FROM: ")
    assert load_settings(smtp_host="relay.test", mail_from="lead@office.example").smtp_host == "relay.test"


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text(f"{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("DODOMU_SMTP_PASSWORD_FILE", str(tmp_path / "smtp"))
    password = load_settings().smtp_password
    assert password is not None
    assert password.get_secret_value() == PASSWORD


def test_a_secret_may_stand_in_the_folder_of_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "dodomu_office_key").write_text(PASSWORD, encoding="utf-8")
    monkeypatch.setenv("DODOMU_SECRETS_DIR", str(secrets))
    key = load_settings().office_key
    assert key is not None
    assert key.get_secret_value() == PASSWORD


def test_a_secret_in_two_places_a_missing_file_and_a_missing_folder_are_mistakes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DODOMU_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("DODOMU_SMTP_PASSWORD_FILE", "/nowhere")
    monkeypatch.setenv("DODOMU_STORE_URL_FILE", "/nowhere")
    monkeypatch.setenv("DODOMU_SECRETS_DIR", "/nowhere")
    assert mistakes_of() == [
        "DODOMU_SECRETS_DIR: no such folder",
        "DODOMU_SMTP_PASSWORD: set it or DODOMU_SMTP_PASSWORD_FILE, not both",
        "DODOMU_STORE_URL_FILE: the file cannot be read as UTF-8 text",
    ]


def test_a_secret_that_is_not_text_is_a_mistake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dodomu_smtp_password").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("DODOMU_SECRETS_DIR", str(tmp_path))
    assert mistakes_of() == ["DODOMU_SECRETS_DIR: a file in it cannot be read as UTF-8 text"]


def test_settings_show_no_secret() -> None:
    settings = load_settings(
        office_key=PASSWORD,
        smtp_password=PASSWORD,
        smtp_user=PASSWORD,
        store_url=f"postgresql+psycopg://office:{PASSWORD}@db/dodomu",
    )
    assert PASSWORD not in f"{settings!r} {settings}"

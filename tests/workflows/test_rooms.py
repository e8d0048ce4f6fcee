"""Nothing crosses the boundary of a flow but an error of ours that names no person."""

import traceback
from pathlib import Path

import pytest

from casework.office import Office
from integrations.settings import load_settings
from models.errors import (
    ConfigurationError,
    DodomuError,
    IntegrityError,
    InvalidInput,
    NotFound,
    PermanentFailure,
    RuleViolation,
    TransientFailure,
)
from workflows.rooms import behind_boundary, get_actor, in_office, lend_office

CANARY = "Вигаданенко"


async def leave(error: BaseException) -> BaseException:
    """Let an exception out through the boundary and return what came of it."""

    @behind_boundary
    async def body() -> None:
        name_at_hand = CANARY
        raise error from ValueError(name_at_hand)

    with pytest.raises(BaseException, check=lambda _: True) as caught:
        await body()
    return caught.value


@pytest.mark.parametrize(
    "foreign",
    [
        ValueError(CANARY),
        KeyError(CANARY),
        OSError(2, CANARY),
        UnicodeDecodeError("ascii", CANARY.encode(), 0, 1, CANARY),
        ExceptionGroup(CANARY, [RuntimeError(CANARY)]),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_foreign_exception_becomes_a_code_with_the_name_of_its_class(foreign: Exception) -> None:
    left = await leave(foreign)

    assert isinstance(left, DodomuError)
    assert (left.code, left.references) == ("unexpected_fault", {"error_type": type(foreign).__name__})


@pytest.mark.parametrize(
    "kind",
    [
        RuleViolation,
        InvalidInput,
        NotFound,
        ConfigurationError,
        IntegrityError,
        TransientFailure,
        PermanentFailure,
    ],
)
async def test_an_error_of_ours_keeps_its_class_and_code(kind: type[DodomuError]) -> None:
    left = await leave(kind("some_code", f"ask {CANARY}"))

    assert (type(left), str(left)) == (kind, "some_code")


async def test_references_are_kept_and_words_are_not() -> None:
    error = DodomuError(
        "some_code",
        reference="2026-000001-Z",
        rule="stage.reported",
        number=7,
        cause="OperationalError",
        name="Vyhadanenko",
        words=f"the child {CANARY}",
        path="/srv/Olena",
    )

    left = await leave(error)

    assert isinstance(left, DodomuError)
    assert left.references == {
        "reference": "2026-000001-Z",
        "rule": "stage.reported",
        "number": 7,
        "cause": "OperationalError",
    }


async def test_what_leaves_has_neither_cause_nor_context_nor_a_frame_of_the_body() -> None:
    left = await leave(ValueError(CANARY))

    assert (left.__cause__, left.__context__) == (None, None)
    assert traceback.extract_tb(left.__traceback__)[-1].name == "guarded"


async def test_a_cancelled_run_stays_a_cancelled_run() -> None:
    assert isinstance(await leave(KeyboardInterrupt()), KeyboardInterrupt)


async def test_what_a_body_returns_passes() -> None:
    @behind_boundary
    async def body(number: int) -> int:
        return number + 1

    assert await body(3) == 4


def test_an_office_that_was_lent_is_used_and_not_closed(office: Office) -> None:
    with lend_office(office):
        with in_office() as first:
            assert first is office
        with in_office() as second:
            assert second.now() == office.now()


def test_without_a_loan_the_office_of_the_settings_is_opened(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DODOMU_HOME", str(office.settings.home))

    with in_office() as opened:
        assert opened is not office
        assert opened.settings.home == office.settings.home


def test_a_worker_that_acts_for_nobody_is_told_so(office: Office) -> None:
    with pytest.raises(ConfigurationError, match="staff_not_set"):
        get_actor(office)


def test_a_worker_acts_for_the_staff_of_the_settings(office: Office, tmp_path: Path) -> None:
    office.settings = load_settings(home=tmp_path / "office", staff="s-01")

    assert get_actor(office) == "s-01"

"""The long version of the clocks' state machine: hundreds of histories of many steps, on SQLite."""

from collections.abc import Callable
from pathlib import Path

from tests.casework.test_clock_machine import run_machine


def test_every_rung_is_told_and_none_twice_in_long_histories(founded_home: Path, open_one: Callable[..., str]) -> None:
    run_machine(founded_home, open_one, examples=200, steps=60)

"""The whole rehearsal, two hundred children and days, without the flows: all that it promises is shown."""

from contextlib import ExitStack
from pathlib import Path

from casework.rehearsal.stories import cast
from tests.casework.rehearsal.test_playing import play_cast


async def test_every_rung_exit_state_and_kind_is_shown(tmp_path: Path) -> None:
    with ExitStack() as stack:
        played = await play_cast(stack, tmp_path, cast(200), 200)
        assert played.tally(complete=True).untold == ()

"""How far a demo has come: a bar in a terminal, a line now and then elsewhere."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from models.statuses import Stage

_LINE_EVERY_DAYS = 20
_SHORT = {
    Stage.REPORTED: "rep",
    Stage.IDENTIFIED: "ident",
    Stage.LOCATED: "loc",
    Stage.DIPLOMATIC_REQUEST: "dipl",
    Stage.VERIFIED: "ver",
    Stage.RETURNED: "home",
}


class DemoProgress:
    """Shows one day after another; a context manager."""

    def __init__(self, console: Console, days: int) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("The year before", total=days, told="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, played: Mapping[str, Any]) -> None:
        """Show a day that has been played: `day`, `days`, `on`, `stages`, `mails`."""
        done, told = played["day"] + 1, tell_day(played)
        if done < 1:
            self._progress.update(self._task, told=told)
            return
        self._progress.update(
            self._task, completed=done, description=f"Day {done} of {played['days']}, {played['on']}", told=told
        )
        if not self._console.is_terminal and (done % _LINE_EVERY_DAYS == 0 or done == played["days"]):
            self._console.print(f"Day {done} of {played['days']}, {played['on']}: {told}")


def tell_day(played: Mapping[str, Any]) -> str:
    """Return cases by stage and mails, in one short line."""
    stages = " ".join(f"{short} {played['stages'].get(stage, 0)}" for stage, short in _SHORT.items())
    return f"{stages} · {played['mails']} mails"

"""A rehearsal of a few cases through the real flows, in this process."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from casework.office import StoreKind, found_office, open_office
from integrations.mail_sink import MailSink
from integrations.settings import Settings, load_settings
from models.errors import DodomuError


@pytest.fixture
def demo_settings(tmp_path: Path) -> Iterator[Settings]:
    with ExitStack() as stack:
        sink = stack.enter_context(MailSink(tmp_path / "mail"))
        settings = load_settings(
            home=tmp_path / "demo", smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="plain", staff="s-01"
        )
        found_office(settings, StoreKind.DEMO)
        yield settings


def test_a_rehearsal_tells_its_days_and_at_the_end_its_figures(
    demo_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from workflows.rehearsal import rehearse  # noqa: PLC0415 - imports Prefect
    from workflows.rooms import lend_office  # noqa: PLC0415 - as above

    with open_office(demo_settings) as office, lend_office(office):
        rehearse(office, cases=1, days=2, seed=551, letters=tmp_path / "letters")
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["kind"] for line in told][-4:] == ["day", "day", "day", "tally"]
    assert told[-2]["day"] == 1
    figures = told[-1]["figures"]
    assert told[-1]["untold"] == []
    assert sum(sum(states.values()) for states in figures["stages"].values()) == 3
    assert figures["pdfs"] == len(list((tmp_path / "letters").glob("*.pdf"))) == 1
    assert [case["stage"] for case in figures["public_record"]] == ["reported", "reported"]


async def test_a_flow_that_fails_ends_the_rehearsal(demo_settings: Settings) -> None:

    from workflows.rehearsal import run_flow  # noqa: PLC0415 - imports Prefect
    from workflows.rooms import lend_office  # noqa: PLC0415 - as above

    with (
        open_office(demo_settings) as office,
        lend_office(office),
        pytest.raises(DodomuError, match="flow_failed"),
    ):
        await run_flow("case-journey", {"case_reference": "2026-000001-Z"})

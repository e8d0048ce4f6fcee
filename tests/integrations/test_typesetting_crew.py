"""Worker processes that typeset: outcomes in order, a process that ends is told of, and none outlives its parent."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.letter_templates import TEMPLATE_FOLDER
from integrations.typesetting import Typesetter
from integrations.typesetting_crew import open_crew, set_here, work
from models.errors import ConfigurationError, PermanentFailure

AT = datetime(2026, 3, 2, tzinfo=UTC)


def letter(number: int) -> bytes:
    return f'#set document(title: "Letter")\n#set text(lang: "en")\nLetter {number}'.encode()


def test_a_crew_sets_what_one_process_sets_in_the_same_order() -> None:
    sources = [letter(number) for number in range(40)]
    sources[17] = b"#nothing("
    alone = set_here(Typesetter())(sources, AT)()
    with open_crew(TEMPLATE_FOLDER, 2) as begin:
        waiting, another = begin(sources, AT), begin(sources[:3], AT)
        together = waiting()
        assert another() == together[:3]
    assert [each for each in together if isinstance(each, bytes)] == [each for each in alone if isinstance(each, bytes)]
    failures = [place for place, each in enumerate(together) if isinstance(each, PermanentFailure)]
    assert failures == [17]
    assert multiprocessing.active_children() == []


def test_what_keeps_every_letter_from_being_set_is_raised(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "wants.typ").write_bytes(b'#import "@preview/anything:1.0.0"')
    with open_crew(tmp_path, 1) as begin, pytest.raises(ConfigurationError, match="template_wants_package"):
        begin([letter(1)], AT)()


def test_a_process_that_ends_is_told_of_and_holds_nothing_up() -> None:
    with open_crew(TEMPLATE_FOLDER, 1) as begin:
        assert len(begin([letter(1)], AT)()) == 1
        (process,) = multiprocessing.active_children()
        process.kill()
        process.join()
        for _ in range(2):
            with pytest.raises(PermanentFailure, match="typesetting_process_ended"):
                begin([letter(1)], AT)()


def test_a_worker_ends_with_its_pipe() -> None:
    ours, theirs = multiprocessing.Pipe()
    ours.send(([letter(1)], AT))
    sent = ours.send
    sent(([b"#nothing("], AT))
    ours.close()
    with pytest.raises(OSError, match="Broken pipe"):
        work(theirs, TEMPLATE_FOLDER)
    ours, theirs = multiprocessing.Pipe()
    ours.close()
    work(theirs, TEMPLATE_FOLDER)


def test_no_worker_outlives_a_parent_that_is_killed() -> None:
    program = (
        "import multiprocessing, time\n"
        "from integrations.letter_templates import TEMPLATE_FOLDER\n"
        "from integrations.typesetting_crew import open_crew\n"
        "if __name__ == '__main__':\n"
        "    with open_crew(TEMPLATE_FOLDER, 1):\n"
        "        print(multiprocessing.active_children()[0].pid, flush=True)\n"
        "        time.sleep(60)\n"
    )
    with subprocess.Popen(  # noqa: S603 - our own interpreter and the program above
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 20
    while _is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(worker)


def test_a_worker_does_not_hear_ctrl_c() -> None:
    with open_crew(TEMPLATE_FOLDER, 1) as begin:
        (process,) = multiprocessing.active_children()
        os.kill(process.pid or 0, signal.SIGINT)
        assert len(begin([letter(1)], AT)()) == 1
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


def _is_alive(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"

"""`dodomu init`, `up`, `health`: the office itself."""

from dataclasses import asdict
from typing import Annotated

import typer

from casework.office import StoreKind, found_office, open_office
from casework.upgrading import learn_birthdays
from desk.health import check_health
from desk.options import JsonOption
from desk.printing import print_json, print_table, say
from desk.up import run_up
from desk.words import words
from integrations.settings import load_settings
from models.errors import RuleViolation


def init(
    demo: Annotated[bool, typer.Option("--demo", help="A rehearsal's store, whose clock can be moved.")] = False,
) -> None:
    """Make what an office needs: keys, keystore, store."""
    settings = load_settings()
    wanted = StoreKind.DEMO if demo else StoreKind.WORK
    made = found_office(settings, wanted)
    with open_office(settings) as office:
        if demo and office.kind is not wanted:
            raise RuleViolation(
                "store_is_of_another_kind", "a store stays what it was made for; set DODOMU_HOME to another folder"
            )
        learn_birthdays(office, office.now())
    language = settings.language
    if not made:
        say(words("nothing_to_make", language, home=settings.home))
        return
    say(words("made", language, what=", ".join(made), home=settings.home))
    if "office_key" in made:
        say(words("keep_key_apart", language, path=settings.office_key_file))
    if not demo:
        say(words("then_staff", language))


def up() -> None:
    """Run the engine: Prefect's server, worker and schedules, until Ctrl-C."""
    settings = load_settings()
    with open_office(settings):
        # Refused here, in words, rather than in every flow run.
        pass
    raise typer.Exit(run_up(settings, say))


def health(as_json: JsonOption = False) -> None:
    """Say whether everything an office needs is in order."""
    findings = check_health()
    if as_json:
        print_json({"healthy": all(each.good for each in findings), "findings": [asdict(each) for each in findings]})
    else:
        print_table(["", "", ""], [("ok" if each.good else "!!", each.what, each.told) for each in findings])
    if not all(each.good for each in findings):
        raise typer.Exit(1)

"""`dodomu backup` and `restore`: copies of an office, the keys apart from what they open."""

from pathlib import Path
from typing import Annotated

import typer

from desk.printing import say
from desk.words import words
from integrations.backup import make_backup, restore_backup
from integrations.settings import load_settings

FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or empty folder.")]


def backup(folder: FolderArgument) -> None:
    """Copy store and keys into a new folder, each into its own."""
    settings = load_settings()
    made = make_backup(settings, folder)
    say(words("backed_up", settings.language, store=made.store_folder, keys=made.keys_folder))
    say(words("keep_apart", settings.language))
    say(words("older_keys", settings.language))
    if not made.office_key_inside:
        say(words("office_key_elsewhere", settings.language))


def restore(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="That of a backup, with `store` and `keys` in it.")],
) -> None:
    """Make an empty home from a backup."""
    settings = load_settings()
    restore_backup(settings, folder)
    say(words("restored", settings.language, home=settings.home))

"""After a fact is recorded: have the case looked at, and say in words what came of it."""

from casework.letter_file import cases_of_letter
from casework.reconcile import Look, reconcile_case
from desk.printing import say
from desk.sitting import Sitting
from desk.wording import flag_words, missing_words, stage_words
from integrations.prefect_api import ask_for_journey
from models.errors import DodomuError
from models.rules.reference import parse_reference


def follow(at: Sitting, typed_reference: str) -> None:
    """Say what came of the look that was made with the fact; without one ask Prefect, or look here and now."""
    reference = parse_reference(typed_reference)
    made = at.looks.pop(reference, None)
    if made is not None:
        tell(at, made) if made.fault is None else say(at.say("recorded_not_looked", code=made.fault))
        return
    if ask_for_journey(at.office.settings.prefect_api_url, reference):
        say(at.say("asked", reference=reference))
        return
    try:
        tell(at, reconcile_case(at.office, reference, at.now))
    except DodomuError as error:
        # The fact is on record; a look that could not be made is made up for by the watch.
        say(at.say("recorded_not_looked", code=error.code))


def follow_letter(at: Sitting, number: str) -> None:
    """Say what came of something heard of a letter, or done to it: of several children who moved, and how many did not.

    An erased child's case is not looked at. Raises NotFound `letter_not_found`.
    """
    references = cases_of_letter(at.office, number)
    if len(references) == 1:
        follow(at, references[0])
        return
    looks = [at.looks.pop(reference) for reference in references if reference in at.looks]
    unmade = [look for look in looks if look.fault is not None]
    moved = [look for look in looks if look.stages_entered]
    for look in moved:
        tell(at, look)
    if unmade:
        say(at.say("recorded_not_looked", code=unmade[0].fault))
    if len(looks) > len(moved) + len(unmade):
        say(at.say("others_stand", count=len(looks) - len(moved) - len(unmade)))


def tell(at: Sitting, look: Look) -> None:
    """Say what one look found: where the case stands now, what is missing, what a person must look at."""
    office = at.office
    for stage in look.stages_entered:
        say(at.say("moved", reference=look.reference, stage=stage_words(office, stage)))
    if not look.stages_entered:
        say(at.say("stands", reference=look.reference, stage=stage_words(office, look.stage)))
    for missing in look.missing:
        say(at.say("missing", what=missing_words(office, missing)))
    for flag in look.flags:
        say(at.say("flagged", what=flag_words(office, flag)))
    if look.drafts:
        say(at.say("drafted", count=look.drafts))
    if look.notices:
        say(at.say("noticed", count=look.notices))

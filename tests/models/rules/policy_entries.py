"""One entry of each sort as it could stand in a policy's files, right in every respect."""

from models.rules.disclosure import Field
from models.rules.letter_policy import Body, BodyCategory, LetterKind
from models.rules.policy import Anchor, ClockRule, MetBy, Rung
from models.rules.terms import Term, TermUnit
from models.statuses import Channel, Purpose, Role, RungKind, Stage

NAME = {"uk": "Назва", "en": "Name"}
RUNG = Rung("look", RungKind.REMINDER, (Role.COORDINATOR,), NAME, at_day=7)
CLOCK = ClockRule(
    id="stage.located",
    name=NAME,
    anchor=Anchor.STAGE_ENTERED,
    term=Term(14, TermUnit.CALENDAR_DAYS),
    calendar="every_day",
    met_by=MetBy.NEXT_STAGE,
    legal_basis="a law",
    stage=Stage.LOCATED,
    rungs=(RUNG,),
)
BODY = Body(
    id="office",
    name=NAME,
    salutation={"en": "Dear office,"},
    channel=Channel.BY_HAND,
    languages=("en",),
    allow=(Field.CHILD_GIVEN_NAME,),
    legal_basis="a law",
    category="plain",
)
CATEGORY = BodyCategory("plain", NAME, (), "a law")
KIND = LetterKind("office.request", ("office",), NAME, (Purpose.SEARCH,), NAME)

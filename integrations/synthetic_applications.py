"""Applications of children who do not exist, for examples, rehearsals and measurements. One seed, one set."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from faker import Faker

_BASES = ("parent", "parent", "parent", "guardian", "grandparent", "adult_sibling")
_CIRCUMSTANCES = (
    "Вигадано: вивезено разом зі школою.",
    "Вигадано: вивезено з лікарні.",
    "Вигадано: розлучено на фільтраційному пункті.",
    "Вигадано: не повернуто з табору відпочинку.",
)
_FIRST_SEPARATION_ON = date(2022, 3, 1)
_LANGUAGES = ("uk", "uk ru", "ru uk", "uk crh")


def synthetic_applications(count: int, *, seed: int, today: date) -> Iterator[dict[str, str]]:
    """`count` applications as a table's rows: column to text, blank cells left out; all of them valid on `today`.

    Family names end in a word of ours, so that nobody is found behind them; telephones lie in a block of zeros.
    """
    fake = Faker("uk_UA")
    fake.seed_instance(seed)
    for number in range(1, count + 1):
        yield _application(number, fake, fake.random, today)


def _application(number: int, fake: Faker, dice: Random, today: date) -> dict[str, str]:
    is_girl = dice.choice((True, False))
    separated_on = _FIRST_SEPARATION_ON + timedelta(days=dice.randrange((today - _FIRST_SEPARATION_ON).days))
    born_on = separated_on - timedelta(days=dice.randrange(365, 17 * 365))
    family_name = f"{fake.last_name()}-Вигадане"
    street = f"вул. Зразкова, {dice.randrange(1, 200)}, с. Вигадане"
    requester, mother = fake.first_name_female(), fake.first_name_female()
    row = {
        "external_number": f"ЗРАЗОК-{number:06d}",
        "child.family_name": family_name,
        "child.given_name": fake.first_name_female() if is_girl else fake.first_name_male(),
        "child.birth_on": _as_known(born_on, dice),
        "child.sex": "female" if is_girl else "male",
        "child.citizenship": "UA",
        "child.birth_place": "с. Вигадане",
        "child.registered_address": street,
        "child.languages": dice.choice(_LANGUAGES),
        "parents.mother.family_name": family_name,
        "parents.mother.given_name": mother,
        "separation.on": _as_known(separated_on, dice),
        "separation.place": "с. Вигадане",
        "separation.country": "UA",
        "separation.circumstances": dice.choice(_CIRCUMSTANCES),
    }
    if dice.randrange(5):
        # Four in five come from somebody who may ask; the others stay reports.
        basis = dice.choice(_BASES)
        row |= {
            "requester.name": f"{family_name} {_who_asks(basis, requester, mother)}",
            "requester.basis": basis,
            "requester.phone": f"+380 44 000 {dice.randrange(100):02d} {dice.randrange(100):02d}",
            "requester.email": f"zaiavnyk{number}@example.org",
            "requester.address": street,
            "reports.national_police": f"0000-{number:06d}",
        }
    return row


def _who_asks(basis: str, given_name: str, mother: str) -> str:
    """The mother where a parent asks; whoever else asks never bears her name."""
    if basis == "parent":
        return mother
    return given_name if given_name != mother else f"{given_name}-Вигадана"


def _as_known(day: date, dice: Random) -> str:
    """Mostly to the day, sometimes to the month or the year, as families remember."""
    length = dice.choice((10, 10, 10, 10, 7, 4))
    return day.isoformat()[:length]

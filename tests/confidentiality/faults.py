"""One exception of every class that can come up, each with a canary in whatever it carries."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import aiosmtplib
import typst
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import IntegrityError as RowRefused
from sqlalchemy.exc import OperationalError, StatementError

from models.errors import DodomuError
from tests.confidentiality.canaries import latin, mail, name, phone


class _Typed(BaseModel):
    born: int


def own_faults() -> Iterator[DodomuError]:
    """Every class of our own, with a canary in its advice and in its references."""
    for kind in _classes(DodomuError):
        yield kind("canary_sings", f"look at {name('ву')}", reference=name("вська"), number=phone(6), who=mail("x"))


def foreign_faults() -> Iterator[Exception]:
    """What libraries and the language raise."""
    canary = name("вська")
    yield from (ValueError(canary), KeyError(canary), TypeError(latin("a")), RuntimeError(mail("b")))
    yield OSError(2, "No such file", f"/var/{canary}.pdf")
    yield UnicodeEncodeError("ascii", canary, 0, 1, canary)
    yield ExceptionGroup(canary, [ValueError(phone(7))])
    parameters = {"name": canary, "phone": phone(8)}
    yield StatementError(canary, "INSERT INTO cases VALUES (:name)", parameters, ValueError(canary))
    yield RowRefused("INSERT INTO cases VALUES (:name)", parameters, ValueError(f"Key (name)=({canary})"))
    yield OperationalError("SELECT 1", parameters, ValueError(canary))
    yield aiosmtplib.SMTPRecipientsRefused([aiosmtplib.SMTPRecipientRefused(550, f"{mail('x')} unknown", mail("x"))])
    yield aiosmtplib.SMTPDataError(554, f"no such letter for {mail('y')}")
    yield _invalid()
    yield _unprintable()
    yield _unreadable()


def _classes(kind: type[DodomuError]) -> Iterator[type[DodomuError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _classes(child)


def _invalid() -> Exception:
    try:
        _Typed.model_validate({"born": name("вська")})
    except ValidationError as error:
        return error
    raise AssertionError


@cache
def _unprintable() -> Exception:
    try:
        typst.compile(f"#{latin('a')}({name('вська')})".encode(), root=Path(__file__).parent)
    except RuntimeError as error:
        return error
    raise AssertionError


def _unreadable() -> Exception:
    try:
        json.loads(name("вська"))
    except ValueError as error:
        return error
    raise AssertionError

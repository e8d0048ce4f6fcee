"""The staff register: who works here, in which role, and which accounts are one person."""

import re
from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.journal import journal_office
from casework.office import Office
from casework.typed_words import make_sealed
from integrations.addresses import normalise_address
from integrations.keystore import OFFICE_SCOPE
from integrations.prepared import AmongIds, PreparedRecords
from integrations.sealing import SealedPlace, sealed_place
from models.errors import InvalidInput, RuleViolation
from models.records import Staff
from models.schemas.sealed import StaffContact
from models.statuses import Role

LANGUAGES = ("uk", "en")
_BY_ID = PreparedRecords(Staff, lambda staff: staff.where(AmongIds(Staff.id)))
_STAFF_ID = re.compile(r"[a-z][a-z0-9-]{1,31}")


def add_staff(  # noqa: PLR0913 - an account is that many things, each of them named
    office: Office,
    *,
    staff_id: str,
    person_no: int,
    role: Role,
    name: str,
    mail: str,
    language: str = "uk",
    now: datetime,
    actor: str,
) -> str:
    """Add an account; return its id. `person_no` is the person's number: accounts of one person share it.

    Raises InvalidInput `staff_id_unusable`, `language_unknown`, `address_unusable`, RuleViolation
    `staff_already_there`.
    """
    if not _STAFF_ID.fullmatch(staff_id):
        raise InvalidInput("staff_id_unusable", "small letters, digits and dashes, such as c-01; never a name")
    if language not in LANGUAGES:
        raise InvalidInput("language_unknown", f"one of: {', '.join(LANGUAGES)}")
    contact = make_sealed(StaffContact, name=name, mail=normalise_address(mail))
    with office.store.writing() as session:
        if session.get(Staff, staff_id) is not None:
            raise RuleViolation("staff_already_there", "give the new account another id", staff=staff_id)
        sealed = office.sealer.seal_model(OFFICE_SCOPE, _contact_place(staff_id), contact)
        session.add(Staff(id=staff_id, person_no=person_no, role=role, language=language, sealed_contact=sealed))
        journal_office(
            session, now, "staff_added", actor, {"staff": staff_id, "person_no": person_no, "role": role.value}
        )
    return staff_id


def deactivate_staff(office: Office, staff_id: str, *, now: datetime, actor: str) -> None:
    """End an account: nothing more is done in its name. What was done in it stays on record."""
    with office.store.writing() as session:
        get_staff(session, staff_id).active = False
        journal_office(session, now, "staff_deactivated", actor, {"staff": staff_id})


def set_hours(  # noqa: PLR0913 - whose, from when until when, moment and name
    office: Office, staff_id: str, *, works_from: time, works_until: time, now: datetime, actor: str
) -> None:
    """Set the hours of a working day within which an account is sent mail; on its own word or a supervisor's.

    Raises InvalidInput `hours_unusable`; RuleViolation `staff_…`, `role_not_allowed`.
    """
    if works_from >= works_until:
        raise InvalidInput("hours_unusable", "the day begins before it ends, such as 09:00 and 18:00")
    with office.store.writing() as session:
        require_own_or_supervisor(session, staff_id, actor)
        staff = get_staff(session, staff_id)
        staff.works_from, staff.works_until = works_from, works_until
        hours = {"from": works_from.isoformat("minutes"), "until": works_until.isoformat("minutes")}
        journal_office(session, now, "staff_hours_set", actor, {"staff": staff_id, **hours})


def list_staff(office: Office) -> Sequence[Staff]:
    """List all accounts, ended ones too, by id."""
    with office.store.reading() as session:
        return session.scalars(select(Staff).order_by(Staff.id)).all()


def get_staff(session: Session, staff_id: str) -> Staff:
    """Return an account that may act. Raises RuleViolation `staff_unknown` or `staff_inactive`."""
    staff = next(iter(_BY_ID.list(session, ids=[staff_id])), None)
    if staff is None:
        raise RuleViolation("staff_unknown", "add the account with `dodomu staff add` first")
    if not staff.active:
        raise RuleViolation("staff_inactive", "this account has been ended", staff=staff_id)
    return staff


def require_role(staff: Staff, *roles: Role) -> None:
    """Refuse unless the account is in one of these roles. Raises RuleViolation `role_not_allowed`."""
    if staff.role not in roles:
        raise RuleViolation(
            "role_not_allowed", f"this takes: {', '.join(roles)}", staff=staff.id, role=staff.role.value
        )


def require_own_or_supervisor(session: Session, staff_id: str, actor: str) -> None:
    """Refuse what somebody does to another's account, unless a supervisor or the head of the office does it.

    Raises RuleViolation `staff_…`, `role_not_allowed`.
    """
    acting = get_staff(session, actor)
    if actor != staff_id:
        require_role(acting, Role.SUPERVISOR, Role.HEAD_OF_OFFICE)


def open_contact(office: Office, staff: Staff) -> StaffContact:
    """Open an account's name and mail address."""
    return office.sealer.open_model(OFFICE_SCOPE, _contact_place(staff.id), StaffContact, staff.sealed_contact)


def _contact_place(staff_id: str) -> SealedPlace:
    return sealed_place("staff", "sealed_contact", staff_id)

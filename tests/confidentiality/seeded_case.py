"""A case with a canary in every personal field there is, walked through everything that is done to cases."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from casework import facts, letters, status
from casework.letter_annexes import attach_annex
from casework.letter_release import release_letter
from casework.office import Office
from casework.opened_identity import open_identity, search_cases
from casework.opening import open_cases
from casework.staff import add_staff
from casework.watch import look_at_due
from models.rules.policy import RequirementKind
from models.schemas.intake import validate_intake
from models.statuses import (
    Basis,
    ChecklistItem,
    InformationGrade,
    Purpose,
    ReportOffice,
    Role,
    SourceGrade,
    SourceKind,
    Stage,
    Territory,
)
from tests.confidentiality.canaries import latin, mail, name, phone

COORDINATOR = "c-77"


def application(today: date) -> dict[str, Any]:
    """An application in which every text is a canary."""
    return {
        "external_number": "0000-77",
        "child": {
            "family_name": name("вська"),
            "given_name": name("лина"),
            "patronymic": name("івна"),
            "birth_on": "2014-05-09",
            "sex": "female",
            "citizenship": "UA",
            "birth_place": f"с. {name('ве')}",
            "registered_address": f"вул. {name('ва')}, 7",
            "languages": ["uk"],
            "distinguishing_marks": f"Родимка, схожа на {name('вку')}",
            "identity_document": latin(" 000777"),
            "health": f"Хвороба {name('на')}",
        },
        "parents": {
            "mother": {"family_name": name("вська"), "given_name": name("мама")},
            "father": {"family_name": name("вський"), "given_name": name("тато"), "patronymic": name("ович")},
        },
        "separation": {
            "on": "2022-05-17",
            "place": f"м. {name('поль')}",
            "country": "UA",
            "circumstances": f"Вигадано: вивезено до {name('ва')}.",
            "last_known_place": f"табір {name('ок')}",
            "last_contact_on": "2023-01-02",
            "last_contact": f"Дзвонила з {phone(1)}.",
        },
        "reports": {
            "national_police": f"ЄО {name('а')} 7",
            "national_information_bureau": f"НІБ {latin('a')} 7",
            "ombudsman": f"УП {latin('b')} 7",
        },
        "requester": {
            "name": f"{name('вська')} {name('ена')}",
            "basis": "parent",
            "phone": phone(2),
            "email": mail("family"),
            "address": f"вул. {name('дна')}, 8",
            "identity_confidential": False,
        },
        "consents": [
            {"body": "*", "purpose": purpose, "given_on": str(today - timedelta(days=1))}
            for purpose in ("search", "return", "information")
        ],
        "sibling_group": f"родина {name('их')}",
        "notes": f"Примітка про {name('ву')}, {phone(3)}.",
    }


def seed(office: Office) -> str:
    """Open the case and record facts of every kind; return its reference."""
    now, today = office.now(), office.book.today(office.now())
    staff: dict[str, Any] = {
        "name": latin(" Staff"),
        "mail": mail("staff"),
        "language": "uk",
        "now": now,
        "actor": "s-01",
    }
    add_staff(office, staff_id=COORDINATOR, person_no=77, role=Role.COORDINATOR, **staff)
    cases = [validate_intake(application(today) | {"external_number": f"0000-{n}"}, today=today) for n in (77, 78)]
    first, second = (
        opened.reference for opened in open_cases(office, cases, now=now, actor="c-01", coordinator=COORDINATOR)
    )
    do: dict[str, Any] = {"now": now, "actor": COORDINATOR}
    facts.confirm_standing(office, first, **do)
    sightings = [_see(office, first, today, number) for number in range(3)]
    facts.withdraw_sighting(office, first, sightings[0], reason=f"Не {name('ва')}", **do)
    facts.record_alias(office, first, full_name=latin(" Aliasova"), citizenship="RU", note=name("а"), **do)
    alias = facts.record_alias(office, first, full_name=latin(" Oops"), **do)
    facts.withdraw_alias(office, first, alias, reason=latin(" oops"), **do)
    facts.record_report(office, first, report_office=ReportOffice.NATIONAL_POLICE, number=latin(" 9"), **do)
    facts.record_relative(
        office, first, basis=Basis.GRANDPARENT, name=name("ня"), phone=phone(4), address=name("а, 9"), **do
    )
    facts.correct_separation(office, first, reason=name("?"), place=f"с. {name('ське')}", **do)
    status.link_siblings(office, [first, second], **do)
    search_cases(office, name("вська"), **do)
    open_identity(office, first, **do)
    return first


def _see(office: Office, reference: str, today: date, number: int) -> str:
    return facts.record_sighting(
        office,
        reference,
        stated_on=today - timedelta(days=2 + number),
        seen_on=today - timedelta(days=9),
        place=f"Табір {name('оне')} {number}",
        source=f"{latin(' Informant')} {number}",
        country="RU",
        territory=Territory.RUSSIA,
        source_kind=SourceKind.OFFICIAL,
        source_grade=SourceGrade.A,
        information_grade=InformationGrade.CONFIRMED,
        note=f"Сказано: {name('чка')}, {phone(5)}",
        now=office.now(),
        actor=COORDINATOR,
    )


def add_papers(office: Office, reference: str, folder: Path) -> None:
    """Add evidence, whose file's name is a canary too, and hand it on."""
    folder.mkdir()
    photo = folder / f"{latin(' photo')}.jpg"
    photo.write_bytes(name("фото").encode())
    do: dict[str, Any] = {"now": office.now(), "actor": COORDINATOR}
    kept_at = f"Сейф {name('ого')}"
    made = facts.add_evidence(office, reference, photo, kind="photo", title=name("на фото"), kept_at=kept_at, **do)
    facts.hand_evidence(office, reference, made, to=latin(" Expert"), why=f"Звірка {name('ої')}", **do)


def give_reasons(office: Office, reference: str) -> None:
    """Do what wants a reason on record, with a canary in each."""
    do: dict[str, Any] = {"now": office.now(), "actor": "s-01"}
    status.suspend(office, reference, reason=f"Родина {name('их')} просить", **do)
    status.resume(office, reference, reason=f"{name('ські')} передумали", **do)
    requirement = RequirementKind.REPORT_REFERENCE
    status.override(office, reference, stage=Stage.IDENTIFIED, requirement=requirement, reason=latin(" says"), **do)
    look_at_due(office, office.now())
    status.step_back(office, reference, to_stage=Stage.REPORTED, reason=f"Помилка {name('ої')}", **do)
    status.release_hold(office, reference, reason=f"Ні, {name('а')} права", **do)
    for item in ChecklistItem:
        facts.establish_item(office, reference, item=item, established_on=office.now().date(), **do)


def write_letters(office: Office, reference: str) -> list[str]:
    """Reject one letter with a reason, and release one to an office, with an annex, and one to the family."""
    do: dict[str, Any] = {"now": office.now(), "actor": COORDINATOR}
    to_office: dict[str, Any] = {"kind": "ombudsman_ua.request", "purpose": Purpose.SEARCH}
    rejected = letters.draft_letter(office, reference, **to_office, **do)
    letters.reject_letter(office, rejected, f"Не про {name('ву')}", now=office.now(), actor="c-02")
    released = []
    for choice in (to_office, {"kind": "family.news", "purpose": Purpose.INFORMATION}):
        number = letters.draft_letter(office, reference, **choice, **do)
        if choice is to_office:
            photo = _photo_that_tells(name("фото"))
            attach_annex(office, number, photo, title=f"Фото {name('ської')}", **do)
        letters.preview_letter(office, number, now=office.now())
        for approver in ("c-02", "l-01"):
            _approve_if_wanted(office, number, approver)
        release_letter(office, number, **do)
        released.append(number)
    return released


def _photo_that_tells(name: str) -> bytes:
    """A photograph with a name hidden in the file, where cameras and phones put words."""
    photo, hidden = BytesIO(), Image.Exif()
    hidden[ExifTags.Base.ImageDescription] = name
    Image.new("RGB", (8, 8)).save(photo, "JPEG", exif=hidden, comment=name.encode())
    return photo.getvalue()


def _approve_if_wanted(office: Office, number: str, approver: str) -> None:
    (line,) = [line for line in letters.list_letters(office) if line.number == number]
    if line.state == "draft":
        letters.approve_letter(office, number, now=office.now(), actor=approver)

import pytest

from casework.journal import OFFICE_CHAIN
from casework.journal_rows import list_entries
from casework.office import Office
from casework.staff import add_staff, deactivate_staff, get_staff, list_staff, open_contact, require_role
from models.errors import DodomuError, InvalidInput, RuleViolation
from models.statuses import Role


def add(office: Office, **changed: str) -> str:
    words = {"staff_id": "c-03", "name": "Вигадана Особа", "mail": "c-03@office.example"} | changed
    return add_staff(office, **words, person_no=9, role=Role.COORDINATOR, now=office.now(), actor="s-01")


def test_an_account_is_kept_with_its_contact_sealed_and_journalled_by_number(office: Office) -> None:
    assert add(office) == "c-03"
    with office.store.reading() as session:
        staff = get_staff(session, "c-03")
        last = list_entries(session, OFFICE_CHAIN)[-1].entry
    contact = open_contact(office, staff)
    assert (contact.name, contact.mail) == ("Вигадана Особа", "c-03@office.example")
    assert "Вигадана".encode() not in staff.sealed_contact
    assert (last.kind, dict(last.body)) == ("staff_added", {"staff": "c-03", "person_no": 9, "role": "coordinator"})


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"staff_id": "Олена"}, "staff_id_unusable"),
        ({"staff_id": "c-01"}, "staff_already_there"),
        ({"language": "ru"}, "language_unknown"),
        ({"mail": "nowhere"}, "address_unusable"),
        ({"name": "  "}, "value_unusable"),
        ({"name": "Вигадана\u202eОсоба"}, "control_characters"),
    ],
)
def test_an_unusable_account_is_refused_without_repeating_what_was_typed(
    office: Office, changed: dict[str, str], code: str
) -> None:
    with pytest.raises(DodomuError, match=code) as refused:
        add(office, **changed)
    assert "Олена" not in str(refused.value)
    assert "Особа" not in str(refused.value)


def test_an_ended_account_acts_no_more_but_is_listed(office: Office) -> None:
    deactivate_staff(office, "c-02", now=office.now(), actor="s-01")
    assert [staff.id for staff in list_staff(office)] == ["c-01", "c-02", "h-01", "l-01", "s-01"]
    with office.store.reading() as session, pytest.raises(RuleViolation, match="staff_inactive"):
        get_staff(session, "c-02")


def test_an_unknown_account_does_not_act(office: Office) -> None:
    with office.store.reading() as session, pytest.raises(RuleViolation, match="staff_unknown"):
        get_staff(session, "c-99")


def test_a_role_is_asked_for(office: Office) -> None:
    with office.store.reading() as session:
        supervisor = get_staff(session, "s-01")
    require_role(supervisor, Role.COORDINATOR, Role.SUPERVISOR)
    with pytest.raises(RuleViolation, match="role_not_allowed"):
        require_role(supervisor, Role.LEGAL_OFFICER)


def test_a_name_that_is_no_text_is_refused_by_field(office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(office, name=3)  # type: ignore[arg-type] - that is the point
    assert refused.value.references == {"fields": "name"}

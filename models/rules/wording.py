"""What the codes of gates, assessments and states are called in the office's two languages.

Artifacts, digests and the command line say it with these words. What is missing is a noun phrase, to stand after
"missing:"; a flag is a sentence without its full stop. Names of stages, clocks, bodies and letters are the policy's.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from models.rules.letter_conditions import Verdict
from models.statuses import ClockState, LetterState, Territory


class Words(NamedTuple):
    """The same in Ukrainian and in English."""

    uk: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the English words for `en`, the Ukrainian ones for any other language."""
        return self.en if language == "en" else self.uk


def missing_words(what: str, language: str) -> str:
    """Say what a gate lacks. Raises KeyError for a code that no gate knows."""
    return _MISSING[what].in_language(language)


def flag_words(code: str, about: str, language: str) -> str:
    """Say what a person must look at; `about` is shown where it is a body or an error's code.

    A gate's code as a flag means that what the gate asks for was there and is no more. Raises KeyError.
    """
    if code in _MISSING:
        return (
            Words("Більше не виконано: {}", "No longer there: {}")
            .in_language(language)
            .format(missing_words(code, language))
        )
    return _BECAUSE.get((code, about), _FLAGS[code]).in_language(language).format(about=about)


def letter_state_words(state: LetterState, language: str, *, acknowledged: bool = False) -> str:
    """Say where a letter is; of one whose answer is overdue, whether the body has acknowledged it."""
    if acknowledged and state is LetterState.NO_REPLY:
        return _ACKNOWLEDGED_ALONE.in_language(language)
    return _LETTER_STATES[state].in_language(language)


def clock_state_words(state: ClockState, language: str) -> str:
    """Say where a clock is."""
    return _CLOCK_STATES[state].in_language(language)


def verdict_words(verdict: Verdict, language: str) -> str:
    """Say whether a letter is to be written."""
    return _VERDICTS[verdict].in_language(language)


def reason_words(code: str, about: str, language: str) -> str:
    """Say why a letter is or is not to be written; `about` is in words already. Raises KeyError."""
    return _REASONS[code].in_language(language).format(about=about)


def territory_words(territory: Territory, language: str) -> str:
    """Say who controls the place where a child was last seen."""
    return _TERRITORIES[territory].in_language(language)


_FIELDS: Final[Mapping[str, Words]] = {
    "child.family_name": Words("прізвище дитини", "the child's family name"),
    "child.given_name": Words("імʼя дитини", "the child's given name"),
    "child.patronymic": Words("по батькові дитини", "the child's patronymic"),
    "child.birth_on": Words("дата народження дитини", "the child's birth date"),
    "child.birth_place": Words("місце народження дитини", "the child's birth place"),
    "child.sex": Words("стать дитини", "the child's sex"),
    "child.citizenship": Words("громадянство дитини", "the child's citizenship"),
    "child.registered_address": Words("зареєстрована адреса дитини", "the child's registered address"),
    "child.languages": Words("мови, якими говорить дитина", "the languages the child speaks"),
    "child.distinguishing_marks": Words("особливі прикмети дитини", "the child's distinguishing marks"),
    "child.identity_document": Words("документ дитини", "the child's identity document"),
    "child.health": Words("відомості про здоровʼя дитини", "what is known of the child's health"),
    "child.photo_reference": Words("фотографія дитини", "a photograph of the child"),
    "aliases": Words("імена, які дитині дали інші", "the names others have given the child"),
    "parents.mother": Words("відомості про матір", "the mother's details"),
    "parents.father": Words("відомості про батька", "the father's details"),
    "siblings": Words("брати й сестри", "brothers and sisters"),
    "separation.on": Words("дата розлучення з родиною", "the date of separation"),
    "separation.place": Words("місце розлучення з родиною", "the place of separation"),
    "separation.circumstances": Words("обставини розлучення з родиною", "the circumstances of separation"),
    "separation.last_contact": Words("останній звʼязок із дитиною", "the last contact with the child"),
    "persons_believed_responsible": Words("імовірно причетні особи", "the persons believed responsible"),
    "search_steps": Words("що вже зроблено для розшуку", "the search steps taken so far"),
    "report_references": Words("номери звернень до органів", "the references of the reports made"),
    "sighting.country": Words("країна, де бачили дитину", "the country the child was seen in"),
    "sighting.territory": Words("хто контролює це місце", "who controls that place"),
    "sighting.place": Words("місце, де бачили дитину", "the place the child was seen at"),
    "sighting.seen_on": Words("день, коли бачили дитину", "the day the child was seen"),
    "sighting.source": Words("джерело відомостей", "the source of the sighting"),
    "sighting.grade": Words("оцінка джерела", "the grade of the source"),
    "requester.name": Words("імʼя заявника", "the applicant's name"),
    "requester.relation": Words("ким заявник є дитині", "the applicant's relation to the child"),
    "requester.phone": Words("телефон заявника", "the applicant's phone number"),
    "requester.address": Words("адреса заявника", "the applicant's address"),
    "requester.email": Words("електронна адреса заявника", "the applicant's mail address"),
    "requester.identity_confidential": Words("чи можна називати заявника", "whether the applicant may be named"),
    "case.stage": Words("етап справи", "the case's stage"),
    "case.next_on": Words("наступна дата у справі", "the case's next date"),
    "annexes": Words("додатки", "annexes"),
    "card": Words("картка за Додатковим протоколом I", "the card under Additional Protocol I"),
    "caseload": Words("зведені дані", "aggregates of the caseload"),
}

_CHECKLIST: Final[Mapping[str, Words]] = {
    "identity": Words("перевірена особа дитини", "the child's identity, checked"),
    "relationship": Words("перевірена спорідненість", "the relationship, checked"),
    "childs_views": Words("думка дитини, вислухана наодинці", "the child's views, heard in private"),
    "best_interests": Words("оцінка найкращих інтересів дитини", "the best-interests assessment"),
    "location_reconfirmed": Words("повторно підтверджене місцеперебування", "the location, confirmed once more"),
    "return_plan": Words("індивідуальний план повернення", "the individual return plan"),
}

_STALE: Final[Mapping[str, Words]] = {
    f"{item}_stale": Words(f"{words.uk} (попередній запис застарів)", f"{words.en} (the last record is too old)")
    for item, words in _CHECKLIST.items()
}

_CONSENTS: Final[Mapping[str, Words]] = {
    "consent_search": Words("чинна згода на розшук", "a consent in force for the search"),
    "consent_return": Words("чинна згода на запит про повернення", "a consent in force for asking for the return"),
    "consent_information": Words(
        "чинна згода на передання відомостей", "a consent in force for passing on information"
    ),
    "consent_publicity": Words("чинна згода на публічність", "a consent in force for publicity"),
    "consent_accountability": Words(
        "чинна згода на звернення до органів правосуддя", "a consent in force for accountability filings"
    ),
}

_MISSING: Final[Mapping[str, Words]] = {
    **_FIELDS,
    **_CHECKLIST,
    **_STALE,
    **_CONSENTS,
    "requester": Words("заявник", "an applicant"),
    "requester_basis": Words(
        "заявник, який має підставу говорити за дитину", "an applicant with a ground to speak for the child"
    ),
    "standing_not_confirmed": Words(
        "документ, який підтверджує підставу заявника", "a document that shows the applicant's ground"
    ),
    "report_reference": Words(
        "номер заяви до поліції, НІБ або Уповноваженого",
        "the reference of a report to the police, the National Information Bureau or the Ombudsman",
    ),
    "credible_sighting": Words("достовірні відомості про місцеперебування", "a credible sighting"),
    "official_or_two_independent_sources": Words(
        "одне офіційне або два незалежні джерела з датою", "one official or two independent dated sources"
    ),
    "location_stale": Words(
        "свіжі відомості про місцеперебування (наявні застаріли)", "a recent sighting (those on record are too old)"
    ),
    "request_not_taken": Words(
        "запит про повернення, який прийнято адресатом", "a request for return that its addressee has taken"
    ),
    "no_acknowledgement_of_child": Words(
        "відповідь, яка визнає дитину або погоджується на перевірку",
        "a reply that acknowledges the child or agrees to verification",
    ),
    "sign_off_of_two_people": Words("підписи двох різних людей", "the sign-offs of two different people"),
    "arrival": Words("запис про прибуття", "a record of the arrival"),
    "arrival_on_free_territory": Words(
        "прибуття на підконтрольну Україні територію або до безпечної третьої країни",
        "an arrival on territory under Ukraine's control or in a safe third country",
    ),
    "arrival_with_family_or_guardian": Words("дитина з родиною або опікуном", "the child with family or a guardian"),
}

_FLAGS: Final[Mapping[str, Words]] = {
    "possible_duplicate": Words(
        "Можливо, є ще одна справа тієї самої дитини", "There may be another case of the same child"
    ),
    "moved_not_returned": Words(
        "Дитину перевезено на окуповану територію: це не повернення",
        "The child was moved to occupied territory: this is not a return",
    ),
    "consent_missing": Words(
        "Потрібен лист до {about}, але чинної згоди на нього немає",
        "A letter to {about} is called for, and no consent allows it",
    ),
    "letter_not_now": Words(
        "Потрібен лист до {about}, але проти нього є умова: див. `dodomu letter plan`",
        "A letter to {about} is called for, and a condition speaks against it: see `dodomu letter plan`",
    ),
    "joint_letter": Words(
        "Спільний лист до {about} потребує продовження: складіть його для всіх дітей разом",
        "A letter to {about} about several children is to be followed up: draft it for all of them",
    ),
    "letter_refused": Words("Адресат відмовив у відповідь на лист", "The addressee of a letter has refused"),
    "letter_undeliverable": Words("Лист не вдалося доставити", "A letter could not be delivered"),
    "letter_stopped": Words(
        "Лист зупинено перед надсиланням: його підстави змінилися",
        "A letter was stopped before sending: what it rests on has changed",
    ),
    "information_requested": Words("Адресат просить додаткових відомостей", "An addressee asks for more information"),
    "not_assessable": Words("Справу не вдалося оцінити ({about})", "The case could not be assessed ({about})"),
}
_BECAUSE: Final[Mapping[tuple[str, str], Words]] = {
    ("not_assessable", "calendar_not_covered"): Words(
        "Строки цієї справи не рахуються й нагадувань немає: календар робочих днів закінчується раніше за один із них. "
        "Його треба продовжити; який, скаже `dodomu health` ({about})",
        "The deadlines of this case are not counted and nobody is reminded: a calendar of working days ends before one "
        "of them. It must be extended; `dodomu health` says which ({about})",
    ),
}

_ACKNOWLEDGED_ALONE: Final = Words("отримання підтверджено, відповіді немає", "acknowledged, no answer")
_LETTER_STATES: Final[Mapping[LetterState, Words]] = {
    LetterState.DRAFT: Words("проєкт", "draft"),
    LetterState.APPROVED: Words("затверджено", "approved"),
    LetterState.REJECTED: Words("відхилено", "rejected"),
    LetterState.QUEUED: Words("у черзі", "queued"),
    LetterState.STOPPED: Words("зупинено", "stopped"),
    LetterState.UNDELIVERABLE: Words("не доставлено", "undeliverable"),
    LetterState.SENT: Words("надіслано", "sent"),
    LetterState.ACKNOWLEDGED: Words("отримання підтверджено", "acknowledged"),
    LetterState.ANSWERED: Words("є відповідь", "answered"),
    LetterState.REFUSED: Words("відмова", "refused"),
    LetterState.NO_REPLY: Words("без відповіді", "no reply"),
}

_CLOCK_STATES: Final[Mapping[ClockState, Words]] = {
    ClockState.RUNNING: Words("триває", "running"),
    ClockState.PAUSED: Words("призупинено", "paused"),
    ClockState.OVERDUE: Words("прострочено", "overdue"),
    ClockState.MET: Words("дотримано", "met"),
    ClockState.LAPSED: Words("сплив", "lapsed"),
    ClockState.DROPPED: Words("знято", "dropped"),
}

_VERDICTS: Final[Mapping[Verdict, Words]] = {
    Verdict.NOW: Words("зараз", "now"),
    Verdict.LATER: Words("згодом", "later"),
    Verdict.UNDER_WAY: Words("у роботі", "under way"),
    Verdict.NOT_NOW: Words("не зараз", "not now"),
    Verdict.OVER: Words("уже ні", "over"),
}

_REASONS: Final[Mapping[str, Words]] = {
    "case_is_suspended": Words("справу призупинено", "the case is suspended"),
    "case_is_closed": Words("справу закрито", "the case is closed"),
    "case_is_erased": Words("справу стерто", "the case is erased"),
    "stage_not_reached": Words("лише з етапу «{about}»", "only from the stage {about} on"),
    "stage_passed": Words(
        "на етапі «{about}» такого листа вже не пишуть", "no such letter is written any more at the stage {about}"
    ),
    "nowhere_seen": Words(
        "немає достовірних відомостей, де дитина", "there is no credible sighting that says where the child is"
    ),
    "last_seen_elsewhere": Words(
        "за останніми відомостями дитина деінде ({about})", "the child was last seen elsewhere ({about})"
    ),
    "whereabouts_known": Words("місцеперебування відоме", "it is known where the child is"),
    "age_not_known": Words(
        "невідомо, чи дитині ще немає {about} років: запишіть день народження",
        "whether the child is under {about} is not known: record the day of birth",
    ),
    "too_old": Words("дитині вже виповнилося {about} років", "the child is {about} or older"),
    "separation_day_not_known": Words(
        "невідомий день розлучення, від якого рахують строк",
        "the day of separation is not known, and the term runs from it",
    ),
    "term_over": Words("строк сплив {about}", "the term ended on {about}"),
    "pending_with": Words(
        "та сама справа на розгляді в іншому органі: {about}", "the same matter is pending with another body: {about}"
    ),
    "decision_missing": Words("потрібне рішення юриста", "a legal officer's decision is needed"),
    "consent_missing": Words("бракує: {about}", "missing: {about}"),
    "no_new_sighting": Words(
        "після попереднього листа нових відомостей немає", "nothing new has been learned since the letter before"
    ),
    "consent_not_withdrawn": Words("згоду не відкликано", "no consent has been withdrawn"),
    "awaits_reply": Words("ще чекаємо на відповідь на лист {about}", "the answer to letter {about} is still awaited"),
    "nothing_to_follow": Words("немає листа, після якого його пишуть", "there is no letter for it to come after"),
    "being_written": Words("лист {about} готується", "letter {about} is being prepared"),
    "sent": Words("лист {about} надіслано, чекаємо на відповідь", "letter {about} was sent, its answer is awaited"),
    "written": Words("лист {about} уже надіслано", "letter {about} has been sent already"),
    "answered": Words("на лист {about} відповіли", "letter {about} was answered"),
    "decided": Words("за рішенням юриста", "by a legal officer's decision"),
}

_TERRITORIES: Final[Mapping[Territory, Words]] = {
    Territory.GOVERNMENT_CONTROLLED: Words("підконтрольна Україні територія", "territory under Ukraine's control"),
    Territory.OCCUPIED: Words("окупована територія", "occupied territory"),
    Territory.RUSSIA: Words("Росія", "Russia"),
    Territory.BELARUS: Words("Білорусь", "Belarus"),
    Territory.DPRK: Words("КНДР", "the DPRK"),
    Territory.SAFE_THIRD_COUNTRY: Words("безпечна третя країна", "a safe third country"),
    Territory.OTHER: Words("інша країна", "another country"),
}

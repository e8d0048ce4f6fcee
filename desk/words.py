"""What the command line says, in the office's two languages. Errors and help are in English."""

from collections.abc import Mapping
from typing import Final

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "asked": (
        "Записано. Prefect розгляне справу; що вийшло, скаже `dodomu case show {reference}`.",
        "Recorded. Prefect was asked to look at the case; `dodomu case show {reference}` says what came of it.",
    ),
    "recorded_not_looked": (
        "Записано. Розглянути справу зараз не вдалося ({code}); це зробить наступний обхід.",
        "Recorded. The case could not be looked at just now ({code}); the next watch makes up for it.",
    ),
    "moved": ("{reference}: перейшла до етапу «{stage}».", "{reference}: moved to {stage}."),
    "stands": ("{reference}: етап «{stage}».", "{reference}: stands at {stage}."),
    "missing": ("  бракує: {what}", "  still missing: {what}"),
    "flagged": ("  увага: {what}", "  look at: {what}"),
    "drafted": ("  чернеток листів написано: {count}", "  letters drafted: {count}"),
    "noticed": ("  нагадувань надіслано: {count}", "  notices fired: {count}"),
    "made": ("Створено в {home}: {what}.", "Made in {home}: {what}."),
    "nothing_to_make": (
        "У {home} вже все є; нічого не змінено.",
        "Everything is there in {home}; nothing was changed.",
    ),
    "keep_key_apart": (
        "Збережіть копію {path} окремо, у надійному місці: без неї жодну справу не прочитати.",
        "Keep a copy of {path} in a safe place of its own: without it no case can be read.",
    ),
    "then_staff": (
        "Далі: `dodomu staff add c-01 --person 1 --role coordinator --name … --mail …`",
        "Next: `dodomu staff add c-01 --person 1 --role coordinator --name … --mail …`",
    ),
    "health_office": ("{kind}, {home}", "{kind}, {home}"),
    "health_policy": ("без помилок, версія {version}", "without mistakes, version {version}"),
    "health_there": ("є", "there"),
    "health_witness": ("контрольних точок: {count}", "checkpoints kept: {count}"),
    "health_due": ("справ, що чекають розгляду: {count}", "cases that wait for a look: {count}"),
    "health_no_relay": (
        "поштовий сервер не вказано; задайте DODOMU_SMTP_HOST",
        "no mail relay is set; set DODOMU_SMTP_HOST",
    ),
    "health_no_prefect": (
        "не відповідає; команди працюють і без нього, розклад веде `dodomu up`",
        "does not answer; commands work without it, `dodomu up` keeps the schedules",
    ),
    "watched": (
        "Розглянуто: {looked}; перейшли: {moved}; позначено: {flagged}; нагадувань: {notices}; чернеток: {drafts}.",
        "Cases looked at: {looked}; moved: {moved}; flagged: {flagged}; notices: {notices}; drafts: {drafts}.",
    ),
    "watch_fault": (
        "Не вдалося розглянути: {references}. Причина — у позначках справи.",
        "Could not be assessed: {references}. The case's flags say why.",
    ),
    "template_written": (
        "Шаблон записано: {path}. Рядок-приклад видаліть.",
        "Template written: {path}. Delete the example row.",
    ),
    "recorded": ("Записано.", "Recorded."),
    "recorded_as": ("Записано під номером {id}.", "Recorded as {id}."),
    "written": ("Записано у {path}.", "Written to {path}."),
    "verified": (
        "Записів: {entries}, ланцюгів: {chains}, контрольних точок: {checkpoints}.",
        "Entries: {entries}, chains: {chains}, checkpoints: {checkpoints}.",
    ),
    "unwitnessed": (
        "Контрольних точок, яких свідок ще не має: {count}. `dodomu journal seal` передасть їх.",
        "Checkpoints that the witness does not have yet: {count}. `dodomu journal seal` hands them over.",
    ),
    "holds": ("Журнал цілий.", "The journal holds."),
    "broken": (
        "Журнал пошкоджено. Нічого не виправляйте; збережіть копію сховища і покличте керівника.",
        "The journal is broken. Mend nothing; keep a copy of the store and call the head of the office.",
    ),
    "broken_entry": ("{chain}, запис {seq}: {what}", "{chain}, entry {seq}: {what}"),
    "broken_checkpoint": ("контрольна точка {number}: {what}", "checkpoint {number}: {what}"),
    "nothing_to_seal": ("Від останньої контрольної точки нічого нового.", "Nothing new since the last checkpoint."),
    "sealed": (
        "Контрольна точка {number}: ланцюгів {chains}, записів {entries}.",
        "Checkpoint {number}: {chains} chains, {entries} entries.",
    ),
    "staff_added": ("Додано {staff}: {role}.", "Added {staff}: {role}."),
    "staff_ended": ("Обліковий запис {staff} закрито.", "The account {staff} has ended."),
    "no_staff": (
        "Ще нікого немає. Почніть з `dodomu staff add c-01 --person 1 --role coordinator`.",
        "Nobody yet. Start with `dodomu staff add c-01 --person 1 --role coordinator`.",
    ),
    "letter_drafted": ("Чернетка листа № {number}.", "Letter {number} is drafted."),
    "letter_is": ("Лист № {number}: {state}.", "Letter {number}: {state}."),
    "approvals_lacking": ("  ще погоджень: {count}", "  approvals lacking: {count}"),
    "legal_officer_lacking": ("  серед них юрист", "  a legal officer among them"),
    "previewed": ("{path}\nSHA-256 {sha256}", "{path}\nSHA-256 {sha256}"),
    "deliver_yourself": (
        "Prefect не відповідає; лист надішле `dodomu mail deliver`.",
        "Prefect does not answer; `dodomu mail deliver` sends it.",
    ),
    "no_letters": (
        "Листів немає. Напишіть перший: `dodomu letter draft REFERENCE --kind … --purpose search`.",
        "No letters. Write one with `dodomu letter draft REFERENCE --kind … --purpose search`.",
    ),
    "nothing_disclosed": ("Нікому нічого не розкрито.", "Nothing has been told to anybody."),
    "delivered": (
        "Надіслано: {sent}; відкладено: {deferred}; не доставлено: {failed}; зупинено: {stopped}.",
        "Sent: {sent}; deferred: {deferred}; failed: {failed}; stopped: {stopped}.",
    ),
    "digested": ("Зведень написано: {written}; порожніх: {empty}.", "Digests written: {written}; empty: {empty}."),
    "case": ("справа", "case"),
    "status": ("стан", "status"),
    "stage": ("етап", "stage"),
    "coordinator": ("координатор", "coordinator"),
    "opened_on": ("відкрито", "opened"),
    "flags": ("увага", "look at"),
    "clock": ("строк", "deadline"),
    "due": ("до", "due"),
    "days_left": ("днів", "days left"),
    "state": ("стан", "state"),
    "letter": ("лист", "letter"),
    "kind": ("вид", "kind"),
    "purpose": ("мета", "purpose"),
    "taken": ("прийнято", "taken"),
    "nobodys": ("без координатора", "no coordinator"),
    "opened": ("Відкрито справу {reference}.", "Case {reference} is open."),
    "already_known": (
        "Заява з цим номером уже є: {reference}. Нічого не відкрито.",
        "An application of this number is known: {reference}. Nothing was opened.",
    ),
    "duplicate_of": (
        "  можливо, та сама дитина, що у справі {reference}; порівняйте обидві",
        "  perhaps the same child as in {reference}; compare the two",
    ),
    "no_cases": (
        "Справ ще немає. Почніть з `dodomu intake --template csv cases.csv`.",
        "No cases yet. Start with `dodomu intake --template csv cases.csv`.",
    ),
    "sibling": ("  брат чи сестра: {reference}, {stage}, {status}", "  sibling: {reference}, {stage}, {status}"),
    "assigned": ("{reference}: координатор {staff}.", "{reference}: coordinator {staff}."),
    "linked": ("Поєднано як братів і сестер: {references}.", "Linked as siblings: {references}."),
    "ask_close": ("Закрити справу {reference} ({how})?", "Close case {reference} ({how})?"),
    "ask_erase": (
        "Стерти справу {reference} назавжди? Прочитати її не зможе більше ніхто.",
        "Erase case {reference} for good? Nobody will be able to read it again.",
    ),
    "erased": ("Справу {reference} стерто; журнал лишається цілим.", "Case {reference} is erased; the journal holds."),
    "next": ("Далі: {what}", "Next: {what}"),
    "next_suspended": (
        "справа відпочиває; `dodomu case resume {reference}`",
        "the case rests; `dodomu case resume {reference}`",
    ),
    "next_closed": ("нічого: справу закрито", "nothing: the case is closed"),
    "next_erased": ("нічого: справу стерто", "nothing: the case is erased"),
    "next_flag": ("розгляньте: {what}", "look at this: {what}"),
    "next_approve": (
        "прочитайте й погодьте лист: `dodomu letter preview {number}`, `dodomu letter approve {number}`",
        "read and approve the letter: `dodomu letter preview {number}`, `dodomu letter approve {number}`",
    ),
    "next_release": (
        "відпустіть лист: `dodomu letter release {number}`",
        "release it: `dodomu letter release {number}`",
    ),
    "next_missing": ("потрібно: {what}", "to be obtained: {what}"),
    "next_clock": ("чекаємо; найближчий строк {due_on}: {what}", "we wait; the nearest deadline is {due_on}: {what}"),
    "row_fault": ("рядок {row}: {where}{told} [{code}]", "row {row}: {where}{told} [{code}]"),
    "rows_checked": (
        "Правильних рядків: {valid}; з помилками: {faulty}; відомих раніше: {known}.",
        "Good rows: {valid}; faulty: {faulty}; known before: {known}.",
    ),
    "nothing_opened": (
        "Нічого не відкрито. Виправте файл або додайте --accept-valid.",
        "Nothing was opened. Put the file right, or add --accept-valid.",
    ),
    "cases_opened": (
        "Відкрито справ: {opened}; з них можливо повторних: {duplicates}.",
        "Cases opened: {opened}; perhaps of a child already known: {duplicates}.",
    ),
    "taking_in": ("Прийнято рядків: {done}", "Rows taken in: {done}"),
    "none_found": ("Нікого не знайдено.", "Nobody found."),
    "sighting": ("відомість", "sighting"),
    "sighting_of": ("відомість {id}", "sighting {id}"),
    "seen": ("бачили", "seen"),
    "stated": ("повідомлено", "stated"),
    "where": ("де", "where"),
    "grade": ("джерело", "grade"),
    "withdrawn": ("відкликано", "withdrawn"),
    "consent": ("згода", "consent"),
    "body": ("орган", "body"),
    "given": ("надано", "given"),
    "withheld": ("не передавати", "withheld"),
    "evidence": ("доказ", "evidence"),
    "added": ("додано", "added"),
    "child": ("дитина", "child"),
    "born": ("дата народження", "born"),
    "alias": ("інше ім'я {id}", "alias {id}"),
    "relative": ("родич або заявник", "relative or requester"),
    "backed_up": ("Сховище: {store}\nКлючі: {keys}", "Store: {store}\nKeys: {keys}"),
    "keep_apart": (
        "Тримайте їх нарізно: разом вони відкривають усе, а без ключів сховище не прочитає ніхто.",
        "Keep them apart: together they open everything, and without the keys nobody reads the store.",
    ),
    "older_keys": (
        "Після стирання справи знищте давніші копії ключів: у них ще є її ключ.",
        "After a case is erased destroy older copies of the keys: they still hold its key.",
    ),
    "office_key_elsewhere": (
        "Ключ офісу надано ззовні, у копії його немає.",
        "The office key comes from the environment and is not in the copy.",
    ),
    "restored": (
        "Відновлено в {home}. Перевірте: `dodomu health`, `dodomu journal verify`.",
        "Restored into {home}. Check it: `dodomu health`, `dodomu journal verify`.",
    ),
    "no_clocks": ("Жодного строку.", "No deadlines."),
    "next_nothing": ("нічого не чекає", "nothing is waiting"),
}


def words(key: str, language: str, **values: object) -> str:
    """Return a sentence in `uk` or `en`, with its values filled in."""
    ukrainian, english = _WORDS[key]
    return (english if language == "en" else ukrainian).format(**values)

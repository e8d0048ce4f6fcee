"""One reader's digest: which sections, what stands in each, and the whole as plain text."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from textwrap import fill

from babel.dates import format_date

from casework.absences import Absence
from casework.digest_sources import Fired, Raised, Sources, Waiting
from casework.digest_words import COUNTED, HEADINGS, PHRASES, REST_LISTED_BY
from casework.notices import readers_of
from casework.told import (
    WIDTH,
    Deadline,
    Item,
    count_days,
    day_words,
    deadline_item,
    in_language,
    print_item,
    stand_in_words,
    with_rung,
)
from models.records import Staff
from models.rules.letter_policy import Body
from models.rules.policy import MetBy, Policy, Rung
from models.rules.wording import flag_words
from models.statuses import ClockState, LetterState, Role

LINES = 30
_SUPERVISING = frozenset({Role.SUPERVISOR, Role.HEAD_OF_OFFICE})
_DAY = "EEEE, d MMMM"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a digest: how much there is, the first items of it, and an overview before them."""

    name: str
    total: int
    items: Sequence[Item]
    overview: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as it will be mailed."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What there is to tell one person, as `reader` reads it: the person, or whoever stands in for them."""

    sources: Sources
    of: Staff
    policy: Policy
    reader: Staff

    @property
    def language(self) -> str:
        """The reader's language."""
        return self.reader.language

    def phrase(self, which: str, **values: object) -> str:
        """Say one of the set phrases."""
        return in_language(PHRASES[which], self.language).format(**values)


def write_digest(sources: Sources, reader: Staff, policy: Policy) -> Digest | None:
    """Write one reader's digest, with that of everybody they stand in for, or nothing where there is nothing to tell.

    Whoever is away and has a deputy has none of their own.
    """
    today = sources.today
    if sources.readers.reader_on(reader, today).id != reader.id:
        return None
    own = Edition(sources, reader, policy, reader)
    sections = _filled(own)
    parts = [_print(section, own) for section in sections]
    for absent, absence in sources.readers.stood_in_for(reader, today):
        instead = Edition(sources, absent, policy, reader)
        if others := _filled(instead):
            for_whom = stand_in_words(absent.id, absence.until_on, reader.language)
            parts += [f"{'=' * WIDTH}\n{fill(for_whom, WIDTH)}", *(_print(section, instead) for section in others)]
            sections += others
    if not sections:
        return None
    on = format_date(today, _DAY, reader.language)
    return Digest(
        subject=own.phrase("subject", on=on, counts=_counted(own, sections)),
        text="\n\n".join([own.phrase("greeting", on=on), *_away(own), *parts, fill(own.phrase("closing"), WIDTH)])
        + "\n",
    )


def _filled(edition: Edition) -> list[Section]:
    return [section for section in _sections(edition) if section.total]


def _counted(edition: Edition, sections: Sequence[Section]) -> str:
    """Say how much there is of each kind, the deputy's own and the absent's together."""
    totals: dict[str, int] = defaultdict(int)
    for section in sections:
        totals[section.name] += section.total
    return ", ".join(in_language(COUNTED[name], edition.language).format(total) for name, total in totals.items())


def _away(edition: Edition) -> Iterator[str]:
    """Tell a supervisor who is away and who stands in."""
    readers, today = edition.sources.readers, edition.sources.today
    absences = [each for each in readers.absences if each.covers(today)]
    if absences and edition.reader.role in _SUPERVISING:
        lines = (edition.phrase("away_line", away=_away_words(edition, each)) for each in absences)
        yield "\n".join([edition.phrase("away"), *lines])


def _away_words(edition: Edition, absence: Absence) -> str:
    until = day_words(absence.until_on, edition.language)
    return edition.phrase("away_until", who=absence.staff, on=until, deputy=absence.deputy)


def _sections(edition: Edition) -> Iterator[Section]:
    """Yield the sections of a person: a coordinator's own cases, a supervisor's whole office, a lawyer's letters."""
    sources, of = edition.sources, edition.of
    new = _new_to(edition)
    yield _section("new", new, partial(_fired_item, edition))
    told = {fired.deadline.key for fired in new}
    untold = [each for each in sources.deadlines if each.key not in told]
    mine = [each for each in untold if _concerns(each, of)]
    deadline = partial(_deadline_item, edition)
    yield _section("lapsed", [each for each in untold if _has_lapsed_for(each, edition)], deadline)
    if of.role is Role.SUPERVISOR:
        everything = _overdue(sources.deadlines)
        lines = [deadline(each) for each in islice(_overdue(untold), LINES)]
        yield Section("overdue", len(everything), lines, _overview(edition, everything))
    else:
        yield _section("overdue", _overdue(mine), deadline)
    yield _section("soon", [each for each in mine if each.state is ClockState.RUNNING], deadline)
    flags = [each for each in sources.flags if _is_mine(each.coordinator, of)]
    yield _section("flags", flags, partial(_flag_item, edition))
    letter = partial(_letter_item, edition)
    yield _section("approve", [each for each in sources.letters if _awaits(each, edition)], letter)
    ready = [each for each in sources.letters if each.state is LetterState.APPROVED]
    yield _section("release", [each for each in ready if _is_mine(each.coordinator, of)], letter)


def _section(name: str, found: Sequence[object], item: Callable[..., Item], overview: Sequence[str] = ()) -> Section:
    return Section(name, len(found), [item(each) for each in islice(found, LINES)], overview)


def _overdue(deadlines: Sequence[Deadline]) -> list[Deadline]:
    return [each for each in deadlines if each.state is ClockState.OVERDUE]


def _is_mine(coordinator: str | None, reader: Staff) -> bool:
    """Whether a case is the reader's to look after; one without a coordinator is the supervisors'."""
    return coordinator == reader.id or (coordinator is None and reader.role is Role.SUPERVISOR)


def _concerns(deadline: Deadline, of: Staff) -> bool:
    """Whether a deadline is a person's to see to: the case's coordinator's, or whom alone a cut-off's ladder tells."""
    told = {role for rung in deadline.rule.rungs for role in rung.tell}
    if deadline.rule.hard and Role.COORDINATOR not in told:
        return of.role in told
    return _is_mine(deadline.coordinator, of)


def _has_lapsed_for(deadline: Deadline, edition: Edition) -> bool:
    """Whether a cut-off whose ladder tells the person has passed since their last digest."""
    sources, of = edition.sources, edition.of
    if deadline.state is not ClockState.LAPSED or deadline.due_on < sources.readers.book.today(sources.since[of.id]):
        return False
    return _told_by(deadline.rule.rungs, deadline, edition)


def _new_to(edition: Edition) -> list[Fired]:
    """Return the rungs that tell the reader and have fired since the last digest, the newest of each clock."""
    sources, of = edition.sources, edition.of
    newest: dict[tuple[str, str, str], Fired] = {}
    for fired in sources.fired:
        if _tells(fired, edition) and fired.fired_at > sources.since[of.id]:
            newest[fired.deadline.key] = fired
    return list(newest.values())


def _tells(fired: Fired, edition: Edition) -> bool:
    """Whether a rung tells the person; what tells the deputy too stands in the deputy's own part."""
    return _told_by([fired.rung], fired.deadline, edition)


def _told_by(rungs: Sequence[Rung], deadline: Deadline, edition: Edition) -> bool:
    readers = [edition.of, edition.reader]
    return {each.id for rung in rungs for each in readers_of(rung, deadline.coordinator, readers)} == {edition.of.id}


def _awaits(letter: Waiting, edition: Edition) -> bool:
    """Whether a letter waits for the person; what waits for the deputy too stands in the deputy's own part."""
    instead = edition.of.id != edition.reader.id
    return _may_approve(letter, edition.of) and not (instead and _may_approve(letter, edition.reader))


def _may_approve(letter: Waiting, reader: Staff) -> bool:
    """Whether the letter waits for this reader: as a lawyer, as a supervisor, or as the case's own coordinator."""
    persons = {letter.drafter_no, *(each.person_no for each in letter.approvers)}
    if letter.state is not LetterState.DRAFT or reader.person_no in persons or not letter.people_lacking:
        return False
    if reader.role is Role.LEGAL_OFFICER:
        return letter.legal_officer_lacking
    if reader.role is Role.SUPERVISOR:
        # What the engine drafted the case's coordinator approves; what a coordinator drafted needs somebody else.
        return letter.drafter_no is not None or bool(letter.approvers) or letter.coordinator is None
    return letter.coordinator == reader.id


def _overview(edition: Edition, overdue: Sequence[Deadline]) -> list[str]:
    """Count what is overdue by coordinator and by the body that owes a reply, the most first."""
    if not overdue:
        return []
    by_coordinator = _grouped(overdue, lambda each: _coordinator_name(edition, each.coordinator))
    lines = [edition.phrase("by_coordinator"), *_counts(edition, by_coordinator)]
    owed = [each for each in overdue if each.rule.met_by is MetBy.REPLY and each.rule.body is not None]
    if owed:
        by_body = _grouped(owed, lambda each: _body_name(edition, each))
        lines += ["", edition.phrase("by_body"), *_counts(edition, by_body)]
    return lines


def _coordinator_name(edition: Edition, coordinator: str | None) -> str:
    """Name a coordinator as the supervisor reads it: with the absence, where there is one."""
    if coordinator is None:
        return edition.phrase("nobody")
    absence = edition.sources.readers.find_absence(coordinator, edition.sources.today)
    return coordinator if absence is None else _away_words(edition, absence)


def _body_name(edition: Edition, deadline: Deadline) -> str:
    names = {body.id: _name(body, edition) for body in edition.policy.bodies}
    return names[deadline.rule.body or ""]


def _name(body: Body, edition: Edition) -> str:
    return in_language(body.name, edition.language)


def _grouped(overdue: Sequence[Deadline], key: Callable[[Deadline], str]) -> Mapping[str, Sequence[Deadline]]:
    groups: defaultdict[str, list[Deadline]] = defaultdict(list)
    for each in overdue:
        groups[key(each)].append(each)
    return groups


def _counts(edition: Edition, groups: Mapping[str, Sequence[Deadline]]) -> Iterator[str]:
    for who, overdue in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        oldest_on = min(each.due_on for each in overdue)
        days = count_days((edition.sources.today - oldest_on).days, edition.language)
        on = day_words(oldest_on, edition.language)
        said = edition.phrase("count", who=who, count=len(overdue), on=on, days=days)
        yield fill(said, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _deadline_item(edition: Edition, deadline: Deadline) -> Item:
    return deadline_item(deadline, edition.policy, edition.reader.id, edition.sources.today, edition.language)


def _fired_item(edition: Edition, fired: Fired) -> Item:
    return with_rung(_deadline_item(edition, fired.deadline), fired.rung, edition.language)


def _flag_item(edition: Edition, raised: Raised) -> Item:
    names = {body.id: edition.phrase("body", name=_name(body, edition)) for body in edition.policy.bodies}
    about = names.get(raised.about, raised.about)
    lines = () if raised.letter is None else (edition.phrase("about_letter", number=raised.letter),)
    return Item(
        raised.reference,
        flag_words(raised.code, about, edition.language),
        lines,
        f"dodomu case show {raised.reference}",
    )


def _letter_item(edition: Edition, letter: Waiting) -> Item:
    names = {kind.id: in_language(kind.name, edition.language) for kind in edition.policy.kinds}
    name = names.get(letter.kind, letter.kind)
    if letter.state is LetterState.APPROVED:
        lines, command = (edition.phrase("ready"),), f"dodomu letter release {letter.number}"
    else:
        lacking = "lacking_legal" if letter.legal_officer_lacking else "lacking"
        lines, command = (
            (edition.phrase(lacking, count=letter.people_lacking),),
            f"dodomu letter preview {letter.number}",
        )
    return Item(letter.reference, edition.phrase("letter", number=letter.number, name=name), lines, command)


def _print(section: Section, edition: Edition) -> str:
    blocks = [f"{in_language(HEADINGS[section.name], edition.language)} ({section.total})"]
    if section.overview:
        blocks.append("\n".join(section.overview))
    blocks += [print_item(item, edition.language) for item in section.items]
    rest = section.total - len(section.items)
    if rest and len(section.items) == LINES:
        blocks.append(edition.phrase("more", count=rest, command=REST_LISTED_BY[section.name]))
    return "\n\n".join(blocks)

"""The gallery: every kind of letter, typeset from invented people, as pictures on one page to look through."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from casework.letter_samples import Sample, Size, list_samples, sample_facts
from integrations.gallery_page import PicturedKind, PicturedLetter, gallery_page
from integrations.letter_templates import LetterTemplates
from integrations.pictures import lighten
from integrations.policy_files import load_policy
from integrations.settings import Settings
from integrations.typesetting import Typesetter
from models.errors import ConfigurationError, NotFound, PermanentFailure
from models.rules.letter_policy import LetterKind
from models.rules.policy import Policy

_PIXELS_PER_INCH = 75.0
_QUOTED = 80
_SIZES = {
    "smallest": "найкоротший / shortest",
    "fullest": "найповніший / fullest",
    "several": "про кількох дітей / several children",
}
_LANGUAGES = {"uk": "українською", "en": "in English", "ru": "російською / in Russian", "fr": "французькою / in French"}


@dataclass(frozen=True, slots=True)
class Gallery:
    """The page as HTML, and how many letters and pages it shows."""

    html: str
    kinds: int
    letters: int
    pages: int


def make_gallery(
    settings: Settings, *, kinds: Collection[str] = (), progress: Callable[[int, int], None] | None = None
) -> Gallery:
    """Make the gallery of all kinds of letter, or of some. `progress` is told letters made and letters in all.

    Needs the policy and the templates, no office.
    Raises NotFound `letter_kind_not_found`, ConfigurationError (`letter_not_typeset` with the place).
    """
    policy = load_policy(settings.policy_folder, settings.templates_folder)
    for kind in kinds:
        policy.get_kind(kind)
    templates, typesetter = LetterTemplates(settings.templates_folder), Typesetter(settings.templates_folder)
    samples = [each for each in list_samples(policy, templates) if _is_shown(policy, each, kinds)]
    if not samples:
        raise NotFound("no_letter_kinds", "there is no kind of letter in the policy")
    pictured: list[tuple[Sample, PicturedLetter]] = []
    for sample in samples:
        source = templates.render_source(sample.kind, sample.language, sample_facts(policy, templates, sample))
        pages = [lighten(page) for page in _pictures(typesetter, sample, source)]
        pictured.append((sample, PicturedLetter(str(sample), _title(policy, sample), pages)))
        if progress is not None:
            progress(len(pictured), len(samples))
    shown = list(_by_kind(policy, pictured))
    pages_in_all = sum(len(letter.pictures) for _, letter in pictured)
    return Gallery(gallery_page(settings.templates_folder, shown), len(shown), len(pictured), pages_in_all)


def _pictures(typesetter: Typesetter, sample: Sample, source: bytes) -> list[bytes]:
    """Return a letter's pages. What cannot be set is quoted: these people are invented, a real letter's never are."""
    try:
        return typesetter.pictures(source, _PIXELS_PER_INCH)
    except PermanentFailure as error:
        lines = source.decode().splitlines()
        line = error.references.get("line")
        near = lines[line - 1].strip() if isinstance(line, int) and 0 < line <= len(lines) else "–"
        advice = f"mend templates/letters/{sample.kind}/{sample.language}.typ.j2 near: {near[:_QUOTED]}"
        raise ConfigurationError(error.code, advice, letter=sample) from None


def _is_shown(policy: Policy, sample: Sample, kinds: Collection[str]) -> bool:
    """Show each kind in each size for its first purpose; for its other purposes the fullest says what is different."""
    kind = policy.get_kind(sample.kind)
    wanted = not kinds or sample.kind in kinds
    return wanted and (sample.purpose is kind.purposes[0] or sample.size is Size.FULLEST)


def _by_kind(policy: Policy, pictured: list[tuple[Sample, PicturedLetter]]) -> Iterator[PicturedKind]:
    for kind_id, group in groupby(pictured, key=lambda pair: pair[0].kind):
        kind = policy.get_kind(kind_id)
        yield PicturedKind(kind_id, dict(kind.name), _addressees(policy, kind), [letter for _, letter in group])


def _addressees(policy: Policy, kind: LetterKind) -> list[str]:
    return [policy.get_body(body).name["en"] for body in kind.bodies]


def _title(policy: Policy, sample: Sample) -> str:
    """Say in both languages of the house which of a kind's letters it is."""
    parts = [_LANGUAGES[sample.language], _SIZES[sample.size], sample.purpose.value]
    parts += [str(part) for part in (sample.procedure, sample.stage) if part is not None]
    if sample.language not in policy.get_body(sample.body).languages:
        parts.append("примірник для ознайомлення / reading copy")
    return " · ".join(parts)

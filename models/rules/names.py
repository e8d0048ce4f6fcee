"""Names as they sound: one skeleton for Ukrainian, Russian and Latin spellings, and which given names are one."""

import re
import unicodedata
from functools import lru_cache

_SOUNDS = {
    **dict.fromkeys("єеэё", "e"),
    **dict.fromkeys("иіїйыyj", "i"),
    **dict.fromkeys("гґхg", "h"),
    **dict(zip("абвдзклмнопрстуф", "abvdzklmnoprstuf", strict=True)),
    "ж": "zh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "iu",
    "я": "ia",
    "ь": "",
    "ъ": "",
    "w": "v",
}
_BEFORE = (("ьо", "е"), ("йо", "е"), ("ыйц", "ийц"), ("kh", "h"), ("ye", "e"), ("ie", "e"), ("je", "e"), ("yo", "e"))
_REPEATED = re.compile(r"(.)\1+")
_NO_LETTER = re.compile("[^a-z]")

# One line a name: first the ways it is written in full, in either language, then after the bar its diminutives.
# Юля has the skeleton of Юлія, so the two count as one.
_GIVEN_NAMES = """
олександр александр | саша сашко олесь шура саня
олександра александра | саша олеся шура
олексій алексей | олекса альоша леша
анастасія анастасия | настя настуня ася
анатолій анатолий | толя
андрій андрей | андрійко
ганна анна | аня ганнуся нюра
антон | антоша тоша
артем артемій | тема
богдан | бодя даня
вадим | вадик
валентина | валя
валерія валерия | лера
василь василий | вася васильок
вероніка вероника | ніка
вікторія виктория | віка
віктор виктор | вітя
віталій виталий | віталік
владислав | влад владик
володимир владимир | вова володя вовчик
всеволод | сева
галина | галя
георгій георгий | жора гоша
григорій григорий | гриша гриць
данило даниил данила данил | даня данилко
дарина дарья дарія | даша дарка
денис | дениско
дмитро дмитрий | діма митя дмитрик
діана диана | діанка
євген евгений | женя
євгенія евгения | женя
єгор егор | гоша
єлизавета елизавета | ліза лізонька
захар | захарко
зоряна | зоря
іван иван | ваня івасик
ігор игорь | ігорьок
ілля илья | ілюша
інна инна | інночка
ірина ирина | іра іринка
катерина екатерина | катя катруся
кирило кирилл | кирюша
костянтин константин | костя
кристина христина | христя
ксенія ксения оксана аксинья | ксюша оксанка
лариса | лара
леонід леонид | льоня
любов любовь | люба
людмила | люда мила
максим | макс максимко
маргарита | рита марго
марина | маринка
марія мария | маша марійка марічка маруся
матвій матвей | мотя
микита никита | микитка
микола николай | коля миколка
мирослава | мирося слава
михайло михаил | міша мишко михась
назар назарій | назарко
наталія наталя наталья | наташа ната
олег | олежик
олена елена алена | лена оленка альонка
ольга | оля
остап | остапко
павло павел | паша павлик
петро петр | петя петрик
поліна полина аполлінарія | поля
роман | рома ромчик
руслан | русик
світлана светлана | світа
святослав | слава святик
семен семён | сеня
сергій сергей | сергійко
соломія | соля
софія софья софия | соня
станіслав станислав | стас
степан | стьопа
таїсія таисия | тая
тарас | тарасик
тетяна татьяна | таня
тимофій тимофей | тимко тима
тимур | тимурчик
уляна ульяна | уля
федір федор | федя
юлія юлия юля | юлька
юрій юрий | юра юрко
яків яков | яша
яна | янка
ярослав | ярик слава
ярослава | яся слава
"""


@lru_cache(maxsize=65_536)
def skeleton(text: str) -> str:
    """Return how a name sounds, in plain Latin letters: Ґалаґан, Галаган and Halahan are one; '' for no letters."""
    lowered = unicodedata.normalize("NFC", text).lower()
    for written, sound in _BEFORE:
        lowered = lowered.replace(written, sound)
    plain = unicodedata.normalize("NFD", "".join(_SOUNDS.get(letter, letter) for letter in lowered))
    return _REPEATED.sub(r"\1", _NO_LETTER.sub("", plain))


@lru_cache(maxsize=65_536)
def full_names(given_name: str) -> frozenset[str]:
    """Return the names, each by one skeleton of its own, that a given name is written for in full."""
    sound = skeleton(given_name)
    return frozenset({_FULL.get(sound, sound)} - {""})


def is_common(given_name: str) -> bool:
    """Whether a given name is one of the common ones, so that a name nearly like it is another name."""
    return skeleton(given_name) in _FULL


@lru_cache(maxsize=65_536)
def names_meant(given_name: str) -> frozenset[str]:
    """Return the names that a given name may be a diminutive of, itself among them."""
    return full_names(given_name) | _DIMINUTIVES.get(skeleton(given_name), frozenset())


def _read() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    full: dict[str, str] = {}
    short: dict[str, frozenset[str]] = {}
    for line in _GIVEN_NAMES.strip().splitlines():
        written, _, diminutives = line.partition("|")
        names = [skeleton(name) for name in written.split()]
        full |= dict.fromkeys(names, names[0])
        for sound in map(skeleton, diminutives.split()):
            short[sound] = short.get(sound, frozenset()) | {names[0]}
    return full, short


_FULL, _DIMINUTIVES = _read()

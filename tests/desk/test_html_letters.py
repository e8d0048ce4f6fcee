"""A letter's words as HTML: none is lost, none is read as markup, and nothing of Typst is left in them."""

import sys
from pathlib import Path

import pytest

from desk.benches.html_letters import letter_as_html, open_weasyprint
from desk.benches.memory import MemoryWatch

SOURCE = r"""
#import "/_layout/letter.typ": *
#show: letter.with(title: [Лист])
#letterhead(
  [#"Вигаданий центр";],
)
#head[
  #"2\u{a0}березня";
][
#"вул. Зразкова, 21\u{2f}8"; \
#"м. Київ";]
#subject[Про розшук дитини]

Звертаємося до Вас (#box[№~776/97-ВР]).

== Дитина
#unparted[#fact[Імʼя][#salient[#"Марічка \u{3c}b\u{3e}";]]]
#fact[Стать][жіноча]
+ Відповісти.
#together[
== Заявник
#fact[Телефон][#"+380";]
]
#signature(
  [#"Керівник";],
)
"""


def test_every_word_of_the_letter_is_in_the_html_and_nothing_of_typst() -> None:
    html = letter_as_html(SOURCE.encode())
    _, _, body = html.partition("<body>")
    assert body == (
        '<div class="letterhead"><p>Вигаданий центр</p></div>'
        '<div class="head"><div><p>2\u00a0березня</p></div><div><p>вул. Зразкова, 21/8</p><p>м. Київ</p></div></div>'
        "<h1>Про розшук дитини</h1><p>Звертаємося до Вас (№\u00a0776/97-ВР).</p><h2>Дитина</h2>"
        "<dl><dt>Імʼя</dt><dd>Марічка &lt;b&gt;</dd><dt>Стать</dt><dd>жіноча</dd></dl>"
        "<ol><li>Відповісти.</li></ol>"
        "<section><h2>Заявник</h2><dl><dt>Телефон</dt><dd>+380</dd></dl></section>"
        '<div class="signature"><p>Керівник</p></div></body></html>'
    )


def test_without_weasyprint_there_is_nothing_to_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with open_weasyprint(tmp_path) as typeset:
        assert typeset is None


def test_the_memory_of_a_beginning_is_the_most_seen_in_it() -> None:
    watch = MemoryWatch([10.0, 30.04, 20.0, 40.0, 35.0])
    assert (watch.peak_within_mib(0.4), watch.peak_mib) == (30.0, 40.0)
    assert MemoryWatch().peak_mib is None

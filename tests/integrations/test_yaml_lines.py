"""YAML as plain values that remember their lines."""

import pytest

from integrations.yaml_lines import read_yaml


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("12", 12),
        ("-30", -30),
        ("0x1F", "0x1F"),
        ("1.5", 1.5),
        (".inf", ".inf"),
        ("2026-01-31", "2026-01-31"),
        ("07:00", "07:00"),
        ('"12"', "12"),
        ("null", None),
        ("", None),
        ("[a, 1]", ["a", 1]),
        ("{uk: так}", {"uk": "так"}),
    ],
)
def test_a_value_is_what_yaml_1_2_says_but_a_date_stays_as_written(written: str, read: object) -> None:
    assert read_yaml(f"key: {written}".encode()).value == {"key": read}


def test_every_path_knows_its_line_and_an_unknown_one_that_of_what_is_around_it() -> None:
    document = read_yaml(
        b"# remark\nclocks:\n  - id: a\n    rungs:\n      - at_day: 7\n        tell: [x,\n          y]\n"
    )
    assert document.line_of(("clocks",)) == 2
    assert document.line_of(("clocks", 0)) == 3
    assert document.line_of(("clocks", 0, "rungs", 0, "at_day")) == 5
    assert document.line_of(("clocks", 0, "rungs", 0, "tell", 1)) == 7
    assert document.line_of(("clocks", 0, "rungs", 0, "says", "uk")) == 5
    assert document.line_of(("bodies", 3)) == 2


def test_a_byte_order_mark_does_not_matter() -> None:
    assert read_yaml("\ufeffkey: так".encode()).value == {"key": "так"}


@pytest.mark.parametrize(
    ("written", "line", "code"),
    [
        (b"a: 1\nb: [1,\nc: }\n", 3, "yaml_unreadable"),
        (b"a: 1\n\tb: 2\n", 2, "yaml_unreadable"),
        (b"a: 1\n  b: 2\n", 2, "yaml_unreadable"),
        (b"a: \xff\n", 1, "yaml_unreadable"),
        (b"a: \x00\n", 1, "yaml_unreadable"),
        (b"", 1, "file_empty"),
        (b"# only a remark\n", 1, "file_empty"),
        (b"a: 1\nb: 2\na: 3\n", 3, "key_repeated"),
        (b"a: &x 1\nb: 2\nc: *x\n", 3, "yaml_alias"),
        (b"a: &x\n  - *x\n", 1, "yaml_alias"),
    ],
)
def test_what_no_file_of_ours_may_hold_is_a_slip_with_its_line(written: bytes, line: int, code: str) -> None:
    assert [(slip.line, slip.code) for slip in read_yaml(written).slips] == [(line, code)]

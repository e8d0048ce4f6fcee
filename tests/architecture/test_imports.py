"""Who may import whom, and that Prefect is loaded by nobody who does not need it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.the_house import PACKAGES, ROOT, list_sources, tree_of

_LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
_IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if ".migrations" not in module.name:
        importlib.import_module(module.name)
print(*sorted(name for name in sys.modules if name.partition(".")[0] in sys.argv[2:]))
"""


def python(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_import_contracts_hold() -> None:
    found = python(_LINT, "--no-cache")
    assert found.returncode == 0, found.stdout
    assert "4 kept, 0 broken" in found.stdout


@pytest.mark.parametrize("package", [package for package in PACKAGES if package != "workflows"])
def test_only_workflows_load_prefect(package: str, tmp_path: Path) -> None:
    found = python(_IMPORT_ALL, package, "prefect", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == []


def test_the_question_who_loads_prefect_has_a_yes(tmp_path: Path) -> None:
    assert "prefect" in python(_IMPORT_ALL, "workflows", "prefect", cwd=tmp_path).stdout.split()


def test_rules_load_nothing_but_the_standard_library_and_what_they_compute_with(tmp_path: Path) -> None:
    forbidden = ("sqlalchemy", "prefect", "jinja2", "pydantic", "typst", "httpx", "aiosmtplib")
    assert python(_IMPORT_ALL, "models.rules", *forbidden, cwd=tmp_path).stdout.split() == []


def test_every_module_says_what_belongs_in_it() -> None:
    assert [path for path in list_sources(*PACKAGES) if not ast.get_docstring(tree_of(path))] == []

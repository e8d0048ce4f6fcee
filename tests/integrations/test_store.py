from pathlib import Path

import pytest

from integrations.store import Store
from models.errors import ConfigurationError


@pytest.mark.parametrize("name", ["never-made/store.db", "empty.db"])
def test_a_store_that_was_never_made_is_said_to_be_missing(tmp_path: Path, name: str) -> None:
    store = Store.open(f"sqlite:///{tmp_path / name}")
    with pytest.raises(ConfigurationError) as refused:
        store.check_version()
    assert refused.value.code == "store_missing"
    store.close()

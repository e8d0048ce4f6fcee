"""Bytes that several children share open with every share, and with nothing less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.joint_sealing import SHARE_BYTES, open_jointly, seal_jointly
from integrations.sealing import SealedPlace
from models.errors import IntegrityError

PLACE = SealedPlace("letters", "sealed_pdf", "a1", 1)


@given(st.binary(max_size=2000), st.integers(min_value=1, max_value=40))
def test_what_several_children_share_opens_with_all_their_shares(plaintext: bytes, children: int) -> None:
    sealed, shares = seal_jointly(PLACE, plaintext, children)
    assert len(shares) == children
    assert {len(share) for share in shares} == {SHARE_BYTES}
    assert open_jointly(PLACE, sealed, shares) == plaintext
    assert open_jointly(PLACE, sealed, shares[::-1]) == plaintext


@given(st.integers(min_value=2, max_value=20), st.data())
def test_without_one_childs_share_it_does_not_open(children: int, data: st.DataObject) -> None:
    sealed, shares = seal_jointly(PLACE, b"a list of children", children)
    gone = data.draw(st.integers(min_value=0, max_value=children - 1))
    with pytest.raises(IntegrityError, match="sealed_value_does_not_open"):
        open_jointly(PLACE, sealed, shares[:gone] + shares[gone + 1 :])


def test_moved_to_another_letter_it_does_not_open() -> None:
    sealed, shares = seal_jointly(PLACE, b"a list of children", 3)
    with pytest.raises(IntegrityError, match="sealed_value_does_not_open"):
        open_jointly(SealedPlace("letters", "sealed_pdf", "b2", 1), sealed, shares)

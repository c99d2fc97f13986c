"""What is written by hand because there is so much of it is what the one canonical writer writes."""

import hashlib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portfolio.chain import canonical_json, leaf_hash, leaves
from projects.actions.record import changes_as_json, plain
from projects.models import Act

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(), st.dates(), st.sampled_from(Act),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=3), st.lists(st.text(max_size=3), max_size=3),
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=8), st.tuples(VALUES, VALUES), max_size=6))
def test_changes_are_canonical_json(changes) -> None:
    wanted = canonical_json({name: [plain(old), plain(new)] for name, (old, new) in changes.items()})

    assert changes_as_json(changes) == wanted


@given(st.dictionaries(st.text(max_size=8), st.text() | st.sampled_from(Act), max_size=6))
def test_a_leaf_is_the_hash_of_canonical_json(payload) -> None:
    assert leaf_hash(payload) == hashlib.sha256(b"leaf\x00" + canonical_json(payload).encode()).hexdigest()


def test_a_payload_that_is_not_all_text_has_the_same_hash_as_ever() -> None:
    payload = {"b": None, "a": 1, "c": "字"}

    assert leaf_hash(payload) == hashlib.sha256('leaf\x00{"a":1,"b":null,"c":"字"}'.encode()).hexdigest()


@given(st.dictionaries(st.text(max_size=8), st.text() | st.sampled_from(Act), max_size=8), st.data())
def test_a_leaf_of_a_batch_is_that_of_its_payload_whatever_the_batch_has_in_common(payload, data) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(payload)), unique=True) if payload else st.just([]))
    common = {name: text for name, text in payload.items() if name not in names}

    leaf = leaves(common, names)

    assert leaf([payload[name] for name in names]) == leaf_hash(payload)


def test_a_day_is_written_as_people_file_it() -> None:
    assert changes_as_json({"on": (None, date(2024, 1, 12))}) == '{"on":[null,"2024-01-12"]}'

"""Secrets open only where they were sealed, with the key they were sealed with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regbook.errors import SettingsInvalid
from regbook.store.crypto import (
    Broken,
    RecordKey,
    blind,
    fresh_record_key,
    open_token,
    seal_token,
    unwrap,
    wrap,
)
from regbook.store.keyring import Keyring, random_keyring, read_keyring, write_keyring

RING = Keyring("k1", {"k1": bytes(range(32)), "k0": bytes(32)})
KEY = RecordKey("probe", "r1", bytes(range(32, 64)))


@given(
    st.one_of(st.text(), st.integers(-(2**63), 2**63 - 1), st.booleans(), st.lists(st.text()), st.none()),
    st.integers(0, 4),
)
def test_what_was_sealed_is_what_opens(value, level):
    assert KEY.open("loss", KEY.seal("loss", level, value)) == value


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_changed_envelope_does_not_open(at, change):
    envelope = bytearray(KEY.seal("loss", 2, "x" * 32))
    envelope[at] ^= change
    with pytest.raises(Broken):
        KEY.open("loss", bytes(envelope))


def test_an_envelope_opens_in_no_other_place():
    envelope = KEY.seal("loss", 2, "机密")
    others = [
        (RecordKey("other", "r1", KEY.key), "loss"),
        (RecordKey("probe", "r2", KEY.key), "loss"),
        (RecordKey("prob", "er1", KEY.key), "loss"),
        (KEY, "gain"),
        (fresh_record_key("probe", "r1"), "loss"),
    ]
    for key, name in others:
        with pytest.raises(Broken):
            key.open(name, envelope)


def test_equal_values_are_sealed_differently_and_marked_alike():
    assert KEY.seal("loss", 2, "x") != KEY.seal("loss", 2, "x")
    assert blind(RING, "probe", "loss", "x") == blind(RING, "probe", "loss", "x")
    marks = {
        blind(RING, register, name, value)
        for register in ("probe", "other")
        for name in ("loss", "gain")
        for value in ("x", "y")
    }
    assert len(marks) == 8


def test_a_records_key_opens_with_an_older_key_of_the_office_and_with_no_other():
    wrapped = wrap(RING, KEY)
    assert unwrap(RING, "probe", "r1", wrapped) == KEY
    assert unwrap(Keyring("k2", {**RING.keys, "k2": bytes([7]) * 32}), "probe", "r1", wrapped) == KEY
    for ring, record, given_bytes in (
        (RING, "r2", wrapped),
        (Keyring("k0", {"k0": bytes(32)}), "r1", wrapped),
        (Keyring("k1", {"k1": bytes(32)}), "r1", wrapped),
        (RING, "r1", b""),
        (RING, "r1", wrapped[:-1]),
    ):
        with pytest.raises(Broken):
            unwrap(ring, "probe", record, given_bytes)


def test_a_token_serves_one_use_and_one_question():
    token = seal_token(RING, "cursor", "question", {"at": [1, None]})
    assert open_token(RING, "cursor", "question", token) == {"at": [1, None]}
    for use, bound, given_bytes in (
        ("cursor", "other", token),
        ("other", "question", token),
        ("cursor", "question", token[:-1]),
        ("cursor", "question", b""),
    ):
        with pytest.raises(Broken):
            open_token(RING, use, bound, given_bytes)


def test_an_offices_keys_are_read_back_and_nothing_else_is_taken_for_them():
    ring, web = random_keyring(), bytes(32)
    assert read_keyring(write_keyring(ring, web)) == (ring, web)
    assert random_keyring() != ring
    for raw in (
        b"",
        b"{}",
        b"[]",
        b'{"current": "k1", "keys": {}}',
        b'{"current": "k1", "keys": {"k1": "61"}, "web": "61"}',
        b'{"current": "k1", "keys": {"k1": "61"}}',
    ):
        with pytest.raises(SettingsInvalid):
            read_keyring(raw)


def test_keys_are_never_printed():
    for each in (RING, KEY):
        assert "\\x" not in repr(each)

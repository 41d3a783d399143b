"""What was said of types, in front of the sentence."""

from __future__ import annotations

from collections import Counter

from saps.text.signature import MARKS, drawn_signature, signature
from saps.text.tokenizer import train_tokenizer

ARGS = {"a": "int[]", "b": "int"}
SENTENCES = [f"the number of elements of a below {word} b".split() for word in ("the", "my", "some")] * 20


def test_letters_stand_in_front_of_their_types() -> None:
    assert " ".join(signature(ARGS, "int")) == "a <int[]> b <int> <-int>"
    assert signature({}, "string[]") == ["<-string[]>"]
    assert signature({"a": "T", "b": "int"}, None) == ["b", "<int>"]
    assert signature({}, "dict<int,int>") == []


def test_each_part_is_left_out_at_times() -> None:
    found = Counter(" ".join(drawn_signature(ARGS, "int", str(seed))) for seed in range(2_000))
    assert set(found) == {"", "a <int[]> b <int>", "<-int>", "a <int[]> b <int> <-int>"}
    assert 600 < found[""] < 1_000
    assert drawn_signature(ARGS, "int", "7") == drawn_signature(ARGS, "int", "7")


def test_a_tokenizer_hears_signatures_or_does_not() -> None:
    hearing, deaf = train_tokenizer(SENTENCES, 400, signatures=True), train_tokenizer(SENTENCES, 400)
    assert hearing.hears_signatures and not deaf.hears_signatures
    words = signature(ARGS, "int")
    assert len(hearing.encode(words)) == len(words)
    assert all(hearing.knows(mark) for mark in MARKS)

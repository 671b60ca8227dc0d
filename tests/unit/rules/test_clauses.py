"""The clause book reads, refuses and counts, and the five that ship are whole.

In the shipped books a clause that both a register and a capability answer says ``register``: a citation
can prove that, and ``capability`` is left for what no register carries.
"""

import json
from collections import Counter
from copy import deepcopy
from pathlib import Path

import pytest

from regbook.errors import DefinitionInvalid
from regbook.model.clause import Clause, Regulation
from regbook.rules.clauses import clause_index, figures, operative, regulation_from, unimplemented

BOOKS = Path(__file__).resolve().parents[3] / "definitions" / "regulations"

SMALL = {
    "regulation": "ABC",
    "title": "试行制度",
    "translations": {"en": {"title": "Trial rules"}},
    "clauses": [
        {"clause": "ABC 1", "heading": "总则", "answered_by": "principle"},
        {"clause": "ABC 1.1", "summary": "为试行而订立。", "answered_by": "principle"},
        {"clause": "ABC 1.2", "heading": "登记", "summary": "来者登记。", "answered_by": "register"},
        {"clause": "ABC 1.3", "summary": "人人可查。", "answered_by": "capability: 检索"},
        {"clause": "ABC 1.10", "summary": "每月汇总。", "answered_by": "register"},
    ],
}


def _small(**changes):
    return {**deepcopy(SMALL), **changes}


def _with_clause(**changes):
    """The small book, its third clause changed; a value of None takes the key away."""
    book = _small()
    entry = {**book["clauses"][2], **changes}
    book["clauses"][2] = {key: value for key, value in entry.items() if value is not None}
    return book


def _refusal(document):
    with pytest.raises(DefinitionInvalid) as refused:
        regulation_from(document)
    assert all(problem.text("zh") and problem.text("en") for problem in refused.value.problems)
    return [(problem.path, problem.code) for problem in refused.value.problems]


def test_a_sound_book_becomes_a_regulation():
    regulation = regulation_from(SMALL)

    assert (regulation.code, regulation.title) == ("ABC", "试行制度")
    assert regulation.clauses[2] == Clause("ABC 1.2", "register", heading="登记", summary="来者登记。")
    assert regulation.clauses[3] == Clause("ABC 1.3", "capability", summary="人人可查。", capability="检索")
    assert [each.number for each in regulation.clauses if not each.leaf] == ["ABC 1"]


def test_translations_may_be_left_out():
    book = _small()
    del book["translations"]
    assert regulation_from(book).title == "试行制度"


@pytest.mark.parametrize("document", [None, [], "DWM", 3])
def test_a_book_is_an_object(document):
    assert _refusal(document) == [("", "clause-not-object")]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({}, [("", "clause-key-missing")] * 3),
        (_small(owner="x"), [("/owner", "clause-key-unknown")]),
        (_small(**{"a/b~c": 1}), [("/a~1b~0c", "clause-key-unknown")]),
        (_small(title=""), [("/title", "clause-text-wrong")]),
        (_small(title="两\n行"), [("/title", "clause-text-wrong")]),
        (_small(title="a\0b"), [("/title", "clause-text-wrong")]),
        (_small(regulation=7), [("/regulation", "clause-text-wrong")]),
        (_small(regulation="dwm"), [("/regulation", "clause-code-wrong")]),
        (_small(clauses={}), [("/clauses", "clause-not-list")]),
        (_small(clauses=[]), [("/clauses", "clause-not-list")]),
        (_small(clauses=["ABC 1"]), [("/clauses/0", "clause-not-object")]),
        (_small(translations=[]), [("/translations", "clause-not-object")]),
        (_small(translations={"en": "x"}), [("/translations/en", "clause-not-object")]),
        (_small(translations={"en": {"name": "x"}}), [("/translations/en/name", "clause-key-unknown")]),
        (_small(translations={"en": {"title": 1}}), [("/translations/en/title", "clause-text-wrong")]),
        (_small(translations={"English": {}}), [("/translations/English", "clause-language-unknown")]),
    ],
)
def test_a_book_is_refused_where_it_is_wrong(document, found):
    assert _refusal(document) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"clause": None}, [("/clauses/2", "clause-key-missing")]),
        ({"clause": 12}, [("/clauses/2/clause", "clause-text-wrong")]),
        ({"clause": "DWM 1.2"}, [("/clauses/2/clause", "clause-number-wrong")]),
        ({"clause": "ABC1.2"}, [("/clauses/2/clause", "clause-number-wrong")]),
        ({"clause": "ABC 1.2."}, [("/clauses/2/clause", "clause-number-wrong")]),
        ({"clause": "ABC 1.二"}, [("/clauses/2/clause", "clause-number-wrong")]),
        ({"clause": "ABC 1.²"}, [("/clauses/2/clause", "clause-number-wrong")]),
        ({"clause": "ABC 1.1"}, [("/clauses/2/clause", "clause-twice")]),
        ({"summary": None}, [("/clauses/2", "clause-summary-missing")]),
        ({"summary": " "}, [("/clauses/2/summary", "clause-text-wrong")]),
        ({"answered_by": None}, [("/clauses/2", "clause-key-missing")]),
        ({"answered_by": ["register"]}, [("/clauses/2/answered_by", "clause-text-wrong")]),
        ({"answered_by": "registers"}, [("/clauses/2/answered_by", "clause-answer-unknown")]),
        ({"answered_by": "capability"}, [("/clauses/2/answered_by", "clause-answer-unknown")]),
        ({"answered_by": "capability:  x"}, [("/clauses/2/answered_by", "clause-answer-unknown")]),
        ({"clause": "ABC 1" + ".1" * 250_000}, [("/clauses/2/clause", "clause-number-wrong")]),
        ({"answered_by": "capability: "}, [("/clauses/2/answered_by", "clause-text-wrong")]),
        ({"level": 2}, [("/clauses/2/level", "clause-key-unknown")]),
    ],
)
def test_a_clause_is_refused_where_it_is_wrong(changes, found):
    assert _refusal(_with_clause(**changes)) == found


def test_a_clause_above_others_needs_a_heading_and_no_summary():
    book = _small()
    del book["clauses"][0]["heading"]
    assert _refusal(book) == [("/clauses/0", "clause-heading-missing")]


def test_every_problem_is_told_at_once():
    book = _with_clause(clause="XYZ 9", answered_by="nobody", summary=None)
    book["title"] = 1
    assert _refusal(book) == [
        ("/title", "clause-text-wrong"),
        ("/clauses/2/answered_by", "clause-answer-unknown"),
        ("/clauses/2/clause", "clause-number-wrong"),
        ("/clauses/2", "clause-summary-missing"),
    ]


def test_the_index_finds_a_clause_by_its_number():
    index = clause_index([regulation_from(SMALL)])
    assert index["ABC 1.10"].summary == "每月汇总。"
    assert "ABC 1.4" not in index


def test_two_books_of_one_regulation_are_refused():
    with pytest.raises(DefinitionInvalid) as refused:
        clause_index([regulation_from(SMALL), regulation_from(SMALL)])
    assert [problem.code for problem in refused.value.problems] == ["clause-regulation-twice"]


def test_operative_clauses_are_leaves_that_something_answers():
    assert [each.number for each in operative([regulation_from(SMALL)])] == ["ABC 1.2", "ABC 1.3", "ABC 1.10"]


def test_citing_a_heading_or_a_principle_implements_nothing():
    regulations = [regulation_from(SMALL)]
    cited = ["ABC 1", "ABC 1.1"]
    assert [each.number for each in unimplemented(regulations, cited)] == ["ABC 1.2", "ABC 1.10"]
    assert figures(regulations, cited) == {"operative": 3, "implemented": 1, "unknown": 0}


def test_figures_count_a_clause_once_and_name_no_unknown_one_implemented():
    cited = ["ABC 1.2", "ABC 1.2", "ABC 9.9", "ABC 9.9", "DWM 6.4"]
    assert figures([regulation_from(SMALL)], iter(cited)) == {
        "operative": 3,
        "implemented": 2,
        "unknown": 2,
    }
    assert figures([], []) == {"operative": 0, "implemented": 0, "unknown": 0}


@pytest.fixture(scope="module")
def shipped() -> list[Regulation]:
    return [regulation_from(json.loads(file.read_text("utf-8"))) for file in sorted(BOOKS.glob("*.json"))]


def test_the_shipped_books_hold_every_number_of_the_five_regulations(shipped):
    counts = {each.code: len(each.clauses) for each in shipped}
    assert counts == {"CBM": 67, "DWM": 100, "LDC": 75, "OPC": 76, "SBM": 80}
    assert len(clause_index(shipped)) == sum(counts.values()) == 398


def test_each_shipped_book_is_named_after_its_regulation_and_has_an_english_title():
    for file in BOOKS.glob("*.json"):
        book = json.loads(file.read_text("utf-8"))
        assert regulation_from(book).code == file.stem
        assert book["translations"]["en"]["title"].isascii()


def test_the_shipped_leaves_are_310_and_287_of_them_are_operative(shipped):
    leaves = [each for regulation in shipped for each in regulation.clauses if each.leaf]
    assert Counter(each.answered_by for each in leaves) == {
        "register": 276,
        "capability": 11,
        "principle": 23,
    }
    assert len(operative(shipped)) == 287


def test_the_shipped_summaries_are_one_short_line_and_no_two_are_alike(shipped):
    summaries = [each.summary for regulation in shipped for each in regulation.clauses if each.leaf]
    assert all(text.endswith("。") and len(text) <= 65 for text in summaries)
    assert [text for text, times in Counter(summaries).items() if times > 1] == []

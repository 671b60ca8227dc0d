"""What is drawn once: moulds escape what fills them, and nothing is kept for anyone it was not made for."""

from __future__ import annotations

import pytest
from flask import g, render_template_string

from regbook.web import drawing
from regbook.web import views as v
from regbook.web.styleguide.__main__ import sample_app

ROWS = '{% from "parts/list.html" import cell_of %}{{ row_cells(cell_of, head, row) }}'
COLUMNS = (v.Column("number", "编号", "mono", 1, "number"), v.Column("subject", "问题", "text", 1, ""))


@pytest.fixture
def page():
    app = sample_app()
    with app.test_request_context("/"):
        g.language = "zh-Hans"
        yield


def drawn(*cells, columns=COLUMNS):
    head = v.Once(v.ListHead("问题", "/list", columns))
    return render_template_string(ROWS, head=head, row=v.Row("r1", "/r", "/list?open=r1&x=<", cells))


def test_what_people_wrote_is_escaped_in_every_gap(page):
    html = drawn(v.Cell("mono", '<b>"1"'), v.Cell("text", "<script>"))
    assert "<b>" not in html
    assert "<script>" not in html
    assert html.count("/list?open=r1&amp;x=&lt;") == 2
    assert "&lt;script&gt;" in html


def test_a_mould_serves_the_next_record_and_holds_nothing_of_the_last(page):
    assert "first" in drawn(v.Cell("mono", "1"), v.Cell("text", "first"))
    second = drawn(v.Cell("mono", "2"), v.Cell("text", "second"))
    assert "second" in second
    assert "first" not in second


def test_columns_of_one_label_but_another_kind_have_moulds_of_their_own(page):
    plain = drawn(v.Cell("mono", "1"), v.Cell("text", "7"))
    number = drawn(v.Cell("mono", "1"), v.Cell("number", "7"))
    assert 'class="num"' in number
    assert 'class="num"' not in plain


def test_what_has_a_note_or_a_link_keeps_it(page):
    html = drawn(v.Cell("mono", "1"), v.Cell("link", "客户", href="/r/customer/1", note="旧"))
    assert 'href="/r/customer/1"' in html
    assert "旧" in html


def test_an_empty_value_is_said_to_be_empty(page):
    assert "—" in drawn(v.Cell("mono", "1"), v.Cell("empty"))
    assert "—" in drawn(v.Cell("empty"), v.Cell("text", "x"))


def test_few_values_are_drawn_in_each_language(page):
    cell = v.Cell("empty")
    assert "未填写" in drawn(v.Cell("mono", "1"), cell)
    g.language = "en"
    assert "未填写" not in drawn(v.Cell("mono", "1"), cell)


def test_a_part_is_drawn_the_first_time_alone():
    asked = []

    class Macro:
        name = "part"

        def __call__(self, view):
            asked.append(view)
            return view

    one, other = v.Once("one"), v.Once("other")
    assert [drawing.once(Macro(), each) for each in (one, one, other)] == ["one", "one", "other"]
    assert asked == ["one", "other"]

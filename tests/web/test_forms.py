"""Forms: labels, help and errors at the field, both values of a stale form, "really?", and refusals in their place."""

from datetime import date

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import QueryDict
from django.test import RequestFactory

from portfolio.refusals import Forbidden, NeedsReason, OutOfScope, Refusal, StaleForm
from portfolio.web.filters import QuickSelect
from portfolio.web.forms import Form, date_input
from portfolio.web.responses import refuse_in_form, refuse_with_message, saved


class Small(Form):
    name = forms.CharField(label="名称", help_text="全称")
    day = forms.DateField(label="日期", required=False, widget=date_input())
    kind = forms.ChoiceField(label="类别", required=False, choices=[("a", "甲"), ("b", "<乙>")], widget=QuickSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.allow_reason()


def bound(**data):
    form = Small(QueryDict("&".join(f"{key}={value}" for key, value in data.items())))
    form.is_valid()
    return form


def test_the_cursor_stands_in_the_first_field_that_is_wrong():
    form = bound(name="某项目", day="12月", kind="z")

    assert [name for name in ("name", "day", "kind") if "autofocus" in str(form[name])] == []
    html = str(form)

    assert html.count("autofocus") == 1
    assert "autofocus" in html[html.index('name="day"') :].partition(">")[0]


def test_a_form_without_faults_leaves_the_cursor_alone():
    assert "autofocus" not in str(bound(name="某项目"))


def test_a_field_has_its_label_help_and_class():
    html = str(Small())

    assert '<label for="id_name">名称' in html
    assert 'id="id_name_helptext">全称' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'class="input"' in html


def test_an_optional_field_says_so_and_a_required_one_does_not():
    html = str(Small())

    assert html.count("选填") == 2


def test_a_box_stands_before_its_words_and_is_never_called_optional():
    class Boxed(Form):
        agreed = forms.BooleanField(label="同意", required=False)

    html = str(Boxed())

    assert html.index("<input") < html.index("同意") < html.index("</label>")
    assert "选填" not in html


def test_an_error_stands_at_its_field_and_is_read_out_with_it():
    html = str(bound(name=""))

    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "id_name_error" in html.split('name="name"')[1].split(">")[0] + html.split('name="name"')[0]


def test_an_error_text_is_escaped():
    form = bound(name="x")
    refuse_in_form(form, Refusal("<b>no</b>", field="name"))

    assert "&lt;b&gt;no&lt;/b&gt;" in str(form)


def test_a_refusal_goes_to_its_field():
    form = bound(name="x")
    refuse_in_form(form, Refusal("太短", field="name"))

    assert form.errors["name"] == ["太短"]


@pytest.mark.parametrize("field", ["", "elsewhere", "version"])
def test_a_refusal_without_a_visible_field_goes_to_the_form(field):
    form = bound(name="x")
    refuse_in_form(form, Refusal("不行", field=field))

    assert form.non_field_errors() == ["不行"]


@pytest.mark.parametrize("kind", [Forbidden, OutOfScope])
def test_a_missing_right_is_a_page_and_no_form_error(kind):
    with pytest.raises(kind):
        refuse_in_form(bound(name="x"), kind("no"))


def test_a_stale_form_shows_both_values_of_what_differs():
    form = bound(name="我的", day="2024-01-02", kind="a", version=1)
    theirs = {"name": "他的", "day": date(2024, 1, 3), "kind": "b", "unknown": 1}
    yours = {"name": "我的", "day": date(2024, 1, 2), "kind": "a"}

    refuse_in_form(form, StaleForm("已被修改", theirs=theirs, yours=yours), version=2)

    html = str(form)
    assert [(row.label, row.theirs, row.yours) for row in form.both_values] == [
        ("名称", "他的", "我的"),
        ("日期", "2024-01-03", "2024-01-02"),
        ("类别", "<乙>", "甲"),
    ]
    assert "&lt;乙&gt;" in html
    assert '<input type="hidden" name="version" value="2"' in html
    assert 'value="我的"' in html


def test_the_reason_is_hidden_until_it_is_asked_for():
    form = bound(name="x")
    assert form["reason"].is_hidden

    refuse_in_form(form, NeedsReason("是上月的十倍，单位对吗？"))

    assert not form["reason"].is_hidden
    assert "是上月的十倍" in str(form)
    assert form.errors["reason"]


def test_a_reason_that_was_given_stays_visible():
    assert not bound(name="x", reason="y")["reason"].is_hidden


def test_a_button_without_a_form_says_why_and_goes_back():
    request = RequestFactory().post("/")
    request.session = {}
    request._messages = FallbackStorage(request)

    response = refuse_with_message(request, Refusal("已锁定"), "/back/")

    assert response.url == "/back/"
    assert [str(message) for message in get_messages(request)] == ["已锁定"]


def test_after_saving_the_page_is_another_so_that_reloading_writes_nothing():
    request = RequestFactory().post("/")
    request.session = {}
    request._messages = FallbackStorage(request)

    assert saved(request, "好", "/next/").status_code == 302


class TestQuickSelect:
    CHOICES = [("", "全部"), ("a", "甲"), ("<x>", "<乙>"), ("组", [("c", "丙"), (4, "丁")])]

    @pytest.mark.parametrize("value", [None, "", "a", "<x>", "c", 4, "nothing"])
    def test_it_is_the_stock_select(self, value):
        attrs = {"id": "id_k", "class": "select", "disabled": True, "data-x": False}
        ours = QuickSelect(choices=self.CHOICES).render("k", value, attrs)
        stock = forms.Select(choices=self.CHOICES).render("k", value, attrs)

        assert parsed(ours) == parsed(stock)


def parsed(html):
    from django.test.html import parse_html

    return parse_html(html)

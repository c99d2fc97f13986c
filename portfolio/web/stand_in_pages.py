"""/account/stand-ins/ – name a stand-in, end one, and work in the name of somebody whose stand-in one is."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from portfolio import clock
from portfolio.models import StandIn, User
from portfolio.refusals import Forbidden, OutOfScope, Refusal
from portfolio.web import stand_ins
from portfolio.web.doors import opened_by
from portfolio.web.forms import Form, date_input, sent_number
from portfolio.web.responses import refuse_in_form, saved

SHOWN = 20


class _Colleagues(forms.ModelChoiceField):
    """Names people by what they are called, with their role."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name}（{obj.get_role_display()}）"


class StandInForm(Form):
    """Who, from when to when, and why."""

    layout = "fields-2"
    deputy = _Colleagues(queryset=User.objects.none(), label=_("Stand-in"), empty_label=_("Choose a colleague"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)
    valid_from = forms.DateField(label=_("From"), widget=date_input())
    valid_to = forms.DateField(label=_("To, this day included"), widget=date_input())

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["deputy"]
        field.queryset = stand_ins.colleagues(person)


@opened_by()
@require_http_methods(["GET", "HEAD", "POST"])
def stand_ins_page(request: HttpRequest) -> HttpResponse:
    """A person's own stand-ins, and those whose stand-in they are."""
    user: Any = request.user
    if not stand_ins.may_have(user):
        raise Forbidden(stand_ins.HAVE_NONE)
    asked = request.POST if request.POST.get("do") == "name" else None
    form = StandInForm(asked, person=user, initial={"valid_from": clock.today()})
    if request.method == "POST":
        answer = _end(request, user) if request.POST.get("do") == "end" else _name(request, user, form)
        if answer is not None:
            return answer
    rows = StandIn.objects.select_related("person", "deputy")
    context = {
        "form": form,
        "colleagues": stand_ins.colleagues(user).exists(),
        "mine": rows.filter(person=user)[:SHOWN],
        "theirs": rows.filter(deputy=user)[:SHOWN],
        "active": {row.pk for row in stand_ins.standing_for(user) if stand_ins.mask_of(row)},
        "today": clock.today(),
    }
    return render(request, "portfolio/stand_ins.html", context)


def _name(request: HttpRequest, user: User, form: StandInForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    said = form.cleaned_data
    days = (said["valid_from"], said["valid_to"])
    try:
        stand_ins.name_stand_in(by=user, deputy=said["deputy"], days=days, reason=said["reason"], request=request)
    except Refusal as refusal:
        refuse_in_form(form, refusal)
        return None
    return saved(request, _("From the first day on your stand-in can work in your name."), reverse("stand_ins"))


def _end(request: HttpRequest, user: User) -> HttpResponse:
    row = (
        StandIn.objects.select_related("person", "deputy").filter(pk=sent_number(request.POST.get("stand_in"))).first()
    )
    if row is None:
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    stand_ins.end_stand_in(by=user, row=row, request=request)
    return saved(request, _("The stand-in has ended."), reverse("stand_ins"))


@opened_by()
@require_POST
def work_for(request: HttpRequest) -> HttpResponse:
    """Begin to work in somebody's name, or stop."""
    if request.POST.get("do") == "stop":
        stand_ins.stop(request)
        return HttpResponseRedirect(get_script_prefix())
    row = stand_ins.begin(request, sent_number(request.POST.get("stand_in")))
    sentence = _("You now work in the name of %(name)s; the change log says so.") % {"name": row.person.display_name}
    return saved(request, sentence, get_script_prefix())

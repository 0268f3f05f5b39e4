"""What somebody wants to be told, and the mails that were kept to be read here."""

from collections.abc import Iterator, Mapping
from typing import Any

from csp.decorators import csp_replace
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from releasetrain.domain.errors import Refused
from releasetrain.domain.telling import Capacity, How, Sort
from releasetrain.domain.telling import Kind as KindOf
from releasetrain.notices import actions, queries
from releasetrain.notices.models import How as HowWords
from releasetrain.notices.models import Kind
from releasetrain.teams import queries as teams
from releasetrain.teams.models import RoleHolder
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.fields import posted
from releasetrain.web.refusals import put_on

ON_A_PAGE = 50
OWN_LAW = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"]}


class Choices(forms.Form):
    """One field per kind and capacity, the hour of the digest, and the language where there is more than one."""

    hour = forms.TypedChoiceField(
        label=gettext_lazy("The daily mail comes at"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        help_text=gettext_lazy("On your own clock."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of mails"), required=False)

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        habit = queries.habit_of(request.person.id)
        super().__init__(data, initial={"hour": habit.hour, "language": habit.language})
        self.told = queries.how_told(request.person)
        codes = {str(team.pk): team.code for team in teams.teams().filter(pk__in=request.person.teams)}
        self.heads = {column: _head(column, codes) for column in queries.columns(request.person)}
        self.fields["language"].choices = languages()
        if len(self.fields["language"].choices) < 2:
            del self.fields["language"]
        for (kind, column), how in self.told.items():
            self.fields[_name(kind, column)] = forms.ChoiceField(
                label=f"{Kind(kind.value).label}: {self.heads[column]}",
                choices=HowWords.choices,
                initial=how.value,
                widget=forms.Select({"class": "input"}),
            )

    def rows(self) -> Iterator[tuple[str, list[tuple[str, forms.BoundField]]]]:
        """Yield each kind in words with its cells, each with the head of its column."""
        for kind in Kind:
            yield kind.label, [(head, self[_name(KindOf(kind.value), column)]) for column, head in self.heads.items()]

    def cells(self) -> dict[tuple[KindOf, Capacity], How]:
        """Return what was chosen, once the form is valid."""
        return {cell: How(self.cleaned_data[_name(*cell)]) for cell in self.told}


def _name(kind: KindOf, column: Capacity) -> str:
    return f"{kind.value} {column}"


def _head(column: Capacity, codes: Mapping[str, str]) -> str:
    """What somebody is told as, in words; ``codes``: what their teams are called, by id."""
    if column.sort is Sort.TEAM:
        return _("Team %(team)s") % {"team": codes[column.of]}
    if column.sort is Sort.ROLE:
        return _("As %(role)s") % {"role": RoleHolder.Role(column.of).label}
    return _("What our releases need")


def languages() -> list[tuple[str, str]]:
    """Return the languages that the product speaks: its own, and those it has a catalogue of."""
    there = {folder.parent.parent.name for root in settings.LOCALE_PATHS for folder in root.glob("*/LC_MESSAGES/*.mo")}
    return [(code, name) for code, name in settings.LANGUAGES if code == settings.LANGUAGE_CODE or code in there]


@access(SIGNED_IN)
def choices(request: HttpRequest) -> HttpResponse:
    """Show and keep what somebody wants to be told."""
    form = Choices(posted(request), request=request)
    if form.is_valid():
        said = {"hour": form.cleaned_data["hour"], "language": form.cleaned_data.get("language")}
        try:
            actions.choose(cells=form.cells(), by=request.user, clock=timezone.now, **said)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("web:notices")
    context = {"form": form, "is_on": settings.MAIL_IS_ON, "is_kept": settings.MAIL_IS_KEPT}
    return render(request, "notices/choices.html", context, status=422 if form.errors else 200)


@access(SIGNED_IN, post_only=True)
def all_daily(request: HttpRequest) -> HttpResponse:
    """Tell everything that somebody is told once a day."""
    actions.choose_all(how=How.DAILY, by=request.user, clock=timezone.now)
    messages.success(request, _("Once a day from now on."))
    return redirect("web:notices")


@access(SIGNED_IN)
def mails(request: HttpRequest) -> HttpResponse:
    """Show the mails that were kept: one's own, to release managers everybody's."""
    found = Paginator(_kept(request), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/mails.html", {"mails": found})


@access(SIGNED_IN)
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """Show one kept mail, as a mailbox would and as plain text."""
    found = get_object_or_404(_kept(request), pk=number)
    return render(request, "notices/mail.html", {"mail": found})


@access(SIGNED_IN)
@xframe_options_sameorigin
@csp_replace(OWN_LAW)
def mail_html(request: HttpRequest, number: int) -> HttpResponse:
    """Answer with the mail's own HTML, for the frame of its page: no script, nothing loaded, styles in place only."""
    return HttpResponse(get_object_or_404(_kept(request), pk=number).html)


def _kept(request: HttpRequest) -> Any:
    if not settings.MAIL_IS_KEPT:
        raise Http404
    return queries.kept_mails(request.person)


urlpatterns = [
    path("me/notices/", choices, name="notices"),
    path("me/notices/daily/", all_daily, name="notices-daily"),
    path("mails/", mails, name="mails"),
    path("mails/<int:number>/", mail, name="mail"),
    path("mails/<int:number>/html/", mail_html, name="mail-html"),
]

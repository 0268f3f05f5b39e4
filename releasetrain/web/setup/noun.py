"""What the set-up's pages of one noun have in common: a list with a form beside it, many lines, and one thing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.web.access import access, may_anywhere
from releasetrain.web.fields import posted
from releasetrain.web.refusals import or_404, put_on
from releasetrain.web.setup.pasted import Pasted, PasteForm, read, refusals
from releasetrain.web.setup.second_tab import carried, is_second, seen_in


def _nothing_more(request: HttpRequest, row: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """One kind of thing: its words, its forms, and the verbs behind them, called with ``by`` and ``clock``.

    ``rows`` for the list, ``row`` one by id (or ``Refused``), ``said`` the values its form starts with.
    ``opens``: the permission of the pages; ``adds``: of adding, where that is another.
    """

    name: str
    title: str | Promise
    opens: Permission
    rows: Callable[[HttpRequest], Iterable[Any]]
    form: type[forms.Form]
    add: Callable[..., object]
    line: type[forms.Form]
    put: Callable[..., int]
    row: Callable[[HttpRequest, int], Any] | None = None
    edit_form: type[forms.Form] | None = None
    said: Callable[[Any], Mapping[str, Any]] | None = None
    edit: Callable[..., object] | None = None
    edit_template: str = "setup/edit.html"
    adds: Permission | None = None
    more: Callable[[HttpRequest, Any], Mapping[str, Any]] = field(default=_nothing_more)

    @property
    def page(self) -> str:
        """The name of the list's address."""
        return f"web:setup-{self.name}"

    @property
    def paste_page(self) -> str:
        """The name of the address that takes many lines."""
        return f"{self.page}-paste"

    @property
    def header(self) -> str:
        """The header row of pasted lines."""
        return ",".join(self.line.base_fields)

    @property
    def columns(self) -> list[dict[str, Any]]:
        """What the header row of pasted lines may say."""
        return [
            {"name": name, "needed": known.required, "help": known.help_text}
            for name, known in self.line.base_fields.items()
        ]


def pages(noun: Noun) -> list[URLPattern]:
    """Return the addresses of a noun's pages: list and add, paste, edit."""

    @access(noun.opens)
    def listed(request: HttpRequest) -> HttpResponse:
        form = noun.form(posted(request))
        if done(request, form, lambda: noun.add(**form.cleaned_data, by=request.user, clock=timezone.now), _("Added.")):
            return redirect(noun.page)
        return listing(request, noun, form=form)

    @access(noun.opens, post_only=True)
    def paste(request: HttpRequest) -> HttpResponse:
        return pasted(request, noun)

    @access(noun.opens)
    def one(request: HttpRequest, id: int) -> HttpResponse:
        return edited(request, noun, id)

    base, name = f"setup/{noun.name}/", f"setup-{noun.name}"
    found = [path(base, listed, name=name), path(f"{base}paste/", paste, name=f"{name}-paste")]
    return [*found, path(f"{base}<int:id>/", one, name=f"{name}-edit")] if noun.edit else found


def done(request: HttpRequest, form: forms.Form, action: Callable[[], object], words: str) -> bool:
    """Do it if the form can be read, and say so; a refusal stands at its field."""
    if not form.is_valid():
        return False
    try:
        action()
    except Refused as error:
        put_on(form, error)
        return False
    messages.success(request, words)
    return True


def pasted(request: HttpRequest, noun: Noun) -> HttpResponse:
    """Take every line over, or none and say which cannot be and why."""
    form = PasteForm(request.POST)
    found = read(form.cleaned_data["lines"], noun.line) if form.is_valid() else Pasted()
    if found.lines:
        try:
            count = noun.put(found.lines, by=request.user, clock=timezone.now)
        except Refused as error:
            if error.code == "bad-lines":
                found.bad = refusals(error) | found.bad
            else:
                put_on(form, error)
        else:
            words = ngettext("%(count)s line taken over.", "%(count)s lines taken over.", count)
            messages.success(request, words % {"count": count})
            return redirect(noun.page)
    return listing(request, noun, paste=form, bad=sorted(found.bad.items()))


def listing(request: HttpRequest, noun: Noun, **more: Any) -> HttpResponse:
    """Show all of a noun beside the forms to add one or many."""
    form = more.pop("form", None) or noun.form()
    paste = more.pop("paste", None) or PasteForm()
    may_add = may_anywhere(request.person, noun.adds or noun.opens)
    context = {"noun": noun, "rows": noun.rows(request), "form": form, "paste": paste, "may_add": may_add, **more}
    is_wrong = form.errors or paste.errors or more.get("bad")
    return render(request, f"setup/{noun.name}.html", context, status=422 if is_wrong else 200)


def edited(request: HttpRequest, noun: Noun, id: int) -> HttpResponse:
    """Show one thing and keep what was changed of it, unless that undoes what somebody saved meanwhile."""
    row = or_404(noun.row, request, id)
    form = (noun.edit_form or noun.form)(posted(request), initial=noun.said(row))

    def keep() -> None:
        noun.edit(id, **form.cleaned_data, seen=seen_in(request), by=request.user, clock=timezone.now)

    if done(request, form, keep, _("Kept.")):
        return redirect(noun.page)
    if form.is_bound:  # again: the other tab may have saved since
        row = or_404(noun.row, request, id)
    tab = carried(request, form, noun.said(row), address=request.path)
    context = {"noun": noun, "row": row, "form": form, "tab": tab, **noun.more(request, row)}
    return render(request, noun.edit_template, context, status=status_of_forms(form))


def status_of_forms(*forms_: forms.Form | None) -> int:
    """Return the answer's status: 409 where somebody saved meanwhile, 422 where anything else is wrong."""
    if any(is_second(form) for form in forms_):
        return 409
    return 422 if any(form and form.errors for form in forms_) else 200

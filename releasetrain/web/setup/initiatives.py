"""Initiatives: the tasks from the product owner that group releases."""

from django import forms
from django.utils.translation import gettext_lazy

from releasetrain.domain.permissions import Permission
from releasetrain.releases import actions, queries
from releasetrain.web.setup.noun import Noun, pages


class InitiativeForm(forms.Form):
    """An initiative."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)


class InitiativeLine(forms.Form):
    """One pasted line."""

    name = forms.CharField(max_length=120, help_text=gettext_lazy("a name that is known stays"))


INITIATIVES = Noun(
    name="initiatives",
    title=gettext_lazy("Initiatives"),
    opens=Permission.SET_UP_CATALOGUE,
    rows=lambda request: queries.initiatives(),
    form=InitiativeForm,
    add=actions.add_initiative,
    edit=lambda id, **said: actions.edit_initiative(initiative=id, **said),
    row=lambda request, id: queries.initiative(id),
    said=lambda initiative: {"name": initiative.name},
    line=InitiativeLine,
    put=actions.put_initiatives,
)

urlpatterns = pages(INITIATIVES)

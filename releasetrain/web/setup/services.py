"""Services: what is deployed, and whose it is."""

from django import forms
from django.utils.translation import gettext_lazy

from releasetrain.domain.permissions import Permission
from releasetrain.releases import actions, queries
from releasetrain.releases.models import Service
from releasetrain.web.setup.choices import IdField, all_teams
from releasetrain.web.setup.noun import Noun, pages


class ServiceForm(forms.Form):
    """A service."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Service.Kind.choices, initial=Service.Kind.SERVER)
    platform = forms.CharField(
        label=gettext_lazy("Platform"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Of a client: desktop, Android, iOS."),
    )
    team = IdField(label=gettext_lazy("Owner"), choices=all_teams)


class ServiceLine(forms.Form):
    """One pasted line."""

    name = forms.CharField(max_length=80, help_text=gettext_lazy("a name that is known is edited"))
    kind = forms.ChoiceField(choices=Service.Kind.choices, help_text=", ".join(Service.Kind.values))
    platform = forms.CharField(
        max_length=40, required=False, help_text=gettext_lazy("of a client: desktop, Android, iOS")
    )
    team = forms.CharField(max_length=8, help_text=gettext_lazy("the owner's code"))


def _said(service: Service) -> dict[str, object]:
    return {
        "name": service.name,
        "kind": service.kind,
        "platform": service.platform,
        "team": service.team_id,
    }


SERVICES = Noun(
    name="services",
    title=gettext_lazy("Services"),
    opens=Permission.SET_UP_CATALOGUE,
    rows=lambda request: queries.services(),
    form=ServiceForm,
    add=actions.add_service,
    edit=lambda id, **said: actions.edit_service(service=id, **said),
    row=lambda request, id: queries.service(id),
    said=_said,
    line=ServiceLine,
    put=actions.put_services,
)

urlpatterns = pages(SERVICES)

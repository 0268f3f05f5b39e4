"""Initiatives: the tasks from the product owner that group releases."""

from rest_framework import serializers

from releasetrain.api.setup.noun import Lines, Noun, addresses, seen_of
from releasetrain.api.shapes import Answer, Said, Text
from releasetrain.domain.permissions import Permission
from releasetrain.releases import actions, queries


class InitiativeAnswer(Answer):
    """An initiative."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class InitiativeSaid(Said):
    """What an initiative is called; as a line, a name that is known stays."""

    name = Text(max_length=120)


class InitiativeChangeSaid(InitiativeSaid):
    """A change."""

    seen = seen_of(InitiativeSaid)


class InitiativeLines(Lines):
    """Lines of initiatives."""

    child = InitiativeSaid()


INITIATIVES = Noun(
    name="initiatives",
    one="an initiative",
    opens=Permission.SEE,  # whoever writes a release names one of them
    answer=InitiativeAnswer,
    new=InitiativeSaid,
    change=InitiativeChangeSaid,
    lines=InitiativeLines,
    rows=lambda person: queries.initiatives(),
    row=lambda person, id: queries.initiative(id),
    told=lambda initiative: initiative,
    add=actions.add_initiative,
    edit=lambda id, **said: actions.edit_initiative(initiative=id, **said),
    put=actions.put_initiatives,
    now=lambda initiative: {"name": initiative.name},
)

urlpatterns = addresses(INITIATIVES)

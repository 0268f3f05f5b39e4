"""A finding of the SQL review in words, whichever version of the rules it is of: what departed keeps what was found."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from releasetrain.domain.sql.registry import RULES
from releasetrain.domain.sql.values import Finding
from releasetrain.sql_wording import remedy, sentence, title


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A headline, what was found in one sentence, and what would do instead; empty where nothing needs to."""

    title: str
    sentence: str
    remedy: str = ""


def told(finding: Finding) -> Told:
    """Return a finding in words; a rule that there is no more has only its code to say."""
    if finding.rule not in RULES:
        return Told(title=finding.rule, sentence=_("This rule is kept no more."))
    return Told(title=title(finding.rule), sentence=sentence(finding), remedy=remedy(finding))

"""Fill a database with the demo: the company at once, the OpenStack cycle by a worker while somebody looks around."""

from collections.abc import Callable
from datetime import datetime

from releasetrain.boarding.actions import importing
from releasetrain.boarding.models import ImportRun
from releasetrain.demo import company, openstack, story
from releasetrain.demo.data.company import OPENSTACK
from releasetrain.teams.models import User

Clock = Callable[[], datetime]
PAST, PLAN = "openstack-2024.1-released.csv", "openstack-2024.1-planned.csv"
_OVER = (ImportRun.State.REFUSED, ImportRun.State.CANCELLED)


def fill(*, clock: Clock) -> None:
    """Bring the demo in; what is there already stays as people left it."""
    now = clock()
    cleo = company.set_up(now=now)
    story.tell(now=now, cleo=cleo)
    ask_for_openstack(cleo, clock)


def ask_for_openstack(by: User, clock: Clock) -> None:
    """Post the two imports, unless they were posted before: a later week would shift the same rows elsewhere."""
    past, plan = openstack.cycle(clock())
    for name, content, history in ((PAST, past, True), (PLAN, plan, False)):
        if not ImportRun.objects.filter(file_name=name).exclude(state__in=_OVER).exists():
            importing.start_import(
                content=content,
                file_name=name,
                history=history,
                train=OPENSTACK.slug,
                make_missing=True,
                dry_run=False,
                by=by,
                clock=clock,
            )

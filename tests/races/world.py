"""A few overlapping slots that everybody wants: two trains, most releases large, few services and tables."""

from typing import Any

from django.utils import timezone

from releasetrain.domain.scopes import Scope
from releasetrain.notices import actions as notices
from releasetrain.teams.models import Team
from tests.factories import create_cast, create_service, create_table, create_train, release_manager
from tests.riding import board, create_release, days, slot_on

RELEASES, THINGS = 24, 3


def lay() -> dict[str, Any]:
    """Write the calendar at its start; return the ids that the clients choose from."""
    cast = create_cast()
    Team.objects.update(slot_limit=100)
    services = [create_service(team=cast.pay) for _ in range(THINGS)]
    tables = [create_table() for _ in range(THINGS)]
    main = create_train(slug="main", capacity=200, soak_large_hours=72, default_of=[cast.pay, cast.inv])
    cash = create_train(slug="cash", capacity=200, soak_large_hours=72, large_mode="apart")
    slots = [slot_on(train, day=day) for train in (main, cash) for day in (0, 1, 2)]
    releases = [
        create_release(
            team=(cast.pay, cast.inv)[number % 2],
            size="LLM"[number % 3],
            services=[services[number % THINGS]],
            tables=[tables[number // 2 % THINGS]],
            train=main,
        )
        for number in range(RELEASES)
    ]
    for number, release in enumerate(releases[::4]):
        board(release, slot_on(main, day=100 + 10 * number))
    made = notices.make_token(name="race", scopes=tuple(Scope), days=1, by=cast.cleo, clock=timezone.now)
    return {
        "token": made[1],
        "by": cast.cleo.pk,
        "waives": release_manager(name="Noor").pk,
        "teams": [cast.pay.pk, cast.inv.pk],
        "releases": [release.pk for release in releases],
        "slots": [slot.pk for slot in slots],
        "occurrences": [(slot.train.slug, f"{slot.start_at:%Y-%m-%d %H:%M}") for slot in slots],
        "trains": [main.pk, cash.pk],
        "services": [service.pk for service in services],
        "tables": [table.pk for table in tables],
        "until": [(slots[0].start_at + days(day)).isoformat() for day in (1, 2, 5, 90)],
    }

"""Two proposals side by side."""

from releasetrain.planning import queries
from tests.factories import create_train
from tests.planning_rows import create_run, propose
from tests.riding import aboard, slot_on


def level(name, value):
    return {"level": name, "value": value, "bound": 0, "given": {}}


def test_levels_and_moves_are_told_apart(cast, django_assert_num_queries):
    train = create_train(capacity=10)
    far, near, other_slot = (slot_on(train, day=day) for day in (30, 3, 7))
    both, apart, mine, theirs = (aboard(far, team=team) for team in (cast.pay, cast.inv) * 2)
    run = create_run(by=cast.cleo)
    one = propose(
        {both: near, apart: near, mine: near}, by=cast.cleo, run=run, levels=[level("moves", 3), level("lateness", 5)]
    )
    other = propose(
        {both: near, apart: other_slot, theirs: near}, by=cast.cleo, aim="earliest", levels=[level("lateness", 2)]
    )

    with django_assert_num_queries(2):
        found = queries.compare(one, other)

    assert [(pair.level, pair.one, pair.other) for pair in found.levels] == [("moves", 3, None), ("lateness", 5, 2)]
    assert [move.release for move in found.only_one] == [mine]
    assert [move.release for move in found.only_other] == [theirs]
    assert [(a.release, a.new, b.new) for a, b in found.elsewhere] == [(apart, near, other_slot)]


def test_a_list_of_plans_asks_the_same_few_questions_however_many_there_are(cast, django_assert_num_queries):
    train = create_train()
    far, near = slot_on(train, day=30), slot_on(train, day=3)
    for _ in range(5):
        run = create_run(by=cast.cleo)
        run.trains.add(train)
        propose({aboard(far, team=cast.pay): near}, by=cast.cleo, run=run)

    with django_assert_num_queries(3):
        runs = list(queries.with_proposals(queries.visible_to(queries_person(cast))))

    counted = [(one.moves_count, one.applied_count) for run in runs for one in run.proposals.all()]
    assert counted == [(1, 0)] * 5


def queries_person(cast):
    from releasetrain.domain.permissions import Person

    return Person(id=cast.ada.pk)

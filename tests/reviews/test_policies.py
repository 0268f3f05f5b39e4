"""A policy is edited where distinct people can satisfy it; what is under review keeps the one it began under."""

import pytest

from releasetrain.boarding.actions.drafting import draft
from releasetrain.boarding.actions.submitting import submit, withdraw
from releasetrain.domain import policies
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Role
from releasetrain.domain.sizes import Size
from releasetrain.releases.fields import ReleaseFields
from releasetrain.reviews.actions.policies import set_policy, set_questionnaire
from releasetrain.reviews.actions.roles import take_role
from releasetrain.reviews.defaults import SCALE
from releasetrain.reviews.models import Gate, Policy, Review
from releasetrain.reviews.queries.policies import effects
from releasetrain.reviews.queries.stuck import unfillable
from releasetrain.reviews.queries.versions import policy_in_force, scale_in_force
from releasetrain.teams.actions import deactivate_person, end_membership
from releasetrain.teams.models import RoleHolder
from tests.factories import NOW, clock, create_cast, create_train, holder_of


@pytest.fixture
def cast(db):
    """The cast, with somebody for each role of the default policy."""
    found = create_cast()
    create_train(default_of=[found.pay, found.inv])
    holder_of(Role.QA_LEAD, name="Mara")
    holder_of(Role.ANALYTICS_LEAD, name="Yuri")
    return found


def gate(code, role, **facts):
    return {"code": code, "role": role, "rests_on": ["code", "data"], **facts}


def one_rule(*gates):
    return [{"name": "Every release", "when": {}, "gates": list(gates)}]


def put(cast, rules, **facts):
    said = {"note": "", "seen": policy_in_force().pk, "by": cast.cleo, "clock": clock(), **facts}
    return set_policy(rules=rules, **said)


def large(cast):
    fields = ReleaseFields(title="Fees", size=Size.LARGE)
    return draft(team=cast.pay.pk, fields=fields, by=cast.ada, clock=clock(), submit=True)


def gates_of(release):
    return list(Gate.objects.filter(release=release).order_by("place").values_list("code", flat=True))


def test_an_ordinary_release_needs_its_team_and_a_large_one_four_gates(cast):
    small = draft(team=cast.pay.pk, fields=ReleaseFields(title="Fees"), by=cast.ada, clock=clock(), submit=True)

    assert gates_of(small) == ["team"]
    assert gates_of(large(cast)) == ["team", "architecture", "test-plan", "analytics"]


def test_what_is_under_review_keeps_its_policy_until_it_is_handed_in_again(cast):
    release = large(cast)

    put(cast, one_rule(gate("team", "team")))

    assert len(gates_of(release)) == 4
    withdraw(release=release, reason="So.", by=cast.ada, clock=clock())
    submit(release=release, by=cast.ada, clock=clock())
    assert gates_of(release) == ["team"]


def test_only_release_managers_set_it(cast):
    with pytest.raises(Refused) as refused:
        put(cast, one_rule(gate("team", "team")), by=cast.ines)

    assert refused.value.code == "forbidden"


def test_whoever_read_an_old_version_is_told(cast):
    seen = policy_in_force().pk
    put(cast, one_rule(gate("team", "team")))

    with pytest.raises(Refused) as refused:
        put(cast, one_rule(gate("team", "team", days=3)), seen=seen)

    assert refused.value.code == "changed-meanwhile"


def test_saying_the_same_makes_no_version(cast):
    put(cast, policies.as_json(policies.DEFAULT))

    assert Policy.objects.count() == 1


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([], "policy-rules"),
        (one_rule(), "rule-without-gate"),
        (one_rule(gate("Team!", "team")), "gate-code"),
        (one_rule(gate("compatibility", "team")), "gate-code"),
        (one_rule(gate("team", "boss")), "gate-role"),
        (one_rule(gate("team", "team", quorum=9)), "gate-quorum"),
        (one_rule(gate("team", "team", days=0)), "gate-days"),
        (one_rule(gate("team", "team"), gate("team", "architect")), "gate-twice"),
        ([{"name": "x", "when": {"sizes": ["L"]}, "gates": [gate("team", "team")]}], "last-rule-for-all"),
        (one_rule(gate("team", "team")) + one_rule(gate("team", "team")), "rule-twice"),
        ([{"name": "x"}], "policy-unreadable"),
    ],
)
def test_what_no_release_could_be_judged_by_is_refused(cast, rules, code):
    with pytest.raises(Refused) as refused:
        put(cast, rules)

    assert refused.value.code == code
    assert Policy.objects.count() == 1


def test_a_rule_that_nobody_could_satisfy_is_refused(cast):
    with pytest.raises(Refused) as refused:
        put(cast, one_rule(gate("architecture", "architect", quorum=2)))

    assert refused.value.code == "nobody-could-review"


def test_a_matching_and_no_counts_per_role(cast):
    """Ines alone holds both roles: counted per role each gate has somebody; together they have not."""
    RoleHolder.objects.filter(role=Role.QA_LEAD.value).delete()
    RoleHolder.objects.create(role=Role.QA_LEAD.value, person=cast.ines)

    with pytest.raises(Refused) as refused:
        put(cast, one_rule(gate("architecture", "architect"), gate("test-plan", "qa-lead")))

    assert refused.value.code == "nobody-could-review"


def test_a_release_that_could_not_be_cleared_any_more_refuses_it(cast):
    """Ada and Ben both edited it: with a gate of two of the team nobody would be left."""
    release = large(cast)

    with pytest.raises(Refused) as refused:
        put(cast, one_rule(gate("team", "team", quorum=2), gate("architecture", "architect")))

    assert refused.value.code in ("nobody-could-review", "nobody-could-review-it")
    assert gates_of(release)


def test_the_preview_says_which_open_releases_it_would_touch(cast):
    release = large(cast)

    found = effects(policies.read(one_rule(gate("team", "team"))))

    (touched,) = found.affected
    assert touched.release.pk == release
    assert [len(touched.before), len(touched.after)] == [4, 1]


def test_a_role_without_which_nobody_could_review_is_not_taken(cast):
    large(cast)

    with pytest.raises(Refused) as refused:
        take_role(person=cast.ines.pk, role=Role.ARCHITECT, by=cast.cleo, clock=clock())

    assert refused.value.code == "nobody-could-review-it"
    holder_of(Role.ARCHITECT, name="Iris")
    take_role(person=cast.ines.pk, role=Role.ARCHITECT, by=cast.cleo, clock=clock())


def test_revoking_access_is_never_refused_and_what_it_leaves_is_red(cast):
    release = large(cast)
    assert unfillable(now=NOW) == []

    deactivate_person(person=cast.ines.pk, by=cast.cleo, clock=clock())
    end_membership(team=cast.pay.pk, person=cast.ben.pk, by=cast.cleo, clock=clock())

    (stuck,) = unfillable(now=NOW)
    assert (stuck.release, stuck.gates) == (release, ("team", "architecture"))


def test_unfilled_gates_are_found_in_as_many_queries_for_many_releases(cast, django_assert_max_num_queries):
    for _ in range(12):
        large(cast)
    deactivate_person(person=cast.ines.pk, by=cast.cleo, clock=clock())

    with django_assert_max_num_queries(3):
        assert len(unfillable(now=NOW)) == 12


def test_an_answer_sheet_keeps_the_version_it_was_given_under(cast):
    fields = ReleaseFields(title="Fees")
    release = draft(team=cast.pay.pk, fields=fields, answers={"undo": "never"}, by=cast.ada, clock=clock(), submit=True)
    before = scale_in_force().pk
    milder = {**SCALE, "questions": [], "medium": 90, "high": 95}

    set_questionnaire(scale=milder, note="", seen=before, by=cast.cleo, clock=clock())

    kept = Review.objects.get(release=release)
    assert (kept.questionnaire_id, kept.risk["score"], kept.risk["level"]) == (before, 60, "medium")


@pytest.mark.parametrize(
    "wrong", [{"medium": 70, "high": 60}, {"per_client": -1}, {"questions": [{"code": "x"}]}, {"rows": 7}]
)
def test_a_scale_that_cannot_be_read_is_refused(cast, wrong):
    with pytest.raises(Refused) as refused:
        set_questionnaire(scale={**SCALE, **wrong}, note="", seen=scale_in_force().pk, by=cast.cleo, clock=clock())

    assert refused.value.code == "scale-unreadable"

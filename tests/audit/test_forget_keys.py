"""Keys of forms long closed are removed, and with them the answers that the API kept."""

from datetime import timedelta
from uuid import uuid4

import pytest

from releasetrain.audit import actions as audit
from releasetrain.audit.models import KeptAnswer, OneTimeKey
from tests.factories import NOW, create_user


@pytest.mark.django_db
def test_old_keys_go_and_young_ones_stay():
    by = create_user()
    for days in (10, 31, 40):
        audit.keep_result(uuid4(), by=by.pk, result=days)
        OneTimeKey.objects.filter(result=days).update(at=NOW - timedelta(days=days))
        facts = {"fingerprint": "", "status": days, "body": b"", "at": NOW - timedelta(days=days)}
        audit.keep_answer(KeptAnswer(by=by, key=str(days), **facts))

    audit.forget_keys(before=NOW - timedelta(days=30), batch=1)

    assert [key.result for key in OneTimeKey.objects.all()] == [10]
    assert [answer.status for answer in KeptAnswer.objects.all()] == [10]

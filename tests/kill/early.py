"""The control: a plain Celery task that no row remembers, sent after the booking was made, as most would write it."""

import contextlib
import os
import time

from celery import shared_task

from tests.kill.counting import DAWDLE, leave


@shared_task(name="tests.kill.early")
def early(release: int) -> None:
    """Leave a line, and dawdle before it: a worker that is killed now takes it along."""
    time.sleep(DAWDLE)
    leave("early task", "", release)


class TellByTask:
    """Sends the task for every booking, where the plant was told to."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.is_on = os.environ.get("KILL_EARLY") == "1"

    def __call__(self, request):
        response = self.get_response(request)
        if self.is_on and request.path.endswith("/place/") and response.status_code == 302:
            with contextlib.suppress(Exception):  # no broker, no task: that is the point
                early.apply_async(args=[int(request.POST["release"])], retry=False)
        return response

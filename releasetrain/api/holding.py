"""Hold a train and restart it, skip a departure and let it go after all: each with a reason."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Reason, Said
from releasetrain.api.train_shapes import TrainAnswer, departing
from releasetrain.api.trains import Filled, SlotAnswer, filled, train_or_404
from releasetrain.boarding.actions import holding, skipping
from releasetrain.domain.permissions import Permission
from releasetrain.trains.models import Slot, Train

Verb = Callable[..., None]


class WhySaid(Said):
    """Why."""

    reason = Reason()


class OfTrain(Door):
    """A train that stands or goes."""

    family, needs = "trains", Permission.HOLD

    def done(self, request: Request, verb: Verb, slug: str, said: dict[str, Any]) -> Train:
        """Do it, and return the train as it is now."""
        verb(train=train_or_404(slug).pk, reason=said["reason"], by=request.user, clock=timezone.now)
        return departing(train_or_404(slug))


class Hold(OfTrain):
    """Stop it."""

    @described("Hold a train: nothing departs, no cut-off strikes; hotfixes go", takes=WhySaid, answers=TrainAnswer)
    def post(self, request: Request, slug: str, said: dict[str, Any]) -> Train:
        """Hold it."""
        return self.done(request, holding.hold_train, slug, said)


class Restart(OfTrain):
    """Let it go."""

    @described("Let a held train go again; cut-offs that waited strike now", takes=WhySaid, answers=TrainAnswer)
    def post(self, request: Request, slug: str, said: dict[str, Any]) -> Train:
        """Restart it."""
        return self.done(request, holding.restart_train, slug, said)


class OfSlot(Door):
    """A departure that does or does not take place."""

    family, needs = "slots", Permission.SET_UP_TRAINS
    named_by_address = ("no-such-slot",)

    def done(self, request: Request, verb: Verb, slot: int, said: dict[str, Any]) -> Filled:
        """Do it, and return the departure as it is now."""
        verb(slot=slot, reason=said["reason"], by=request.user, clock=timezone.now)
        (found,) = filled([get_object_or_404(Slot.objects.select_related("train", "skipped_by"), pk=slot)])
        return found


class Skip(OfSlot):
    """Let it not take place."""

    @described("Skip a departure: who rode it waits again", takes=WhySaid, answers=SlotAnswer)
    def post(self, request: Request, slot: int, said: dict[str, Any]) -> Filled:
        """Skip it."""
        return self.done(request, skipping.skip_slot, slot, said)


class Reopen(OfSlot):
    """Let it take place after all."""

    @described("Let a skipped departure go after all", takes=WhySaid, answers=SlotAnswer)
    def post(self, request: Request, slot: int, said: dict[str, Any]) -> Filled:
        """Open it again."""
        return self.done(request, skipping.reopen_slot, slot, said)


urlpatterns = [
    path("trains/<slug:slug>/hold", Hold.as_view(), name="train-hold"),
    path("trains/<slug:slug>/restart", Restart.as_view(), name="train-restart"),
    path("slots/<row:slot>/skip", Skip.as_view(), name="slot-skip"),
    path("slots/<row:slot>/reopen", Reopen.as_view(), name="slot-reopen"),
]

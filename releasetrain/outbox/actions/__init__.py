"""Post work, do it, and look after what is left.

The broker holds no truth: it only wakes a worker. Work inside our database is done exactly once, work outside at least
once, keyed by the message's id (``subscribe`` says what that asks of a handler).
"""

from releasetrain.outbox.actions.draining import Drained, drain, drain_lane
from releasetrain.outbox.actions.posting import post, post_all
from releasetrain.outbox.actions.tending import forget_done, forget_heartbeats, heard_of, send_again, unheard
from releasetrain.outbox.failures import ATTEMPTS, Hopeless, Unreachable
from releasetrain.outbox.subscriptions import INSIDE, subscribe
from releasetrain.outbox.waking import ring, wake_with

__all__ = [
    "ATTEMPTS",
    "INSIDE",
    "Drained",
    "Hopeless",
    "Unreachable",
    "drain",
    "drain_lane",
    "forget_done",
    "forget_heartbeats",
    "heard_of",
    "post",
    "post_all",
    "ring",
    "send_again",
    "subscribe",
    "unheard",
    "wake_with",
]

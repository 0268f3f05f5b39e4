"""The questionnaire and the weights a company starts with; the first policy is ``domain.policies.DEFAULT``."""

from typing import Any

SCALE: dict[str, Any] = {
    "stages": {"expand": 30, "backfill": 50, "relax": 35, "drop": 45},
    "rows": [[1_000_000, 10], [100_000_000, 20], [1_000_000_000, 30]],
    "per_service": 5,
    "per_client": 4,
    "per_blocked": 20,
    "per_warned": 5,
    "record_rolled_back": 200,
    "record_not_departed": 60,
    "record_least": 5,
    "medium": 34,
    "high": 67,
    "questions": [
        {
            "code": "undo",
            "words": "How is it undone?",
            "choices": [
                {"code": "flag", "points": 0, "words": "by a flag, at once"},
                {"code": "previous", "points": 10, "words": "by the previous version, nothing is lost"},
                {"code": "work", "points": 35, "words": "by hand, with work"},
                {"code": "never", "points": 60, "words": "not at all"},
            ],
        },
        {
            "code": "tried",
            "words": "Where was it tried?",
            "choices": [
                {"code": "like-production", "points": 0, "words": "on data like production's"},
                {"code": "staging", "points": 10, "words": "on staging"},
                {"code": "tests", "points": 25, "words": "in tests only"},
            ],
        },
        {
            "code": "money",
            "words": "What would a fault cost?",
            "choices": [
                {"code": "little", "points": 0, "words": "a page looks wrong"},
                {"code": "work", "points": 10, "words": "people cannot do part of their work"},
                {"code": "sales", "points": 30, "words": "tills cannot sell, or data is wrong"},
            ],
        },
    ],
}

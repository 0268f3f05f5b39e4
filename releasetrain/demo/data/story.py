"""The releases of the demo's company, as its people would have written them down.

``slot`` names a departure by its place in the story: "expand" and "backfill" are the two that carry the large stages,
a number counts the other departures to come, a number below zero those that have left (-1: the last); "last" is the
latest that left or is leaving. ``moved``: where
it was moved a day ago, ``described``: what it said until then.
"""

from dataclasses import dataclass, field

from releasetrain.demo.data.company import API, CLIENTS, WEB, WORKER
from releasetrain.domain.stages import Stage

QR = "QR payments"
DAY = 24
ANDROID = ("Cash register for Android",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A release of the story. ``said``: days ago it was handed in, None: a draft. ``waits``: in the queue."""

    key: str
    team: str
    title: str
    size: str = "S"
    services: tuple[str, ...] = (API,)
    tables: tuple[str, ...] = ()
    slot: str | int | None = None
    waits: bool = False
    train: str = "main"
    said: float | None = 6
    due: int | None = None
    weight: int = 1
    initiative: str = ""
    needs: dict[str, int | None] = field(default_factory=dict)
    description: str = ""
    described: str = ""
    moved: str | int | None = None
    withdrawn: str = ""
    rolled_back: str = ""
    waived: str = ""
    clients: tuple[str, ...] = ()
    link: str = ""


DEPARTED = (
    Told(key="archive", team="SAL", title="Order archive", size="L", services=(API, WEB), slot=-4),
    Told(key="labels", team="INV", title="Price labels, new paper", slot=-3),
    Told(key="statements", team="PAY", title="Bank statements by mail", size="M", slot=-3),
    Told(key="phone", team="CRM", title="Sign in by phone", services=(API, WEB), slot=-2),
    Told(key="acts", team="DOC", title="Acts of reconciliation", size="M", slot=-2),
    Told(key="comments", team="SAL", title="Order comments", slot=-1),
    Told(
        key="delivery",
        team="INT",
        title="Delivery dates from carriers",
        services=(API, WORKER),
        slot=-1,
        rolled_back="The carrier's time zone was read as ours.",
    ),
)

# Nobody had looked at it when the door shut: it was bumped to the next departure, and is cleared since.
BUMPED = Told(key="invoices", team="DOC", title="Invoices by mail", services=(WEB,), slot="last")

EXPAND = Told(
    key="qr-expand",
    team="PAY",
    title="QR payments: new payment fields",
    size="L",
    services=(API, WORKER),
    tables=("payment_document",),
    slot="expand",
    said=12,
    weight=5,
    initiative=QR,
    description="New fields for the bank's QR payments, empty at first; the code fills old and new beside each other.",
)
BACKFILL = Told(
    key="qr-backfill",
    team="PAY",
    title="QR payments: move the old payments",
    size="L",
    services=(API, WORKER),
    tables=("payment_document",),
    slot="backfill",
    said=11,
    weight=5,
    initiative=QR,
    needs={"qr-expand": 5 * DAY},
    clients=tuple(CLIENTS),
    link="https://git.example/main-service/merge/2118",
    description="Old payments get the new fields in small batches, at night; the code reads the new ones only.",
    described="Old payments get the new fields, at night.",
)
RELAX = Told(
    key="qr-relax",
    team="PAY",
    title="QR payments: old fields may be empty",
    tables=("payment_document",),
    slot="relax",
    said=11,
    weight=3,
    initiative=QR,
    needs={"qr-backfill": 5 * DAY},
)
DROP = Told(
    key="qr-drop",
    team="PAY",
    title="QR payments: drop the old fields",
    size="M",
    tables=("payment_document",),
    slot="drop",
    said=11,
    initiative=QR,
    needs={"qr-relax": DAY},
)
CHECKOUT = Told(
    key="checkout",
    team="POS",
    title="Checkout 4.12: pay by QR",
    size="M",
    services=tuple(CLIENTS),
    train="cash-register",
    slot="checkout",
    said=10,
    weight=5,
    initiative=QR,
    needs={"qr-backfill": DAY},
    description="The QR code on the buyer's screen, on every platform.",
)
CHANGE = "QR payments: payment purpose"
STAGES = {Stage.EXPAND: "qr-expand", Stage.BACKFILL: "qr-backfill", Stage.RELAX: "qr-relax", Stage.DROP: "qr-drop"}
OLD_FIELD, NEW_FIELD = "payment_purpose", "purpose_id"
# What runs beside it, as reported: service, by whom, days ago, versions that run (copies) and that could come back.
VERSIONS = (
    (API, "Ben", 9, {"5.116": 24}, ()),
    (API, "Ben", 2, {"5.117": 24}, ("5.116",)),
    (WORKER, "Vera", 6, {"2.8": 6}, ()),
)
SQL = {
    Stage.EXPAND: (
        "SET lock_timeout = '2s';\n"
        "ALTER TABLE payment_document ADD COLUMN purpose_id bigint;\n"
        "ALTER TABLE payment_document ADD COLUMN qr_code_id uuid;\n"
        "CREATE INDEX CONCURRENTLY payment_document_qr ON payment_document (qr_code_id) WHERE qr_code_id IS NOT NULL;\n"
    ),
    Stage.BACKFILL: (
        "UPDATE payment_document d\n"
        "   SET purpose_id = p.id\n"
        "  FROM payment_purpose p\n"
        " WHERE d.id > $1 AND d.id <= $2\n"
        "   AND d.purpose_id IS NULL AND p.code = d.payment_purpose;\n"
    ),
    Stage.RELAX: (
        "SET lock_timeout = '2s';\nALTER TABLE payment_document ALTER COLUMN payment_purpose DROP NOT NULL;\n"
    ),
    Stage.DROP: "SET lock_timeout = '2s';\nALTER TABLE payment_document DROP COLUMN payment_purpose;\n",
}

# Two large ones want one departure: Ada's backfill was first, Ivan's batches ask for it.
BATCHES = Told(
    key="batches",
    team="INV",
    title="Batch numbers",
    size="L",
    services=(API, WORKER),
    tables=("stock_movement",),
    slot="backfill",
    said=4,
    due=35,
    weight=3,
    description="Every stock movement knows its batch: pharmacies wait for it.",
)

ORDINARY = (
    Told(key="refunds", team="PAY", title="QR refunds", size="M", slot=0, said=7, initiative=QR),
    Told(key="stock-on-hand", team="REP", title="Stock on hand", slot=0, due=9),
    Told(key="contact-search", team="CRM", title="Contact search", services=(API, WEB), slot=0, due=9),
    Told(key="till-offline", team="POS", title="Till offline queue", size="M", services=(API, WORKER), slot=0),
    Told(key="price-labels", team="INV", title="Price labels", slot=1),
    Told(key="discounts", team="SAL", title="Discount rounding", slot=1),
    Told(key="by-channel", team="REP", title="Sales by channel", size="M", services=(WEB,), slot=1, said=5),
    Told(key="webhooks", team="INT", title="Webhook retries", services=(WORKER,), slot=1),
    Told(key="bonus", team="LOY", title="Bonus rounding", tables=("loyalty_card",), slot=1, said=5),
    Told(key="till-log", team="POS", title="Till session log", slot=1, said=4),
    Told(key="returns", team="PUR", title="Supplier returns", size="M", tables=("stock_movement",), slot=2, said=5),
    Told(key="merge", team="CRM", title="Customer merge", size="M", tables=("counterparty",), slot=2, said=4),
    Told(key="approval", team="PUR", title="Purchase approval", size="M", services=(API, WEB), slot=2, said=3),
    Told(key="print-forms", team="DOC", title="Print forms in colour", services=(WEB,), slot=3, said=3),
    Told(key="rates", team="PAY", title="Currency rates twice a day", services=(WORKER,), slot=4, moved=3, said=2.5),
    Told(key="segments", team="CRM", title="Customer segments", size="M", slot=3, said=2.5, due=30),
    Told(
        key="scanner",
        team="POS",
        title="Scanner on Android",
        services=tuple(CLIENTS)[1:2],
        train="cash-register",
        slot=0,
    ),
    Told(key="tiers", team="LOY", title="Loyalty tiers", size="M", tables=("loyalty_card",), said=0),
    Told(key="barcodes", team="INV", title="Barcodes of two lines", services=(WEB,), said=0, due=14),
    Told(key="marketplace", team="INT", title="Marketplace sync", size="L", services=(API, WORKER), waits=True, said=8),
    Told(key="quotas", team="SAL", title="Sales quotas", size="M", tables=("sales_order",), waits=True, said=3, due=21),
    Told(
        key="footer",
        team="SAL",
        title="Receipt footer",
        services=(WEB,),
        slot="expand",
        said=5,
        due=12,
        waived="Text behind a flag that stays off until the day after.",
    ),
    Told(
        key="legacy-export",
        team="INT",
        title="Export in the old format",
        waits=True,
        said=5,
        withdrawn="The last customer of the old format has moved.",
    ),
    Told(key="receipts", team="PAY", title="Receipts by message", said=None, slot=4),
    Told(key="reserve", team="INV", title="Reserve by order", size="M", tables=("stock_movement",), said=None),
    Told(key="profit", team="REP", title="Profit by product", size="M", services=(WORKER,), said=None),
    Told(key="templates", team="DOC", title="Template editor", size="L", services=(API, WEB), said=None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What somebody of the story said on a gate; ``days``: ago."""

    release: str
    gate: str
    by: str
    days: float
    kind: str = "approve"
    note: str = ""
    conditions: tuple[str, ...] = ()


RISKY = (("architecture", "Ines"), ("test-plan", "Mara"), ("analytics", "Yuri"))
# What was said before the SQL of the backfill was edited, and after.
VERDICTS = (
    *(Verdict(release="qr-expand", gate=gate, by=by, days=9) for gate, by in RISKY),
    Verdict(release="qr-backfill", gate="team", by="Ben", days=6),
    Verdict(release="qr-backfill", gate="architecture", by="Ines", days=5),
    Verdict(
        release="qr-backfill",
        gate="test-plan",
        by="Mara",
        days=4,
        kind="conditions",
        conditions=("Refund on an offline till is tried by hand before departure.",),
    ),
    Verdict(release="qr-relax", gate="team", by="Ben", days=6),
    Verdict(release="qr-relax", gate="architecture", by="Ines", days=3, kind="needs-work", note="How is it undone?"),
)
EDITED_BY, EDITED_DAYS = "Ilya", 3
# What the architect accepted of what the review of its SQL warns of.
ACCEPTED, ACCEPTED_DAYS = "There are 40 purposes: the join reads one page, and the keys are foreign keys.", 5
MORE_SQL = (
    "CREATE INDEX CONCURRENTLY payment_document_purpose ON payment_document (purpose_id);\n"
    "VACUUM FULL payment_document;\n"
)
RESULTS = (  # client, result, link, note, version
    ("Cash register for desktop", "pass", "https://ci.example/runs/8830", "run 8830", "4.12"),
    ("Cash register for Android", "fail", "https://ci.example/runs/8831", "QR screen closes on rotate", "4.12"),
)

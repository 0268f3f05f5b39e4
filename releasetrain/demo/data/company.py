"""The company of the demo: ten teams that all change one main service, and who is who."""

from datetime import time

from releasetrain.domain.permissions import Role, Standing
from releasetrain.domain.timetable import weekly
from releasetrain.trains.fields import TrainFields

ZONE = "Europe/Moscow"

TEAMS = {
    "PAY": "Payments",
    "INV": "Inventory",
    "SAL": "Sales",
    "PUR": "Purchasing",
    "REP": "Reports",
    "POS": "Cash register",
    "INT": "Integrations",
    "CRM": "Customers",
    "LOY": "Loyalty",
    "DOC": "Documents",
}

MANAGER = "Cleo"
LEADS = {
    "PAY": "Ada",
    "INV": "Ivan",
    "SAL": "Sofia",
    "PUR": "Petra",
    "REP": "Roman",
    "POS": "Paula",
    "INT": "Igor",
    "CRM": "Clara",
    "LOY": "Leon",
    "DOC": "Dana",
}
MEMBERS = {
    "PAY": ("Ben", "Ilya"),
    "INV": ("Vera",),
    "SAL": ("Sam",),
    "PUR": ("Pavel",),
    "REP": ("Rita",),
    "POS": ("Dov",),
    "INT": ("Irina",),
    "CRM": ("Kira",),
    "LOY": ("Lena",),
    "DOC": ("Denis",),
}
MEMBERSHIPS = (
    *((name, code, Standing.LEAD) for code, name in LEADS.items()),
    *((name, code, Standing.MEMBER) for code, names in MEMBERS.items() for name in names),
)
ROLES = {
    MANAGER: Role.RELEASE_MANAGER,
    "Ines": Role.ARCHITECT,
    "Mara": Role.QA_LEAD,
    "Yuri": Role.ANALYTICS_LEAD,
}
# The five of the stories come first on the sign-in page, the other leads after them.
STARS = (MANAGER, "Ada", "Ben", "Dov", "Ines", "Mara", "Yuri")
OTHERS = (*LEADS.values(), *(name for names in MEMBERS.values() for name in names))
PEOPLE = (*STARS, *(name for name in OTHERS if name not in STARS))

API, WORKER, WEB = "Main service API", "Main service worker", "Main service web"
SERVERS = {API: "PAY", WORKER: "INV", WEB: "SAL"}
CLIENTS = {
    "Cash register for desktop": "desktop",
    "Cash register for Android": "Android",
    "Cash register for iOS": "iOS",
}

# rows, bytes a row, indexes, of them in random order
TABLES = {
    "payment_document": (1_000_000_000, 420, 10, 4),
    "stock_movement": (2_400_000_000, 160, 7, 3),
    "sales_order": (310_000_000, 380, 9, 3),
    "receipt": (1_600_000_000, 210, 5, 2),
    "counterparty": (64_000_000, 520, 6, 2),
    "loyalty_card": (38_000_000, 240, 4, 2),
}
DATABASE = "main"
FREE_DISK = 900_000_000_000

MAIN = TrainFields(name="Main service", slug="main", zone=ZONE, capacity=10)
MAIN_TIMETABLE = (weekly(weekday=1, at=time(22), minutes=60), weekly(weekday=3, at=time(22), minutes=60))
REGISTER = TrainFields(name="Cash register", slug="cash-register", zone=ZONE, capacity=6)
REGISTER_TIMETABLE = (weekly(weekday=3, at=time(11), minutes=60),)
OPENSTACK = TrainFields(name="OpenStack 2024.1", slug="openstack-2024-1", capacity=12, large_mode="apart")
OPENSTACK_TIMETABLE = tuple(weekly(weekday=day, at=time(12), minutes=60) for day in range(5))

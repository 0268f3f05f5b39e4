"""What product.md says about verdicts, once more and by other means: this file shares no code with the product.

A release is a dict of fields, history is a list, a matching is tried by brute force. People, trains and policies are
plain words and numbers. `predict_*` says what a verb must answer, `states` where each gate must stand.
"""

from itertools import permutations

# R6: which class a field belongs to; the others make nothing stale.
CLASSES = {"services": "code", "needs": "code", "links": "code", "tables": "data", "sql": "data"}
CLASSES |= {"clients": "clients", "size": "size"}
ALL = {"code", "data", "clients", "size"}
GOOD = {"approve", "conditions"}


class Oracle:
    """One release of team "pay", the people around it, and everything that happened."""

    def __init__(self, *, fields, author, people, policies, soak, train):
        self.fields, self.policies, self.soak, self.train = dict(fields), policies, soak, train
        self.people = {who: {"teams": set(teams), "roles": set(roles)} for who, (teams, roles) in people.items()}
        self.policy, self.pinned, self.status = 0, None, "draft"
        self.revision, self.said = 1, []
        self.edits = [(1, author, set(ALL))]

    # what somebody is
    def on_the_team(self, who):
        return "pay" in self.people[who]["teams"]

    def holds(self, who, role):
        return self.on_the_team(who) if role == "team" else role in self.people[who]["roles"]

    # what happens
    def predict_edit(self, who):
        return "ok" if self.on_the_team(who) else "forbidden"

    def edit(self, who, field, value):
        if self.fields[field] == value:
            return
        self.fields[field] = value
        self.revision += 1
        self.edits.append((self.revision, who, {CLASSES[field]} if field in CLASSES else set()))

    def predict_submit(self):
        return "already-submitted" if self.status == "submitted" else "ok"

    def submit(self):
        self.status, self.pinned = "submitted", self.policy

    def predict_withdraw(self):
        return "withdrawn" if self.status == "withdrawn" else "ok"

    def withdraw(self):
        self.status = "withdrawn"

    def predict_verdict(self, who, code, kind, revision):
        if self.status != "submitted":
            return "not-under-review"
        gate = self.gate(code)
        if gate is None:
            return "no-such-gate"
        if not self.holds(who, gate["role"]):
            return "not-your-gate"
        if revision != self.revision:
            return "changed-meanwhile"
        if kind in GOOD and self.is_barred(who, gate["rests"]):
            return "edited-what-it-rests-on"
        return "ok"

    def verdict(self, who, code, kind):
        gate = self.gate(code)
        self.said.append(
            {
                "who": who,
                "gate": code,
                "role": gate["role"],
                "kind": kind,
                "revision": self.revision,
                "read": {one: self.content(one) for one in gate["rests"]},
                "train": self.train,
                "soak": dict(self.soak[self.train]),
            }
        )

    # R2: which gates
    def gates(self):
        for rule in self.policies[self.policy if self.pinned is None else self.pinned]:
            named = [
                self.fields["size"] in rule["sizes"] if rule["sizes"] else None,
                bool(self.fields["sql"]) if rule["stages"] else None,
            ]
            asked = [one for one in named if one is not None]
            if not asked or (all(asked) if rule["every"] else any(asked)):
                return rule["gates"]
        raise AssertionError("the last rule is for all")

    def gate(self, code):
        return next((gate for gate in self.gates() if gate["code"] == code), None)

    def content(self, one):
        return [(name, self.fields[name]) for name, of in sorted(CLASSES.items()) if of == one]

    # R7: nobody approves a class they edited since another approved it last
    def last_words(self):
        return [
            one
            for place, one in enumerate(self.said)
            if not any((o["who"], o["gate"]) == (one["who"], one["gate"]) for o in self.said[place + 1 :])
        ]

    def is_barred(self, who, rests):
        for one in rests:
            mine = [number for number, editor, touched in self.edits if editor == who and one in touched]
            seen = [
                said["revision"]
                for said in self.last_words()
                if said["who"] != who and said["kind"] in GOOD and one in said["read"]
            ]
            if mine and max(mine) > max(seen, default=0):
                return True
        return False

    # R6: what still counts
    def fits(self, said, gate):
        size = self.fields["size"]
        return (
            said["role"] == gate["role"]
            and set(gate["rests"]) <= set(said["read"])
            and all(said["read"][one] == self.content(one) for one in gate["rests"])
            and said["train"] == self.train
            and said["soak"][size] <= self.soak[self.train][size]
        )

    def states(self):
        """Where each gate stands; compatibility waits as long as a client is named and nothing was tried, and nothing
        blocks in the SQL that is written here."""
        if self.status != "submitted":
            return {}
        gates, last = self.gates(), self.last_words()
        by_code = {gate["code"]: gate for gate in gates}
        valid = [one for one in last if one["gate"] in by_code and self.fits(one, by_code[one["gate"]])]
        taken = self.seats(gates, [one for one in valid if one["kind"] in GOOD])
        found = {gate["code"]: self.state(gate, last, valid, taken) for gate in gates}
        if self.fields["clients"]:
            found["compatibility"] = "waiting"
        if self.fields["sql"]:
            found["sql"] = "approved"
        return found

    def state(self, gate, last, valid, taken):
        code = gate["code"]
        against = {
            one["kind"]
            for one in valid
            if one["gate"] == code and one["kind"] not in GOOD and self.holds(one["who"], one["role"])
        }
        if "reject" in against:
            return "rejected"
        if against:
            return "needs-work"
        sits = [one for one in valid if one["gate"] == code and (code, one["who"]) in taken]
        if len(sits) < gate["quorum"]:
            stale = any(one["gate"] == code and one["kind"] in GOOD and one not in valid for one in last)
            return "stale" if stale else "waiting"
        return "conditions" if any(one["kind"] == "conditions" for one in sits) else "approved"

    def seats(self, gates, valid):
        """One person counts once: take seat after seat as long as distinct people can be found for all taken."""
        seats, taken = [gate["code"] for gate in gates for _ in range(gate["quorum"])], []
        able = {code: {one["who"] for one in valid if one["gate"] == code} for code in seats}
        best = ()
        for seat in seats:
            wanted = [*taken, seat]
            people = sorted({one["who"] for one in valid})
            ways = permutations(people, len(wanted)) if len(wanted) <= len(people) else ()
            way = next((way for way in ways if all(w in able[s] for w, s in zip(way, wanted, strict=True))), None)
            if way is not None:
                taken, best = wanted, tuple(zip(wanted, way, strict=True))
        return set(best)

    def open_gates(self):
        """The codes of what it still lacks; None while it is not under review."""
        if self.status != "submitted":
            return None
        return {code for code, state in self.states().items() if state not in ("approved", "conditions")}

"""Several domains in one cluster that lend each other their agents: their configuration, where they lie, and what is left of a loan at the end."""

import collections

import idle

LENDERS_MAX = 4  # that one queue may ask
AGENTS_AT_REST = ("ready", "logged-out")
LIVE = ("routing_calls", "routing_calls_borrowing", "routing_queue_waiting", "routing_queue_talking", "routing_queue_guests_waiting", "routing_queue_guests_talking",
        "routing_dead_letters_total")

CONFIGURATION = """domain: {name}
realm: {realm}
demo: true
skills: []
agents:
  - id: agent[1-{agents}]
    password: "{{id}}-{realm}"
{idle}queues:
  - id: q1
    wrapUp: 0s
    ringTimeout: {ring:.0f}s
    coolOff: {cool_off:.0f}s
    onNoAnswer: {{ agent: ready }}
    onDecline: {{ agent: ready }}
    onUnreachable: {{ agent: not-ready, reason: unreachable, recoverAfter: 1s }}
{lending}numbers:
  - {{ number: q1, queue: q1 }}
apiKeys:
  - {{ name: admin, key: {key}, role: admin }}
"""


class Domain:
    """One of a run. Agents have the same names in each, so that only the realm tells them apart."""

    def __init__(self, name, realm, agents, lenders, guests, idle_agents):
        self.name = name
        self.realm = realm
        self.agents = agents
        self.key = f"{realm}-admin"
        self.lenders = lenders
        self._guests = guests
        self._idle_agents = idle_agents

    def configuration(self, ring_seconds, cool_off_seconds):
        lending = ""
        if self.lenders:
            lending = "    borrow:\n" + "".join(f"      - {{ domain: {name}, queue: q1 }}\n" for name in self.lenders) + f"    guests: [{', '.join(self._guests)}]\n"
        return CONFIGURATION.format(name=self.name, realm=self.realm, agents=self.agents, ring=ring_seconds, cool_off=cool_off_seconds, key=self.key, lending=lending,
                                    idle=idle.configuration(self._idle_agents, self.realm))

    def password(self, agent):
        return f"{agent}-{self.realm}"


def names_of(count):
    """Names, which are realms and hosts as well; none of one domain alone, whose callers call the gateway's address."""
    return [f"d{number + 1}" for number in range(count)] if count > 1 else []


def lenders_of(count):
    """Whom each domain asks for agents: up to four others."""
    names = names_of(count)
    return {name: [names[(at + step) % count] for step in range(1, min(count, LENDERS_MAX + 1))] for at, name in enumerate(names)}


def make(count, agents, idle_agents=0):
    """The domains of a run with so many agents in all, and as many idle ones in each."""
    if count == 1:
        return [Domain("chaos", "demo", agents, [], [], idle_agents)]
    lenders = lenders_of(count)
    return [Domain(name, name, agents // count + (at < agents % count), lenders[name], [other for other in lenders if name in lenders[other]], idle_agents)
            for at, name in enumerate(lenders)]


def words(owners):
    """Of {silo: how many domains}, for the record and for people."""
    return " ".join(f"{owner}={count}" for owner, count in owners.items())


def figures(book, lenders):
    """For the line of JSON: what became of the calls of each domain, and how many of its callers its own agents and those of others talked to."""
    found = {}
    for name in lenders:
        lent = collections.Counter(realm for call, realm in book.served_by.items() if book.reading.callers[call].realm == name)
        found[name] = {**book.counts(name), "served_at_home": lent.pop(name, 0), **{f"served_by_{other}": count for other, count in sorted(lent.items())}}
    return {"domains": found, "served_by_others": sum(realm != book.reading.callers[call].realm for call, realm in book.served_by.items())} if found else {}


def not_at_home(figures_of, domains):
    """What is left of calls and loans, in words: live calls, guests, and agents who are neither ready nor logged out. figures_of: name of a domain to its Figures."""
    found = [f"{name} {value:g}" for name, value in next(iter(figures_of.values())).live(LIVE).items()]
    for domain in domains:
        for agent in figures_of[domain.name].agents_of(domain.name):
            if agent["state"] not in AGENTS_AT_REST:
                found.append(f"{agent['id']} of {domain.name} is {agent['state']} ({agent.get('reason') or 'no reason'})")
    return found

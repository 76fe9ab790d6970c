"""The verdict: every call one outcome, order kept. From packets only (legs.py).

Arrival of a call is the moment of the server's first response to its INVITE, whatever it is: nothing is answered before it is committed, and a datagram
sent while the program was down reaches it whenever its repeats do, so the time of sending says nothing about order. A caller all of whose repeats (there
are seven in 32 s) fell into down times is "unreached": the program never saw the call, or only after the caller had given up. Of what was done to the
program only these times are used."""

import bisect
import collections
import statistics

from legs import GRACE_SECONDS, HANG_SECONDS, TAKEOVER_SECONDS, Reading
from phones import number_of, side_that_hangs_up
from transactions import GIVE_UP_SECONDS

RESUME_SECONDS = 1.0  # from a gateway's return until its calls have their turn again
WAY_SECONDS = 1.0  # the end of an offer and the next one to the same phone may pass each other when they go through different gateways, or come from different domains, on a busy machine by so much
REPEAT_SECONDS = 16.0  # longest time between two repeats of an INVITE (RFC 3261 §17.1.1.2)
HIDDEN_SECONDS = 4.0  # an offer to a phone that cannot be reached ends with the time that it may ring, and a margin
RETURN_MARGIN_SECONDS = 1.0  # for the server to commit what a packet told it, and to act on it
WITHDRAWN_SECONDS = 0.1  # an offer that is withdrawn may cross the next one; before the phone said anything it cannot even be cancelled (RFC 3261 §9.1)
CROSSING_SECONDS = 0.5  # a BYE sent within this of the one that the server passes on has crossed it
CLOCK_SECONDS = 0.01  # the program counts in whole milliseconds
LENDING_SECONDS = 1.0  # for a domain to hear from another one who waits there, and for an agent whom it lends to be rung from there, on a busy machine


class Ledger:
    """Violations are (time, kind, text); outcome holds one word for each caller's Call-ID.

    lenders: of several domains, by realm, those that lend it agents. A line is then all callers whom an agent may serve: those of the agent's domain and of whom it lends to, in order of arrival."""

    def __init__(self, path, servers, cool_off_seconds, lenders=None):
        self.reading = Reading(path, servers, bool(lenders))
        self.violations = []
        self.outcome = {}
        self.crossings = []  # calls whose ends crossed on the wire: allowed, listed
        self.pass_on = []  # seconds from the BYE or CANCEL of one side to the one that the other side gets
        self.served_by = {}  # realm of the agent whom a connected caller heard, by the caller's Call-ID
        self._lenders = lenders or {}
        self._cool_off = cool_off_seconds
        self._rung = collections.defaultdict(list)
        for leg in self.reading.agents.values():
            self._rung[leg.user].append(leg)
        known = {leg.user: leg for leg in self.reading.callers.values()}
        for leg in self.reading.agents.values():
            if leg.user not in known:
                self._wrong(leg.start, "ghost", leg, "rings for a caller that does not exist")
            elif not self._may_serve(leg, known[leg.user]):
                self._wrong(leg.start, "stranger", leg, f"an agent of {leg.realm} is rung for a caller of {known[leg.user].realm}")
        for leg in self.reading.callers.values():
            self.outcome[leg.call_id] = self._settle(leg)
        for leg in self.reading.agents.values():
            self._check_agent_leg(leg)
        self._check_agents()
        self._check_order()
        self._check_returned()
        self.violations.sort()

    def callers(self, realm=""):
        """Of a domain, or all."""
        return [leg for leg in self.reading.callers.values() if not realm or leg.realm == realm]

    def counts(self, realm=""):
        return dict(collections.Counter(self.outcome[leg.call_id] for leg in self.callers(realm)))

    def by_kind(self):
        return dict(collections.Counter(kind for _, kind, _ in self.violations))

    def answered_by_server(self, realm=""):
        """Bounds of how many calls the server may count as answered: without those it was killed at before it could hear that the caller took the
        connection, and with those where an agent answered while the caller left."""
        calls = self.callers(realm)
        connected = [(call, self._connected_at(call)[0]) for call in calls if self.outcome[call.call_id] == "connected"]
        late = sum(any(leg.answered for leg in self._rung[call.user]) for call in calls if self.outcome[call.call_id] != "connected")
        return len(connected) - sum(self.reading.is_unheard(*call) for call in connected), len(connected) + late

    def figures(self):
        legs = self.reading.callers.values()
        waits = [leg.first_response - leg.start for leg in legs if leg.first_response is not None]
        return {"datagrams": self.reading.datagrams, "seconds": round(self.reading.seconds), "mean_waiting": round(self._mean_waiting(), 1),
                "offers": len(self.reading.agents), "first_response_ms": _spread(waits), "end_passed_on_ms": _spread(self.pass_on)}

    def _mean_waiting(self):
        """Callers who are in and not connected, over the time in which calls came."""
        waits = 0.0
        for leg in self.reading.callers.values():
            if leg.first_response is not None and leg.final < 300:
                waits += (self._connected_at(leg)[0] or leg.left or self.reading.seconds) - leg.first_response
        last = max((leg.start for leg in self.reading.callers.values()), default=0)
        return waits / last if last else 0.0

    def _wrong(self, time, kind, leg, text):
        name = leg.user if leg.from_caller else f"{leg.user} at {self.reading.names.get(leg.phone, leg.phone)}"
        name += f" ({leg.realm})" if self._lenders else ""
        self.violations.append((time, kind, f"{name}: {text} [{leg.call_id}]"))

    def _connected_at(self, leg):
        """When the caller first heard of an agent's media, and the legs of the agents that it heard of."""
        legs = [other for other in self._rung[leg.user] if other.media & leg.hears.keys()]
        return min((leg.hears[media] for other in legs for media in other.media & leg.hears.keys()), default=None), legs

    def _settle(self, leg):
        if leg.gave_up is not None:
            return self._unreached(leg)
        connected, winners = self._connected_at(leg)
        if len(winners) > 1:
            self._wrong(connected, "two-winners", leg, f"heard {len(winners)} agents")
        if winners:
            self.served_by[leg.call_id] = winners[0].realm
            self._check_end(leg, winners[0])
            return "connected"
        if leg.final >= 300:
            return self._refused(leg)
        if leg.phone_bye is not None or leg.cancel is not None:
            return self._abandoned(leg)
        if leg.server_bye is not None:
            self._wrong(leg.server_bye, "dropped", leg, "the server hung up on a caller who waited")
            return "dropped"
        self._wrong(leg.start, "lost", leg, "still in the call at the end, nobody told it anything")
        return "lost"

    def _unreached(self, leg):
        read = [time for time in leg.sent if time < leg.gave_up - RETURN_MARGIN_SECONDS and not self.reading.is_provably_unheard(leg, time)]
        if read:
            self._wrong(leg.start, "lost", leg, f"no response to the INVITE, which the server must have read at {', '.join(f'{time:.3f}' for time in read)}")
            return "lost"
        return "unreached"

    def _refused(self, leg):
        if leg.final == 487 and leg.cancel is not None:
            return self._abandoned(leg)
        if leg.final == 503 and leg.retry_after:
            return "refused"
        self._wrong(leg.final_at, "rejected", leg, f"refused with {leg.final}{'' if leg.retry_after or leg.final != 503 else ' without Retry-After'}")
        return "rejected"

    def _abandoned(self, leg):
        if leg.phone_bye is not None:
            self._check_bye_answer(leg, leg.server_bye)
        elif not leg.over:
            self._wrong(leg.cancel, "unanswered", leg, "CANCEL without a final response to the INVITE")
        for other in self._rung[leg.user]:
            if other.answered:
                self.crossings.append(leg.user)
            if other.left is not None and leg.left is not None and other.left > leg.left and not other.guard:
                self.pass_on.append(other.left - leg.left)
        return "abandoned"

    def _check_end(self, caller, agent):
        """A connected call: one side hung up, and its BYE reached the other."""
        side = side_that_hangs_up(number_of(caller.user))
        for leg, other in ((caller, agent), (agent, caller)):
            if leg.phone_bye is not None:
                self._check_bye_answer(leg, min((t for t in (other.phone_bye, other.server_bye, leg.server_bye) if t is not None), default=None))
            if not self._gave_up(leg) and (leg.guard or not leg.over):
                self._wrong(leg.final_at, "bye-lost", leg, leg.guard or "no BYE came")
            elif leg.phone_bye is None and other.phone_bye is None:
                self._wrong(leg.server_bye, "dropped", leg, "the server hung up on a conversation")
        if caller.phone_bye is not None and agent.phone_bye is not None:
            self.crossings.append(caller.user)
            if side != "both" and not (caller.guard or agent.guard) and self._passes_on(*sorted((caller, agent), key=lambda leg: leg.phone_bye)):
                self._wrong(caller.phone_bye, "bye-lost", caller, "both sides had to hang up")
        first, second = (caller, agent) if caller.phone_bye is not None else (agent, caller)
        if first.phone_bye is not None and second.server_bye is not None and second.phone_bye is None:
            self.pass_on.append(second.server_bye - first.phone_bye)
        if not caller.media & agent.hears.keys():
            self._wrong(agent.start, "one-way", agent, "never heard of the caller's media")

    def _passes_on(self, first, second):
        """Whether the server must have ended the second leg for the BYE of the first: it had the time, and was there for a copy of that BYE."""
        return any(time < second.phone_bye - CROSSING_SECONDS and not self.reading.is_unheard(first, time) for time in first.phone_byes)

    def _check_bye_answer(self, leg, other_end):
        """200; 481 is fair when the call had ended from the other side, and for a repeat of what an earlier life but one may have taken: the end of a call is
        closed by the life after it, and then there is nothing left that could tell this BYE from one for no call."""
        code = leg.phone_bye_answer
        if code == 481 and self.reading.kills_between(leg, leg.phone_bye, leg.phone_bye_answered_at) > 1:
            return
        if code == 0 and all(self.reading.is_unheard(leg, time) for time in leg.phone_byes):
            return  # RFC 3261 §17.1.2.2: it has given up; the server finds out by its audit
        if not leg.guard and code != 200 and not (code == 481 and other_end is not None):
            self._wrong(leg.phone_bye, "bye-refused", leg, f"BYE answered {code or 'never'}")

    def _check_agent_leg(self, leg):
        if self._gave_up(leg):
            return
        if not leg.final:
            self._wrong(leg.start, "rings-on", leg, "still rings at the end")
        elif leg.guard and not leg.answered and (since := self._rings_for_nobody(leg)) is not None and leg.final_at > self.reading.due(leg, since):
            self._wrong(leg.start, "rings-on", leg, f"{leg.guard}, until {leg.final_at:.3f}, for a call that was elsewhere since {since:.3f}")
        elif leg.answered and leg.acknowledged is None:
            self._wrong(leg.final_at, "no-ack", leg, "answered and never acknowledged")
        elif self._waits_for_its_end(leg):
            pass
        elif leg.answered and (not leg.over or leg.guard) and not any(kind == "bye-lost" and leg.call_id in text for _, kind, text in self.violations):
            self._wrong(leg.final_at, "bye-lost", leg, leg.guard or "no BYE came")
        if leg.answered and leg.server_bye is None and leg.phone_bye is None and leg.over:
            self._wrong(leg.final_at, "lost", leg, "ended without a BYE")
        for time, method, code in leg.refused_requests:
            if not (code == 481 and leg.over) and not (method == "INVITE" and code == 487):
                self._wrong(time, "bad-request", leg, f"{method} of the server refused with {code}")

    def _waits_for_its_end(self, leg):
        """The record ends before the server can know that the caller of this leg is gone: one whose INVITE had run out (timer B) when the first response
        came never acknowledges, which shows 64*T1 after that response (RFC 3261 §13.3.1.4)."""
        if leg.over or leg.guard:
            return False
        callers = [call for call in self.reading.callers.values() if call.user == leg.user and call.gave_up is not None and call.first_response is not None]
        return any(self.reading.due(call, call.first_response + GIVE_UP_SECONDS) + RETURN_MARGIN_SECONDS > self.reading.seconds for call in callers)

    def _gave_up(self, leg):
        """The phone repeated its 200 for 64*T1 (RFC 3261 §13.3.1.4), each time to nobody, and ended the call."""
        return bool(leg.guard and leg.answered and leg.phone_bye and all(self.reading.is_unheard(leg, time) for time in leg.finals if time < leg.phone_bye))

    def _rings_for_nobody(self, leg):
        """Since when the server knew that the call is over or with another agent."""
        times = [other.start for other in self._rung[leg.user] if other.start > leg.start and not self._is_late(other)]
        times += [call.end_known for call in self.reading.callers.values() if call.user == leg.user and call.end_known is not None]
        return min(times, default=None)

    def _meets(self, busy, leg):
        """Whether the end of one leg was under way when the next began, or the server could not know that the phone had answered."""
        crossing = WITHDRAWN_SECONDS if self._way(busy) == self._way(leg) else WAY_SECONDS
        if (busy.final >= 300 or busy.server_bye is not None) and _end(busy) is not None and _end(busy) - leg.start < crossing:
            return True
        if self._is_late(leg) or self._is_cut_off(busy, leg.start):
            return True
        if self._way(busy) != self._way(leg) and leg.start - busy.start < WAY_SECONDS and leg.final >= 300 and self._is_over(leg.user, leg.start):
            return True  # withdrawn before the other was offered; it took the longer way
        if busy.cancel is not None and (busy.first_response is None or busy.first_response > leg.start):
            return True
        unknown = busy.acknowledged is None or busy.acknowledged > leg.start
        return busy.answered and unknown and self.reading.is_unheard(busy, busy.final_at)

    def _is_late(self, leg):
        """An INVITE that waited for a gateway which is just back, and that nobody took: its call may be elsewhere by now, and what was not answered cannot be cancelled (RFC 3261 §9.1)."""
        over = self._is_over(leg.user, leg.start)
        return leg.final >= 300 and self.reading.is_away(leg.gateways, leg.start, REPEAT_SECONDS if over else HIDDEN_SECONDS)

    def _is_over(self, user, time):
        return any(call.user == user and call.left is not None and call.left <= time for call in self.reading.callers.values())

    def _is_cut_off(self, busy, time):
        """One of its gateways is away, or was killed just then, and the agent is free as far as the cluster can know: the phone still rang, or its call is over and the BYE cannot get through. Not while the two talk."""
        if not self.reading.is_away(busy.gateways, time, RESUME_SECONDS, GRACE_SECONDS):
            return False
        return self._is_over(busy.user, time) or not busy.answered or busy.final_at > time

    def _check_agents(self):
        phones = collections.defaultdict(list)
        for leg in self.reading.agents.values():
            phones[leg.phone].append(leg)
        for legs in phones.values():
            busy, last, told = None, {}, None
            for leg in legs:
                if busy is not None and busy is not told and (_end(busy) or float("inf")) > leg.start:
                    if self._meets(busy, leg):
                        self.crossings.append(leg.user)
                        continue
                    told = busy  # what follows, as long as it is on the phone, is the same fault
                    self._wrong(leg.start, "double-booked", leg, f"rung while {busy.user} was on the phone since {busy.start:.3f} until {_end(busy)}")
                earlier = last.get(leg.user)
                lapsed = earlier is not None and earlier.cancel is not None and self.reading.ran_out(leg.phone, earlier.cancel + CLOCK_SECONDS)
                if earlier is not None and not lapsed and not self._is_late(leg) and leg.start - self._given_up(earlier, leg.start) < self._cool_off - CLOCK_SECONDS:
                    self._wrong(leg.start, "double-ring", leg, f"rung again, first from {earlier.start:.3f} to {_end(earlier) or 0:.3f}")
                if busy is None or (_end(busy) or float("inf")) <= leg.start:
                    busy = leg
                last[leg.user] = leg

    def _given_up(self, leg, default):
        """From when on an agent is kept from a call that they were rung for. What ended while a gateway was away, which can neither be told nor tell, had rung for long enough at some time since."""
        end = _end(leg)
        return default if end is None else self.reading.away_since(leg.gateways, end, RESUME_SECONDS)

    def _check_order(self):
        """First offers come in order of arrival: at each, nobody who arrived earlier and still waits has had none. Whose gateway is away keeps the place and is offered to nobody; and while a gateway is
        away with agents' phones behind it, so many callers at most may just then be offered to them, which nobody sees."""
        waiting = sorted((leg for leg in self.reading.callers.values() if leg.first_response is not None), key=lambda leg: leg.first_response)
        offers = {user: legs[0] for user, legs in self._rung.items() if legs}
        self.offered_in_order = 0
        for offer in sorted(offers.values(), key=lambda leg: leg.start):
            at = next((index for index, leg in enumerate(waiting) if leg.user == offer.user), None)
            if at is None:
                continue
            earlier = [leg for leg in waiting[:at] if leg.left is None or leg.left > offer.start]
            line = [leg for leg in earlier if self._may_serve(offer, leg)]
            here = [leg for leg in line if not self._is_elsewhere(leg, waiting[at], offer, offers.get(leg.user))]
            for leg in here[self.reading.hidden(offer.start, HIDDEN_SECONDS) :]:
                first = offers.get(leg.user)
                self._wrong(offer.start, "overtaken", leg, f"arrived {leg.first_response:.4f} (sent {leg.start:.4f}), first offered "
                            f"{first.start if first else None}, after {offer.user}, who arrived {waiting[at].first_response:.4f} (sent {waiting[at].start:.4f})")
            self.offered_in_order += not line
            waiting = earlier + waiting[at + 1 :]

    def _is_elsewhere(self, leg, other, offer, first):
        """Whether a caller of several gateways is no proof that somebody was overtaken: its gateway is away; or it called another one and nobody can say which came first; or its own offer left by another way at the same time."""
        if self.reading.is_away(leg.gateways, offer.start, RESUME_SECONDS):
            return True
        if (leg.gateways, leg.realm) != (other.gateways, other.realm) and leg.first_response > other.start:
            return True
        if self._need_not_know(leg, leg.first_response, offer, first):
            return True
        return first is not None and self._is_passed(first, leg, offer)

    def _is_passed(self, late, call, offer):
        """Whether an offer of a call that came after another's may have been decided before it all the same. Only when they went by different ways, and nothing proves the contrary. A gateway says
        everything in the order in which it was decided: when the call's own has answered somebody who spoke after the other offer was there, one decided before that has left. If the phone is
        behind another gateway, that one has passed it on when it has answered somebody who spoke still later, for it reads one socket in order and holds nothing back. No time is granted, so
        that it is the same on a busy machine; but one that answers nobody for so long is stuck, and one that was harmed meanwhile begins anew."""
        if self._way(late) == self._way(offer) or late.start - offer.start >= HANG_SECONDS:
            return False
        if self.reading.is_away(late.gateways, offer.start, RESUME_SECONDS, late.start - offer.start):
            return True
        left = self.reading.told_by(call.gateway, call.realm, offer.start)
        return late.start <= (left if late.gateway == call.gateway else self.reading.told_by(late.gateway, call.realm, left))

    def _may_serve(self, offer, call):
        """Whether the agent of an offer serves this caller at all."""
        return offer.realm == call.realm or offer.realm in self._lenders.get(call.realm, ())

    def _need_not_know(self, call, since, offer, following):
        """Whether the agent of an offer is of another domain than a call, and that domain need not know then that the call had been waiting since so long, which it hears by message; or had lent it
        somebody already, who is rung by the call's own domain."""
        if offer.realm == call.realm:
            return False
        if offer.start < since + LENDING_SECONDS or self.reading.is_taken_over(offer.start):
            return True
        return following is not None and following.realm != call.realm and following.start - offer.start < LENDING_SECONDS

    def _way(self, leg):
        """Of an offer: the gateway of the phone, and that of the call with its domain, which tells each gateway everything in order."""
        return self.reading.homes.get(leg.phone), leg.gateways, leg.called

    def _check_returned(self):
        """A call that an agent did not take keeps its place: nobody who came later is offered to an agent who could have had it."""
        arrivals = {leg.user: leg for leg in self.reading.callers.values() if leg.first_response is not None}
        returned = []  # (arrival, since, next offer of the call, leg)
        for legs in self._rung.values():
            for leg, following in zip(legs, [*legs[1:], None]):
                known = self._learned(leg)
                if leg.user in arrivals and known is not None and not (self._is_late(leg) and any(_rings_at(other, leg.start) for other in legs)):
                    if self.reading.is_taken_over(known):
                        # A gateway tells everything in order: whoever answers what was said to it later has heard this before.
                        known = min(known + TAKEOVER_SECONDS, self.reading.told_by(arrivals[leg.user].gateway, arrivals[leg.user].realm, known + RETURN_MARGIN_SECONDS))
                    returned.append((arrivals[leg.user], known + RETURN_MARGIN_SECONDS, following, leg))
        offers = sorted((leg for leg in self.reading.agents.values() if leg.user in arrivals), key=lambda leg: leg.start)
        starts = [leg.start for leg in offers]
        for call, since, following, leg in returned:
            until = min(time for time in (following.start if following else None, self._connected_at(call)[0], call.left, self.reading.seconds) if time is not None)
            for offer in offers[bisect.bisect_right(starts, since) : bisect.bisect_left(starts, until)]:
                cooling = any(old.phone == offer.phone and self._cools_off(self._learned(old) or _end(old) or offer.start, offer.start)
                              for old in self._rung[call.user] if old.start < offer.start)
                elsewhere = self.reading.is_away(call.gateways, offer.start, RESUME_SECONDS) or self.reading.hidden(offer.start, HIDDEN_SECONDS) > 0
                elsewhere = elsewhere or (following is not None and self._is_passed(following, call, offer))
                elsewhere = elsewhere or not self._may_serve(offer, call) or self._need_not_know(call, since, offer, following)
                other = arrivals[offer.user]
                came = other.first_response if (other.gateways, other.realm) == (call.gateways, call.realm) else other.start
                if not cooling and not elsewhere and came > call.first_response:
                    self._wrong(offer.start, "overtaken", call, f"came back from an agent at {_end(leg):.3f}, passed over for {offer.user}")
                    break

    def _cools_off(self, since, time):
        """Whether an agent who sent a call back may still be kept from it: time-outs are longer by an outage of the domain that fell into them."""
        outage = TAKEOVER_SECONDS if self.reading.has_outage(since, time) else 0.0
        return time < since + self._cool_off + outage + RETURN_MARGIN_SECONDS

    def _learned(self, leg):
        """When the server came to know that an agent did not take a call, which is when the call goes back to its place and the agent's cool-off begins: with
        the CANCEL that it sent, which follows the commit, or by the phone's refusal. That is acknowledged before it is committed (RFC 3261 §17.1.1.2),
        so when the server was killed just then it learns it only from the refusal that the phone repeats for the next life. None: not refused, or not learned."""
        if leg.final < 300:
            return None
        if leg.final == 487 and leg.cancel is not None:
            return leg.cancel
        heard = next((time for time in leg.acks if not self.reading.is_unheard(leg, time)), None)
        return heard if heard is not None else self.reading.due(leg, leg.acks[-1]) if leg.acks else None


def _end(leg):
    """When an agent's phone was free of a leg."""
    times = [leg.server_bye, leg.phone_bye]
    if leg.final >= 300:
        times += [leg.final_at, leg.cancel]
    return min((time for time in times if time is not None), default=None)


def _rings_at(leg, time):
    return leg.start < time < (_end(leg) or float("inf"))


def _spread(seconds):
    """Median, 99th percentile and greatest, in ms."""
    values = sorted(1000 * value for value in seconds)
    if not values:
        return {}
    return {"median": round(statistics.median(values), 1), "p99": round(values[int(0.99 * (len(values) - 1))], 1), "max": round(values[-1], 1)}

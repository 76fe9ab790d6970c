"""Transactions of RFC 3261 §17 (with RFC 6026) over UDP, and a user agent that dispatches to dialogs by Call-ID."""

import itertools

import sip

T1_SECONDS = 0.5
T2_SECONDS = 4.0
GIVE_UP_SECONDS = 64 * T1_SECONDS  # timers B, F, H; also how long answered transactions are remembered (D, J)
ALLOW = ("allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE")


class ClientTransaction:
    """A request of ours, repeated until answered. on_response(message) gets every provisional, and the final response once, but every repeat of
    a 2xx to INVITE: its ACK is the dialog's business. on_timeout() after 64*T1."""

    def __init__(self, agent, request, target, on_response, on_timeout):
        self.request = request
        self.answered = False
        self.provisional = False
        self._agent = agent
        self._target = target
        self._data = request.encode()
        self._on_response = on_response
        self._on_timeout = on_timeout
        self._invite = request.method == "INVITE"
        self._interval = T1_SECONDS
        self._ack = None
        self._repeat = agent.loop.call_later(self._interval, self._again)
        self._end = agent.loop.call_later(GIVE_UP_SECONDS, self._give_up)
        agent.port.send(self._data, target)

    def receive(self, message):
        if message.code < 200:
            self.provisional = True
            if not self.answered:
                if self._invite:
                    self._repeat.cancel()
                    self._end.cancel()
                self._interval = T2_SECONDS
                self._on_response(message)
            return
        first, self.answered = not self.answered, True
        self._repeat.cancel()
        if first:
            self._end.cancel()
            self._end = self._agent.loop.call_later(GIVE_UP_SECONDS, self._forget)
        if self._invite and message.code >= 300:
            self._ack = self._ack or self._acknowledgement(message).encode()
            self._agent.port.send(self._ack, self._target)
        if first or (self._invite and message.code < 300):
            self._on_response(message)

    def _acknowledgement(self, message):
        """ACK of a refusal, §17.1.1.3: same branch, To of the response."""
        keep = [(name, value) for name, value in self.request.headers if name in ("via", "from", "call-id", "max-forwards", "route")]
        return sip.Message("ACK", self.request.uri, headers=keep + [("to", message.get("to")), ("cseq", f"{self.request.cseq[0]} ACK")])

    def _again(self):
        self._agent.port.send(self._data, self._target)
        self._interval *= 2
        if not self._invite:
            self._interval = min(self._interval, T2_SECONDS)
        self._repeat = self._agent.loop.call_later(self._interval, self._again)

    def _give_up(self):
        self._repeat.cancel()
        self._forget()
        self._on_timeout()

    def _forget(self):
        self._agent.forget_client(self.request)

    def stop(self):
        self._repeat.cancel()
        self._end.cancel()


class ServerTransaction:
    """A request of the server: its last response is repeated for every repeat of it, and a final response to INVITE by timer until the ACK."""

    def __init__(self, agent, request, source):
        self.request = request
        self.final = 0
        self.acknowledged = False
        self.on_no_ack = None
        self._agent = agent
        self._source = source
        self._data = None
        self._interval = T1_SECONDS
        self._timers = [agent.loop.call_later(10 * GIVE_UP_SECONDS, self._forget)]

    def respond(self, message):
        if self.final:
            return
        self.final = message.code if message.code >= 200 else 0
        self._data = message.encode()
        self._agent.port.send(self._data, self._source)
        if self.final:
            self.stop()
            self._timers = [self._agent.loop.call_later(GIVE_UP_SECONDS, self._end)]
            if self.request.method == "INVITE":
                self._timers.append(self._agent.loop.call_later(self._interval, self._again))

    def repeated(self):
        if self._data:
            self._agent.port.send(self._data, self._source)

    def acknowledge(self):
        if not self.acknowledged:
            self.acknowledged = True
            self._timers[-1].cancel()

    def stop(self):
        for timer in self._timers:
            timer.cancel()

    def _again(self):
        self._agent.port.send(self._data, self._source)
        self._interval = min(2 * self._interval, T2_SECONDS)
        self._timers[-1] = self._agent.loop.call_later(self._interval, self._again)

    def _end(self):
        self.stop()
        self._forget()
        if self.request.method == "INVITE" and not self.acknowledged and self.on_no_ack:
            self.on_no_ack()

    def _forget(self):
        self._agent.forget_server(self.request)


class UserAgent:
    """A SIP address of a phone, or of many callers. Dialogs register in `dialogs` under their Call-ID and take requests with on_request(transaction,
    request) and ACKs with on_ack(request); what belongs to none goes to on_invite(transaction, request) or is answered 481."""

    def __init__(self, loop, port, server, name):
        self.loop = loop
        self.port = port
        self.server = server
        self.dialogs = {}
        self.on_invite = None
        self._name = name
        self._branches = itertools.count(1)
        self._clients = {}
        self._servers = {}
        port.on_datagram = self._receive

    @property
    def here(self):
        return f"{self.port.local[0]}:{self.port.local[1]}"

    def branch(self):
        return f"z9hG4bK-{self._name}-{next(self._branches)}"

    def via(self, branch):
        return "via", f"SIP/2.0/UDP {self.here};branch={branch};rport"

    def request(self, request, on_response, on_timeout, target=None):
        """Sends a request in a transaction of its own; the Via must be there."""
        transaction = ClientTransaction(self, request, target or self.server, on_response, on_timeout)
        self._clients[request.branch, request.method] = transaction
        return transaction

    def cancel(self, invite, extra=()):
        """CANCEL of an INVITE that has a provisional response, §9.1."""
        request = invite.request
        keep = [(name, value) for name, value in request.headers if name in ("via", "from", "to", "call-id", "max-forwards")]
        cancel = sip.Message("CANCEL", request.uri, headers=keep + [("cseq", f"{request.cseq[0]} CANCEL"), *extra])
        self.request(cancel, lambda message: None, lambda: None)

    def forget_client(self, request):
        self._clients.pop((request.branch, request.method), None)

    def forget_server(self, request):
        self._servers.pop((request.branch, request.method), None)

    def stop(self):
        """No timer runs any more."""
        for transaction in [*self._clients.values(), *self._servers.values()]:
            transaction.stop()

    def invite_of(self, request):
        """The INVITE that an ACK or a CANCEL with the same branch belongs to, or None."""
        return self._servers.get((request.branch, "INVITE"))

    def _receive(self, data, source):
        message = sip.parse(data)
        if message is None:
            return
        if not message.method:
            transaction = self._clients.get((message.branch, message.cseq[1]))
            if transaction:
                transaction.receive(message)
        elif message.method == "ACK":
            invite = self.invite_of(message)
            dialog = self.dialogs.get(message.call_id)
            if invite:
                invite.acknowledge()
            elif dialog:
                dialog.on_ack(message)
        else:
            self._take(message, source)

    def _take(self, request, source):
        known = self._servers.get((request.branch, request.method))
        if known:
            known.repeated()
            return
        transaction = ServerTransaction(self, request, source)
        self._servers[request.branch, request.method] = transaction
        dialog = self.dialogs.get(request.call_id)
        if dialog:
            dialog.on_request(transaction, request)
        elif request.method == "INVITE" and not sip.parameter(request.get("to"), "tag") and self.on_invite:
            self.on_invite(transaction, request)
        elif request.method == "OPTIONS" and not sip.parameter(request.get("to"), "tag"):
            transaction.respond(sip.response(request, 200, tag="options", extra=[ALLOW]))
        else:
            transaction.respond(sip.response(request, 481, tag="gone"))

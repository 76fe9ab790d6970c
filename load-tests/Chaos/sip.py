"""SIP messages (RFC 3261) as far as these phones need them. Shares nothing with the server's library, so that a mistake there is not repeated here."""

import hashlib

COMPACT = {"i": "call-id", "f": "from", "t": "to", "v": "via", "m": "contact", "l": "content-length", "c": "content-type"}
REASONS = {100: "Trying", 180: "Ringing", 200: "OK", 408: "Request Timeout", 480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist",
           486: "Busy Here", 487: "Request Terminated", 491: "Request Pending", 500: "Server Internal Error", 603: "Decline"}


class Message:
    """A request (method, uri) or a response (code); headers are (lower-case name, value) pairs in order."""

    def __init__(self, method="", uri="", code=0, headers=(), body=""):
        self.method = method
        self.uri = uri
        self.code = code
        self.headers = list(headers)
        self.body = body

    def get(self, name, default=""):
        return next((value for key, value in self.headers if key == name), default)

    def all(self, name):
        return [value for key, value in self.headers if key == name]

    @property
    def call_id(self):
        return self.get("call-id")

    @property
    def cseq(self):
        """(number, method)."""
        number, _, method = self.get("cseq").partition(" ")
        return int(number), method.strip()

    @property
    def branch(self):
        return parameter(self.get("via"), "branch")

    def encode(self):
        start = f"{self.method} {self.uri} SIP/2.0" if self.method else f"SIP/2.0 {self.code} {REASONS.get(self.code, 'Unnamed')}"
        lines = [start] + [f"{name.title()}: {value}" for name, value in self.headers if name != "content-length"]
        return "\r\n".join(lines + [f"Content-Length: {len(self.body.encode())}", "", self.body]).encode()


def parse(data):
    """The message, or None for what is none (keep-alives)."""
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    lines = head.split("\r\n")
    start = lines[0].split(" ", 2)
    if len(start) < 3:
        return None
    headers = []
    for line in lines[1:]:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        headers.append((COMPACT.get(name, name), value.strip()))
    if start[0] == "SIP/2.0":
        return Message(code=int(start[1]), headers=headers, body=body)
    return Message(method=start[0], uri=start[1], headers=headers, body=body)


def parameter(value, name):
    """Value of a header parameter (after the address in angle brackets), or ''."""
    for part in value.rpartition(">")[2].split(";")[1:] if ">" in value else value.split(";")[1:]:
        key, _, found = part.partition("=")
        if key.strip().lower() == name:
            return found.strip()
    return ""


def uri_of(value):
    """The address of a From, To or Contact."""
    return value.partition("<")[2].partition(">")[0] if "<" in value else value.partition(";")[0].strip()


def user_of(value):
    """The user part of a From, To or Contact."""
    before, at, _ = uri_of(value).partition("@")
    return before.partition(":")[2] if at else ""


def realm_of(value):
    """The host part of a From, To or Contact, as it is written."""
    return uri_of(value).partition("@")[2].partition(";")[0].partition(":")[0]


def host_of(uri):
    """("127.0.0.1", 5060) of a SIP URI with a literal address."""
    place = uri.partition(":")[2].partition("@")[2] or uri.partition(":")[2]
    host, _, port = place.partition(";")[0].partition(":")
    return host, int(port or 5060)


def response(request, code, tag="", contact="", body="", extra=()):
    """A response as RFC 3261 §8.2.6.2 builds it."""
    headers = [("via", value) for value in request.all("via")]
    to = request.get("to")
    headers += [("from", request.get("from")), ("to", f"{to};tag={tag}" if tag and not parameter(to, "tag") else to)]
    headers += [("call-id", request.call_id), ("cseq", request.get("cseq"))]
    headers += [("record-route", value) for value in request.all("record-route")]
    if contact:
        headers.append(("contact", f"<{contact}>"))
    if body:
        headers.append(("content-type", "application/sdp"))
    return Message(code=code, headers=headers + list(extra), body=body)


def description(host, port, version=1):
    """An audio description; the session id is the port, which is unique to the leg as long as it lives."""
    return (f"v=0\r\no=- {port} {version} IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n"
            "a=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n")


def media_of(body):
    """("127.0.0.1", 20000) of the first media of a description, or None."""
    host = port = None
    for line in body.split("\r\n"):
        if line.startswith("c=IN IP4 ") and host is None:
            host = line[9:].split("/")[0].strip()
        elif line.startswith("m=audio ") and port is None:
            port = int(line.split(" ")[1])
    return (host, port) if host and port else None


def digest(challenge, user, password, method, uri):
    """The Authorization header for a challenge with MD5 (RFC 7616 without qop, or qop=auth)."""
    values = {}
    for part in challenge.partition(" ")[2].split(","):
        name, _, value = part.strip().partition("=")
        values[name.lower()] = value.strip().strip('"')

    def md5(text):
        return hashlib.md5(text.encode()).hexdigest()

    first = md5(f"{user}:{values['realm']}:{password}")
    second = md5(f"{method}:{uri}")
    fields = {"username": user, "realm": values["realm"], "nonce": values["nonce"], "uri": uri}
    plain = {"algorithm": "MD5"}
    if "qop" in values:
        plain.update(nc="00000001", qop="auth")
        fields["cnonce"] = "c0ffee"
        fields["response"] = md5(f"{first}:{values['nonce']}:00000001:c0ffee:auth:{second}")
    else:
        fields["response"] = md5(f"{first}:{values['nonce']}:{second}")
    if "opaque" in values:
        fields["opaque"] = values["opaque"]
    return "Digest " + ", ".join([f'{name}="{value}"' for name, value in fields.items()] + [f"{name}={value}" for name, value in plain.items()])

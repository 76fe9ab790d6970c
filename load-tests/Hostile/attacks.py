"""The attacks of siege.py: each goes on until its time is over, and notes what it is answered."""
import base64
import re
import select
import struct

from flood import SDP, md5, request

NUMBER = "q1"
KEY = "siege-admin-key"
SOURCES = 20  # addresses of the attackers


def mutated(siege, data):
    """A well-formed message with some bytes changed, taken out or doubled."""
    data = bytearray(data)
    for _ in range(siege.random.randint(1, 8)):
        at = siege.random.randrange(len(data))
        kind = siege.random.randrange(4)
        if kind == 0:
            data[at] = siege.random.randrange(256)
        elif kind == 1:
            del data[at:at + siege.random.randint(1, 40)]
        elif kind == 2:
            data[at:at] = data[at:at + siege.random.randint(1, 200)]
        else:
            data[at:at] = siege.random.choice([b"\0", b"\r\n", b"\r", b"\xff\xfe", b";" * 50, b"<" * 50, b'"', b"%00", b"\r\n " * 20])
        if len(data) < 20:
            break
    return bytes(data)


def valid(siege, number, local, method=None):
    method = method or siege.random.choice(["INVITE", "REGISTER", "OPTIONS", "BYE", "CANCEL", "ACK", "UPDATE", "INFO", "PRACK", "SUBSCRIBE", "XYZZY"])
    return request(method, local, f"v{number}", f"sip:{NUMBER}@demo", body=SDP if method in ("INVITE", "UPDATE") else "")


def udp_mutants(siege):
    siege.shoot(lambda i, local: mutated(siege, valid(siege, i, local)), SOURCES)


def udp_garbage(siege):
    siege.shoot(lambda i, local: siege.random.randbytes(siege.random.choice([1, 20, 1_400, 20_000, 65_000])), SOURCES, rate=3_000)


def udp_vias(siege):
    more = "".join(f"Via: SIP/2.0/UDP 127.0.0.{i % 250}:{i};branch=z9hG4bK{i}\r\n" for i in range(1_000))
    siege.shoot(lambda i, local: request("INVITE", local, f"w{i}", f"sip:{NUMBER}@demo", more=more, body=SDP), SOURCES, rate=500)


def udp_contacts(siege):
    more = "Contact: " + ",".join(f"<sip:a{i}@127.0.0.1:{i + 1}>;expires=60" for i in range(1_000)) + "\r\n"
    siege.shoot(lambda i, local: request("REGISTER", local, f"c{i}", "sip:demo", more=more, user="alice"), SOURCES, rate=500)


def udp_headers(siege):
    more = "".join(f"X-{i}: {i}\r\n" for i in range(5_000))
    siege.shoot(lambda i, local: request("OPTIONS", local, f"h{i}", "sip:demo", more=more), SOURCES, rate=500)


def udp_sdp_bombs(siege):
    bodies = [
        SDP + "a=x\r\n" * 8_000,
        SDP + "m=audio 1 RTP/AVP 0\r\n" * 2_000,
        SDP.replace("RTP/AVP 0", "RTP/AVP " + " ".join(str(i % 128) for i in range(15_000))),
        SDP + "a=rtpmap:" + "9" * 50_000 + " X/8000\r\n",
        "v=0\r\n" * 9_000,
        SDP.replace("127.0.0.1", "1" * 40_000),
    ]
    siege.shoot(lambda i, local: request("INVITE", local, f"s{i}", f"sip:{NUMBER}@demo", body=bodies[i % len(bodies)]), SOURCES, rate=500)


def udp_wrong_registers(siege):
    """100,000 and more from one source and from many; nonces of others, replayed."""
    sock = siege.udp()
    sock.setblocking(True)
    sock.settimeout(2)
    sock.sendto(request("REGISTER", "%s:%d" % sock.getsockname(), "n0", "sip:demo"), siege.sip)
    try:
        nonce = re.search(rb'nonce="([^"]*)"', sock.recv(65535)).group(1).decode()
    except (TimeoutError, AttributeError):
        nonce = "none"  # banned by what was before

    def make(i, local):
        user = "alice" if i % 2 else f"nobody{i}"
        response = md5(f"{md5(f'{user}:demo:guess{i}')}:{nonce}:{md5('REGISTER:sip:demo')}")
        more = f'Authorization: Digest username="{user}",realm="demo",nonce="{nonce}",uri="sip:demo",response="{response}"\r\n'
        return request("REGISTER", local, f"r{i}", "sip:demo", more=more)
    siege.shoot(make, SOURCES, rate=20_000)


def udp_invites(siege):
    siege.shoot(lambda i, local: request("INVITE", local, f"i{i}", f"sip:{'nobody' if i % 3 else NUMBER}@demo", body=SDP), SOURCES, rate=10_000)


def udp_spoofed_ends(siege):
    """BYE and CANCEL of calls that are: the Call-IDs of SIPp can be guessed, tags and branches cannot."""
    def make(i, local):
        call = f"{1 + i % 400}-{siege.sipp_pid}@{siege.host}"
        if i % 2:
            return request("BYE", local, call, f"sip:{NUMBER}@demo", to=f";tag=guess{i}", cseq=2, user="sipp")
        return request("CANCEL", local, call, f"sip:{NUMBER}@demo", user="sipp")
    siege.shoot(make, SOURCES, rate=5_000)


def tcp_slow(siege):
    """Slow loris: connections from many addresses, a byte now and then."""
    head = valid(siege, 1, "127.0.0.1:9", "OPTIONS")
    socks = []
    while siege.goes_on():
        if len(socks) < 2_000:
            try:
                socks.append((siege.tcp(siege.sip if len(socks) % 2 else siege.http, len(socks)), [0]))
            except OSError:
                pass
        for pair in socks[len(socks) // 2:] if siege.count % 50 == 0 else []:
            try:
                pair[0].send(head[pair[1][0]:pair[1][0] + 1] or b"\r")
                pair[1][0] += 1
            except OSError:
                socks.remove(pair)
                siege.answers["closed"] = siege.answers.get("closed", 0) + 1
        siege.count += 1
    for sock, _ in socks:
        sock.close()


def tcp_connections(siege):
    while siege.goes_on():
        try:
            siege.tcp(siege.sip, siege.count, 0.5).close()
        except OSError:
            siege.answers["refused"] = siege.answers.get("refused", 0) + 1
        siege.count += 1


def tcp_mutants(siege):
    while siege.goes_on():
        data = b"".join(mutated(siege, valid(siege, i, "127.0.0.1:9").replace(b"/UDP", b"/TCP")) for i in range(20))
        siege.say(siege.sip, data, siege.count, 0.2)


def tcp_lengths(siege):
    base = valid(siege, 1, "127.0.0.1:9", "OPTIONS").replace(b"/UDP", b"/TCP")
    while siege.goes_on():
        length = siege.random.choice([b"-1", b"99999999999999999999", b"2147483647", b"1 2", b"0x10", b"\xd9\xa3", b"1e9", b""])
        siege.say(siege.sip, base.replace(b"Content-Length: 0", b"Content-Length: " + length), siege.count, 0.3)
        siege.say(siege.sip, base.replace(b"Content-Length: 0", b"Content-Length: 5\r\nContent-Length: 0"), siege.count, 0.3)
        siege.say(siege.sip, b"OPTIONS sip:demo SIP/2.0\r\n" + b"X: " + b"a" * 1_000_000, siege.count, 0.3)


def tcp_unread(siege):
    """Asks without end and reads no answer."""
    socks = []
    data = valid(siege, 1, "127.0.0.1:9", "OPTIONS").replace(b"/UDP", b"/TCP") * 50
    while siege.goes_on():
        if len(socks) < 50:
            socks.append(siege.tcp(siege.sip, len(socks)))
            socks[-1].setblocking(False)
        _, writable, _ = select.select([], socks, [], 0.05)
        for sock in writable:
            try:
                siege.count += 1
                sock.send(data)
            except OSError:
                socks.remove(sock)
                sock.close()
                siege.answers["closed"] = siege.answers.get("closed", 0) + 1
    for sock in socks:
        sock.close()


def http(method, path, more="", body=b"", key=KEY, host="x"):
    return (f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n{more}\r\n").encode() + body


def http_smuggling(siege):
    inner = http("GET", "/api/v1/calls")
    sayings = [
        http("POST", "/api/v1/configuration", f"Content-Length: {len(inner)}\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + inner),
        http("POST", "/api/v1/configuration", "Content-Length: 0\r\nContent-Length: 50\r\n", inner),
        http("POST", "/api/v1/configuration", "Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"),
        http("POST", "/api/v1/configuration", "Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
        http("POST", "/api/v1/configuration", "Transfer-Encoding: chunked\r\n", b"FFFFFFFFFFFFFFFFF\r\nx"),
        http("POST", "/api/v1/configuration", "Transfer-Encoding: chunked\r\n", b"1;" + b"x" * 100_000 + b"\r\na\r\n0\r\n\r\n"),
        http("POST", "/api/v1/configuration", "Content-Length: -1\r\n"),
        http("GET", "/api/v1/calls", "X: a\r\n b\r\n"),
        http("GET", "/api/v1/calls", "X: a\rY: b\r\n"),
        http("GET", "/api/v1/../../../etc/passwd"),
        http("GET", "/api/v1/%2e%2e/%2e%2e/etc/passwd%00"),
        http("GET", "/" + "a" * 100_000),
        http("GET", "/api/v1/calls", "".join(f"X{i}: y\r\n" for i in range(5_000))),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 50,
        b"GET /api/v1/calls HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\0" + siege.random.randbytes(500),
        valid(siege, 1, "127.0.0.1:9", "INVITE"),
        http("GET", "/api/v1/calls") * 500,
    ]
    while siege.goes_on():
        siege.say(siege.http, sayings[siege.count % len(sayings)], siege.count, 1.0)


def http_bodies(siege):
    nested = b"[" * 200_000
    bomb = ("a: &a [" + ",".join("x" * 10) + "]\n" + "".join(f"b{i}: &b{i} [*{'a' if i == 0 else f'b{i - 1}'}," * 1 + f"*{'a' if i == 0 else f'b{i - 1}'}]\n" for i in range(40))).encode()
    bodies = [(b"application/json", nested), (b"application/yaml", bomb), (b"application/yaml", nested), (b"application/json", b'{"files":[' + b'{"name":"a","text":"x"},' * 50_000 + b"{}]}"),
              (b"application/yaml", siege.random.randbytes(100_000)), (b"application/yaml", b"a" * 20_000_000)]
    while siege.goes_on():
        kind, body = bodies[siege.count % len(bodies)]
        siege.say(siege.http, http("POST", "/api/v1/configuration?dryRun=true", f"Content-Type: {kind.decode()}\r\nContent-Length: {len(body)}\r\n", body), siege.count, 10)


def http_keys(siege):
    while siege.goes_on():
        siege.say(siege.http, http("GET", "/api/v1/calls", key=f"guess-{siege.count}"), siege.count, 1.0)


def frame(opcode, payload, length=None, fin=True, masked=True):
    """A WebSocket frame; its length may lie."""
    length = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | opcode])
    mask = 0x80 if masked else 0
    head += bytes([mask | length]) if length < 126 else bytes([mask | 126]) + struct.pack("!H", length) if length < 65_536 else bytes([mask | 127]) + struct.pack("!Q", length)
    return head + (b"\0\0\0\0" if masked else b"") + payload


def websocket_frames(siege):
    end = b"\x1e"
    hello = frame(1, b'{"protocol":"json","version":1}' + end)
    calls = [
        hello + frame(1, b"x", length=1 << 62),
        hello + frame(1, b"a" * 1_000_000),
        hello + frame(1, b"[" * 30_000 + end),
        hello + b"".join(frame(1 if i == 0 else 0, b"a" * 1_000, fin=False) for i in range(300)),
        hello + frame(9, b"p" * 125) * 5_000,
        hello + frame(9, b"p" * 200),
        hello + frame(1, b'{"type":6}' + end, masked=False),
        hello + frame(3, b"reserved"),
        hello + frame(1, b"\xff\xfe" + end),
        hello + frame(1, (b'{"type":1,"target":"Nothing","arguments":[]}' + end) * 2_000),
        hello + frame(1, (b'{"type":4,"invocationId":"1","target":"Watch","arguments":[]}' + end) * 500),
        hello + frame(1, b'{"type":1,"target":"Watch","invocationId":"' + b"1" * 20_000 + b'","arguments":[' + b"0," * 5_000 + b"0]}" + end),
        hello + frame(8, b"x"),
        frame(1, b"no handshake"),
        frame(2, siege.random.randbytes(30_000)),
        b"",
    ]
    while siege.goes_on():
        data = calls[siege.count % len(calls)]
        siege.count += 1
        try:
            # A ticket or the key: the hub is for those who may watch.
            upgrade = http("GET", f"/hubs/live?access_token={KEY}", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                           f"Sec-WebSocket-Key: {base64.b64encode(siege.random.randbytes(16)).decode()}\r\n")
            with siege.tcp(siege.http, siege.count, 0.3) as sock:
                sock.sendall(upgrade)
                siege.note(sock.recv(65535))
                sock.sendall(data)
                sock.recv(65535)
        except OSError as error:
            name = "silence" if isinstance(error, TimeoutError) else "reset"
            siege.answers[name] = siege.answers.get(name, 0) + 1


ATTACKS = [udp_mutants, udp_garbage, udp_vias, udp_contacts, udp_headers, udp_sdp_bombs, udp_wrong_registers, udp_invites, udp_spoofed_ends,
           tcp_slow, tcp_connections, tcp_mutants, tcp_lengths, tcp_unread, http_smuggling, http_bodies, http_keys, websocket_frames]

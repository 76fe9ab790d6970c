"""Sockets of the phones, and the record of every datagram that passed through them.

The record is a pcap file (raw IPv4), which Wireshark and tcpdump read. What was sent carries the time before sendto; what was received carries the
kernel's time of arrival (SO_TIMESTAMPNS), so the server's datagrams keep the order in which it sent them, whatever the order in which this
process got round to reading its sockets."""

import errno
import socket
import struct
import time

LINKTYPE_RAW = 101
PCAP_NANOSECONDS = 0xA1B23C4D
MAX_DATAGRAM_BYTES = 65535
RECEIVE_BUFFER_BYTES = 4 << 20
MAX_PORT = 65535
NOWHERE = "0.0.0.0", 0
SO_TIMESTAMPNS = 35  # of Linux; the socket module has no name for it


def address(text):
    """("127.0.0.1", 5060) of "127.0.0.1:5060"."""
    host, _, port = text.rpartition(":")
    return host, int(port)


class Record:
    """Appends datagrams to a pcap file."""

    def __init__(self, path):
        self.path = path
        self._file = open(path, "wb", buffering=1 << 16)
        self._file.write(struct.pack("<IHHiIII", PCAP_NANOSECONDS, 2, 4, 0, 0, 1 << 18, LINKTYPE_RAW))

    def add(self, nanoseconds, source, target, data):
        udp = struct.pack(">HHHH", source[1], target[1], 8 + len(data), 0)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, (28 + len(data)) & 0xFFFF, 0, 0, 64, 17, 0, socket.inet_aton(source[0]), socket.inet_aton(target[0]))
        size = len(ip) + len(udp) + len(data)
        self._file.write(struct.pack("<IIII", nanoseconds // 10**9, nanoseconds % 10**9, size, size) + ip + udp + data)

    def mark(self, text):
        """What was done to the server, as a datagram from nowhere to nowhere."""
        self.add(time.time_ns(), NOWHERE, NOWHERE, text.encode())

    def close(self):
        self._file.close()


def read(path):
    """Yields (seconds, source, target, bytes) of a record in order of time; addresses are (host, port)."""
    rows = []
    with open(path, "rb") as file:
        head = struct.unpack("<IHHiIII", file.read(24))
        if head[0] != PCAP_NANOSECONDS or head[6] != LINKTYPE_RAW:
            raise ValueError(f"{path} was not written by this program")
        while len(header := file.read(16)) == 16:
            seconds, nanoseconds, size, _ = struct.unpack("<IIII", header)
            packet = file.read(size)
            ports = struct.unpack(">HH", packet[20:24])
            source, target = ((socket.inet_ntoa(packet[at : at + 4]), port) for at, port in ((12, ports[0]), (16, ports[1])))
            rows.append((seconds * 10**9 + nanoseconds, source, target, packet[28:]))
    rows.sort(key=lambda row: row[0])
    start = rows[0][0] if rows else 0
    for nanoseconds, source, target, data in rows:
        yield (nanoseconds - start) / 1e9, source, target, data


class Port:
    """A UDP socket whose datagrams are recorded. on_datagram(bytes, source) is called in the event loop; on_sent(bytes) after each sending."""

    def __init__(self, loop, local, record):
        self.local = local
        self.on_datagram = None
        self.on_sent = None
        self._loop = loop
        self._record = record
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.setblocking(False)
        self._socket.bind(local)
        loop.add_reader(self._socket.fileno(), self._read)

    def send(self, data, target):
        self._record.add(time.time_ns(), self.local, target, data)
        self._socket.sendto(data, target)
        if self.on_sent:
            self.on_sent(data)

    def close(self):
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()

    def _read(self):
        while True:
            try:
                data, extra, _, source = self._socket.recvmsg(MAX_DATAGRAM_BYTES, 64)
            except BlockingIOError:
                return
            stamp = next((value for level, kind, value in extra if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS), None)
            seconds, nanoseconds = struct.unpack("@qq", stamp[:16])
            self._record.add(seconds * 10**9 + nanoseconds, source, self.local, data)
            self.on_datagram(data, source)


class Sink:
    """UDP ports that take media and are never read: the kernel drops what does not fit, and nobody answers "port unreachable"."""

    def __init__(self, host, first_port, count):
        self._sockets = []
        self._free = []
        for port in range(first_port, MAX_PORT, 2):
            if len(self._free) == count:
                break
            opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            try:
                opened.bind((host, port))
            except OSError as fault:
                opened.close()
                if fault.errno != errno.EADDRINUSE:
                    raise
                continue  # a phone of somebody else's holds it on all addresses of the machine
            self._sockets.append(opened)
            self._free.append(port)
        if len(self._free) < count:
            raise OSError(errno.EADDRINUSE, f"{host} has {len(self._free)} free UDP ports from {first_port}, {count} are needed")

    def take(self):
        return self._free.pop(0)

    def give_back(self, port):
        self._free.append(port)

    def close(self):
        for opened in self._sockets:
            opened.close()

#!/usr/bin/env python3
"""A bridge without a broker, for the tests of mooring-device: Python's own library, written from the protocol's page.

It keeps its memory in this process, accepts each QoS 1 message once, and sends numbered commands.
"""
import hashlib
import hmac
import json
import os
import select
import struct
import sys
import time
import zlib

INVITE, HELLO, WELCOME, REFUSE = 1, 2, 3, 4
ACK, NAK, PING, PONG, BYE = 0x10, 0x11, 0x12, 0x13, 0x14
PUBLISH, RESULT, STATUS = 0x20, 0x21, 0x22
WINDOW, CREDIT, RTO = 8, 16, 0.25


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(key, salt, info, length):
    prk, out, block, n = mac(salt or bytes(32), key), b"", b"", 1
    while len(out) < length:
        block = mac(prk, block + info + bytes([n]))
        out, n = out + block, n + 1
    return out[:length]


def cobs_encode(data):
    out, block = bytearray(), bytearray()
    full = False
    for byte in data:
        full = False
        if byte:
            block.append(byte)
            if len(block) < 254:
                continue
            full = True
        out.append(len(block) + 1)
        out += block
        block.clear()
    if not full:
        out.append(len(block) + 1)
        out += block
    return bytes(out)


def cobs_decode(data):
    out, at = bytearray(), 0
    while at < len(data):
        code = data[at]
        if at + code > len(data):
            return None
        out += data[at + 1:at + code]
        at += code
        if code < 255 and at < len(data):
            out.append(0)
    return bytes(out)


class Memory:
    """What a bridge keeps on disk."""

    def __init__(self):
        self.stream, self.last, self.refused = None, 0, 0
        self.down_stream, self.down_settled = os.urandom(8), 0
        self.published, self.qos0, self.done, self.undone = [], [], [], []


class Session:
    def __init__(self, hello, welcome, keys, credit):
        self.hello, self.welcome = hello, welcome
        self.up, self.down = keys[:32], keys[32:]
        self.edge, self.base, self.flight, self.next = 1 + credit, 1, [], 0
        self.sent, self.received, self.expected, self.offered = 0, 0, 1, 1 + CREDIT
        self.results, self.progress, self.heard = [], time.monotonic(), time.monotonic()
        self.next_command, self.ack_due, self.nak_at = None, False, 0
        self.nak_base, self.nak_taken = -1, 0


class Bridge:
    def __init__(self, line, key, device, memory, commands, refuse=lambda topic: False):
        self.line, self.key, self.device, self.memory = line, key, device, memory
        self.commands, self.refuse = commands, refuse
        self.live, self.pending, self.buffer, self.invited = None, None, b"", 0
        self.hello_at, self.ignore_until, self.counters = 0, 0, {}
        self.send_plain(INVITE, bytes([1]))

    def count(self, name):
        self.counters[name] = self.counters.get(name, 0) + 1

    def write(self, body, key):
        frame = body + (mac(key, body)[:16] if key else bytes(16))
        data = b"\0" + cobs_encode(frame + struct.pack(">I", zlib.crc32(frame))) + b"\0"
        while data:
            try:
                data = data[os.write(self.line, data):]
            except BlockingIOError:
                select.select([], [self.line], [], 0.5)

    def send_plain(self, kind, payload, ack=0, credit=0, key=None):
        self.write(struct.pack(">BBHIHH", kind, credit, len(payload), 0, 0, ack) + payload, key)

    def send(self, kind, payload, seq=0):
        s = self.live
        s.sent += 1
        s.ack_due = False
        self.write(struct.pack(">BBHIHH", kind, CREDIT, len(payload), s.sent, seq, s.expected % 65536) + payload, s.down)
        s.offered = s.expected + CREDIT

    def receive(self, data):
        self.buffer += data
        while b"\0" in self.buffer:
            piece, self.buffer = self.buffer.split(b"\0", 1)
            if piece and time.monotonic() >= self.ignore_until:
                self.piece(piece)

    def piece(self, piece):
        frame = cobs_decode(piece)
        if (frame is None or len(frame) < 32 or struct.unpack(">H", frame[2:4])[0] != len(frame) - 32
                or struct.unpack(">I", frame[-4:])[0] != zlib.crc32(frame[:-4])):
            self.count("crcErrors")
            if self.live and time.monotonic() - self.live.nak_at > 0.1:
                self.live.nak_at = time.monotonic()
                self.send(NAK, b"")
            return
        body, tag = frame[:-20], frame[-20:-4]
        if body[0] == HELLO:
            self.hello(body, tag)
            return
        for s in (self.live, self.pending):
            if s and hmac.compare_digest(mac(s.up, body)[:16], tag):
                counter = struct.unpack(">I", body[4:8])[0]
                if counter <= s.received:
                    self.count("replays")
                    return
                s.received, s.heard = counter, time.monotonic()
                if s is self.pending:
                    self.open()
                self.take(body)
                return
        self.count("badTags" if self.live else "unexpected")
        if not self.live and time.monotonic() - self.invited > 1:
            self.invited = time.monotonic()
            self.send_plain(INVITE, bytes([1]))

    def hello(self, body, tag):
        nonce = body[16:32]
        device = body[41:41 + body[40]]
        hello_key = hkdf(self.key, b"", b"mooring-bridge/1 hello " + self.device, 32)
        code = 2 if device != self.device else 3 if not hmac.compare_digest(mac(hello_key, body)[:16], tag) else 0
        if code:
            self.count("refused%d" % code)
            self.send_plain(REFUSE, bytes([code, 0, 0, 0]) + nonce)
            return
        if self.live and self.live.hello == body:
            return
        if not (self.pending and self.pending.hello == body):
            m = self.memory
            last = m.last if m.stream == body[32:40] else 0
            welcome = (struct.pack(">BBHIHH", WELCOME, CREDIT, 50, 0, 0, 1) + bytes([1, 0]) + struct.pack(">H", 4096)
                       + nonce + os.urandom(16) + m.down_stream + struct.pack(">HI", 1000, last))
            keys = hkdf(self.key, hashlib.sha256(body + welcome).digest(), b"mooring-bridge/1 session", 64)
            self.pending = Session(body, welcome, keys, body[1])
        self.send_plain(WELCOME, self.pending.welcome[12:], 1, CREDIT, self.pending.down)

    def open(self):
        self.live, self.pending = self.pending, None
        self.live.next_command = self.memory.down_settled + 1
        self.count("sessions")
        stream = self.live.hello[32:40]
        if self.memory.stream != stream:
            self.memory.stream, self.memory.last, self.memory.refused = stream, 0, 0
        self.live.results.append((STATUS, bytes([1, 0]) + struct.pack(">Q", int(time.time() * 1000))))

    def take(self, body):
        s = self.live
        kind, credit, _, _, seq, ack = struct.unpack(">BBHIHH", body[:12])
        payload = body[12:]
        step = (ack - s.base) % 65536
        if step <= len(s.flight):
            if step:
                s.flight, s.base, s.next = s.flight[step:], (s.base + step) % 65536, max(0, s.next - step)
                s.progress = time.monotonic()
            s.edge = s.base + credit
        if kind == NAK and s.flight and (s.nak_base != ack or time.monotonic() - s.nak_taken > 0.1):
            s.nak_base, s.nak_taken, s.next = ack, time.monotonic(), 0
        elif kind == PING:
            self.send(PONG, payload)
        elif kind == BYE:
            self.count("bye%d" % payload[0])
            self.live = None
        elif kind in (PUBLISH, RESULT):
            self.sequenced(kind, seq, payload)

    def sequenced(self, kind, seq, payload):
        s = self.live
        ahead = (seq - s.expected) % 65536
        if ahead >= 32768:
            self.count("duplicates")
            s.ack_due = True
        elif ahead >= s.offered - s.expected:
            self.count("floods")
            self.send(BYE, bytes([2]))
            self.live, self.ignore_until = None, time.monotonic() + 0.5
        elif ahead:
            self.count("gaps")
            if time.monotonic() - s.nak_at > 0.1:
                s.nak_at = time.monotonic()
                self.send(NAK, b"")
        else:
            s.expected += 1
            s.ack_due = True
            self.publish(payload) if kind == PUBLISH else self.result(payload)

    def publish(self, payload):
        m = self.memory
        qos, topic = payload[0] & 3, payload[6:6 + payload[1]]
        at = 6 + payload[1]
        if payload[0] & 8:
            at += 1 + payload[at]
        number = struct.unpack(">I", payload[2:6])[0]
        if qos == 0:
            m.qos0.append(payload[at:].decode().rstrip())
            return
        if number <= m.last:
            refused = m.refused >> (m.last - number) & 1 if m.last - number < 64 else 0
            code = 9 if refused else 0
            self.count("answeredAgain")
        else:
            code = 1 if self.refuse(topic) else 0
            m.refused = (m.refused << (number - m.last) | (1 if code else 0)) % 2 ** 64
            m.last = number
            if not code:
                m.published.append(payload[at:].decode().rstrip())
        self.live.results.append((RESULT, struct.pack(">IB", number, code)))

    def result(self, payload):
        number, code = struct.unpack(">IB", payload)
        if number > self.memory.down_settled:
            self.memory.down_settled = number
            (self.memory.undone if code else self.memory.done).append(number)

    def waiting(self):
        s = self.live
        if s.results:
            return s.results.pop(0)
        if s.next_command <= self.commands and s.next_command - self.memory.down_settled <= 32:
            number, s.next_command = s.next_command, s.next_command + 1
            return PUBLISH, struct.pack(">BBI", 1, 9, number) + b"command/x" + b"do %d" % number
        return None

    def turn(self):
        s = self.live
        if not s:
            return
        if s.flight and s.next == len(s.flight) and time.monotonic() - s.progress > RTO:
            s.next, s.progress = 0, time.monotonic()
        for _ in range(WINDOW):
            if s.next == len(s.flight):
                if len(s.flight) >= WINDOW or s.base + len(s.flight) >= s.edge:
                    break
                item = self.waiting()
                if not item:
                    break
                s.flight.append(item)
            kind, payload = s.flight[s.next]
            self.send(kind, payload, (s.base + s.next) % 65536)
            s.next += 1
            s.progress = time.monotonic()
        if s.ack_due:
            self.send(ACK, b"")
        if time.monotonic() - s.heard > 3:
            self.count("silences")
            self.live = None


def serve(path, key, device, memory, commands, until, seconds, restart_every=0, refuse=lambda topic: False):
    """Serves the line at path, opening it again whenever it comes back, until until() holds."""
    totals, deadline, line, bridge = {}, time.monotonic() + seconds, -1, None
    restart = time.monotonic() + restart_every

    def drop():
        for name, value in bridge.counters.items():
            totals[name] = totals.get(name, 0) + value

    while not until() and time.monotonic() < deadline:
        if line < 0:
            try:
                line = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
                bridge = Bridge(line, key, device, memory, commands, refuse)
            except OSError:
                time.sleep(0.01)
                continue
        try:
            ready, _, _ = select.select([line], [], [], 0.01)
            if ready:
                data = os.read(line, 4096)
                if not data:
                    raise OSError
                bridge.receive(data)
            bridge.turn()
        except OSError:
            drop()
            os.close(line)
            line = -1
            continue
        if restart_every and time.monotonic() > restart:
            drop()
            restart = time.monotonic() + restart_every
            bridge = Bridge(line, key, device, memory, commands, refuse)
    if line >= 0:
        drop()
        os.close(line)
    return totals


if __name__ == "__main__":
    memory = Memory()
    print(json.dumps(serve(sys.argv[1], bytes.fromhex(open(sys.argv[2]).read().strip()), sys.argv[3].encode(), memory,
                           int(sys.argv[4]), lambda: False, float(sys.argv[5]))))
    print(len(memory.published), len(set(memory.published)), len(memory.done), memory.last, len(memory.qos0))

#!/usr/bin/env python3
"""Writes vectors.txt from docs/BRIDGE-PROTOCOL.md with nothing but Python's own library.

It shares no code with the firmware or the bridge, so that a mistake in either is not repeated here.
Usage: make-vectors.py > vectors.txt, or make-vectors.py --check to compare.
"""
import hashlib
import hmac
import os
import struct
import sys
import zlib

TYPES = {
    "INVITE": 0x01, "HELLO": 0x02, "WELCOME": 0x03, "REFUSE": 0x04,
    "ACK": 0x10, "NAK": 0x11, "PING": 0x12, "PONG": 0x13, "BYE": 0x14,
    "PUBLISH": 0x20, "RESULT": 0x21, "STATUS": 0x22,
}


def cobs(data):
    out = bytearray()
    block = bytearray()
    ended_full = False
    for byte in data:
        ended_full = False
        if byte == 0:
            out.append(len(block) + 1)
            out += block
            block.clear()
        else:
            block.append(byte)
            if len(block) == 254:
                out.append(255)
                out += block
                block.clear()
                ended_full = True
    if not ended_full:
        out.append(len(block) + 1)
        out += block
    return bytes(out)


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(key, salt, info, length):
    prk = mac(salt if salt else bytes(32), key)
    out, block, n = b"", b"", 1
    while len(out) < length:
        block = mac(prk, block + info + bytes([n]))
        out += block
        n += 1
    return out[:length]


def head(kind, credit, counter, seq, ack, payload):
    return struct.pack(">BBHIHH", TYPES[kind], credit, len(payload), counter, seq, ack) + payload


def sealed(body, key):
    tagged = body + (mac(key, body)[:16] if key else bytes(16))
    return tagged + struct.pack(">I", zlib.crc32(tagged))


def wire(frame):
    return cobs(frame) + b"\0"


def hexed(data):
    return data.hex() if data else "-"


def publish(qos, retain, number, topic, content, correlation=b""):
    flags = qos | (4 if retain else 0) | (8 if correlation else 0)
    extra = bytes([len(correlation)]) + correlation if correlation else b""
    return struct.pack(">BBI", flags, len(topic), number) + topic + extra + content


def main():
    out = []
    say = out.append
    say("# Test vectors of docs/BRIDGE-PROTOCOL.md, version 1. Written by make-vectors.py; do not edit.")
    say("# Bytes are hexadecimal, '-' is none. Fields are separated by one space.")
    say("")
    say("# cobs <bytes> <encoding without the delimiter>")
    samples = [b"", b"\0", b"\0\0", b"\x11\x22\0\x33", b"\x11\x22\x33\x44", b"\x11\0\0\0",
               bytes(range(1, 255)), bytes(range(0, 255)), bytes(range(1, 256)),
               bytes(range(2, 256)) + b"\0", bytes(range(3, 256)) + b"\0\x01", bytes([7]) * 508]
    for sample in samples:
        say("cobs %s %s" % (hexed(sample), cobs(sample).hex()))
    say("")
    say("# badcobs <what is no encoding, without the delimiter>")
    for bad in [b"\x02", b"\x05\x11\x22", b"\xff\x01", b"\x02\x11\x03\x22"]:
        say("badcobs %s" % bad.hex())
    say("")
    say("# crc <bytes> <CRC-32>")
    for sample in [b"", b"123456789", bytes(32), b"\xff" * 32]:
        say("crc %s %08x" % (hexed(sample), zlib.crc32(sample)))
    say("")

    key = bytes(range(32))
    other_key = bytes(range(1, 33))
    device = b"meter-0042"
    device_nonce = bytes.fromhex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")
    bridge_nonce = bytes.fromhex("b000b200b400b600b800ba00bc00be00")
    up_stream = bytes.fromhex("0102030405060708")
    down_stream = bytes.fromhex("f1f2f3f4f5f6f7f8")
    text = b"demo 1.0"

    hello_key = hkdf(key, b"", b"mooring-bridge/1 hello " + device, 32)
    hello = head("HELLO", 4, 0, 0, 1, bytes([1, 0]) + struct.pack(">H", 512) + device_nonce + up_stream
                 + bytes([len(device)]) + device + bytes([len(text)]) + text)
    welcome = head("WELCOME", 8, 0, 0, 1, bytes([1, 0]) + struct.pack(">H", 4096) + device_nonce
                   + bridge_nonce + down_stream + struct.pack(">HI", 5000, 41))
    salt = hashlib.sha256(hello + welcome).digest()
    session = hkdf(key, salt, b"mooring-bridge/1 session", 64)
    up, down = session[:32], session[32:]

    say("# Keys of one session. value <name> <bytes>")
    for name, value in [("deviceKey", key), ("id", device), ("text", text), ("deviceNonce", device_nonce),
                        ("bridgeNonce", bridge_nonce), ("upStream", up_stream), ("downStream", down_stream),
                        ("helloKey", hello_key), ("salt", salt), ("upKey", up), ("downKey", down)]:
        say("value %s %s" % (name, value.hex()))
    say("")
    say("# Good frames in the order of one session; 'wrapped' and the numbers after it are for the codec alone.")
    say("# frame <name> <up|down> <key> <type> <credit> <counter> <seq> <ack> <payload> <line, with delimiter>")

    keys = {"none": None, "hello": hello_key, "up": up, "down": down}

    def frame(name, direction, key_name, kind, credit, counter, seq, ack, payload):
        body = head(kind, credit, counter, seq, ack, payload)
        line = wire(sealed(body, keys[key_name]))
        say("frame %s %s %s %02x %d %d %d %d %s %s" % (
            name, direction, key_name, TYPES[kind], credit, counter, seq, ack, hexed(payload), line.hex()))
        return line

    counters = struct.pack(">9I", 1, 2, 3, 4, 5, 6, 7, 8, 0xFFFFFFFF)
    frame("invite", "down", "none", "INVITE", 0, 0, 0, 0, bytes([1]))
    frame("hello", "up", "hello", "HELLO", 4, 0, 0, 1, hello[12:])
    frame("welcome", "down", "down", "WELCOME", 8, 0, 0, 1, welcome[12:])
    frame("ping", "up", "up", "PING", 4, 1, 0, 1, bytes.fromhex("c0ffee00") + counters)
    frame("pong", "down", "down", "PONG", 8, 1, 0, 1, bytes.fromhex("c0ffee00") + counters)
    frame("status", "down", "down", "STATUS", 8, 2, 1, 1, bytes([1, 37]) + struct.pack(">Q", 1795223700000))
    frame("publish-qos1", "up", "up", "PUBLISH", 4, 2, 1, 2, publish(1, False, 42, b"telemetry/temp", b"21.5"))
    frame("publish-qos0-retain", "up", "up", "PUBLISH", 4, 3, 2, 2, publish(0, True, 0, b"state", b""))
    frame("result-accepted", "down", "down", "RESULT", 8, 3, 2, 3, struct.pack(">IB", 42, 0))
    frame("command", "down", "down", "PUBLISH", 8, 4, 3, 3,
          publish(1, False, 7, b"command/relay", b'{"on":true}', b"\0\x01\xff"))
    frame("result-not-understood", "up", "up", "RESULT", 4, 4, 3, 4, struct.pack(">IB", 7, 7))
    frame("publish-utf8", "up", "up", "PUBLISH", 4, 5, 4, 4, publish(1, True, 43, "größe/m³".encode(), bytes(300)))
    frame("ack", "down", "down", "ACK", 0, 5, 0, 5, b"")
    frame("nak", "up", "up", "NAK", 4, 6, 0, 4, b"")
    frame("wrapped", "up", "up", "RESULT", 32, 0xFFFEFFFF, 0, 65535, struct.pack(">IB", 8, 0))
    frame("bye", "down", "down", "BYE", 8, 6, 0, 5, bytes([1]))
    frame("refuse-key", "down", "none", "REFUSE", 0, 0, 0, 0, bytes([3, 0, 0, 0]) + device_nonce)
    say("")

    say("# Frames that a receiver drops before it acts, in a live session with the keys above in which counter 6 up")
    say("# and counter 6 down have verified. bad <name> <up|down> <counter that counts it> <line, with delimiter>")

    def bad(name, direction, why, line):
        say("bad %s %s %s %s" % (name, direction, why, line.hex()))

    ack7 = head("ACK", 4, 7, 0, 4, b"")
    good = sealed(ack7, up)
    bad("crc-bit", "up", "crcErrors", wire(good[:-1] + bytes([good[-1] ^ 1])))
    bad("payload-bit-crc-old", "up", "crcErrors", wire(bytes([good[0] ^ 2]) + good[1:]))
    bad("short", "up", "crcErrors", wire(good[:27] + struct.pack(">I", zlib.crc32(good[:27]))))
    long = struct.pack(">BBHIHH", 0x10, 4, 1, 7, 0, 4)
    bad("length-lies", "up", "crcErrors", wire(sealed(long, up)))
    bad("cobs-cut", "up", "crcErrors", b"\xff\x11\x22\x00")
    bad("tag-bit", "up", "badTags", wire(sealed_with(ack7, bytes([mac(up, ack7)[0] ^ 0x80]) + mac(up, ack7)[1:16])))
    bad("other-key", "up", "badTags", wire(sealed(ack7, other_key)))
    bad("reflected", "up", "badTags", wire(sealed(ack7, down)))
    bad("tag-of-zeros", "up", "badTags", wire(sealed(ack7, None)))
    old = head("PUBLISH", 4, 2, 1, 2, publish(1, False, 42, b"telemetry/temp", b"21.5"))
    bad("replay", "up", "replays", wire(sealed(old, up)))
    bad("same-counter", "down", "replays", wire(sealed(head("ACK", 8, 6, 0, 5, b""), down)))
    bad("unknown-type", "up", "unexpected", wire(sealed(struct.pack(">BBHIHH", 0x7F, 4, 0, 7, 0, 4), up)))
    bad("wrong-direction", "up", "unexpected", wire(sealed(welcome, down)))
    bad("status-up", "up", "unexpected", wire(sealed(head("STATUS", 4, 7, 5, 4, bytes(10)), up)))
    say("")

    say("# badhello <name> <REFUSE code> <line>: a HELLO that the bridge refuses, with the key of meter-0042 as above.")
    bad_key = hkdf(other_key, b"", b"mooring-bridge/1 hello " + device, 32)
    say("badhello swapped-board 3 %s" % wire(sealed(hello, bad_key)).hex())
    stranger = head("HELLO", 4, 0, 0, 1, bytes([1, 0]) + struct.pack(">H", 512) + device_nonce + up_stream
                    + bytes([7]) + b"unknown" + bytes([0]))
    say("badhello stranger 2 %s" % wire(sealed(stranger, bad_key)).hex())
    newer = head("HELLO", 4, 0, 0, 1, bytes([2]) + hello[13:])
    say("badhello newer-version 1 %s" % wire(sealed(newer, hello_key)).hex())
    small = head("HELLO", 4, 0, 0, 1, bytes([1, 0]) + struct.pack(">H", 127) + hello[16:])
    say("badhello small-payload 5 %s" % wire(sealed(small, hello_key)).hex())
    say("")

    say("# badtopic <topic>: RESULT 3. goodtopic <topic>.")
    for topic in [b"", b"/a", b"a/", b"a//b", b"$sys", b"a/+", b"#", b"a\0b", b"a\x1f", b"a\x7f", b"\xc3", b"\xc0\xaf",
                  b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"1/2/3/4/5/6/7/8/9", b"x" * 129]:
        say("badtopic %s" % hexed(topic))
    for topic in [b"a", b"a/b", b"a$", b"1/2/3/4/5/6/7/8", b"x" * 128, "größe/m³".encode(), "\U0001F6A2".encode()]:
        say("goodtopic %s" % topic.hex())
    return "\n".join(out) + "\n"


def sealed_with(body, tag):
    return body + tag + struct.pack(">I", zlib.crc32(body + tag))


if __name__ == "__main__":
    text = main()
    if "--check" in sys.argv:
        kept = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "vectors.txt"), encoding="ascii").read()
        sys.exit(0 if kept == text else "vectors.txt is not what make-vectors.py writes")
    sys.stdout.write(text)

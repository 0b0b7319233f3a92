#!/usr/bin/env python3
"""Writes the fuzzer's first inputs from the vectors: seeds.py VECTORS FOLDER"""
import os
import struct
import sys


def main(vectors, folder):
    os.makedirs(folder, exist_ok=True)
    lines = [line.split() for line in open(vectors, encoding="ascii") if line.strip() and not line.startswith("#")]
    inputs, down = [], b""
    for words in lines:
        if words[0] == "frame" and words[2] == "down":
            wire = bytes.fromhex(words[10])
            down += wire
            inputs.append(b"\0" + wire)
            payload = b"" if words[9] == "-" else bytes.fromhex(words[9])
            inputs.append(b"\1" + struct.pack(">HBBbbB", len(payload), int(words[4], 16), 8, 0, 0, 1) + payload)
        elif words[0] == "bad":
            inputs.append(b"\0" + down + bytes.fromhex(words[4]))
    inputs.append(b"\0" + down)
    for number, data in enumerate(inputs):
        with open(os.path.join(folder, "seed-%02d" % number), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/env python3
"""mooring-device on a pseudo terminal against bridge.py, with every fault: counts must add up exactly.

Usage: process.py MOORING-DEVICE [CASE...]
"""
import json
import os
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bridge  # noqa: E402

KEY = bytes(range(32))
COUNT = 300


class Case:
    def __init__(self, name, arguments, restart=0.0, check=None, kills=0):
        self.name, self.arguments, self.restart, self.check, self.kills = name, arguments, restart, check, kills


def at_least(name, least):
    return lambda end, totals: None if (end.get(name, 0) + totals.get(name, 0)) >= least else "%s under %d" % (name, least)


FAST = ["--baud", "0", "--hello-ms", "200"]
CASES = [
    Case("plain", FAST),
    Case("at 460800 baud", ["--baud", "460800"]),
    Case("damage", FAST + ["--corrupt-every", "53", "--corrupt-in-every", "49", "--drop-every", "91", "--noise-every", "101"],
         check=at_least("crcErrors", 5)),
    Case("replay", FAST + ["--replay-every", "3"], check=at_least("replays", 50)),
    Case("cut", ["--baud", "230400", "--hello-ms", "200", "--cut-every-ms", "600", "--cut-for-ms", "100", "--replay-every", "7"],
         check=at_least("cuts", 1)),
    Case("reset", ["--baud", "230400", "--hello-ms", "200", "--reset-every-ms", "500", "--replay-every", "7"],
         check=at_least("resets", 1)),
    Case("bridge restarts", ["--baud", "230400", "--hello-ms", "200", "--corrupt-every", "40"], restart=0.5,
         check=at_least("sessions", 2)),
    Case("flood", FAST + ["--flood", "10", "--hold-ms", "1000"], check=at_least("floods", 1)),
    Case("killed", ["--baud", "230400", "--hello-ms", "200", "--no-bye"], kills=3, check=at_least("sessions", 3)),
]


def start(program, folder, arguments):
    path = lambda name: os.path.join(folder, name)
    process = subprocess.Popen([program, "--pty", path("line"), "--id", "d1", "--key-file", path("key"), "--messages",
                                str(COUNT), "--expect", str(COUNT), "--qos0", "20", "--deadline-s", "60", "--ledger",
                                path("ledger"), "--state", path("state")] + arguments,
                               stdout=subprocess.PIPE, text=True)
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout))
    reader.start()
    return process, lines, reader


def run(program, case):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "key"), "w", encoding="ascii") as file:
            file.write(KEY.hex() + "\n")
        memory = bridge.Memory()
        process, lines, reader = start(program, folder, case.arguments)
        line = os.path.join(folder, "line")
        totals = {}
        for kill in range(1, case.kills + 1):
            part = COUNT * kill // (case.kills + 1)
            more = bridge.serve(line, KEY, b"d1", memory, COUNT, lambda: len(memory.published) >= part, 30)
            totals = {name: totals.get(name, 0) + more.get(name, 0) for name in set(totals) | set(more)}
            process.kill()
            process.wait()
            reader.join()
            process, lines, reader = start(program, folder, case.arguments)
        more = bridge.serve(line, KEY, b"d1", memory, COUNT, lambda: process.poll() is not None, 70, case.restart)
        totals = {name: totals.get(name, 0) + more.get(name, 0) for name in set(totals) | set(more)}
        reader.join()
        ledger = [entry.split() for entry in open(os.path.join(folder, "ledger"), encoding="utf-8")]
        end = json.loads(lines[-1])
        numbers = list(range(1, COUNT + 1))
        problems = [what for what, good in (
            ("exit code %s" % process.returncode, process.returncode == 0),
            ("published %d" % len(memory.published), memory.published == ["d1/%d" % n for n in numbers]),
            ("results in the ledger", [int(e[1]) for e in ledger if e[0] == "up" and e[2] == "0"] == numbers),
            ("commands in the ledger", [int(e[1]) for e in ledger if e[0] == "down"] == numbers),
            ("commands settled %d" % len(memory.done), memory.done == numbers),
            ("QoS 0 doubled", len(set(memory.qos0)) == len(memory.qos0)),
        ) if not good]
        told = case.check(end, totals) if case.check else None
        problems += [told] if told else []
        print("%-16s %s" % (case.name, "ok" if not problems else "NOT OK: " + ", ".join(problems)), flush=True)
        if problems:
            print(totals, "".join(lines[-5:]))
        return not problems


def swapped_board(program):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "key"), "w", encoding="ascii") as file:
            file.write(KEY.hex())
        memory = bridge.Memory()
        process, lines, reader = start(program, folder, FAST + ["--wrong-key", "--stop-on-refuse"])
        bridge.serve(os.path.join(folder, "line"), KEY, b"d1", memory, 5, lambda: process.poll() is not None, 30)
        reader.join()
        good = process.returncode == 4 and not memory.published and '"name":"bad-key"' in "".join(lines)
        print("%-16s %s" % ("swapped board", "ok" if good else "NOT OK " + "".join(lines)), flush=True)
        return good


def older_session(program):
    """What one run sent is sent again in a later session, with new keys and all."""
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        with open(path("key"), "w", encoding="ascii") as file:
            file.write(KEY.hex())
        memory = bridge.Memory()
        for arguments in (["--record", path("tape")], ["--replay-file", path("tape"), "--linger-ms", "500"]):
            process, lines, reader = start(program, folder, FAST + arguments)
            totals = bridge.serve(path("line"), KEY, b"d1", memory, COUNT, lambda: process.poll() is not None, 30)
            reader.join()
        good = len(memory.published) == COUNT and totals.get("badTags", 0) >= COUNT and process.returncode == 0
        print("%-16s %s" % ("older session", "ok" if good else "NOT OK %s %s" % (totals, lines)), flush=True)
        return good


def main(program, names):
    good = [run(program, case) for case in CASES if not names or case.name in names]
    if not names:
        good += [swapped_board(program), older_session(program)]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

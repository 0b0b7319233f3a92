#!/usr/bin/env python3
"""The deepest stack that a call into the library takes, from gcc's own call graph: stack.py LIMIT FILE.ci...

gcc -fcallgraph-info=su writes for each function its stack use and whom it calls. The longest way through the graph is
the bound; recursion, a stack that grows at run time, and calls to unknown functions are errors. Calls through a pointer
are the handlers and the crypto port: their need comes on top, that of the port that is included is printed.
"""
import re
import sys

NODE = re.compile(r'node: \{ title: "([^"]*)" label: "([^"]*)"')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"')
# Leaf calls into the C library, with a bound on what they use.
LIBRARY = {"memcpy": 64, "memset": 64, "memmove": 64, "strlen": 64, "__indirect_call": 0}
PORT = ("sha256", "hmac_sha256")


def main(limit, paths):
    own, calls = {}, {}
    for path in paths:
        text = open(path, encoding="utf-8").read()
        for title, label in NODE.findall(text):
            size = re.search(r"(\d+) bytes \((\w+(?:,\w+)?)\)", label)
            if size:
                if size.group(2) not in ("static", "dynamic,bounded"):
                    sys.exit("%s: its stack use is %s, without a bound" % (title, size.group(2)))
                own[title] = int(size.group(1))
        for source, target in EDGE.findall(text):
            calls.setdefault(source, set()).add(target)

    known = {}

    def depth(name, path):
        if name in path:
            sys.exit("Recursion: " + " -> ".join(path + (name,)))
        if name not in own:
            plain = name.split(":")[-1]
            if plain not in LIBRARY:
                sys.exit("%s calls %s, whose stack use is not known" % (path[-1], name))
            return LIBRARY[plain], (plain,)
        if name not in known:
            below = max((depth(callee, path + (name,)) for callee in calls.get(name, ())), default=(0, ()))
            known[name] = own[name] + below[0], (name,) + below[1]
        return known[name]

    short = lambda name: name.split(":")[-1]
    port = [depth(name, ()) for name in own if "moor_small_crypto.c:" in name and short(name) in PORT]
    rest = [depth(name, ()) for name in own if "moor_small_crypto.c:" not in name]
    library, crypto = max(rest), max(port)
    total = library[0] + crypto[0]
    print("library %d bytes (%s)" % (library[0], " > ".join(map(short, library[1]))))
    print("included crypto %d bytes (%s)" % (crypto[0], " > ".join(map(short, crypto[1]))))
    print("together at most %d bytes, limit %d" % (total, limit))
    if total > limit:
        sys.exit("The stack bound is broken.")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])

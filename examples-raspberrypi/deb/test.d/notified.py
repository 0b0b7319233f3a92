#!/usr/bin/env python3
"""notified.py HOME ARGUMENTS...: the service manager's end of sd_notify(3) for HOME/bin/mooring-pi. Hands SIGTERM on, and
ends with the program's exit code if READY=1, a connection and STOPPING=1 were told, and nothing listened meanwhile."""

import os
import signal
import socket
import subprocess
import sys
import tempfile


def listening(pid):
    """TCP sockets of the process in the state LISTEN, from /proc."""
    own = set()
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        try:
            own.add(os.readlink(f"/proc/{pid}/fd/{descriptor}"))
        except OSError:
            continue  # closed since it was listed
    found = []
    for table in ("tcp", "tcp6"):
        with open(f"/proc/{pid}/net/{table}", encoding="ascii") as lines:
            for line in list(lines)[1:]:
                fields = line.split()
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in own:
                    found.append(fields[1])
    return found


def main():
    with tempfile.TemporaryDirectory() as folder, socket.socket(
        socket.AF_UNIX, socket.SOCK_DGRAM
    ) as manager:
        path = os.path.join(folder, "notify")
        manager.bind(path)
        manager.settimeout(1)
        program = subprocess.Popen(
            [os.path.join(sys.argv[1], "bin", "mooring-pi"), *sys.argv[2:]],
            env={**os.environ, "NOTIFY_SOCKET": path},
        )
        signal.signal(signal.SIGTERM, lambda *_: program.terminate())
        told = []
        while True:
            ended = program.poll() is not None
            try:
                message = manager.recv(4096).decode()
            except socket.timeout:
                if ended:
                    break
                continue
            told.append(message)
            print("notified:", message.replace("\n", " "), flush=True)
            if "Connected to" in message:
                listens = listening(program.pid)
                if listens:
                    program.kill()
                    sys.exit(f"it listens: {listens}")
        for wanted in ("READY=1", "Connected to", "STOPPING=1"):
            if not any(wanted in message for message in told):
                sys.exit(f"{wanted} was not told; told: {told}")
        sys.exit(program.returncode)


if __name__ == "__main__":
    main()

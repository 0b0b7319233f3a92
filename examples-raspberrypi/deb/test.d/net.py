"""What the test of the package does to the network: up, fenced UID BROKER-PORT."""

import errno
import fcntl
import os
import socket
import struct
import sys

IFF_UP = 0x1
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914


def up():
    """The loopback interface of a new network, without iproute2."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = bytearray(struct.pack("16sH22x", b"lo", 0))
        fcntl.ioctl(control, SIOCGIFFLAGS, request)
        flags = struct.unpack_from("H", request, 16)[0]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", flags | IFF_UP))


def reaches(family, kind, address, port):
    with socket.socket(family, kind) as line:
        line.settimeout(3)
        try:
            line.connect((address, port))
            if kind == socket.SOCK_DGRAM:
                # Nobody answers: the first packet brings the refusal of a closed port, which is no firewall's.
                line.send(b"?")
                line.send(b"?")
        except ConnectionRefusedError:
            return kind == socket.SOCK_DGRAM
        except OSError as refusal:
            if refusal.errno in (errno.EHOSTUNREACH, errno.EACCES, errno.EPERM, errno.ENETUNREACH):
                return False
            raise
        return True


def fenced(uid, broker_port):
    """Who reaches what: tried by root first, which the rules do not concern, then by the user."""
    tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
    with socket.create_server(("127.0.0.1", 0)) as four, socket.create_server(
        ("::1", 0), family=socket.AF_INET6
    ) as six:
        other4, other6 = four.getsockname()[1], six.getsockname()[1]
        tries = [
            (socket.AF_INET, tcp, "127.0.0.1", broker_port, True),
            (socket.AF_INET, tcp, "127.0.0.1", other4, False),
            (socket.AF_INET6, tcp, "::1", other6, False),
            (socket.AF_INET, udp, "127.0.0.1", 53, True),
            (socket.AF_INET6, udp, "::1", 53, True),
            (socket.AF_INET, udp, "127.0.0.1", 123, True),
            (socket.AF_INET, udp, "127.0.0.1", 5353, False),
        ]
        for family, kind, address, port, _ in tries:
            if not reaches(family, kind, address, port):
                sys.exit(f"root does not reach {address} {port}")
        os.setgid(uid)
        os.setuid(uid)
        for family, kind, address, port, allowed in tries:
            if reaches(family, kind, address, port) != allowed:
                sys.exit(f"the user {'does not reach' if allowed else 'reaches'} {address} {port}")


if __name__ == "__main__":
    if sys.argv[1] == "up":
        up()
    else:
        fenced(int(sys.argv[2]), int(sys.argv[3]))

package io.mooring.examples.common;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A Unix datagram socket, which Java 17 has none of: socket(2) and sendto(2) through JNA. Nothing
 * is bound, nothing is received.
 */
final class NotifySocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  // sun_path of sockaddr_un.
  private static final int LONGEST_PATH = 108;

  private final LibC libc;
  private final byte[] address;

  /**
   * @param path of NOTIFY_SOCKET: absolute, or abstract with a leading {@code @}
   */
  NotifySocket(String path) throws IOException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length >= LONGEST_PATH || (name[0] != '/' && name[0] != '@')) {
      throw new IOException("NOTIFY_SOCKET is neither a path nor an abstract name: " + path);
    }
    address =
        ByteBuffer.allocate(Short.BYTES + name.length)
            .order(ByteOrder.nativeOrder())
            .putShort((short) AF_UNIX)
            .put(name)
            .array();
    if (name[0] == '@') {
      address[Short.BYTES] = 0;
    }
    try {
      libc = Native.load("c", LibC.class);
    } catch (UnsatisfiedLinkError e) {
      throw new IOException("JNA found no C library for NOTIFY_SOCKET", e);
    }
  }

  void send(String message) throws IOException {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    try {
      int socket = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      try {
        var length = new LibC.SizeT(bytes.length);
        libc.sendto(socket, bytes, length, 0, address, address.length);
      } finally {
        libc.close(socket);
      }
    } catch (LastErrorException e) {
      throw new IOException("systemd was not reached: errno " + e.getErrorCode(), e);
    }
  }
}

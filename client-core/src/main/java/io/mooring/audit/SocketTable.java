package io.mooring.audit;

import io.mooring.audit.ListeningSocket.Network;
import io.mooring.audit.ListeningSocket.Transport;
import io.mooring.audit.ListeningSocket.Unix;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A table of sockets as Linux prints it below {@code /proc/self/net}, one socket a line. */
enum SocketTable {
  TCP("tcp", Transport.TCP),
  TCP6("tcp6", Transport.TCP),
  UDP("udp", Transport.UDP),
  UDP6("udp6", Transport.UDP),
  UDP_LITE("udplite", Transport.UDP_LITE),
  UDP_LITE6("udplite6", Transport.UDP_LITE),
  RAW("raw", Transport.RAW),
  RAW6("raw6", Transport.RAW),
  UNIX("unix", null);

  /** TCP_LISTEN of the kernel's {@code tcp_states.h}. */
  private static final String LISTENING = "0A";

  /** TCP_CLOSE, which the tables of UDP and raw sockets print for "bound, and no peer". */
  private static final String WITHOUT_PEER = "07";

  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private static final int UNIX_FLAGS = 3;
  private static final int UNIX_TYPE = 4;
  private static final int UNIX_STATE = 5;
  private static final int UNIX_INODE = 6;
  private static final int UNIX_NAME = 7;

  /** {@code __SO_ACCEPTCON}: listen() was called. */
  private static final int ACCEPTS = 0x10000;

  private static final String UNIX_DATAGRAM = "0002";
  private static final String UNIX_UNCONNECTED = "01";

  private final String file;
  private final @Nullable Transport transport;

  SocketTable(String file, @Nullable Transport transport) {
    this.file = file;
    this.transport = transport;
  }

  /** The name of the file below {@code net}. */
  String file() {
    return file;
  }

  /** Every Linux with a network has it; without IPv6, for one, there is no {@code tcp6}. */
  boolean isRequired() {
    return this == TCP;
  }

  boolean isUnix() {
    return transport == null;
  }

  /** The fields of a line; a Unix socket's name is the last one and may hold spaces. */
  String[] fields(String line) {
    return line.strip().split("\\s+", isUnix() ? UNIX_NAME + 1 : -1);
  }

  /**
   * The inode of a socket.
   *
   * @throws IOException if the line is not of the form we know: better no answer than a wrong one
   */
  long inode(String[] fields) throws IOException {
    try {
      return Long.parseLong(field(fields, isUnix() ? UNIX_INODE : INODE));
    } catch (NumberFormatException e) {
      throw unknown(fields, e);
    }
  }

  /** The socket of a line, if it can be reached. */
  Optional<ListeningSocket> listening(String[] fields) throws IOException {
    Transport reached = transport;
    try {
      return reached == null ? unix(fields) : network(reached, fields);
    } catch (IllegalArgumentException e) { // not a number, not hexadecimal
      throw unknown(fields, e);
    }
  }

  private Optional<ListeningSocket> network(Transport reached, String[] fields) throws IOException {
    String state = field(fields, STATE);
    if (!state.equals(reached == Transport.TCP ? LISTENING : WITHOUT_PEER)) {
      return Optional.empty();
    }
    String local = field(fields, LOCAL_ADDRESS);
    int colon = local.indexOf(':');
    if (colon < 0) {
      throw unknown(fields, null);
    }
    InetAddress address = address(local.substring(0, colon));
    int port = Integer.parseInt(local.substring(colon + 1), 16);
    return Optional.of(new Network(reached, address, port, inode(fields)));
  }

  private Optional<ListeningSocket> unix(String[] fields) throws IOException {
    String name = fields.length > UNIX_NAME ? fields[UNIX_NAME] : "";
    boolean accepts = (Integer.parseInt(field(fields, UNIX_FLAGS), 16) & ACCEPTS) != 0;
    boolean receives =
        field(fields, UNIX_TYPE).equals(UNIX_DATAGRAM)
            && field(fields, UNIX_STATE).equals(UNIX_UNCONNECTED)
            && !name.isEmpty();
    return accepts || receives ? Optional.of(new Unix(name, inode(fields))) : Optional.empty();
  }

  /** The kernel prints addresses as 32-bit words in the byte order of the machine. */
  static InetAddress address(String hex) throws IOException {
    ByteBuffer printed = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    if (printed.capacity() % Integer.BYTES != 0) {
      throw new IllegalArgumentException("an address is whole 32-bit words");
    }
    ByteBuffer address = ByteBuffer.allocate(printed.capacity()).order(ByteOrder.nativeOrder());
    while (printed.hasRemaining()) {
      address.putInt(printed.getInt());
    }
    return InetAddress.getByAddress(address.array());
  }

  private String field(String[] fields, int index) throws IOException {
    if (index >= fields.length) {
      throw unknown(fields, null);
    }
    return fields[index];
  }

  private IOException unknown(String[] fields, @Nullable Throwable cause) {
    return new IOException(
        "net/" + file + " has a line of unknown form: " + String.join(" ", fields), cause);
  }
}

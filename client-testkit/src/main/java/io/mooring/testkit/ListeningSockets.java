package io.mooring.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sockets on which a process can be reached, read from Linux's {@code /proc}: TCP sockets in
 * the state LISTEN, and UDP sockets bound without a peer. A connected socket, such as a client's
 * line to its broker, is not among them.
 */
public final class ListeningSockets {
  private static final Pattern SOCKET_LINK = Pattern.compile("socket:\\[(\\d+)]");
  private static final String TCP_LISTEN = "0A";
  private static final String UDP_UNCONNECTED = "07";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private ListeningSockets() {}

  /** A socket that can be reached. */
  public record ListeningSocket(String protocol, InetSocketAddress address) {}

  /** The sockets of this process. */
  public static List<ListeningSocket> ofThisProcess() throws IOException {
    return ofProcess(ProcessHandle.current().pid());
  }

  /**
   * The sockets of a process of the same user.
   *
   * @throws IOException if {@code /proc} does not show the process: it is gone, belongs to someone
   *     else, or this is not Linux
   */
  public static List<ListeningSocket> ofProcess(long pid) throws IOException {
    Path proc = Path.of("/proc", Long.toString(pid));
    Set<String> own = socketInodes(proc.resolve("fd"));
    List<ListeningSocket> found = new ArrayList<>();
    for (String protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
      Path table = proc.resolve("net").resolve(protocol);
      // A kernel without IPv6 has no table for it.
      if (Files.exists(table)) {
        addReachable(found, protocol, Files.readAllLines(table), own);
      }
    }
    return found;
  }

  private static void addReachable(
      List<ListeningSocket> found, String protocol, List<String> table, Set<String> own)
      throws IOException {
    String reachable = protocol.startsWith("tcp") ? TCP_LISTEN : UDP_UNCONNECTED;
    for (String line : table.subList(1, table.size())) {
      String[] fields = line.trim().split("\\s+", -1);
      if (fields[STATE].equals(reachable) && own.contains(fields[INODE])) {
        found.add(new ListeningSocket(protocol, address(fields[LOCAL_ADDRESS])));
      }
    }
  }

  private static Set<String> socketInodes(Path descriptors) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(descriptors)) {
      for (Path entry : entries) {
        try {
          Matcher link = SOCKET_LINK.matcher(Files.readSymbolicLink(entry).toString());
          if (link.matches()) {
            inodes.add(link.group(1));
          }
        } catch (NoSuchFileException e) {
          // Closed between listing and reading, as the listing's own descriptor is.
        }
      }
    }
    return inodes;
  }

  /** The kernel prints addresses as 32-bit words in the byte order of the machine. */
  static InetSocketAddress address(String hex) throws UnknownHostException {
    int colon = hex.indexOf(':');
    ByteBuffer printed = ByteBuffer.wrap(HexFormat.of().parseHex(hex.substring(0, colon)));
    ByteBuffer address = ByteBuffer.allocate(printed.capacity()).order(ByteOrder.nativeOrder());
    while (printed.hasRemaining()) {
      address.putInt(printed.getInt());
    }
    int port = Integer.parseInt(hex.substring(colon + 1), 16);
    return new InetSocketAddress(InetAddress.getByAddress(address.array()), port);
  }
}

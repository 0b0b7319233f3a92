package io.mooring.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads this process's own sockets from the operating system and tells those on which others can
 * reach it: TCP sockets that listen, UDP and raw sockets without a peer, and, if asked for, Unix
 * domain sockets. It looks at the process, not at this library: a listener of a debug agent, of
 * JMX, of another library, or inherited from who started the process is found as well.
 *
 * <p>Linux only: it matches {@code /proc/self/fd} with {@code /proc/self/net}. Elsewhere, and where
 * {@code /proc} cannot be read, the answer is {@link Result.NotAvailable}, never {@link
 * Result.Clean}. It opens no socket, needs no right beyond the process's own, and reads a line for
 * each socket of the process's network namespace, of whichever process.
 *
 * <p><b>What it cannot see:</b> child processes; sockets that a thread opened in another network
 * namespace than the process's; transports that have no such table, as SCTP, VSOCK, Bluetooth and
 * packet sockets; and a listener that comes and goes between two audits. It is a snapshot: what is
 * opened or closed while it reads may be in it or not.
 *
 * <p>It may block on the file system; do not call it on an event loop. Immutable; any thread.
 */
public final class ListeningSocketAudit {
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

  private final String system;
  private final Path process;
  private final boolean unix;

  ListeningSocketAudit(String system, Path process, boolean unix) {
    this.system = system;
    this.process = process;
    this.unix = unix;
  }

  /** Audits the sockets that the network reaches. */
  public static ListeningSocketAudit network() {
    return new ListeningSocketAudit(
        System.getProperty("os.name", "an unknown system"), Path.of("/proc/self"), false);
  }

  /**
   * Audits Unix domain sockets as well. A JVM opens one when {@code jcmd} or a profiler first
   * attaches to it; so this is not the default.
   */
  public ListeningSocketAudit includingUnix() {
    return new ListeningSocketAudit(system, process, true);
  }

  /** What an audit found. */
  public sealed interface Result {
    /** Nobody can reach this process unless it called first. */
    record Clean() implements Result {}

    /**
     * Sockets on which others can reach this process.
     *
     * @param sockets at least one
     */
    record Found(List<ListeningSocket> sockets) implements Result {
      /** Copies the list. */
      public Found {
        sockets = List.copyOf(sockets);
      }

      /** All of them, as {@code TCP 0.0.0.0:8080 (inode 4711), ...}. */
      public String describe() {
        return sockets.stream().map(Object::toString).collect(Collectors.joining(", "));
      }
    }

    /**
     * This system does not say.
     *
     * @param reason why, in a sentence
     */
    record NotAvailable(String reason) implements Result {}
  }

  /** Looks now. */
  public Result run() {
    if (!system.equals("Linux")) {
      return new Result.NotAvailable(
          "A process's own sockets are read from /proc, which is Linux's; this is " + system + ".");
    }
    try {
      List<ListeningSocket> found = listening(sockets());
      return found.isEmpty() ? new Result.Clean() : new Result.Found(found);
    } catch (IOException e) {
      return new Result.NotAvailable("The sockets of this process cannot be read: " + e + ".");
    }
  }

  /** The inodes of this process's sockets. */
  private Set<Long> sockets() throws IOException {
    Set<Long> inodes = new HashSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        Matcher socket = SOCKET.matcher(target(descriptor));
        if (socket.matches()) {
          inodes.add(Long.valueOf(socket.group(1)));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return inodes;
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return ""; // closed since it was listed, as the listing's own descriptor will be
    }
  }

  private List<ListeningSocket> listening(Set<Long> own) throws IOException {
    List<ListeningSocket> found = new ArrayList<>();
    for (SocketTable table : SocketTable.values()) {
      if (unix || !table.isUnix()) {
        Path file = process.resolve("net").resolve(table.file());
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
          addListening(found, table, lines, own);
        } catch (NoSuchFileException e) {
          if (table.isRequired()) {
            throw e;
          }
        }
      }
    }
    return found;
  }

  /** Line by line: on a gateway the tables may hold all of the machine's connections. */
  private static void addListening(
      List<ListeningSocket> found, SocketTable table, BufferedReader lines, Set<Long> own)
      throws IOException {
    String heading = lines.readLine();
    if (heading == null) {
      throw new IOException("net/" + table.file() + " is empty");
    }
    Set<Long> seen = new HashSet<>(); // a table that changes while it is read may repeat a line
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] fields = table.fields(line);
      long inode = table.inode(fields);
      if (own.contains(inode) && seen.add(inode)) {
        table.listening(fields).ifPresent(found::add);
      }
    }
  }
}

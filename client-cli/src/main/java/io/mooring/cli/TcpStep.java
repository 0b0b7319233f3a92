package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.error.ErrorCode;
import io.mooring.error.NetworkException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which addresses of the broker answer TCP? One is enough; the others are worth a warning. */
final class TcpStep {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private TcpStep() {}

  static void examine(
      Findings findings, Endpoint broker, List<InetAddress> addresses, Deadline deadline) {
    findings.enter("tcp");
    List<String> silent = new ArrayList<>();
    IOException refusal = null;
    boolean reached = false;
    for (InetAddress address : addresses) {
      IOException failure = dial(findings, address, broker.port(), deadline);
      if (failure == null) {
        reached = true;
      } else {
        refusal = failure;
        silent.add(address.getHostAddress() + " (" + failure.getMessage() + ")");
      }
    }
    if (!reached) {
      throw new NetworkException(
          codeOf(refusal),
          "No TCP connection to "
              + broker
              + ": "
              + String.join("; ", silent)
              + ". Check host, port and route, and that the broker listens.",
          refusal);
    }
    if (!silent.isEmpty()) {
      findings.warn(
          ErrorCode.ADDRESS_FAMILY_UNREACHABLE,
          "These addresses of "
              + broker.host()
              + " do not answer: "
              + String.join("; ", silent)
              + ".");
    }
  }

  private static @Nullable IOException dial(
      Findings findings, InetAddress address, int port, Deadline deadline) {
    long begin = System.nanoTime();
    try (Socket socket = new Socket()) {
      long millis = Math.min(PATIENCE.toMillis(), Math.max(1, deadline.left().toMillis()));
      socket.connect(new InetSocketAddress(address, port), (int) millis);
    } catch (IOException e) {
      return e;
    }
    findings.saw(
        address.getHostAddress()
            + " port "
            + port
            + " answers in "
            + Duration.ofNanos(System.nanoTime() - begin).toMillis()
            + " ms");
    return null;
  }

  private static ErrorCode codeOf(@Nullable IOException refusal) {
    String words = refusal == null ? "" : String.valueOf(refusal.getMessage());
    if (refusal instanceof SocketTimeoutException) {
      return ErrorCode.TCP_TIMED_OUT;
    }
    if (words.contains("refused")) {
      return ErrorCode.CONNECTION_REFUSED;
    }
    return words.contains("unreachable") || words.contains("No route")
        ? ErrorCode.NO_ROUTE
        : ErrorCode.NETWORK;
  }
}

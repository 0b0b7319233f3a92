package io.mooring.internal.net;

import io.mooring.error.ErrorCode;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why no TCP connection came about; the JDK says it in words only. */
final class Refusal {
  private Refusal() {}

  static ErrorCode codeOf(@Nullable IOException cause) {
    if (cause instanceof NoRouteToHostException) {
      return ErrorCode.NO_ROUTE;
    }
    String words = cause == null ? "" : String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (words.contains("refused")) {
      return ErrorCode.CONNECTION_REFUSED;
    }
    if (words.contains("unreachable") || words.contains("no route")) {
      return ErrorCode.NO_ROUTE;
    }
    return words.contains("timed out") || words.contains("did not answer")
        ? ErrorCode.TCP_TIMED_OUT
        : ErrorCode.NETWORK;
  }
}

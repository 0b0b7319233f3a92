package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import io.mooring.error.TimeoutException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** What DNS says of the broker, of both families; on a thread of its own, since it may hang. */
final class NameStep {
  private NameStep() {}

  static List<InetAddress> examine(Findings findings, String host, Deadline deadline) {
    findings.enter("dns");
    FutureTask<InetAddress[]> lookUp = new FutureTask<>(() -> InetAddress.getAllByName(host));
    Thread thread = new Thread(lookUp, "mooring-doctor-dns");
    thread.setDaemon(true);
    thread.start();
    List<InetAddress> addresses;
    try {
      addresses = List.of(lookUp.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      throw notResolved(host, e);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException(
          ErrorCode.NAME_LOOKUP_TIMED_OUT,
          "DNS did not answer for " + host + " in time. Check the name servers of this device.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException(
          ErrorCode.INTERRUPTED, "Interrupted while looking up " + host + ".", e);
    }
    findings.saw(
        host
            + " has "
            + family(addresses, false)
            + " (IPv4) and "
            + family(addresses, true)
            + " (IPv6)");
    return addresses;
  }

  private static MooringException notResolved(String host, ExecutionException e) {
    Throwable cause = e.getCause() instanceof UnknownHostException unknown ? unknown : e;
    return new NetworkException(
        ErrorCode.NAME_NOT_RESOLVED,
        "The name "
            + host
            + " was not resolved: "
            + cause.getMessage()
            + ". Check the name, and DNS on this device.",
        cause);
  }

  private static String family(List<InetAddress> addresses, boolean six) {
    List<String> those =
        addresses.stream()
            .filter(address -> (address instanceof Inet6Address) == six)
            .map(InetAddress::getHostAddress)
            .toList();
    return those.isEmpty() ? "none" : String.join(", ", those);
  }
}

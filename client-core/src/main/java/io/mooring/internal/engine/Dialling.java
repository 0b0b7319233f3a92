package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.HttpProxy;
import io.mooring.Reconnect;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where connections go, and how long and how often they are tried.
 *
 * @param brokers in order of preference, at least one
 * @param connectTimeout of one attempt: DNS, TCP, TLS, AUTH and CONNACK together
 * @param followServerReference whether a broker may send the client to another one
 * @param proxy what carries every connection, or null
 */
public record Dialling(
    List<Endpoint> brokers,
    Duration connectTimeout,
    Reconnect reconnect,
    boolean followServerReference,
    @Nullable HttpProxy proxy) {
  /** Copies the list. */
  public Dialling {
    brokers = List.copyOf(brokers);
  }
}

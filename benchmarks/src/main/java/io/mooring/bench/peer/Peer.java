package io.mooring.bench.peer;

import java.util.concurrent.CompletionStage;

/**
 * One client library in its idiomatic fastest use. Made once in a process; opens any number of
 * connections.
 */
public interface Peer {
  /**
   * Connects with the client certificate. The stage ends when the application may know of CONNACK.
   *
   * @param clientId the Client Identifier
   */
  CompletionStage<? extends Session> connect(String clientId) throws Exception;
}

package io.mooring.bench.peer;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A hand-rolled blocking client on an SSLSocket that coalesces its writes and checks next to
 * nothing: the practical ceiling of what Java's own TLS allows, and no client to use.
 */
public final class RawPeer implements Peer {
  private static final int SOCKET_BUFFER = 256 * 1024;

  private final SSLContext context;
  private final int port;

  /** Reads the files. */
  public RawPeer(Target target) throws IOException, GeneralSecurityException {
    context = new JsseMaterial(target).context();
    port = target.port();
  }

  @Override
  public CompletionStage<? extends Session> connect(String clientId) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(Target.HOST, port);
    socket.setTcpNoDelay(true);
    socket.setSendBufferSize(SOCKET_BUFFER);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(new String[] {"TLSv1.3"});
    socket.setSSLParameters(parameters);
    return CompletableFuture.completedFuture(RawSession.open(socket, clientId));
  }
}

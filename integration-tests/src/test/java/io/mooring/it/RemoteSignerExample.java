package io.mooring.it;

import io.mooring.error.KeystoreException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The worked example of docs/TOKENS.md: a device identity whose key another process holds, asked
 * over a Unix domain socket for one signature at a time. The protocol is the example's own: number
 * of the scheme and message out, signature in, each with its length; an empty signature refuses.
 */
final class RemoteSignerExample implements DeviceIdentity {
  private static final int MAX_SIGNATURE_BYTES = 1024;

  private final Path socket;
  private final List<X509Certificate> chain;

  RemoteSignerExample(Path socket, List<X509Certificate> chain) {
    this.socket = socket;
    this.chain = List.copyOf(chain);
  }

  @Override
  public List<X509Certificate> certificateChain() {
    return chain;
  }

  @Override
  public Set<SignatureScheme> signatureSchemes() {
    return Set.of(SignatureScheme.ECDSA_SECP256R1_SHA256);
  }

  /** Called on a worker thread, so it may wait for the other process. */
  @Override
  public byte[] sign(SignatureScheme scheme, byte[] message) {
    if (!signatureSchemes().contains(scheme)) {
      throw new IllegalArgumentException("the signer does not sign " + scheme);
    }
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
      out.writeShort(scheme.code());
      out.writeInt(message.length);
      out.write(message);
      out.flush();
      DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
      int length = in.readInt();
      if (length <= 0 || length > MAX_SIGNATURE_BYTES) {
        throw new SignerAway("The signer at " + socket + " refused. See its log.", null);
      }
      return in.readNBytes(length);
    } catch (IOException e) {
      throw new SignerAway(
          "The signer at " + socket + " does not answer: " + e + ". Is its service up?", e);
    }
  }

  /** Retryable: the other process may come back. */
  static final class SignerAway extends KeystoreException {
    private static final long serialVersionUID = 1L;

    SignerAway(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }
}

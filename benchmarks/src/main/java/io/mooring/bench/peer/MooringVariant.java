package io.mooring.bench.peer;

import io.mooring.ClientBuilder;
import io.mooring.identity.DeviceIdentity;
import io.mooring.outbox.Outbox;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What some rows have that the others have not, by system property: an outbox, or another way to
 * log in than by certificate.
 *
 * @param login {@code password}, {@code scram-password} or {@code scram-keys}; null for the
 *     certificate
 * @param outbox its folder; null for none
 */
record MooringVariant(@Nullable String login, @Nullable String outbox) {
  /** How {@link #login} is told to a process. */
  static final String LOGIN = "bench.login";

  /** How {@link #outbox} is told to a process. */
  static final String OUTBOX = "bench.outbox";

  private static final int OUTBOX_MESSAGES = 100_000;
  private static final long OUTBOX_BYTES = 256L << 20;

  static MooringVariant ofProcess() {
    return new MooringVariant(System.getProperty(LOGIN), System.getProperty(OUTBOX));
  }

  void apply(ClientBuilder builder, DeviceIdentity identity) {
    if (login == null) {
      builder.identity(identity);
    } else {
      MooringLogin.apply(login, builder);
    }
    if (outbox != null) {
      builder.outbox(Outbox.in(Path.of(outbox)).atMost(OUTBOX_MESSAGES, OUTBOX_BYTES));
    }
  }
}

package io.mooring.cli;

import io.mooring.identity.SecretMac;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.Overflow;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where {@code pub} keeps messages until the broker has them. */
final class OutboxOptions {
  @Option(
      names = "--outbox",
      paramLabel = "DIR",
      description =
          "Keep QoS 1 and 2 messages in this folder until the broker has acknowledged them: works"
              + " with the broker away, and delivers first what an earlier run left. Encrypted if"
              + " the keystore holds an outbox key.")
  @Nullable Path folder;

  @Option(
      names = "--outbox-messages",
      paramLabel = "N",
      description = "The most messages that it keeps. Default: 10000.")
  private int messages = Outbox.DEFAULT_MESSAGES;

  @Option(
      names = "--outbox-bytes",
      paramLabel = "N",
      description = "The most bytes that it keeps. Default: 67108864 (64 MiB).")
  private long bytes = Outbox.DEFAULT_BYTES;

  @Option(
      names = "--outbox-overflow",
      paramLabel = "POLICY",
      description =
          "What gives way when it is full: reject (with --stdin-lines: stop reading until there is"
              + " room), drop-oldest or drop-newest. Default: reject.")
  private Overflow overflow = Overflow.REJECT;

  /** The most messages that it keeps. */
  int messages() {
    return messages;
  }

  /** The most bytes that it keeps. */
  long bytes() {
    return bytes;
  }

  /** The outbox in {@code named}. */
  Outbox outbox(Path named, @Nullable SecretMac key) {
    Outbox outbox =
        UsageException.parse(
            "--outbox-messages, --outbox-bytes",
            () -> Outbox.in(named).atMost(messages, bytes).onOverflow(overflow));
    return key == null ? outbox : outbox.encryptedWith(key);
  }
}

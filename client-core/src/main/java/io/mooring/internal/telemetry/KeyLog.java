package io.mooring.internal.telemetry;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/** A key log as Wireshark reads it (RFC 9850, the SSLKEYLOGFILE format). Thread-safe. */
public final class KeyLog implements SecretLog {
  private final OwnerOnlyFile file;
  private boolean over;

  /**
   * Creates the file.
   *
   * @throws java.io.UncheckedIOException if it exists or cannot be created
   */
  public KeyLog(Path path) {
    this.file = OwnerOnlyFile.create(path);
  }

  @Override
  public synchronized void secret(String label, byte[] clientRandom, byte[] secret) {
    if (over) {
      return;
    }
    try {
      file.write(line(label, clientRandom, secret));
    } catch (IOException e) {
      over = true;
      Log.TELEMETRY.log(Level.WARNING, "The key log " + file + " ends here", e);
    }
  }

  /** One line of the format. */
  static ByteBuffer line(String label, byte[] clientRandom, byte[] secret) {
    HexFormat hex = HexFormat.of();
    return StandardCharsets.US_ASCII.encode(
        label + " " + hex.formatHex(clientRandom) + " " + hex.formatHex(secret) + "\n");
  }

  /** No secret comes any more. */
  public synchronized void end() {
    over = true;
    try {
      file.close();
    } catch (IOException e) {
      Log.TELEMETRY.log(Level.WARNING, "The key log " + file + " does not close", e);
    }
  }
}

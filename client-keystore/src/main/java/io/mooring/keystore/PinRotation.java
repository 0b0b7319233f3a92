package io.mooring.keystore;

import io.mooring.tls.SpkiPin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a keystore knows of pins beside those in force.
 *
 * @param signers the keys that may sign a {@link PinSetDocument} for this device
 * @param counter the highest counter accepted so far; 0 for none
 * @param staged the pin set that waits for the broker's new key
 * @param previous the pins before the last promotion; empty if there is nothing to go back to
 */
public record PinRotation(
    List<SpkiPin> signers, long counter, Optional<PinSetDocument> staged, List<SpkiPin> previous) {
  static final PinRotation NONE = new PinRotation(List.of(), 0, Optional.empty(), List.of());

  private static final String SIGNER = "pins.signer";
  private static final String COUNTER = "pins.counter";
  private static final String STAGED = "pins.staged";
  private static final String PREVIOUS = "pins.previous";

  /** Copies the lists. */
  public PinRotation {
    signers = List.copyOf(signers);
    previous = List.copyOf(previous);
  }

  PinRotation withSigners(List<SpkiPin> trusted) {
    return new PinRotation(trusted, counter, staged, previous);
  }

  PinRotation withStaged(@Nullable PinSetDocument document) {
    return new PinRotation(
        signers,
        document == null ? counter : document.counter(),
        Optional.ofNullable(document),
        previous);
  }

  PinRotation withPrevious(List<SpkiPin> pins) {
    return new PinRotation(signers, counter, staged, pins);
  }

  /** The lines of the settings, each without its line end. */
  List<String> encode() {
    List<String> lines = new ArrayList<>();
    signers.forEach(signer -> lines.add(SIGNER + " " + signer));
    if (counter > 0) {
      lines.add(COUNTER + " " + counter);
    }
    staged.ifPresent(
        document ->
            lines.add(STAGED + " " + Base64.getEncoder().encodeToString(document.encoded())));
    previous.forEach(pin -> lines.add(PREVIOUS + " " + pin));
    return lines;
  }

  /** Collects the lines of the settings. */
  static final class Reader {
    private final List<SpkiPin> signers = new ArrayList<>();
    private final List<SpkiPin> previous = new ArrayList<>();
    private @Nullable PinSetDocument staged;
    private long counter;

    /** Takes a line, or says that it is not one of these. */
    boolean take(String key, String value) throws IOException {
      try {
        switch (key) {
          case SIGNER -> signers.add(SpkiPin.parse(value));
          case PREVIOUS -> previous.add(SpkiPin.parse(value));
          case COUNTER -> {
            requireFirst(counter == 0, key);
            counter = Long.parseLong(value);
            if (counter < 1) {
              throw new IOException("the counter of the pin sets is " + counter);
            }
          }
          case STAGED -> {
            requireFirst(staged == null, key);
            staged = PinSetDocument.parse(Base64.getDecoder().decode(value));
          }
          default -> {
            return false;
          }
        }
      } catch (IllegalArgumentException | PinSetException e) {
        throw new IOException("the settings have a damaged line '" + key + "'", e);
      }
      return true;
    }

    PinRotation done() throws IOException {
      if (staged != null && staged.counter() != counter) {
        throw new IOException("the staged pin set is not the one that was counted");
      }
      return new PinRotation(signers, counter, Optional.ofNullable(staged), previous);
    }

    private static void requireFirst(boolean first, String key) throws IOException {
      if (!first) {
        throw new IOException("the settings say " + key + " twice");
      }
    }
  }
}

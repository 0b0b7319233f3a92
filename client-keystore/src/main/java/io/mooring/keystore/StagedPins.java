package io.mooring.keystore;

import io.mooring.Endpoint;
import io.mooring.keystore.PinSetException.Reason;
import io.mooring.tls.SpkiPin;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes a device from one pin set to the next without a moment at which it could not connect:
 * {@link #accept} keeps a signed set beside the pins in force, {@link #promote} puts it in force
 * once the live broker satisfies it, {@link #rollBack} returns. Each is a change in memory; {@link
 * DeviceKeystoreFile#save()} makes it durable in one step, or not at all.
 *
 * <pre>{@code
 * try (var keystore = DeviceKeystoreFile.edit(file, password)) {
 *   keystore.stagedPins().accept(PinSetDocument.parse(received), "broker.example", clock.instant());
 *   keystore.save();
 * }
 * // A trial connection with PinSet.of(document.pins()) succeeds, and says which pin matched:
 * try (var keystore = DeviceKeystoreFile.edit(file, password)) {
 *   keystore.stagedPins().promote(info.matchedPin());
 *   keystore.save();
 * }
 * }</pre>
 */
public final class StagedPins {
  private final DeviceKeystoreFile file;

  StagedPins(DeviceKeystoreFile file) {
    this.file = file;
  }

  /** The staged set; empty if there is none. */
  public Optional<PinSetDocument> document() {
    return rotation().staged();
  }

  /**
   * Sets the keys that may sign pin sets for this device, in place of those there. Only whoever
   * holds the keystore's password can do this; a pin set cannot.
   *
   * @param signers pins of public keys, at most 64; none means that no document is accepted
   */
  public StagedPins trustSigners(Collection<SpkiPin> signers) {
    List<SpkiPin> distinct = SettingsDocument.checkedPins(signers);
    file.rotation(rotation().withSigners(distinct));
    return this;
  }

  /**
   * Stages a signed set. Nothing changes for the next connection.
   *
   * @param brokerHost the host of the endpoint that this device connects to
   * @param now the time by which the document's validity is judged
   * @return true if it is new; false if this very set is staged or in force already
   * @throws PinSetException if its signer is not trusted, it is for another host, {@code now} is
   *     outside its validity (5 minutes before it are allowed), or its counter is not above every
   *     one accepted before
   */
  public boolean accept(PinSetDocument document, String brokerHost, Instant now) {
    PinRotation known = rotation();
    requireTrustedSigner(document, known.signers());
    requireHost(document, new Endpoint(brokerHost, Endpoint.DEFAULT_PORT).host());
    if (document.counter() == known.counter() && isKnown(document, known)) {
      return false;
    }
    requireValid(document, now);
    if (document.counter() <= known.counter()) {
      throw new PinSetException(
          Reason.ROLLED_BACK,
          "The pin set has counter "
              + document.counter()
              + ", and this device has accepted "
              + known.counter()
              + ". An old set was sent again; sign one with a higher counter.");
    }
    file.rotation(known.withStaged(document));
    return true;
  }

  /**
   * Puts the staged set in force; the pins before it are kept for {@link #rollBack}.
   *
   * @param matched the evidence: the pin that the live broker's verified path matched
   * @throws PinSetException if nothing is staged ({@link Reason#NONE_STAGED}), or if {@code
   *     matched} is not in the staged set ({@link Reason#NOT_MATCHED})
   */
  public PinSetDocument promote(SpkiPin matched) {
    PinSetDocument document = requireStaged();
    if (!document.pins().contains(matched)) {
      throw new PinSetException(
          Reason.NOT_MATCHED,
          "The live broker's key "
              + matched
              + " is none of the staged pins "
              + document.pins()
              + ". They stay staged until the broker has its new key.");
    }
    List<SpkiPin> before = file.currentPins();
    file.pins(document.pins());
    file.rotation(rotation().withStaged(null).withPrevious(before));
    return document;
  }

  /**
   * Puts the pins before the last promotion in force again. The counter stays, so that the set that
   * is left does not come back.
   *
   * @return the pins that are in force now
   * @throws PinSetException with {@link Reason#NO_PREVIOUS} if there was no promotion, or the pins
   *     were set by hand since
   */
  public List<SpkiPin> rollBack() {
    List<SpkiPin> previous = rotation().previous();
    if (previous.isEmpty()) {
      throw new PinSetException(
          Reason.NO_PREVIOUS,
          "There are no previous pins to go back to: none were promoted, or they were set by hand"
              + " since.");
    }
    file.pins(previous);
    return previous;
  }

  /** Drops the staged set; nothing if there is none. The counter stays. */
  public StagedPins discard() {
    file.rotation(rotation().withStaged(null));
    return this;
  }

  private PinRotation rotation() {
    return file.rotation();
  }

  private PinSetDocument requireStaged() {
    return document()
        .orElseThrow(
            () ->
                new PinSetException(
                    Reason.NONE_STAGED, "No pin set is staged. Stage one: mooring pins stage."));
  }

  private boolean isKnown(PinSetDocument document, PinRotation known) {
    return known
        .staged()
        .map(document::equals)
        .orElseGet(() -> new LinkedHashSet<>(file.currentPins()).equals(pinsOf(document)));
  }

  private static Set<SpkiPin> pinsOf(PinSetDocument document) {
    return new LinkedHashSet<>(document.pins());
  }

  private static void requireTrustedSigner(PinSetDocument document, List<SpkiPin> signers) {
    if (!signers.contains(document.signer())) {
      throw new PinSetException(
          Reason.UNKNOWN_SIGNER,
          "The pin set is signed by "
              + document.signer()
              + ", which may not change the pins of this device; these may: "
              + signers
              + ". Have it signed by one of them, or trust the key: mooring pins signer.");
    }
  }

  private static void requireHost(PinSetDocument document, String host) {
    if (!document.host().equals(host)) {
      throw new PinSetException(
          Reason.OTHER_HOST,
          "The pin set is for " + document.host() + ", and this device connects to " + host + ".");
    }
  }

  private static void requireValid(PinSetDocument document, Instant now) {
    if (!document.hasBegun(now)) {
      throw new PinSetException(
          Reason.NOT_YET_VALID,
          "The pin set is not valid before "
              + document.notBefore()
              + "; this device's clock says "
              + now
              + ". Set the clock (NTP or an RTC), or wait.");
    }
    if (now.isAfter(document.notAfter())) {
      throw new PinSetException(
          Reason.EXPIRED,
          "The pin set could be accepted until "
              + document.notAfter()
              + "; this device's clock says "
              + now
              + ". Have a new one signed.");
    }
  }
}

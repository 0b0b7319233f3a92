package io.mooring.tls;

import io.mooring.internal.telemetry.Log;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys a broker may have: at least one pin in use and one backup whose private key is kept
 * elsewhere (RFC 7469, section 4.3). Without a backup, the loss of the broker's key locks out every
 * device that pins it. Immutable.
 *
 * <p>All pins are equal when a connection is checked: one of them must be the key of a certificate
 * on the validated path or of its trust anchor.
 */
public final class PinSet {
  private static final Log LOG = Log.DANGEROUS;

  private final Set<SpkiPin> pins;

  private PinSet(Collection<SpkiPin> pins) {
    this.pins = Collections.unmodifiableSet(new LinkedHashSet<>(pins));
  }

  /**
   * A pin, its backup, and any more.
   *
   * @throws IllegalArgumentException if fewer than two of them differ
   */
  public static PinSet of(SpkiPin pin, SpkiPin backup, SpkiPin... more) {
    LinkedHashSet<SpkiPin> all = new LinkedHashSet<>();
    all.add(Objects.requireNonNull(pin, "pin"));
    all.add(Objects.requireNonNull(backup, "backup"));
    all.addAll(Arrays.asList(more));
    return of(all);
  }

  /**
   * A pin set of at least two different pins.
   *
   * @throws IllegalArgumentException if fewer than two of them differ
   */
  public static PinSet of(Collection<SpkiPin> pins) {
    LinkedHashSet<SpkiPin> distinct = new LinkedHashSet<>(pins);
    if (distinct.size() < 2) {
      throw new IllegalArgumentException(
          "a pin set needs at least one pin and one backup that differs from it; got "
              + distinct.size()
              + " distinct. Make a backup key, keep it offline, and pin it too; or use"
              + " PinSet.dangerous().single(pin)");
    }
    return new PinSet(distinct);
  }

  /** The door to what weakens a pin set. Every use logs one warning. */
  public static Dangerous dangerous() {
    return new Dangerous();
  }

  /** The pins in the order given. */
  public Set<SpkiPin> pins() {
    return pins;
  }

  /** True if {@code pin} is one of the set. */
  public boolean contains(SpkiPin pin) {
    return pins.contains(pin);
  }

  /** The pins, which are public, separated by commas. */
  @Override
  public String toString() {
    return pins.stream().map(SpkiPin::toString).collect(Collectors.joining(", "));
  }

  /** Pin sets that break the rule of one pin and one backup. */
  public static final class Dangerous {
    private Dangerous() {}

    /**
     * One pin and no backup: if the broker loses this key, no device with this set connects again
     * until somebody reconfigures it.
     */
    public PinSet single(SpkiPin pin) {
      Objects.requireNonNull(pin, "pin");
      LOG.log(
          System.Logger.Level.WARNING,
          "PinSet.dangerous().single({0}): no backup pin; losing the broker''s key locks this device"
              + " out",
          pin);
      return new PinSet(List.of(pin));
    }
  }
}

package io.mooring.enrol.rotation;

import io.mooring.error.MooringException;
import io.mooring.keystore.PinSetDocument;
import io.mooring.tls.SpkiPin;

/** What a {@link PinSetRotation} tells its listener. */
public sealed interface PinSetEvent {
  /**
   * A signed set is stored beside the pins in force; the client believes both from now on.
   *
   * @param document the set
   */
  record Staged(PinSetDocument document) implements PinSetEvent {}

  /**
   * The live broker satisfied the staged set alone, and it is in force; the pins before it are kept
   * for a roll-back.
   *
   * @param document the set
   * @param matched the pin that the broker's verified path matched
   */
  record Promoted(PinSetDocument document, SpkiPin matched) implements PinSetEvent {}

  /**
   * A document was refused, or a trial failed. The pins in force stay; a set that is staged is
   * tried again with the next connection, and one that is not valid yet once it is.
   *
   * @param cause with what to do about it
   */
  record Failed(MooringException cause) implements PinSetEvent {}
}

package io.mooring.examples.esp32bridge.link;

/** The counters of a line while they count. Guarded by the line's owner. */
final class Tally {
  long framesSent;
  long framesReceived;
  long retransmitted;
  long crcErrors;
  long badTags;
  long replays;
  long duplicates;
  long gaps;
  long droppedQos0;
  long unexpected;

  LinkCounters counters() {
    return new LinkCounters(
        framesSent,
        framesReceived,
        retransmitted,
        crcErrors,
        badTags,
        replays,
        duplicates,
        gaps,
        droppedQos0);
  }
}

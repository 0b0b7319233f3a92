package io.mooring.internal.outbox;

import java.util.ArrayList;
import java.util.List;

/** What recovery could not read, in plain words. */
final class Damage {
  private static final int MAX_FINDINGS = 100;

  private final List<String> findings = new ArrayList<>();
  private int more;
  private long skippedBytes;

  List<String> findings() {
    List<String> all = new ArrayList<>(findings);
    if (more > 0) {
      all.add("There are " + more + " more findings.");
    }
    return all;
  }

  long skippedBytes() {
    return skippedBytes;
  }

  void headLost(int number, long length) {
    if (length <= SegmentHead.AREA) {
      nothingIn(number, length);
      return;
    }
    skippedBytes += length;
    add(
        segment(number)
            + " has no intact head, so none of its "
            + length
            + " bytes can be verified. It is kept aside as "
            + Segment.name(number, Segment.ASIDE)
            + ".");
  }

  void nothingIn(int number, long length) {
    skippedBytes += length;
    add(
        segment(number)
            + " holds no whole record in its "
            + length
            + " bytes. The process or the power went while it was made, and nothing accepted was in"
            + " it; or it was damaged.");
  }

  void setAside(int number) {
    add(segment(number) + " was set aside at an earlier opening, because it has no intact head.");
  }

  void missing(int number) {
    add(segment(number) + " is missing, although an older one is there. Somebody removed it.");
  }

  void shorter(int number, long bytes) {
    if (bytes > 0) {
      skippedBytes += bytes;
      add(segment(number) + " is " + bytes + " bytes shorter than it was.");
    }
  }

  void skipped(int number, long offset, long bytes) {
    if (bytes > 0) {
      skippedBytes += bytes;
      add(
          segment(number)
              + " is damaged: "
              + bytes
              + " bytes at offset "
              + offset
              + " are no record. What follows them was kept.");
    }
  }

  void tornTail(int number, long offset, long bytes) {
    if (bytes > 0) {
      skippedBytes += bytes;
      add(
          segment(number)
              + " ends in "
              + bytes
              + " bytes at offset "
              + offset
              + " that are no whole record. A write was cut short, and what it held was never"
              + " accepted; or the end is damaged.");
    }
  }

  void entryLost(int number, long id, int length) {
    skippedBytes += RecordHeader.BYTES + length;
    add(
        segment(number)
            + ": message "
            + id
            + " of "
            + length
            + " bytes is damaged; its checksum does not hold.");
  }

  void snapshotLost(int number) {
    add(segment(number) + ": the session state at its beginning is damaged.");
  }

  void strange(int number, long offset) {
    add(segment(number) + ": the record at offset " + offset + " has no place there; skipped.");
  }

  private void add(String finding) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(finding);
    } else {
      more++;
    }
  }

  private static String segment(int number) {
    return "Segment " + Segment.name(number, Segment.SUFFIX);
  }
}

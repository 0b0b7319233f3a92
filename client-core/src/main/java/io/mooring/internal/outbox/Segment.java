package io.mooring.internal.outbox;

import io.mooring.Message;
import io.mooring.Qos;
import java.nio.file.Path;
import java.util.Locale;

/** What memory holds of one segment. */
final class Segment {
  static final String SUFFIX = ".log";
  static final String UNFINISHED = ".new";
  static final String ASIDE = ".damaged";

  private final SegmentHead head;
  private final LiveIds ids;

  /** How far it counts. */
  long length;

  /** What it takes on disk; more than {@link #length} where a failed write could not be cut off. */
  long fileLength;

  /** Its snapshot is on the medium, as this process knows; older segments may go then. */
  boolean durable;

  Segment(SegmentHead head) {
    this.head = head;
    this.ids = new LiveIds(head.isRewrite());
  }

  SegmentHead head() {
    return head;
  }

  int number() {
    return head.number();
  }

  LiveIds ids() {
    return ids;
  }

  Path file(Path folder) {
    return folder.resolve(name(number(), SUFFIX));
  }

  /** What was committed to this segment begins to count. */
  void add(Pending committed) {
    for (Pending.Item each : committed.items()) {
      Message message = each.message();
      if (message != null) {
        int size = (int) OutboxLog.sizeOf(message);
        ids.add(each.id(), size, message.qos() == Qos.EXACTLY_ONCE);
      } else if (each.type() == RecordHeader.COMPLETED) {
        ids.remove(each.id());
      }
    }
  }

  /** What was not committed after all counts no more. Takes no memory. */
  void remove(Pending refused) {
    for (Pending.Item each : refused.items()) {
      if (each.message() != null) {
        ids.remove(each.id());
      }
    }
  }

  Snapshot.Known known() {
    return new Snapshot.Known(number(), head.tag(), length, ids.lastId() + 1, ids.live());
  }

  static String name(int number, String suffix) {
    return String.format(Locale.ROOT, "%08d%s", number, suffix);
  }

  /** The number in a name that {@link #name} made, or 0. */
  static int number(String name, String suffix) {
    return name.matches("[0-9]{8,9}" + suffix.replace(".", "\\."))
        ? Integer.parseInt(name.substring(0, name.length() - suffix.length()))
        : 0;
  }
}

package io.mooring.internal.outbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;

/** Segments without an intact head, kept for whoever wants to look at them; the two newest. */
final class AsideFiles {
  static final int KEPT = 2;

  private AsideFiles() {}

  static void prune(FileOps files, Path folder) throws IOException {
    TreeSet<Integer> numbers = new TreeSet<>();
    for (String name : files.list(folder)) {
      int number = Segment.number(name, Segment.ASIDE);
      if (number > 0) {
        numbers.add(number);
      }
    }
    while (numbers.size() > KEPT) {
      files.delete(folder.resolve(Segment.name(numbers.first(), Segment.ASIDE)));
      numbers.remove(numbers.first());
    }
  }
}

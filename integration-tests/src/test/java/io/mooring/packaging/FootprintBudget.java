package io.mooring.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code build/footprint.csv}: what the client may weigh. */
record FootprintBudget(List<Line> lines) {
  private static final String HEADER = "figure,limit,unit,head-room %,reason";
  private static final int FIELDS = 5;
  private static final double PERCENT = 100;

  FootprintBudget {
    lines = List.copyOf(lines);
  }

  /**
   * The most that a figure may be.
   *
   * @param headRoom how far the limit is set above what was measured, in percent
   * @param reason for that much
   */
  record Line(String figure, long limit, String unit, int headRoom, String reason) {
    Line measured(long value) {
      return new Line(
          figure, (long) Math.ceil(value * (1 + headRoom / PERCENT)), unit, headRoom, reason);
    }
  }

  static FootprintBudget read(Path file) throws IOException {
    List<String> text = Files.readAllLines(file);
    if (text.isEmpty() || !text.get(0).equals(HEADER)) {
      throw new IOException(file + " does not begin with " + HEADER);
    }
    List<Line> lines = new ArrayList<>();
    for (String each : text.subList(1, text.size())) {
      String[] f = each.split(",", FIELDS);
      if (f.length < FIELDS) {
        throw new IOException(file + ": not " + FIELDS + " fields: " + each);
      }
      lines.add(new Line(f[0], Long.parseLong(f[1]), f[2], Integer.parseInt(f[3]), f[4]));
    }
    return new FootprintBudget(lines);
  }

  /** With limits of what was measured; what was not keeps the one it has. */
  FootprintBudget measured(Map<String, Long> figures) {
    return new FootprintBudget(
        lines.stream()
            .map(
                line -> {
                  Long value = figures.get(line.figure());
                  return value == null ? line : line.measured(value);
                })
            .toList());
  }

  void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (Line line : lines) {
      text.append(line.figure()).append(',').append(line.limit()).append(',');
      text.append(line.unit()).append(',').append(line.headRoom()).append(',');
      text.append(line.reason()).append('\n');
    }
    Files.writeString(file, text.toString());
  }
}

package io.mooring.bench.run;

import io.mooring.bench.child.Reply;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The figures that a measured process has answered with. */
record Answer(Map<String, Double> figures) {
  Answer {
    figures = Map.copyOf(figures);
  }

  /**
   * Reads a {@link Reply}.
   *
   * @throws IOException if the process says that it failed, or says something else
   */
  static Answer parse(String line) throws IOException {
    String[] words = line.split(" ", -1);
    if (!words[0].equals(Reply.OK)) {
      throw new IOException(line);
    }
    Map<String, Double> figures = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      try {
        figures.put(
            words[i].substring(0, Math.max(0, equals)),
            Double.valueOf(words[i].substring(equals + 1)));
      } catch (NumberFormatException e) {
        throw new IOException("Not a figure: '" + words[i] + "' in '" + line + "'", e);
      }
    }
    return new Answer(figures);
  }

  /** With one figure more. */
  Answer with(String name, double value) {
    Map<String, Double> more = new HashMap<>(figures);
    more.put(name, value);
    return new Answer(more);
  }

  double get(String name) throws IOException {
    Double value = figures.get(name);
    if (value == null) {
      throw new IOException("no figure " + name + " among " + figures.keySet());
    }
    return value;
  }
}

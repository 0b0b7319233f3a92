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
   * @throws IOException if the process says that it failed
   */
  static Answer parse(String line) throws IOException {
    String[] words = line.split(" ", -1);
    if (!words[0].equals(Reply.OK)) {
      throw new IOException(line);
    }
    Map<String, Double> figures = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      figures.put(words[i].substring(0, equals), Double.valueOf(words[i].substring(equals + 1)));
    }
    return new Answer(figures);
  }

  /** With one figure more. */
  Answer with(String name, double value) {
    Map<String, Double> more = new HashMap<>(figures);
    more.put(name, value);
    return new Answer(more);
  }

  double get(String name) {
    Double value = figures.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no figure " + name + " among " + figures.keySet());
    }
    return value;
  }
}

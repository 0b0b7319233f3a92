package io.mooring.examples.esp32bridge.serial;

import io.mooring.examples.esp32bridge.link.LineEvent;

/** Hears of lines and of what happens on them; must not block. */
public interface LineListener {
  /** Something happened on a line; the events of one line come in order. */
  void happened(Line line, LineEvent event);

  /** A line was opened or closed, or could not be; a sentence for people. */
  void note(String text);
}

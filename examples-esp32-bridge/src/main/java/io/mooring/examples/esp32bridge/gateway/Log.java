package io.mooring.examples.esp32bridge.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the bridge says. A sentence about the same thing comes once in ten seconds, with the number
 * of those in between, so that nobody can flood the journal.
 */
public final class Log {
  private static final long APART = 10_000_000_000L;
  private static final int MOST = 1_000;

  private static final class Said {
    private long at;
    private long since;
  }

  private final Consumer<String> out;
  private final LongSupplier nanoTime;
  private final Map<String, Said> said =
      new LinkedHashMap<String, Said>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Said> eldest) {
          return size() > MOST;
        }
      };

  /** Says each line to {@code out}. */
  public Log(Consumer<String> out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
  }

  /** Says it. */
  public synchronized void say(String line) {
    out.accept(line);
  }

  /** Says it unless something about {@code subject} was said lately; true if it was said. */
  public synchronized boolean sayOnce(String subject, String line) {
    long now = nanoTime.getAsLong();
    Said last = said.get(subject);
    if (last == null) {
      last = new Said();
      said.put(subject, last);
    } else if (now - last.at < APART) {
      last.since++;
      return false;
    }
    last.at = now;
    out.accept(last.since == 0 ? line : line + " (and " + last.since + " times before)");
    last.since = 0;
    return true;
  }
}

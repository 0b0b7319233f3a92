package io.mooring.testkit;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** The log of the product at its finest, and the standard streams of the JVM. */
final class CanaryLogs implements AutoCloseable {
  /** Held, since the JDK's manager of loggers would let it go. */
  private final Logger product = Logger.getLogger("io.mooring");

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final Ear outEar = new Ear(out);
  private final Ear errEar = new Ear(err);

  private final Handler handler =
      new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
          CanaryNet.NET.hear("the log", formatter.formatMessage(record));
          Throwable thrown = record.getThrown();
          if (thrown != null) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            CanaryNet.NET.hear("an exception in the log", trace.toString());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  CanaryLogs() {
    handler.setLevel(Level.ALL);
    product.addHandler(handler);
    System.setOut(new PrintStream(outEar, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errEar, true, StandardCharsets.UTF_8));
    listen();
  }

  /** A test may have set another level for itself, and taken it back: down to the finest again. */
  void listen() {
    if (product.getLevel() == null) {
      product.setLevel(Level.ALL);
    }
  }

  /** What the streams took so far is heard. */
  void drain() {
    CanaryNet.NET.hear("standard output", outEar.drain());
    CanaryNet.NET.hear("standard error", errEar.drain());
  }

  @Override
  public void close() {
    System.setOut(out);
    System.setErr(err);
    product.removeHandler(handler);
  }

  /** Passes bytes on and keeps them. */
  private static final class Ear extends OutputStream {
    private static final int MOST = 8 * 1024 * 1024;
    private final PrintStream to;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    Ear(PrintStream to) {
      this.to = to;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      to.write(bytes, offset, length);
      synchronized (kept) {
        if (kept.size() < MOST) {
          kept.write(bytes, offset, length);
        }
      }
    }

    @Override
    public void flush() {
      to.flush();
    }

    String drain() {
      synchronized (kept) {
        String said = kept.toString(StandardCharsets.UTF_8);
        kept.reset();
        return said;
      }
    }
  }
}

package io.mooring.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Reads standard input line by line on a thread of its own. A line is read only when there is room
 * for it, so memory is bounded whatever the writer does.
 */
final class StdinLines {
  /** Longest line, in bytes without its end. */
  static final int MAX_LINE = 256 * 1024;

  private final InputStream in;
  private final Semaphore room;
  private final Sink sink;

  /** Hears of each line, on the reading thread. */
  interface Sink {
    void line(byte[] payload);

    void end();

    /** Nothing more comes. */
    void failed(RuntimeException cause);
  }

  /** Reads up to {@code room} lines ahead of {@link #release}. */
  StdinLines(InputStream in, int room, Sink sink) {
    this.in = in;
    this.room = new Semaphore(room);
    this.sink = sink;
  }

  void start() {
    Thread reader = new Thread(this::read, "mooring-stdin");
    reader.setDaemon(true);
    reader.start();
  }

  /** One line is done with: another may be read. */
  void release() {
    room.release();
  }

  private void read() {
    try (InputStream lines = new BufferedInputStream(in)) {
      room.acquire();
      for (byte[] line = readLine(lines); line != null; line = readLine(lines)) {
        sink.line(line);
        room.acquire();
      }
      sink.end();
    } catch (IOException e) {
      sink.failed(new UsageException("Standard input cannot be read: " + e.getMessage()));
    } catch (UsageException e) {
      sink.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One line without its end, LF or CRLF; null at the end of input. */
  private static byte @Nullable [] readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = in.read();
    if (b < 0) {
      return null;
    }
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (line.size() > MAX_LINE) {
        throw new UsageException(
            "A line of standard input is longer than " + MAX_LINE + " bytes; use --file for it");
      }
      line.write(b);
    }
    byte[] bytes = line.toByteArray();
    int length = bytes.length;
    boolean carriageReturn = b == '\n' && length > 0 && bytes[length - 1] == '\r';
    return carriageReturn ? Arrays.copyOf(bytes, length - 1) : bytes;
  }
}

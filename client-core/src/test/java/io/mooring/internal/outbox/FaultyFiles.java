package io.mooring.internal.outbox;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Lets one call fail, or every call from then on, as a medium does that fails. */
public final class FaultyFiles implements FileOps {
  private final FileOps real;
  private int failing;
  private final boolean forGood;
  private final boolean shortWrite;
  private final String message;
  private int calls;
  private boolean healed;
  private int failures;
  private boolean cutFailed;
  private long badFrom = -1;

  /**
   * Call number {@code failing} fails with {@code message}.
   *
   * @param forGood all later calls fail too, reads excepted
   * @param shortWrite if it is a write, half of it is written
   */
  public FaultyFiles(
      FileOps real, int failing, boolean forGood, boolean shortWrite, String message) {
    this.real = real;
    this.failing = failing;
    this.forGood = forGood;
    this.shortWrite = shortWrite;
    this.message = message;
  }

  public int calls() {
    return calls;
  }

  int failures() {
    return failures;
  }

  /** The medium refused to cut or delete what it had refused to force. */
  public boolean cutFailed() {
    return cutFailed;
  }

  /** The 4096 bytes at {@code offset} of each file cannot be read any more. */
  void badBlock(long offset) {
    badFrom = offset;
  }

  /** From the next call on. */
  void failNow() {
    failing = calls + 1;
  }

  public void heal() {
    healed = true;
  }

  private boolean fails(boolean reading) {
    calls++;
    boolean now = !healed && (calls == failing || (forGood && !reading && calls > failing));
    failures += now ? 1 : 0;
    return now;
  }

  private void call() throws IOException {
    if (fails(false)) {
      throw new IOException(message);
    }
  }

  private void readCall() throws IOException {
    if (fails(true)) {
      throw new IOException(message);
    }
  }

  @Override
  public void prepareFolder(Path folder) throws IOException {
    call();
    real.prepareFolder(folder);
  }

  @Override
  public void checkFolder(Path folder) throws IOException {
    real.checkFolder(folder);
  }

  @Override
  public Closeable lock(Path folder, boolean create) throws IOException {
    call();
    return real.lock(folder, create);
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    readCall();
    return real.list(folder);
  }

  @Override
  public Handle create(Path file) throws IOException {
    call();
    return new Faulty(real.create(file));
  }

  @Override
  public Handle read(Path file) throws IOException {
    readCall();
    return new Faulty(real.read(file));
  }

  @Override
  public Handle write(Path file) throws IOException {
    cut();
    return new Faulty(real.write(file));
  }

  private void cut() throws IOException {
    if (fails(false)) {
      cutFailed = true;
      throw new IOException(message);
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    call();
    real.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    cut();
    real.delete(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    call();
    real.forceFolder(folder);
  }

  private final class Faulty implements Handle {
    private final Handle handle;

    Faulty(Handle handle) {
      this.handle = handle;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      if (!fails(false)) {
        return handle.write(bytes);
      }
      if (shortWrite) {
        ByteBuffer half = bytes.duplicate();
        half.limit(half.position() + half.remaining() / 2);
        handle.write(half);
      }
      throw new IOException(message);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      readCall();
      boolean bad = position < badFrom + 4096 && position + into.remaining() > badFrom;
      if (badFrom >= 0 && bad) {
        throw new IOException(message);
      }
      return handle.read(into, position);
    }

    @Override
    public void force(boolean metadata) throws IOException {
      call();
      handle.force(metadata);
    }

    @Override
    public void truncate(long length) throws IOException {
      cut();
      handle.truncate(length);
    }

    @Override
    public long size() throws IOException {
      return handle.size();
    }

    @Override
    public void close() throws IOException {
      handle.close();
    }
  }
}

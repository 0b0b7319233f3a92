package io.mooring.internal.outbox;

import io.mooring.error.KeystoreException;
import io.mooring.internal.outbox.MessageCodec.DamagedException;
import io.mooring.outbox.Outbox;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Live entries as messages; keeps its place, since they are read in order. */
final class MessageReader {
  private final Outbox settings;
  private final FileOps files;
  private final SessionTable session;
  private @Nullable Cursor cursor;

  MessageReader(Outbox settings, FileOps files, SessionTable session) {
    this.settings = settings;
    this.files = files;
    this.session = session;
  }

  /** The live entry {@code id} of {@code segment}, or null if it is damaged. */
  @Nullable StoredMessage read(Segment segment, long id) {
    try {
      return read(at(segment, id), id);
    } catch (NoSuchFileException e) {
      // Somebody removed the segment: damage, not a reason to try for ever.
      close();
      return null;
    } catch (IOException e) {
      close();
      throw Failures.typed(settings.folder(), "read", e);
    } catch (KeystoreException e) {
      close();
      throw Keys.unavailable(settings.folder(), e);
    }
  }

  private Cursor at(Segment segment, long id) throws IOException {
    Cursor current = cursor;
    if (current == null || current.segment() != segment || !current.isBefore(id)) {
      close();
      current = new Cursor(files, settings.folder(), segment, settings.encryptedWith());
      cursor = current;
    }
    return current;
  }

  private @Nullable StoredMessage read(Cursor current, long id) throws IOException {
    RecordHeader header = current.next(id - 1);
    if (header == null || header.id() != id) {
      return null;
    }
    try {
      Cursor.Entry entry = current.entry(header);
      return new StoredMessage(
          id,
          entry.acceptedAtMillis(),
          entry.message(),
          session.packetId(id),
          session.isReceived(id));
    } catch (DamagedException e) {
      return null;
    }
  }

  void close() {
    if (cursor != null) {
      cursor.close();
      cursor = null;
    }
  }
}

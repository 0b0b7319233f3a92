package io.mooring.internal.outbox;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.error.KeystoreException;
import io.mooring.identity.SecretMac;
import io.mooring.internal.outbox.MessageCodec.DamagedException;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.OutboxContents;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A look into a log that nobody holds, without changing it. */
public final class Inspection {
  private final FileOps files;
  private final Path folder;
  private final @Nullable SecretMac key;
  private final List<OutboxContents.Entry> entries = new ArrayList<>();
  private final List<String> findings = new ArrayList<>();
  private int hidden;
  private int unreadable;

  private Inspection(Outbox settings, FileOps files) {
    this.files = files;
    this.folder = settings.folder();
    this.key = settings.encryptedWith();
  }

  /** What {@code settings}' folder holds. */
  public static OutboxContents of(Outbox settings) {
    return of(settings, FileOps.REAL);
  }

  static OutboxContents of(Outbox settings, FileOps files) {
    Inspection inspection = new Inspection(settings, files);
    Closeable lock = null;
    try {
      files.checkFolder(settings.folder());
      lock = files.lock(settings.folder(), false);
      return inspection.look();
    } catch (IOException e) {
      throw Failures.typed(settings.folder(), "read", e);
    } catch (KeystoreException e) {
      throw Keys.unavailable(settings.folder(), e);
    } finally {
      FileOps.closeQuietly(lock);
    }
  }

  private OutboxContents look() throws IOException {
    Replay replay = Replay.of(files, folder);
    if (key != null) {
      Keys.require(folder, replay.segments(), key);
    }
    Recovery recovery = replay.recovery();
    findings.addAll(recovery.findings());
    long diskBytes = 0;
    for (Segment each : replay.segments()) {
      diskBytes += each.fileLength;
      look(each, replay.session());
    }
    if (hidden > 0) {
      findings.add(
          hidden
              + " entries are encrypted and no key was given: their checksums hold, their topics are"
              + " not shown.");
    }
    return new OutboxContents(
        replay.clientId(),
        recovery.messages() - unreadable,
        recovery.bytes(),
        diskBytes,
        replay.segments().size(),
        replay.session().held(),
        replay.session().inbound().size(),
        hidden,
        recovery.lostMessages() + unreadable,
        entries,
        findings);
  }

  private void look(Segment segment, SessionTable session) throws IOException {
    if (segment.ids().live() == 0) {
      return;
    }
    long newest = session.newestInFlight();
    try (Cursor cursor = new Cursor(files, folder, segment, key)) {
      for (RecordHeader each = cursor.next(0); each != null; each = cursor.next(0)) {
        boolean exactlyOnce = each.qos() == Qos.EXACTLY_ONCE.code();
        boolean inFlight = exactlyOnce ? session.isInFlight(each.id()) : each.id() < newest;
        try {
          entries.add(entry(cursor, each, inFlight));
        } catch (DamagedException e) {
          unreadable++;
          findings.add("Message " + each.id() + " is damaged: " + e.getMessage() + ".");
        }
      }
    }
  }

  private OutboxContents.Entry entry(Cursor cursor, RecordHeader header, boolean inFlight)
      throws IOException, DamagedException {
    Qos qos = Qos.of(header.qos());
    int bytes = OutboxLog.counted(header);
    if (header.isEncrypted() && key == null) {
      hidden++;
      Instant acceptedAt = Instant.ofEpochMilli(cursor.acceptedAtMillis(header));
      return new OutboxContents.Entry(
          header.id(), null, qos, -1, bytes, acceptedAt, null, inFlight);
    }
    Cursor.Entry entry = cursor.entry(header);
    Message message = entry.message();
    return new OutboxContents.Entry(
        header.id(),
        message.topic(),
        qos,
        message.payloadLength(),
        bytes,
        Instant.ofEpochMilli(entry.acceptedAtMillis()),
        message.expiry(),
        inFlight);
  }
}

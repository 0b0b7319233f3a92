package io.mooring.internal.outbox;

import io.mooring.error.KeystoreException;
import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import io.mooring.identity.SecretMac;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the key at hand opens what lies there. */
final class Keys {
  private Keys() {}

  /** Refuses before anything is changed; a segment in which nothing lives needs no key. */
  static void require(Path folder, List<Segment> segments, @Nullable SecretMac key) {
    for (Segment each : segments) {
      if (each.head().encrypted() && each.ids().live() > 0) {
        if (key == null) {
          throw new OutboxException(
              Reason.WRONG_KEY,
              "Outbox "
                  + folder
                  + " holds encrypted messages and no key was given. Nothing was changed. Give the"
                  + " key that it was written with.");
        }
        requireRight(folder, each, key);
      }
    }
  }

  private static void requireRight(Path folder, Segment segment, SecretMac key) {
    if (!MessageDigest.isEqual(check(folder, segment, key), segment.head().keyCheck())) {
      throw new OutboxException(
          Reason.WRONG_KEY,
          "Outbox "
              + folder
              + ": segment "
              + Segment.name(segment.number(), Segment.SUFFIX)
              + " was encrypted with another key. Nothing was changed. Give the key that it was"
              + " written with, or another folder.");
    }
  }

  private static byte[] check(Path folder, Segment segment, SecretMac key) {
    try {
      return EntryCipher.check(key, segment.head().salt());
    } catch (KeystoreException e) {
      throw unavailable(folder, e);
    }
  }

  static OutboxException unavailable(Path folder, KeystoreException cause) {
    return new OutboxException(
        Reason.KEY_UNAVAILABLE,
        "Outbox " + folder + " cannot be encrypted or read: " + cause.getMessage(),
        cause);
  }
}

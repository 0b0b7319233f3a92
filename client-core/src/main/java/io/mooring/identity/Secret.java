package io.mooring.identity;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * A password or passphrase held as bytes of UTF-8: copied in, copied out, wiped by {@link
 * #destroy()}, never printed. What a JVM cannot wipe: copies that the garbage collector made while
 * moving the array, and pages that the system swapped out.
 */
public final class Secret implements Destroyable, AutoCloseable {
  private static final int MAX_FILE_BYTES = 64 * 1024;

  private final byte[] utf8;
  private boolean destroyed;

  private Secret(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** A secret from characters; the caller keeps and wipes its own array. */
  public static Secret of(char[] characters) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(characters));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    Arrays.fill(encoded.array(), (byte) 0);
    return new Secret(bytes);
  }

  /** A secret from UTF-8 bytes; the caller keeps and wipes its own array. */
  public static Secret ofUtf8(byte[] bytes) {
    return new Secret(bytes.clone());
  }

  /**
   * Reads a secret from a file; one line end at the end of the file is not part of it.
   *
   * @param file at most 64 KiB
   * @throws KeystoreException if the file cannot be read, is empty, or is too long
   */
  public static Secret fromFile(Path file) {
    byte[] bytes;
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new KeystoreException(
            ErrorCode.KEY_FILE_TOO_LARGE,
            "Secret file " + file + " is longer than 65536 bytes. Name the file of the secret.",
            null);
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_NO_ACCESS,
          "Secret file " + file + " cannot be read: " + e + ". Check path and permissions.",
          e);
    }
    try {
      int length = bytes.length;
      if (length > 0 && bytes[length - 1] == '\n') {
        length--;
        if (length > 0 && bytes[length - 1] == '\r') {
          length--;
        }
      }
      if (length == 0) {
        throw new KeystoreException(
            ErrorCode.KEY_FILE_EMPTY,
            "Secret file " + file + " is empty. Put the secret into it.",
            null);
      }
      return new Secret(Arrays.copyOf(bytes, length));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * A copy as UTF-8 bytes; the caller wipes it.
   *
   * @throws IllegalStateException if destroyed
   */
  public synchronized byte[] copyUtf8() {
    requireAlive();
    return utf8.clone();
  }

  /**
   * A copy as characters; the caller wipes it.
   *
   * @throws IllegalStateException if destroyed, or if the bytes are not UTF-8
   */
  public synchronized char[] copyChars() {
    requireAlive();
    CharBuffer decoded;
    try {
      decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
    } catch (CharacterCodingException e) {
      throw new IllegalStateException("the secret is not valid UTF-8 text", e);
    }
    char[] characters = new char[decoded.remaining()];
    decoded.get(characters);
    Arrays.fill(decoded.array(), '\0');
    return characters;
  }

  /** Overwrites the bytes. */
  @Override
  public synchronized void destroy() {
    Arrays.fill(utf8, (byte) 0);
    destroyed = true;
  }

  @Override
  public synchronized boolean isDestroyed() {
    return destroyed;
  }

  /** Same as {@link #destroy()}. */
  @Override
  public void close() {
    destroy();
  }

  /** Never the content. */
  @Override
  public String toString() {
    return "Secret[redacted]";
  }

  private void requireAlive() {
    if (destroyed) {
      throw new IllegalStateException("the secret was destroyed; read it again from its source");
    }
  }
}

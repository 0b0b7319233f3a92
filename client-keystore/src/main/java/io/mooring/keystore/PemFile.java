package io.mooring.keystore;

import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The blocks of a PEM file (RFC 7468). Tolerates Windows line ends, stray spaces, a byte order mark
 * and text around the blocks; everything else that is wrong is told with its line.
 */
final class PemFile {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  /** One block; the owner of a private key's block wipes {@code der}. */
  static final class Block {
    private final String label;
    private final byte[] der;
    private final int line;

    Block(String label, byte[] der, int line) {
      this.label = label;
      this.der = der;
      this.line = line;
    }

    String label() {
      return label;
    }

    /** Not a copy. */
    byte[] der() {
      return der;
    }

    int line() {
      return line;
    }

    void wipe() {
      Arrays.fill(der, (byte) 0);
    }

    @Override
    public String toString() {
      return "Block[" + label + ", line " + line + "]";
    }
  }

  private final String where;
  private final byte[] text;
  private int position;
  private int line;

  private PemFile(String where, byte[] text) {
    this.where = where;
    this.text = text;
  }

  /** Parses; the caller wipes {@code text} where it holds a key. */
  static List<Block> parse(Path file, byte[] text) {
    List<Block> blocks = new ArrayList<>();
    PemFile pem = new PemFile("PEM file " + file, text);
    try {
      pem.readAll(blocks);
    } catch (DeviceKeystoreException e) {
      blocks.forEach(Block::wipe);
      throw e;
    }
    return blocks;
  }

  private void readAll(List<Block> blocks) {
    while (position < text.length) {
      byte[] content = nextLine();
      String start = boundary(content);
      if (start.startsWith(BEGIN)) {
        blocks.add(readBlock(label(start, BEGIN)));
      } else if (start.startsWith(END)) {
        throw damaged(line, "'" + start + "' without a BEGIN before it");
      }
    }
    if (blocks.isEmpty()) {
      throw new DeviceKeystoreException(
          Reason.WRONG_FORMAT,
          where
              + " has no '-----BEGIN' line. "
              + (text[0] == Der.SEQUENCE
                  ? "It looks like DER: convert it with openssl, or open a .p12 with"
                      + " Pkcs12Identity."
                  : "Is it the right file?"));
    }
  }

  private Block readBlock(String label) {
    int begin = line;
    ByteArrayOutputStream base64 = new WipingStream();
    try (base64) {
      while (position < text.length) {
        byte[] content = nextLine();
        String end = boundary(content);
        if (end.startsWith(END)) {
          if (!label(end, END).equals(label)) {
            throw damaged(line, "'" + end + "' closes the 'BEGIN " + label + "' of line " + begin);
          }
          return new Block(label, decode(base64, begin), begin);
        }
        if (end.startsWith(BEGIN)) {
          throw damaged(line, "'" + end + "' inside the block of line " + begin);
        }
        append(content, base64);
        Arrays.fill(content, (byte) 0);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a stream in memory does not fail", e);
    }
    throw new DeviceKeystoreException(
        Reason.TRUNCATED,
        where
            + " ends inside the block '"
            + label
            + "' that begins on line "
            + begin
            + ". A copy may have been cut off: restore the file.");
  }

  private void append(byte[] content, ByteArrayOutputStream base64) {
    requireNoHeader(content);
    for (byte octet : content) {
      boolean base64Character =
          (octet >= 'A' && octet <= 'Z')
              || (octet >= 'a' && octet <= 'z')
              || (octet >= '0' && octet <= '9')
              || octet == '+'
              || octet == '/'
              || octet == '=';
      if (base64Character) {
        base64.write(octet);
      } else if (octet != ' ' && octet != '\t') {
        throw damaged(line, "a character that is not base64");
      }
    }
  }

  private void requireNoHeader(byte[] content) {
    for (byte octet : content) {
      if (octet == ':') {
        throw new DeviceKeystoreException(
            Reason.UNSUPPORTED,
            where
                + ", line "
                + line
                + ": a PEM header. Keys with the old 'Proc-Type: 4,ENCRYPTED' encryption are not"
                + " read. Convert: openssl pkcs8 -topk8 -in OLD.pem -out NEW.pem");
      }
    }
  }

  private byte[] decode(ByteArrayOutputStream base64, int begin) {
    byte[] characters = base64.toByteArray();
    try {
      byte[] der = Base64.getDecoder().decode(characters);
      if (der.length == 0) {
        throw damaged(begin, "a block without content");
      }
      return der;
    } catch (IllegalArgumentException e) {
      // The decoder's message quotes characters of the key, so it is not passed on.
      throw damaged(begin, "a block whose base64 has the wrong length or padding");
    } finally {
      Arrays.fill(characters, (byte) 0);
    }
  }

  private byte[] nextLine() {
    int start = position;
    while (position < text.length && text[position] != '\n' && text[position] != '\r') {
      position++;
    }
    int end = position;
    if (position < text.length
        && text[position++] == '\r'
        && position < text.length
        && text[position] == '\n') {
      position++;
    }
    line++;
    return Arrays.copyOfRange(text, start, end);
  }

  /** The line as text if it may be a BEGIN or END line, else empty: key lines become no String. */
  private static String boundary(byte[] content) {
    int bom = content.length >= 3 && (content[0] & 0xFF) == 0xEF ? 3 : 0;
    int start = bom;
    while (start < content.length && (content[start] == ' ' || content[start] == '\t')) {
      start++;
    }
    if (content.length - start < 5 || content[start] != '-') {
      return "";
    }
    return new String(content, start, content.length - start, StandardCharsets.US_ASCII).strip();
  }

  private String label(String boundary, String keyword) {
    if (!boundary.endsWith(DASHES) || boundary.length() <= keyword.length() + DASHES.length()) {
      throw damaged(line, "'" + boundary + "' does not end in five dashes");
    }
    return boundary.substring(keyword.length(), boundary.length() - DASHES.length()).strip();
  }

  private DeviceKeystoreException damaged(int atLine, String what) {
    return new DeviceKeystoreException(
        Reason.DAMAGED, where + ", line " + atLine + ": " + what + ". Restore the file.");
  }

  /** Overwrites the base64 of a key; an array that it outgrew on the way is out of reach. */
  private static final class WipingStream extends ByteArrayOutputStream {
    WipingStream() {
      super(16 * 1024);
    }

    @Override
    public void close() {
      Arrays.fill(buf, (byte) 0);
    }
  }
}

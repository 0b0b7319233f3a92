package io.mooring.enrol;

import io.mooring.enrol.EnrolmentException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer of HTTP/1.1 (RFC 9112), read within bounds: what is larger, or framed in a way that two
 * readers could understand differently, is refused.
 */
final class HttpResponse {
  private static final int MAX_HEAD_BYTES = 16 * 1024;
  private static final int MAX_INTERIM = 4;
  private static final int MAX_CHUNK_LINE = 256;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)(?: .*)?");
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private final int status;
  private final Map<String, List<String>> fields;
  private final byte[] body;

  private HttpResponse(int status, Map<String, List<String>> fields, byte[] body) {
    this.status = status;
    this.fields = fields;
    this.body = body;
  }

  /**
   * Reads one answer.
   *
   * @param in the next byte at each call, -1 at the orderly end
   * @param maxBody the most bytes that a body may have
   */
  static HttpResponse read(IntSupplier in, int maxBody) {
    return new Reader(in, maxBody).read();
  }

  int status() {
    return status;
  }

  byte[] body() {
    return body;
  }

  List<String> all(String name) {
    return fields.getOrDefault(name, List.of());
  }

  @Nullable String first(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? null : values.get(0);
  }

  /** The media type in lower case, without parameters; empty if there is none. */
  String mediaType() {
    String type = first("content-type");
    return type == null ? "" : type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
  }

  /** What the server says to a person, bounded; empty if that is no text. */
  String words() {
    String type = mediaType();
    boolean text =
        type.startsWith("text/") || type.equals("application/json") || type.endsWith("+json");
    return text ? Printable.of(new String(body, StandardCharsets.UTF_8)) : "";
  }

  /** The Retry-After field (RFC 9110, section 10.2.3), or null if it is absent or no such value. */
  @Nullable Duration retryAfter(Clock clock) {
    String value = first("retry-after");
    if (value == null) {
      return null;
    }
    if (value.length() <= 9 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return value.isEmpty() ? null : Duration.ofSeconds(Integer.parseInt(value));
    }
    try {
      Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(clock.instant(), then);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static EnrolmentException broken(String what) {
    return new EnrolmentException(
        Reason.PROTOCOL,
        "The EST server's answer is no sound HTTP: "
            + what
            + ". Check that the URL is that of an EST server.");
  }

  private static final class Reader {
    private final IntSupplier in;
    private final int maxBody;
    private int headBytes;

    Reader(IntSupplier in, int maxBody) {
      this.in = in;
      this.maxBody = maxBody;
    }

    HttpResponse read() {
      for (int interim = 0; interim <= MAX_INTERIM; interim++) {
        headBytes = 0;
        int status = status();
        Map<String, List<String>> fields = fields();
        if (status >= 200) {
          return new HttpResponse(status, fields, body(status, fields));
        }
      }
      throw broken("more than " + MAX_INTERIM + " interim responses");
    }

    private int status() {
      String line = headLine();
      Matcher matcher = STATUS.matcher(line);
      if (!matcher.matches()) {
        throw broken("it begins with '" + Printable.of(line) + "'");
      }
      return Integer.parseInt(matcher.group(1));
    }

    private Map<String, List<String>> fields() {
      Map<String, List<String>> fields = new HashMap<>();
      for (String line = headLine(); !line.isEmpty(); line = headLine()) {
        int colon = line.indexOf(':');
        if (colon < 1 || !NAME.matcher(line.substring(0, colon)).matches()) {
          throw broken("a header field reads '" + Printable.of(line) + "'");
        }
        fields
            .computeIfAbsent(
                line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
            .add(line.substring(colon + 1).strip());
      }
      return fields;
    }

    private byte[] body(int status, Map<String, List<String>> fields) {
      if (status == 204 || status == 304) {
        return new byte[0];
      }
      List<String> encodings = fields.getOrDefault("transfer-encoding", List.of());
      List<String> lengths = fields.getOrDefault("content-length", List.of());
      if (!encodings.isEmpty()) {
        if (encodings.size() > 1
            || !encodings.get(0).equalsIgnoreCase("chunked")
            || !lengths.isEmpty()) {
          throw broken("Transfer-Encoding " + encodings + " with Content-Length " + lengths);
        }
        return chunked();
      }
      return lengths.isEmpty() ? untilTheEnd() : counted(lengths);
    }

    private byte[] counted(List<String> lengths) {
      String length = lengths.get(0);
      if (lengths.stream().distinct().count() > 1 || !length.matches("\\d{1,18}")) {
        throw broken("Content-Length " + Printable.of(lengths.toString()));
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      copy(Long.parseLong(length), body);
      return body.toByteArray();
    }

    private byte[] chunked() {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      while (true) {
        String size = line(MAX_CHUNK_LINE).replaceFirst(";.*", "").strip();
        if (!size.matches("[0-9A-Fa-f]{1,8}")) {
          throw broken("a chunk has the size '" + Printable.of(size) + "'");
        }
        long bytes = Long.parseLong(size, 16);
        if (bytes == 0) {
          headBytes = 0;
          fields(); // trailers, of no meaning here
          return body.toByteArray();
        }
        copy(bytes, body);
        if (!line(MAX_CHUNK_LINE).isEmpty()) {
          throw broken("a chunk is longer than its size says");
        }
      }
    }

    private byte[] untilTheEnd() {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (int next = in.getAsInt(); next >= 0; next = in.getAsInt()) {
        if (body.size() == maxBody) {
          throw tooLarge();
        }
        body.write(next);
      }
      return body.toByteArray();
    }

    private void copy(long bytes, ByteArrayOutputStream body) {
      if (bytes > maxBody - body.size()) {
        throw tooLarge();
      }
      for (long i = 0; i < bytes; i++) {
        body.write(next());
      }
    }

    private EnrolmentException tooLarge() {
      return new EnrolmentException(
          Reason.PROTOCOL,
          "The EST server's answer is larger than "
              + maxBody
              + " bytes. Check that the URL is that of an EST server; if its certificates are that"
              + " large, raise maximumResponse.");
    }

    private String headLine() {
      String line = line(MAX_HEAD_BYTES - headBytes);
      headBytes += line.length() + 2;
      return line;
    }

    private String line(int limit) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = next(); next != '\n'; next = next()) {
        if (line.size() >= limit) {
          throw broken("a line, or the whole head, is too long");
        }
        line.write(next);
      }
      String text = line.toString(StandardCharsets.ISO_8859_1);
      return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private int next() {
      int next = in.getAsInt();
      if (next < 0) {
        throw broken("it ends in the middle");
      }
      return next;
    }
  }
}

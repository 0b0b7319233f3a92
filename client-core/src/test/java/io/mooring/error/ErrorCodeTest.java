package io.mooring.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
  @Test
  void codes_areUniqueAndWellFormed() {
    Set<String> seen = new HashSet<>();
    for (ErrorCode code : ErrorCode.values()) {
      assertTrue(code.id().matches("MOOR-[A-Z]{2,6}-[0-9]{3}"), code.id());
      assertTrue(seen.add(code.id()), code.id() + " stands for two things");
      assertEquals(code.id(), code.toString());
    }
  }

  /** The list grows at its end of each area, and nothing in it is ever changed or taken out. */
  @Test
  void publishedCodes_neverVanishOrChangeTheirMeaning() throws IOException {
    List<String> published;
    try (InputStream in = ErrorCodeTest.class.getResourceAsStream("published-codes.txt")) {
      published =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
    }
    List<String> present =
        Arrays.stream(ErrorCode.values()).map(code -> code.id() + " " + code.name()).toList();
    assertEquals(
        List.of(),
        published.stream().filter(line -> !present.contains(line)).toList(),
        "published codes that are gone or mean something else; a code is never used again");
    assertEquals(
        List.of(),
        present.stream().filter(line -> !published.contains(line)).toList(),
        "new codes; add them to published-codes.txt");
  }

  @Test
  void toString_showsTheCode() {
    assertEquals(
        "io.mooring.error.NetworkException [MOOR-NET-002]: m",
        new NetworkException(ErrorCode.CONNECTION_REFUSED, "m", null).toString());
  }

  @Test
  void everyReason_hasACodeOfItsOwn() {
    Set<ErrorCode> seen = new HashSet<>();
    for (OutboxException.Reason reason : OutboxException.Reason.values()) {
      assertTrue(seen.add(new OutboxException(reason, "m").code()), reason.name());
    }
    for (CertificatePathException.Reason reason : CertificatePathException.Reason.values()) {
      assertTrue(seen.add(new CertificatePathException("m", reason, null).code()), reason.name());
    }
  }
}

package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import io.mooring.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The platform's authorities where there are none to read, and where there are. */
class PlatformRootsTest {
  private static final String TRUST_STORE = "javax.net.ssl.trustStore";

  private static final String TYPE = "javax.net.ssl.trustStoreType";

  private final String before = System.getProperty(TRUST_STORE);
  private final PlatformRoots roots = new PlatformRoots();

  @TempDir Path folder;

  @AfterEach
  void restore() {
    name(before);
  }

  @Test
  void trustStore_thatIsNoKeyStore_isToldEachTime_andReadOnceItIsMended() throws Exception {
    for (String file : List.of("garbage", "more garbage")) {
      String garbage = Files.writeString(folder.resolve(file), "no key store").toString();
      assertRefused(garbage, "'" + garbage + "'", "problem accessing trust store");
    }
    name(null);
    assertFalse(roots.anchors().isEmpty());
  }

  /** The JDK would take its own hundred authorities in place of the file. */
  @Test
  void trustStore_thatIsMissing_isNotPassedOver() {
    String missing = folder.resolve("missing").toString();
    assertRefused(missing, "'" + missing + "'", "no file that can be read");
    assertRefused(folder.toString(), "no file that can be read");
    assertRefused("", "no file that can be read");
  }

  @Test
  void trustStore_ofATypeThatIsNoFile_isNotLookedFor() {
    System.setProperty(TYPE, "Windows-ROOT");
    try {
      assertRefused("no such file", "problem accessing trust store"); // of a type Linux lacks
    } finally {
      System.clearProperty(TYPE);
    }
  }

  @Test
  void trustStore_thatHoldsNoAuthority_isTold() {
    assertRefused("NONE", "'NONE'", "no authority");
  }

  @Test
  void trustStore_onceRead_isNotReadAgain() {
    name(null);
    var first = roots.anchors();
    name("NONE");
    assertSame(first, roots.anchors());
  }

  private void assertRefused(String store, String... parts) {
    name(store);
    CertificatePathException e = assertThrows(CertificatePathException.class, roots::anchors);
    assertEquals(ErrorCode.PLATFORM_AUTHORITIES, e.code());
    assertEquals(Reason.UNKNOWN_AUTHORITY, e.reason());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  private static void name(String store) {
    if (store == null) {
      System.clearProperty(TRUST_STORE);
    } else {
      System.setProperty(TRUST_STORE, store);
    }
  }
}

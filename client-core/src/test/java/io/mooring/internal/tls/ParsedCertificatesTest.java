package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is remembered of a certificate is what its bytes say, and only so many are. */
class ParsedCertificatesTest {
  private static TestIdentity authority;

  private final ParsedCertificates known = new ParsedCertificates();

  @BeforeAll
  static void createAuthority() {
    authority = TestCertificates.ca("Parsed CA").create();
  }

  @Test
  void sameBytes_areParsedOnce_andGiveTheSameKey() throws Exception {
    byte[] bytes = bytes("one");
    ParsedCertificates.Parsed first = known.of(bytes);
    assertSame(first, known.of(bytes.clone()));
    assertSame(first.key(), known.of(bytes).key());
    assertArrayEquals(bytes, first.der());
    assertEquals(
        NamedCurve.key(first.certificate().getSubjectPublicKeyInfo())
            instanceof ECPublicKeyParameters,
        first.key() instanceof ECPublicKeyParameters);
  }

  @Test
  void oneByteChanged_isAnotherCertificate() throws Exception {
    byte[] bytes = bytes("one");
    ParsedCertificates.Parsed first = known.of(bytes);
    byte[] changed = bytes.clone();
    changed[changed.length - 1] ^= 1;
    assertNotSame(first, known.of(changed));
    assertArrayEquals(changed, known.of(changed).der());
  }

  @Test
  void callersArrays_areNotShared() throws Exception {
    byte[] bytes = bytes("one");
    byte[] lent = bytes.clone();
    ParsedCertificates.Parsed first = known.of(lent);
    lent[lent.length - 1] ^= 1;
    first.der()[0] ^= 1;
    assertSame(first, known.of(bytes));
    assertArrayEquals(bytes, first.der());
  }

  @Test
  void whatIsNoCertificate_isRefusedEachTime() throws Exception {
    byte[] cut = Arrays.copyOf(bytes("one"), 40);
    assertThrows(IOException.class, () -> known.of(cut));
    assertThrows(IOException.class, () -> known.of(cut));
    assertThrows(IOException.class, () -> known.of(new byte[0]));
  }

  @Test
  void largeCertificate_isRead_andNotKept() throws Exception {
    String[] names = new String[ParsedCertificates.LARGEST / 20];
    Arrays.setAll(names, i -> "device-%08d.example".formatted(i));
    byte[] large = authority.issues("many names").dns(names).create().certificate().getEncoded();
    ParsedCertificates.Parsed first = known.of(large);
    assertArrayEquals(large, first.der());
    assertNotSame(first, known.of(large));
  }

  @Test
  void leastLatelyUsed_makesRoom() throws Exception {
    List<byte[]> many = new ArrayList<>();
    List<ParsedCertificates.Parsed> parsed = new ArrayList<>();
    for (int i = 0; i <= ParsedCertificates.CAPACITY; i++) {
      many.add(bytes("device-" + i));
      parsed.add(known.of(many.get(i)));
      assertSame(parsed.get(0), known.of(many.get(0)));
    }
    assertNotSame(parsed.get(1), known.of(many.get(1)));
    assertSame(parsed.get(0), known.of(many.get(0)));
  }

  private static byte[] bytes(String name) throws Exception {
    return authority.client(name).certificate().getEncoded();
  }
}

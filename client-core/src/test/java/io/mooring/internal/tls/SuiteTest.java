package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuiteTest {
  @Test
  void suites_onOffer_areEcdheAndAeadOnly() {
    for (boolean chaChaFirst : new boolean[] {false, true}) {
      List<String> names = Arrays.stream(Suite.offer(chaChaFirst)).mapToObj(Suite::nameOf).toList();
      assertEquals(9, names.size());
      assertTrue(names.get(0).contains("CHACHA20") == chaChaFirst, names.toString());
      assertFalse(names.subList(0, 3).stream().anyMatch(name -> name.contains("_WITH_")));
      assertTrue(names.get(3).contains("CHACHA20") == chaChaFirst, names.toString());
      for (String name : names) {
        assertTrue(name.contains("GCM") || name.contains("POLY1305"), name);
        assertTrue(!name.contains("_WITH_") || name.startsWith("TLS_ECDHE_"), name);
      }
    }
  }

  @Test
  void cpu_aesFlag_isReadFromTheSystem() {
    assertTrue(CpuFeatures.hasAes("flags\t\t: fpu sse2 aes avx"));
    assertTrue(CpuFeatures.hasAes("Features\t: fp asimd aes"));
    assertFalse(CpuFeatures.hasAes("Features\t: fp asimd evtstrm crc32 cpuid\n"));
    assertFalse(CpuFeatures.hasAes("flags : vaes\n"));
    assertTrue(CpuFeatures.hasAes("nothing to go by"));
  }
}

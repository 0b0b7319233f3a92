package io.mooring.internal.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Does this CPU have AES instructions? Asked of the system, because a cold calibration chose wrong.
 */
final class CpuFeatures {
  private static final int MAX_BYTES = 64 * 1024;

  private static final boolean AES = detect();

  private CpuFeatures() {}

  static boolean hasAes() {
    return AES;
  }

  /** True if a line of flags names aes, or if there is no such line to go by. */
  static boolean hasAes(String cpuInfo) {
    int begin = 0;
    while (begin < cpuInfo.length()) {
      int newline = cpuInfo.indexOf('\n', begin);
      int end = newline < 0 ? cpuInfo.length() : newline;
      if (cpuInfo.startsWith("flags", begin) || cpuInfo.startsWith("Features", begin)) {
        int colon = cpuInfo.indexOf(':', begin);
        if (colon >= 0 && colon < end) {
          return (cpuInfo.substring(colon + 1, end).stripTrailing() + " ").contains(" aes ");
        }
      }
      begin = end + 1;
    }
    return true;
  }

  private static boolean detect() {
    String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    if (architecture.equals("arm")) {
      // The JVM for 32-bit ARM has no AES intrinsics, whatever the CPU offers.
      return false;
    }
    Path cpuInfo = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpuInfo)) {
      return true;
    }
    try (InputStream in = Files.newInputStream(cpuInfo)) {
      return hasAes(new String(in.readNBytes(MAX_BYTES), ISO_8859_1));
    } catch (IOException e) {
      return true;
    }
  }
}

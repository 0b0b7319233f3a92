package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressesTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 7f000001",
    "255.255.255.0, ffffff00",
    "::1, 00000000000000000000000000000001",
    "2001:DB8::7, 20010db8000000000000000000000007",
    "2001:db8:0:0:0:0:192.0.2.1, 20010db80000000000000000c0000201",
  })
  void ipAddress_literal_becomesItsBytes(String text, String hex) {
    assertArrayEquals(HexFormat.of().parseHex(hex), IpAddresses.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.0x4", "1.2.3.", "-1.2.3.4",
        "１.2.3.4", "localhost", ":", ":::", "1::2::3", "g::1", "fe80::1%eth0", "[::1]", "1:2:3"
      })
  void ipAddress_anythingElse_isNoLiteral(String text) {
    assertNull(IpAddresses.parse(text));
  }
}

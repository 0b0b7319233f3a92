package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNamesTest {
  @ParameterizedTest
  @CsvSource({
    "broker.example, broker.example, true",
    "BROKER.Example, broker.exAMPLE, true",
    "localhost, localhost, true",
    "broker.example, a.broker.example, false",
    "a.broker.example, broker.example, false",
    "*.broker.example, a.broker.example, true",
    "*.broker.example, broker.example, false",
    "*.broker.example, a.b.broker.example, false",
    "*.broker.example, .broker.example, false",
    "*.example, broker.example, false",
    "*., broker.example, false",
    "*, localhost, false",
    "a*.broker.example, ab.broker.example, false",
    "*a.broker.example, ba.broker.example, false",
    "**.broker.example, a.broker.example, false",
    "b.*.example, b.c.example, false",
    "*.*.example, b.c.example, false",
    "broker.example., broker.example, false",
    "'', localhost, false",
    "xn--bcher-kva.example, xn--bcher-kva.example, true",
    "bücher.example, xn--bcher-kva.example, false",
    "*.bücher.example, a.xn--bcher-kva.example, false",
    "broker .example, broker.example, false",
    "under_score.example, under_score.example, true",
  })
  void hostName_pattern_matchesAsRfc9525Says(String pattern, String host, boolean expected) {
    assertEquals(expected, HostNames.matchesName(pattern, host));
  }
}

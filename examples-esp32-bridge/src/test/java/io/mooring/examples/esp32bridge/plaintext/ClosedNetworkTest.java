package io.mooring.examples.esp32bridge.plaintext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.examples.esp32bridge.plaintext.ClosedNetwork.NotClosedException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosedNetworkTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1,true",
    "10.1.2.3,true",
    "172.16.0.1,true",
    "172.32.0.1,false",
    "192.168.4.1,true",
    "169.254.1.1,true",
    "8.8.8.8,false",
    "100.64.0.1,false",
    "0.0.0.0,false",
    "224.0.0.1,false",
    "::1,true",
    "fe80::1,true",
    "fd12::1,true",
    "fec0::1,false",
    "2001:db8::1,false"
  })
  void onlyLoopbackAndPrivate_areClosed(String address, boolean closed) throws Exception {
    assertEquals(closed, ClosedNetwork.isClosed(InetAddress.getByName(address)));
  }

  @Test
  void publicAddress_isRefusedBeforeAnythingIsSent() {
    NotClosedException e =
        assertThrows(NotClosedException.class, () -> ClosedNetwork.resolve("203.0.113.5"));
    assertTrue(e.getMessage().contains("203.0.113.5"));
  }
}

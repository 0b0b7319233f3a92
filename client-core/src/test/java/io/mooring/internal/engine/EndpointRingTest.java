package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Endpoint;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointRingTest {
  private static final Endpoint HOME = new Endpoint("home.example", 8883);

  private static List<Endpoint> brokers(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Endpoint("b" + i + ".example", 1)).toList();
  }

  @Test
  void brokersThatReferToEachOther_areNamedOnceEach() {
    EndpointRing ring = new EndpointRing(List.of(HOME));
    List<Endpoint> circle = brokers(3);
    for (int i = 0; i < 1_000; i++) {
      assertTrue(ring.refer(circle, false));
    }
    assertEquals(circle.get(0), ring.current());
    assertEquals(circle.size() + 1, ring.usable());
  }

  @Test
  void everNewReferences_theListIsBounded_andTheNewestComeFirst() {
    EndpointRing ring = new EndpointRing(List.of(HOME));
    List<Endpoint> many = brokers(100);
    for (int i = 0; i + 1 < many.size(); i += 2) {
      assertTrue(ring.refer(many.subList(i, i + 2), false));
    }
    assertEquals(many.get(98), ring.current());
    assertEquals(EndpointRing.REFERRED + 1, ring.usable());
  }
}

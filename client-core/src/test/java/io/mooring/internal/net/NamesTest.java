package io.mooring.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class NamesTest {
  private final Queue<Runnable> loop = new ArrayDeque<>();
  private final Map<String, BiConsumer<InetAddress[], UnknownHostException>> asked =
      new HashMap<>();
  private final List<String> lookups = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final Names names =
      new Names(
          loop::add,
          (host, then) -> {
            lookups.add(host);
            asked.put(host, then);
          });

  private void resolve(String host, String who) {
    names.resolve(
        host,
        (addresses, failure) ->
            told.add(who + (addresses == null ? " failed" : " " + addresses.length)));
  }

  private void runLoop() {
    while (!loop.isEmpty()) {
      loop.remove().run();
    }
  }

  @Test
  void thousandClientsOfOneBroker_shareOneLookUp() {
    for (int i = 0; i < 1_000; i++) {
      resolve("broker.example", "client");
    }
    assertEquals(List.of("broker.example"), lookups);
    asked.get("broker.example").accept(new InetAddress[] {InetAddress.getLoopbackAddress()}, null);
    runLoop();
    assertEquals(1_000, told.size());
  }

  @Test
  void nameThatHangs_holdsUpNoOther() {
    resolve("hangs.example", "slow");
    resolve("broker.example", "quick");
    asked.get("broker.example").accept(new InetAddress[2], null);
    runLoop();
    assertEquals(List.of("quick 2"), told);
  }

  @Test
  void endedLookUp_theNextAsksAnew() {
    resolve("broker.example", "first");
    asked.get("broker.example").accept(null, new UnknownHostException("broker.example"));
    runLoop();
    resolve("broker.example", "second");
    assertEquals(List.of("broker.example", "broker.example"), lookups);
    assertEquals(List.of("first failed"), told);
  }

  @Test
  void lookUpThatThrows_isAnswered_andTheNextAsksAnew() {
    OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
    List<Throwable> causes = new ArrayList<>();
    Names failing =
        new Names(
            loop::add,
            (host, then) -> {
              throw error;
            });
    failing.resolve("broker.example", (addresses, failure) -> causes.add(failure.getCause()));
    runLoop();
    failing.resolve("broker.example", (addresses, failure) -> causes.add(failure.getCause()));
    runLoop();
    assertEquals(List.of(error, error), causes);
  }

  @Test
  void oneWhoThrows_keepsNobodyFromHearing() {
    names.resolve(
        "broker.example",
        (addresses, failure) -> {
          throw new IllegalStateException("a fault of one client");
        });
    resolve("broker.example", "other");
    asked.get("broker.example").accept(new InetAddress[1], null);
    runLoop();
    assertEquals(List.of("other 1"), told);
  }
}

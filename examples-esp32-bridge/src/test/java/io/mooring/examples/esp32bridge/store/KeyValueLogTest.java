package io.mooring.examples.esp32bridge.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KeyValueLogTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("store");
  }

  private static void put(KeyValueLog log, String key, byte... value) throws Exception {
    log.put(key, value).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void putAndRemoved_isThereAgainAfterOpening() throws Exception {
    try (KeyValueLog log = KeyValueLog.open(file())) {
      put(log, "a", (byte) 1);
      put(log, "b", (byte) 2);
      put(log, "a", (byte) 3);
      log.remove("b").toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
    try (KeyValueLog log = KeyValueLog.open(file())) {
      assertEquals(1, log.found().size());
      assertArrayEquals(new byte[] {3}, log.found().get("a"));
    }
  }

  /** Whatever a torn write leaves: what was whole before the cut is there, and nothing else. */
  @Test
  void cutAtEveryByte_keepsWhatWasWhole() throws Exception {
    try (KeyValueLog log = KeyValueLog.open(file())) {
      put(log, "one", (byte) 1);
      put(log, "two", (byte) 2, (byte) 2);
    }
    byte[] whole = Files.readAllBytes(file());
    int first = whole.length / 2 - 1;
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      try (KeyValueLog log = KeyValueLog.open(file())) {
        assertTrue(log.found().size() <= (length >= whole.length ? 2 : 1), "at " + length);
        if (length > first + 1) {
          assertTrue(log.found().containsKey("one"), "at " + length);
        }
      }
    }
  }

  @Test
  void manyChanges_stayInStepWithAMap_andTheFileStaysSmall() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    Map<String, byte[]> model = new HashMap<>();
    try (KeyValueLog log = KeyValueLog.open(file())) {
      for (int i = 0; i < 40_000; i++) {
        String key = "k" + random.nextInt(20);
        if (random.nextInt(4) == 0) {
          model.remove(key);
          log.remove(key);
        } else {
          byte[] value = new byte[random.nextInt(200)];
          random.nextBytes(value);
          model.put(key, value);
          log.put(key, value);
        }
      }
    }
    assertTrue(Files.size(file()) < 3L << 20, "the past was not left out");
    try (KeyValueLog log = KeyValueLog.open(file())) {
      assertEquals(model.keySet(), log.found().keySet());
      model.forEach((key, value) -> assertArrayEquals(value, log.found().get(key)));
    }
  }

  @Test
  void command_isReadAsItWasWritten() {
    Command command =
        new Command(
            7, 99, true, "command/led", "plant/7/a/x", new byte[] {1}, "gw", new byte[] {5});
    Command read = Command.read(command.bytes());
    assertEquals(command.toString(), read.toString());
    assertArrayEquals(command.bytes(), read.bytes());
  }

  @Test
  void upMemory_remembersTheLast64Refusals() {
    UpMemory memory = new UpMemory(5, 0, 0);
    for (int n = 1; n <= 100; n++) {
      memory = memory.settled(n, n % 3 == 0);
    }
    memory = UpMemory.read(memory.bytes());
    for (int n = 37; n <= 100; n++) {
      assertEquals(n % 3 == 0 ? 9 : 0, memory.answer(n).code(), "number " + n);
    }
    memory = memory.settled(200, false);
    assertEquals(0, memory.answer(150).code());
  }
}

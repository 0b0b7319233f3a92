package io.mooring.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PacketTableTest {
  @Test
  void randomUse_agreesWithAHashMap() {
    for (int seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PacketTable<String> table = new PacketTable<>();
      Map<Integer, String> model = new HashMap<>();
      int keys = 1 + random.nextInt(200);
      for (int step = 0; step < 500; step++) {
        // A stride of 64 leaves one key to a page.
        int key = 1 + random.nextInt(keys) * (random.nextBoolean() ? 64 : 1);
        if (random.nextInt(3) == 0) {
          assertEquals(model.remove(key), table.remove(key));
        } else {
          table.put(key, "v" + step);
          model.put(key, "v" + step);
        }
        assertEquals(model.size(), table.size());
      }
      for (int key = 1; key <= 64 * keys + 1; key++) {
        assertEquals(model.get(key), table.get(key), "lost or invented a key");
        assertEquals(model.containsKey(key), table.contains(key));
      }
    }
  }

  @Test
  void holdsEveryPacketIdentifier() {
    PacketTable<Integer> table = new PacketTable<>();
    for (int id = 1; id <= 65_535; id++) {
      table.put(id, id);
    }
    assertEquals(65_535, table.size());
    for (int id = 1; id <= 65_535; id++) {
      assertEquals(id, table.remove(id));
    }
    assertEquals(0, table.size());
    table.put(3, 3);
    table.clear();
    assertNull(table.get(3));
    assertTrue(!table.contains(3));
  }
}

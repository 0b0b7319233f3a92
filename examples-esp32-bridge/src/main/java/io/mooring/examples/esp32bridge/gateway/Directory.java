package io.mooring.examples.esp32bridge.gateway;

import io.mooring.examples.esp32bridge.link.DeviceDirectory;
import io.mooring.examples.esp32bridge.link.DeviceKey;
import io.mooring.examples.esp32bridge.link.Refusal;
import io.mooring.examples.esp32bridge.store.UpMemory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The devices that lines may know, and how far each is settled as the core last said. */
final class Directory implements DeviceDirectory {
  private record Entry(DeviceKey key, @Nullable Pattern line, long downStream, Memory memory) {}

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  void put(String id, DeviceKey key, @Nullable String line, long downStream, UpMemory memory) {
    Pattern bound =
        line == null ? null : Pattern.compile(Pattern.quote(line).replace("*", "\\E[^/]*\\Q"));
    entries.put(id, new Entry(key, bound, downStream, new Memory(memory.stream(), memory.last())));
  }

  void settled(String id, UpMemory memory) {
    entries.computeIfPresent(
        id,
        (name, entry) ->
            new Entry(
                entry.key(),
                entry.line(),
                entry.downStream(),
                new Memory(memory.stream(), memory.last())));
  }

  @Override
  public Answer find(String id, String line) {
    Entry entry = entries.get(id);
    if (entry == null) {
      return new Answer.No(Refusal.UNKNOWN_DEVICE);
    }
    if (entry.line() != null && !entry.line().matcher(line).matches()) {
      return new Answer.No(Refusal.WRONG_LINE);
    }
    return new Answer.Yes(entry.key(), entry.downStream(), entry.memory());
  }
}

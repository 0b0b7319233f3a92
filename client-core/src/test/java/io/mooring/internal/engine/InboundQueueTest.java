package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.SubscribeOptions.Overflow;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InboundQueueTest {
  private static final int MANY = 1_000_000;

  /** Equal to itself only, as a delivery is. */
  private static final class Piece implements InboundQueue.Item {
    private final String topic;
    private final long bytes;

    Piece(String topic, long bytes) {
      this.topic = topic;
      this.bytes = bytes;
    }

    @Override
    public String topic() {
      return topic;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public String toString() {
      return topic + ":" + bytes;
    }
  }

  private static List<Piece> pieces(String... topics) {
    return IntStream.range(0, topics.length).mapToObj(i -> new Piece(topics[i], 1)).toList();
  }

  private static List<Piece> offerAll(InboundQueue<Piece> queue, List<Piece> pieces) {
    List<Piece> dropped = new ArrayList<>();
    pieces.forEach(piece -> dropped.addAll(queue.offer(piece, MANY, MANY)));
    return dropped;
  }

  @Test
  void stopReading_keepsAllAndSaysThatItIsFull() {
    InboundQueue<Piece> queue = new InboundQueue<>(Overflow.STOP_READING, 2, 1024);
    List<Piece> in = pieces("a", "a", "a");
    assertEquals(List.of(), offerAll(queue, in));
    assertTrue(queue.isFull());
    assertEquals(in, queue.drain());
  }

  @Test
  void dropOldest_keepsTheNewest() {
    InboundQueue<Piece> queue = new InboundQueue<>(Overflow.DROP_OLDEST, 2, 1024);
    List<Piece> in = pieces("a", "b", "c", "d");
    assertEquals(in.subList(0, 2), offerAll(queue, in));
    assertEquals(in.subList(2, 4), queue.drain());
  }

  @Test
  void dropNewest_keepsTheFirst() {
    InboundQueue<Piece> queue = new InboundQueue<>(Overflow.DROP_NEWEST, 2, 1024);
    List<Piece> in = pieces("a", "b", "c", "d");
    assertEquals(in.subList(2, 4), offerAll(queue, in));
    assertEquals(in.subList(0, 2), queue.drain());
  }

  @Test
  void latestOnly_replacesInPlace_soThatNoTopicStarves() {
    InboundQueue<Piece> queue = new InboundQueue<>(Overflow.LATEST_ONLY, 10, 1024);
    List<Piece> in = pieces("a", "b", "a", "b", "a");
    assertEquals(List.of(in.get(0), in.get(1), in.get(2)), offerAll(queue, in));
    assertEquals(List.of(in.get(4), in.get(3)), queue.drain());
  }

  @Test
  void whatTheHandlerHolds_takesRoomUntilItIsReleased() {
    InboundQueue<Piece> queue = new InboundQueue<>(Overflow.DROP_OLDEST, 1, 1024);
    List<Piece> in = pieces("a", "b", "c");
    queue.offer(in.get(0), MANY, MANY);
    assertEquals(in.get(0), queue.poll());
    assertEquals(List.of(in.get(1)), queue.offer(in.get(1), MANY, MANY));
    queue.release(in.get(0));
    assertEquals(List.of(), queue.offer(in.get(2), MANY, MANY));
  }

  @Test
  void messageLargerThanTheQueue_isTakenInAlone() {
    InboundQueue<Piece> queue = new InboundQueue<>(Overflow.DROP_OLDEST, 10, 1024);
    Piece small = new Piece("a", 1);
    Piece large = new Piece("b", 5_000);
    queue.offer(small, MANY, MANY);
    assertEquals(List.of(small), queue.offer(large, MANY, MANY));
    assertEquals(large, queue.poll());
    assertEquals(List.of(small), queue.offer(small, MANY, MANY));
  }

  @Test
  void messageThatNothingCanMakeRoomFor_costsNoOther() {
    InboundQueue<Piece> queue = new InboundQueue<>(Overflow.DROP_OLDEST, 10, 1024);
    Piece small = new Piece("a", 1);
    Piece large = new Piece("b", 5_000);
    queue.offer(small, MANY, MANY);
    assertEquals(List.of(large), queue.offer(large, MANY, 4_000));
    assertEquals(List.of(small), queue.drain());
  }

  @Test
  void oneFloodAlone_fillsHalfOfTheWindow() {
    InboundQueue<Piece> queue = new InboundQueue<>(Overflow.DROP_OLDEST, MANY, MANY);
    for (int i = 0; i < 1_000; i++) {
      queue.offer(new Piece("a", 1), 256 - queue.heldMessages(), MANY);
    }
    assertEquals(128, queue.heldMessages());
  }

  /** Against a list, with a window whose other users come and go. */
  @ParameterizedTest
  @EnumSource(Overflow.class)
  void agreesWithAList(Overflow overflow) {
    for (long seed = 1; seed <= 1_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int maximumMessages = 1 + random.nextInt(12);
      long maximumBytes = 1 + random.nextInt(60);
      InboundQueue<Piece> queue = new InboundQueue<>(overflow, maximumMessages, maximumBytes);
      Model model = new Model(overflow, maximumMessages, maximumBytes);
      for (int step = 0; step < 200; step++) {
        String at = overflow + ", seed " + seed + ", step " + step;
        switch (random.nextInt(5)) {
          case 0 -> assertEquals(model.poll(), queue.poll(), at);
          case 1 -> {
            if (!model.taken.isEmpty()) {
              Piece done = model.taken.remove(random.nextInt(model.taken.size()));
              queue.release(done);
            }
          }
          default -> {
            Piece piece = new Piece("t" + random.nextInt(4), random.nextInt(30));
            int freeMessages = random.nextInt(20);
            long freeBytes = random.nextInt(100);
            assertEquals(
                model.offer(piece, freeMessages, freeBytes),
                queue.offer(piece, freeMessages, freeBytes),
                at);
          }
        }
        assertEquals(model.waiting.size(), queue.waiting(), at);
        assertEquals(model.waiting.size() + model.taken.size(), queue.heldMessages(), at);
        assertEquals(bytes(model.waiting) + bytes(model.taken), queue.heldBytes(), at);
      }
      assertEquals(model.waiting, queue.drain());
    }
  }

  private static long bytes(List<Piece> pieces) {
    return pieces.stream().mapToLong(Piece::bytes).sum();
  }

  /** The words of the Javadoc, by trial: drop one after the other until it fits. */
  private static final class Model {
    private final Overflow overflow;
    private final int maximumMessages;
    private final long maximumBytes;
    private final List<Piece> waiting = new ArrayList<>();
    private final List<Piece> taken = new ArrayList<>();

    Model(Overflow overflow, int maximumMessages, long maximumBytes) {
      this.overflow = overflow;
      this.maximumMessages = maximumMessages;
      this.maximumBytes = maximumBytes;
    }

    @org.jspecify.annotations.Nullable
    Piece poll() {
      if (waiting.isEmpty()) {
        return null;
      }
      taken.add(waiting.get(0));
      return waiting.remove(0);
    }

    List<Piece> offer(Piece piece, int freeMessages, long freeBytes) {
      List<Piece> line = new ArrayList<>(waiting);
      List<Piece> dropped = new ArrayList<>();
      int place = line.size();
      if (overflow == Overflow.LATEST_ONLY) {
        for (int i = 0; i < line.size(); i++) {
          if (line.get(i).topic().equals(piece.topic())) {
            dropped.add(line.remove(i));
            place = i;
            break;
          }
        }
      }
      List<Piece> withoutOutdated = List.copyOf(line);
      int outdated = dropped.size();
      while (overflow != Overflow.STOP_READING
          && !fits(piece, line, freeMessages + dropped.size(), freeBytes + bytes(dropped))) {
        if (overflow == Overflow.DROP_NEWEST || line.isEmpty()) {
          waiting.clear();
          waiting.addAll(withoutOutdated);
          List<Piece> lost = new ArrayList<>(dropped.subList(0, outdated));
          lost.add(piece);
          return lost;
        }
        dropped.add(line.remove(0));
        place = Math.max(0, place - 1);
      }
      line.add(place, piece);
      waiting.clear();
      waiting.addAll(line);
      return dropped;
    }

    private boolean fits(Piece piece, List<Piece> line, int freeMessages, long freeBytes) {
      int held = line.size() + taken.size();
      long bytes = bytes(line) + bytes(taken);
      return (held + 1 <= maximumMessages
              && held < freeMessages
              && bytes + piece.bytes() <= maximumBytes
              && bytes + piece.bytes() <= freeBytes)
          || (held == 0 && freeMessages >= 1 && piece.bytes() <= freeBytes);
    }
  }
}

package io.mooring.internal.wire;

import static io.mooring.internal.wire.WireTests.hex;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.mooring.error.ProtocolViolationException;
import io.mooring.testkit.MqttPackets;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Bytes that no sound broker sends: nothing but a violation may come of them. */
class HostileBytesTest {
  private static final int LIMIT = 2_048;
  private static final int ROUNDS = 120_000;

  @Test
  void feed_randomBytes_throwsViolationsOnly() {
    SplittableRandom random = new SplittableRandom(11);
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      if (bytes.length > 1 && i % 2 == 0) {
        bytes[0] = (byte) (bytes[0] & 0xF0);
        bytes[1] = (byte) random.nextInt(bytes.length);
      }
      refused += refused(bytes, random.nextInt(bytes.length + 1)) ? 1 : 0;
    }
    assertTrue(refused > ROUNDS / 4, "only " + refused + " were refused");
  }

  @Test
  void feed_mutatedPackets_throwsViolationsOnly_andAcceptsNoMoreThanAnotherCodec() {
    SplittableRandom random = new SplittableRandom(12);
    RandomPackets packets = new RandomPackets(13, false);
    int refused = 0;
    byte[] packet = {};
    for (int i = 0; i < ROUNDS; i++) {
      packet = i % 8 == 0 ? packets.next().encode() : packet;
      byte[] bytes = mutated(packet.clone(), random);
      if (refused(bytes, random.nextInt(bytes.length + 1))) {
        refused++;
      } else {
        assertAcceptedByTestkit(bytes);
      }
    }
    assertTrue(refused > ROUNDS / 4, "only " + refused + " were refused");
  }

  private static byte[] mutated(byte[] packet, SplittableRandom random) {
    byte[] bytes = packet;
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0 : 0xFF);
        case 3 -> {
          bytes = Arrays.copyOf(bytes, bytes.length + 1);
          System.arraycopy(bytes, at, bytes, at + 1, bytes.length - at - 1);
        }
        default -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
      }
    }
    return bytes;
  }

  /** Feeds in two slices; true if the reader refused. Anything else it throws fails the test. */
  private static boolean refused(byte[] bytes, int cut) {
    PacketReader reader = new PacketReader(LIMIT);
    try {
      reader.feed(bytes, 0, cut, packet -> {});
      reader.feed(bytes, cut, bytes.length - cut, packet -> {});
      assertTrue(reader.capacity() <= LIMIT, () -> reader.capacity() + " for " + hex(bytes));
      return false;
    } catch (ProtocolViolationException e) {
      String message = String.valueOf(e.getMessage());
      assertTrue(message.length() < 600, message);
      assertTrue(message.chars().noneMatch(Character::isISOControl), () -> hex(bytes));
      assertTrue(e.reasonCode().isError(), message);
      assertTrue(reader.capacity() == 0, () -> reader.capacity() + " kept after " + hex(bytes));
      return true;
    } catch (RuntimeException e) {
      return fail(hex(bytes), e);
    }
  }

  /** Whole packets only: what both still wait for the rest of has not been accepted. */
  private static void assertAcceptedByTestkit(byte[] bytes) {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    try {
      while (MqttPackets.read(in).isPresent()) {}
    } catch (EOFException e) {
      assertTrue(in.available() == 0, () -> hex(bytes));
    } catch (IOException e) {
      fail("accepted, but another codec says: " + e.getMessage() + " - " + hex(bytes));
    }
  }
}

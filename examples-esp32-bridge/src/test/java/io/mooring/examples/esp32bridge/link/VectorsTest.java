package io.mooring.examples.esp32bridge.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.examples.esp32bridge.topic.Suffix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors that this side shares with the firmware, made by a third implementation. */
class VectorsTest {
  private static final List<String[]> LINES = read();
  private static final Map<String, byte[]> VALUES =
      of("value").collect(Collectors.toMap(line -> line[1], line -> bytes(line[2])));
  private static final int LARGEST = 8192;

  @Test
  void cobs_bothWays() {
    of("cobs")
        .forEach(
            line -> {
              byte[] encoded = bytes(line[2]);
              assertArrayEquals(bytes(line[1]), Cobs.decode(encoded, encoded.length));
              byte[] ours = Cobs.encode(bytes(line[1]));
              assertArrayEquals(bytes(line[1]), Cobs.decode(ours, ours.length));
              assertTrue(encoded.length - ours.length <= 1, line[1]);
            });
    of("badcobs")
        .forEach(line -> assertNull(Cobs.decode(bytes(line[1]), bytes(line[1]).length), line[1]));
  }

  @Test
  void crc_isTheOneOfZlib() {
    of("crc")
        .forEach(
            line -> {
              byte[] input = bytes(line[1]);
              assertEquals(line[2], "%08x".formatted(Frame.crc(input, input.length)));
            });
  }

  @Test
  void keys_areDerivedAsThePageSays() throws Exception {
    byte[] key = value("deviceKey");
    byte[] hello = KeyDerivation.hkdf(key, new byte[32], "mooring-bridge/1 hello " + id(), 32);
    assertArrayEquals(value("helloKey"), hello);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(frame("hello").content());
    digest.update(frame("welcome").content());
    assertArrayEquals(value("salt"), digest.digest());
    byte[] session = KeyDerivation.hkdf(key, value("salt"), "mooring-bridge/1 session", 64);
    assertArrayEquals(value("upKey"), Arrays.copyOf(session, 32));
    assertArrayEquals(value("downKey"), Arrays.copyOfRange(session, 32, 64));
  }

  static Stream<String> frames() {
    return of("frame").map(line -> line[1]);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void frame_isReadAndWritten(String name) {
    String[] line = line("frame", name);
    Frame frame = frame(name);
    assertEquals(Integer.parseInt(line[4], 16), frame.type());
    assertEquals(Integer.parseInt(line[5]), frame.credit());
    assertEquals(Long.parseLong(line[6]), frame.counter());
    assertEquals(Integer.parseInt(line[7]), frame.seq());
    assertEquals(Integer.parseInt(line[8]), frame.ack());
    assertArrayEquals(bytes(line[9]), frame.payload());
    FrameKey key = key(line[3]);
    byte[] tag = key == null ? new byte[Frame.TAG] : key.tag(frame.content());
    assertArrayEquals(frame.tag(), tag);
    byte[] ours = Frame.line(frame.content(), tag);
    assertArrayEquals(bytes(line[10]), ours);
    if (frame.type() == FrameType.PUBLISH.code()) {
      LineMessage message = LineMessage.read(frame.payload());
      assertNotNull(message);
      assertNull(Suffix.problem(message.topic()));
      assertArrayEquals(frame.payload(), message.payload());
    }
  }

  /** Streams and nonces of the vectors, so that the machine's own WELCOME is the vectors'. */
  private static LineMachine machine() {
    SecureRandom nonce =
        new SecureRandom() {
          @Override
          public void nextBytes(byte[] bytes) {
            System.arraycopy(value("bridgeNonce"), 0, bytes, 0, bytes.length);
          }
        };
    DeviceDirectory directory =
        (id, line) ->
            id.equals(id())
                ? new DeviceDirectory.Answer.Yes(
                    new TestKey(value("deviceKey")),
                    ByteBuffer.wrap(value("downStream")).getLong(),
                    new DeviceDirectory.Memory(ByteBuffer.wrap(value("upStream")).getLong(), 41))
                : new DeviceDirectory.Answer.No(Refusal.UNKNOWN_DEVICE);
    LineMachine machine =
        new LineMachine(
            new LineSettings(
                "/dev/ttyX", 115_200, Duration.ofSeconds(5), 8, 4096, Duration.ofSeconds(10)),
            directory,
            nonce);
    machine.opened(0);
    assertArrayEquals(Lines.afterDelimiter(bytes(line("frame", "invite")[10])), machine.next(0));
    return machine;
  }

  @Test
  void session_ofTheVectors_isAnsweredAsTheyAre() {
    LineMachine machine = machine();
    receive(machine, "hello", 0);
    assertArrayEquals(Lines.afterDelimiter(bytes(line("frame", "welcome")[10])), machine.next(0));
    assertEquals(List.of(), machine.events());
    receive(machine, "ping", 0);
    assertTrue(
        machine.events().get(0) instanceof LineEvent.Live live && live.device().equals(id()));
    byte[] pong = machine.next(0);
    assertNotNull(pong);
    assertEquals(FrameType.PONG.code(), frame(pong).type());
    receive(machine, "publish-qos1", 0);
    var published = (LineEvent.Published) machine.events().get(0);
    assertEquals("telemetry/temp", published.message().topic());
    assertEquals(42, published.message().number());
    assertArrayEquals("21.5".getBytes(StandardCharsets.US_ASCII), published.message().content());
  }

  static Stream<String> bad() {
    return of("bad").filter(line -> line[2].equals("up")).map(line -> line[1]);
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badFrame_inALiveSession_isCountedAndNothingElse(String name) {
    LineMachine machine = machine();
    for (String good :
        List.of(
            "hello",
            "ping",
            "publish-qos1",
            "publish-qos0-retain",
            "result-not-understood",
            "publish-utf8",
            "nak")) {
      receive(machine, good, 0);
    }
    assertEquals(5, machine.events().size());
    while (machine.next(0) != null) {}
    LinkReport before = machine.report();
    byte[] line = bytes(line("bad", name)[4]);
    machine.received(line, line.length, 0);
    LinkReport after = machine.report();
    String counter = line("bad", name)[3];
    assertEquals(
        1,
        after.here().crcErrors()
            - before.here().crcErrors()
            + after.here().badTags()
            - before.here().badTags()
            + after.here().replays()
            - before.here().replays()
            + after.unexpected()
            - before.unexpected());
    long counted =
        switch (counter) {
          case "crcErrors" -> after.here().crcErrors() - before.here().crcErrors();
          case "badTags" -> after.here().badTags() - before.here().badTags();
          case "replays" -> after.here().replays() - before.here().replays();
          default -> after.unexpected() - before.unexpected();
        };
    assertEquals(1, counted, counter);
    assertEquals(List.of(), machine.events());
  }

  static Stream<String> badHellos() {
    return of("badhello").map(line -> line[1]);
  }

  @ParameterizedTest
  @MethodSource("badHellos")
  void badHello_isRefusedWithItsCode(String name) {
    LineMachine machine = machine();
    byte[] line = bytes(line("badhello", name)[3]);
    machine.received(line, line.length, 0);
    byte[] answer = machine.next(0);
    assertNotNull(answer);
    Frame refuse = frame(answer);
    assertEquals(FrameType.REFUSE.code(), refuse.type());
    assertEquals(Integer.parseInt(line("badhello", name)[2]), refuse.payload()[0]);
    assertArrayEquals(value("deviceNonce"), Arrays.copyOfRange(refuse.payload(), 4, 20));
    var refused = (LineEvent.Refused) machine.events().get(0);
    assertEquals(refuse.payload()[0], refused.why().code());
    receive(machine, "ping", 0);
    assertEquals(List.of(), machine.events());
  }

  @Test
  void topics_goodAndBad() {
    of("goodtopic").forEach(line -> assertNull(Suffix.problem(text(bytes(line[1]))), line[1]));
    of("badtopic")
        .forEach(
            line -> {
              byte[] topic = bytes(line[1]);
              byte[] payload = new byte[6 + topic.length];
              payload[0] = 1;
              payload[1] = (byte) topic.length;
              payload[5] = 1;
              System.arraycopy(topic, 0, payload, 6, topic.length);
              LineMessage message = LineMessage.read(payload);
              assertNotNull(message);
              assertFalse(
                  message.topic() != null && Suffix.problem(message.topic()) == null, line[1]);
            });
  }

  private static void receive(LineMachine machine, String name, long now) {
    byte[] line = bytes(line("frame", name)[10]);
    machine.received(line, line.length, now);
  }

  private static FrameKey key(String name) {
    return switch (name) {
      case "none" -> null;
      case "hello" -> FrameKey.of(value("helloKey"));
      case "up" -> FrameKey.of(value("upKey"));
      default -> FrameKey.of(value("downKey"));
    };
  }

  private static Frame frame(String name) {
    return frame(bytes(line("frame", name)[10]));
  }

  private static Frame frame(byte[] line) {
    List<Frame> frames = new ArrayList<>();
    new FrameSplitter(LARGEST).feed(line, line.length, frames::add, () -> {});
    return frames.get(0);
  }

  private static String id() {
    return text(value("id"));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] value(String name) {
    return VALUES.get(name);
  }

  private static String[] line(String kind, String name) {
    return of(kind).filter(line -> line[1].equals(name)).findFirst().orElseThrow();
  }

  private static Stream<String[]> of(String kind) {
    return LINES.stream().filter(line -> line[0].equals(kind));
  }

  private static byte[] bytes(String hex) {
    return hex.equals("-") ? new byte[0] : HexFormat.of().parseHex(hex);
  }

  private static List<String[]> read() {
    try {
      return Files.readAllLines(Path.of("protocol/vectors.txt")).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(" "))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException("the vectors of the protocol are missing", e);
    }
  }
}

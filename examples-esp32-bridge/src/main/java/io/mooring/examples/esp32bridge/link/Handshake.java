package io.mooring.examples.esp32bridge.link;

import io.mooring.examples.esp32bridge.link.DeviceDirectory.Answer;
import io.mooring.examples.esp32bridge.link.DeviceKey.SessionKeys;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** HELLO in, WELCOME or REFUSE out; holds the one session that waits to be proven. */
final class Handshake {
  private static final byte[] NO_TAG = new byte[Frame.TAG];
  private static final long ANSWER_APART = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PENDING = TimeUnit.SECONDS.toNanos(30);
  private static final int WELCOME_BYTES = 50;
  private static final int REFUSE_BYTES = 20;

  /** A WELCOME that was sent and not yet answered by a frame of its session. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  private record Pending(
      byte[] heard, Hello hello, int credit, SessionKeys keys, byte[] welcome, long since) {}

  private final LineSettings settings;
  private final DeviceDirectory directory;
  private final SecureRandom random;
  private final Tally tally;
  private final Consumer<LineEvent> events;
  private @Nullable Pending pending;
  private byte @Nullable [] liveHeard;
  private boolean answered;
  private long answeredAt;
  private long sessions;

  Handshake(
      LineSettings settings,
      DeviceDirectory directory,
      SecureRandom random,
      Tally tally,
      Consumer<LineEvent> events) {
    this.settings = settings;
    this.directory = directory;
    this.random = random;
    this.tally = tally;
    this.events = events;
  }

  static byte[] invite() {
    return Frame.line(
        Frame.content(FrameType.INVITE, 0, 0, 0, 0, new byte[] {Hello.VERSION}), NO_TAG);
  }

  boolean isPending() {
    return pending != null;
  }

  /** Whether the frame is of the pending session, and so proves the device. */
  boolean proves(Frame frame) {
    Pending waiting = pending;
    return waiting != null && waiting.keys().up().verifies(frame);
  }

  /** The pending session, which is proven now. */
  Session begin(long now) {
    Pending proven = pending;
    if (proven == null) {
      throw new IllegalStateException("no session is pending");
    }
    pending = null;
    liveHeard = proven.heard();
    return new Session(
        ++sessions, proven.hello(), proven.credit(), proven.keys(), settings, tally, events, now);
  }

  void tick(long now) {
    Pending waiting = pending;
    if (waiting != null && now - waiting.since() >= PENDING) {
      pending = null;
    }
  }

  long untilDue(long now) {
    Pending waiting = pending;
    return waiting == null ? Long.MAX_VALUE : Math.max(0, waiting.since() + PENDING - now);
  }

  /** The answer to a HELLO, or null for none. */
  byte @Nullable [] hello(Frame frame, @Nullable Hello live, long now) {
    if (frame.counter() != 0 || frame.seq() != 0) {
      tally.unexpected++;
      return null;
    }
    if (live != null && same(liveHeard, frame)) {
      return null;
    }
    if (answered && now - answeredAt < ANSWER_APART) {
      return null;
    }
    answered = true;
    answeredAt = now;
    Pending waiting = pending;
    if (waiting != null && same(waiting.heard(), frame)) {
      return waiting.welcome();
    }
    return judge(frame, now);
  }

  private byte[] judge(Frame frame, long now) {
    if (Hello.version(frame) != Hello.VERSION) {
      return refuse("", Refusal.VERSION, Hello.VERSION, frame);
    }
    Hello hello = Hello.read(frame);
    if (hello == null) {
      return refuse("", Refusal.MALFORMED, 0, frame);
    }
    Answer answer = directory.find(hello.id(), settings.name());
    if (answer instanceof Answer.No no) {
      return refuse(hello.id(), no.why(), 0, frame);
    }
    Answer.Yes known = (Answer.Yes) answer;
    if (!known.key().helloKey(hello.id()).verifies(frame)) {
      tally.badTags++;
      return refuse(hello.id(), Refusal.WRONG_KEY, 0, frame);
    }
    return welcome(frame, hello, known, now);
  }

  private byte[] welcome(Frame frame, Hello hello, Answer.Yes known, long now) {
    byte[] nonce = new byte[Hello.NONCE];
    random.nextBytes(nonce);
    byte[] payload =
        ByteBuffer.allocate(WELCOME_BYTES)
            .put((byte) Hello.VERSION)
            .put((byte) 0)
            .putShort((short) settings.largestPayload())
            .put(hello.nonce())
            .put(nonce)
            .putLong(known.downStream())
            .putShort((short) settings.keepAlive().toMillis())
            .putInt((int) known.memory().lastOf(hello.stream()))
            .array();
    byte[] content = Frame.content(FrameType.WELCOME, settings.window(), 0, 0, 1, payload);
    SessionKeys keys = known.key().sessionKeys(salt(frame.content(), content));
    byte[] welcome = Frame.line(content, keys.down().tag(content));
    byte[] heard = Frame.line(frame.content(), frame.tag());
    pending = new Pending(heard, hello, frame.credit(), keys, welcome, now);
    return welcome;
  }

  private byte[] refuse(String id, Refusal why, int detail, Frame frame) {
    byte[] payload =
        ByteBuffer.allocate(REFUSE_BYTES)
            .put((byte) why.code())
            .put((byte) 0)
            .putShort((short) detail)
            .put(Hello.nonce(frame))
            .array();
    events.accept(new LineEvent.Refused(id, why));
    return Frame.line(Frame.content(FrameType.REFUSE, 0, 0, 0, 0, payload), NO_TAG);
  }

  private static boolean same(byte @Nullable [] heard, Frame frame) {
    return heard != null && MessageDigest.isEqual(heard, Frame.line(frame.content(), frame.tag()));
  }

  private static byte[] salt(byte[] hello, byte[] welcome) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(hello);
      digest.update(welcome);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

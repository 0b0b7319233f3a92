package io.mooring.bench.micro;

import io.mooring.Message;
import io.mooring.ReasonCode;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.PacketReader;
import io.mooring.internal.wire.PacketWriter;
import io.mooring.internal.wire.WireBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** The hot path's packets, a hundred at a time as they share a record: nanoseconds for one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private static final int PACKETS = 100;
  private static final int MAXIMUM = 256 * 1024;
  private static final int KEEP = 64 * 1024;
  private static final long NO_EXPIRY = -1;

  private final WireBuffer out = new WireBuffer();
  private final PacketWriter writer = new PacketWriter(out);
  private final PacketReader reader = new PacketReader(MAXIMUM);
  private Message message = Message.of("bench/device/up", "");
  private byte[] publishes = {};
  private byte[] acknowledgements = {};

  /** Bytes of payload. */
  @Param({"64", "1024"})
  public int size;

  /** Encodes what is parsed. */
  @Setup
  public void encode() {
    message = Message.of("bench/device/up", new byte[size]);
    for (int id = 1; id <= PACKETS; id++) {
      writer.publish(message, id, false, 0, true, NO_EXPIRY);
    }
    publishes = taken();
    for (int id = 1; id <= PACKETS; id++) {
      writer.ack(Packet.AckType.PUBACK, id, ReasonCode.SUCCESS);
    }
    acknowledgements = taken();
  }

  private byte[] taken() {
    byte[] bytes = Arrays.copyOf(out.array(), out.length());
    out.clear(KEEP);
    return bytes;
  }

  /** PUBLISH to bytes. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public int writePublish() {
    for (int id = 1; id <= PACKETS; id++) {
      writer.publish(message, id, false, 0, true, NO_EXPIRY);
    }
    int length = out.length();
    out.clear(KEEP);
    return length;
  }

  /** Bytes to PUBLISH. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public void readPublish(Blackhole hole) {
    reader.feed(publishes, 0, publishes.length, hole::consume);
  }

  /** Bytes to PUBACK. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public void readPuback(Blackhole hole) {
    reader.feed(acknowledgements, 0, acknowledgements.length, hole::consume);
  }
}

package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.outbox.Outbox;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The vectors of docs/OUTBOX-FORMAT.md: what is on a device's disk today is read for ever. */
class FormatVectorTest {
  private static final String HEAD =
      "4d4f4f524c4f470a000100000000000100000000000000000001020304050607"
          + "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0000000000000000"
          + "00000000000000000000000000000000000000000000000000000000a9ce00ac";
  private static final String RECORDS =
      "010000000000002000000000000000005c56f381a51eca5d00056d6574657200"
          + "000000000000010000000000000000000000000000000000020200000000001a"
          + "0000000000000001a10109e7a519b16d0000018bcfe568000200000004000361"
          + "2f620000000032312e3503000007000000000000000000000001000000005c89"
          + "a5c6";
  private static final String ENCRYPTED_HEAD =
      "4d4f4f524c4f470a000100010000000100000000000000000001020304050607"
          + "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1fec0c27988fe187cc"
          + "a091b17e16cf0e9c00000000000000000000000000000000000000004e34ddb3";
  private static final String ENCRYPTED_ENTRY =
      "020600000000002a0000000000000001484efb46f20cf19b0000018bcfe56800"
          + "af9cc8e560dee3906a732672504bb2b02d3b4d79b66f8073681c960c00ee7236"
          + "a1da";

  /** The salt is 00 01 02 ... 1f. */
  private static final class Counting extends SecureRandom {
    private static final long serialVersionUID = 1L;

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) i;
      }
    }
  }

  private static MemoryFiles written(Outbox settings) {
    MemoryFiles disk = new MemoryFiles();
    OutboxLog log = OutboxLog.open(settings, "meter", disk, new Counting());
    log.append(Message.to("a/b").payload("21.5").qos(Qos.EXACTLY_ONCE).build(), 1_700_000_000_000L);
    log.commit(true);
    log.assigned(1, 7);
    log.commit(true);
    log.close();
    return disk;
  }

  private static String hex(byte[] bytes, int from, int to) {
    return HexFormat.of().formatHex(Arrays.copyOfRange(bytes, from, to));
  }

  @Test
  void plainLog_isWrittenAndReadByTheBook() {
    byte[] bytes = written(Outbox.in(LogDriver.FOLDER)).contents("00000001.log");
    assertEquals(HEAD, hex(bytes, 0, 96));
    assertEquals(HEAD, hex(bytes, 4000, 4096));
    assertEquals(RECORDS, hex(bytes, 4096, bytes.length));
    byte[] file = new byte[4096 + RECORDS.length() / 2];
    System.arraycopy(HexFormat.of().parseHex(HEAD), 0, file, 0, 96);
    System.arraycopy(HexFormat.of().parseHex(RECORDS), 0, file, 4096, RECORDS.length() / 2);
    MemoryFiles disk = new MemoryFiles();
    disk.contents("00000001.log", file);
    OutboxLog log = OutboxLog.open(Outbox.in(LogDriver.FOLDER), "", disk);
    assertEquals("meter", log.clientId());
    assertEquals(List.of(new RestoredSession.InFlight(1, 7, false)), log.session().inFlight());
    assertEquals("21.5", log.read(0, 1, 1).get(0).message().payloadText());
    log.close();
  }

  @Test
  void encryptedLog_isWrittenByTheBook() {
    Outbox settings = Outbox.in(LogDriver.FOLDER).encryptedWith(TestMac.of(1));
    byte[] bytes = written(settings).contents("00000001.log");
    assertEquals(ENCRYPTED_HEAD, hex(bytes, 0, 96));
    int end = bytes.length - RecordHeader.BYTES;
    assertEquals(ENCRYPTED_ENTRY, hex(bytes, end - ENCRYPTED_ENTRY.length() / 2, end));
  }
}

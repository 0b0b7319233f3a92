package io.mooring.internal.outbox;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.outbox.Outbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prints what docs/OUTBOX-FORMAT.md states: bytes written to the log for each byte of payload, and
 * the time of a forced commit on this disk. Arguments: the folder to measure in.
 */
final class WriteAmplification {
  private static final int MESSAGES = 20_000;

  private WriteAmplification() {}

  public static void main(String[] arguments) throws IOException {
    Path parent = Files.createTempDirectory(Path.of(arguments[0]), "amplification");
    for (Qos qos : new Qos[] {Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE}) {
      for (int payload : new int[] {64, 1024}) {
        for (int batch : new int[] {1, 20}) {
          measure(parent.resolve(qos + "-" + payload + "-" + batch), qos, payload, batch);
        }
      }
    }
  }

  /** Each batch is accepted, sent and acknowledged before the next, as on a good link. */
  private static void measure(Path folder, Qos qos, int payload, int batch) {
    OutboxLog log = OutboxLog.open(Outbox.in(folder), "device", FileOps.REAL);
    Message message =
        Message.to("plant/7/meter-0042/t").payload(new byte[payload]).qos(qos).build();
    int messages = batch == 1 ? MESSAGES / 10 : MESSAGES;
    long start = System.nanoTime();
    long id = 0;
    for (int done = 0; done < messages; done += batch) {
      long first = id + 1;
      for (int i = 0; i < batch; i++) {
        id = log.append(message, 0);
      }
      log.commit(true);
      for (long each = first; each <= id; each++) {
        log.assigned(each, 1 + (int) (each % 60_000));
        log.received(each);
        log.completed(each);
      }
    }
    log.commit(true);
    long micros = (System.nanoTime() - start) / 1000;
    System.out.printf(
        Locale.ROOT,
        "%s, %d bytes of payload, %d a commit: %.2f times the payload, %.0f bytes more each, %d us a"
            + " commit%n",
        qos,
        payload,
        batch,
        (double) log.writtenBytes() / ((long) messages * payload),
        (double) log.writtenBytes() / messages - payload,
        micros * batch / messages);
    log.close();
  }
}

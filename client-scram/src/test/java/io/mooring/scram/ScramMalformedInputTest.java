package io.mooring.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.mooring.error.ServerProofException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Thousands of damaged messages from a fixed seed: only the declared exception may come out. */
class ScramMalformedInputTest {
  private static final int ROUNDS = 20_000;
  private static final byte[] NONCE = Exchanges.utf8("rOprNGfwEbeRWgbNEkqO");
  private static final byte[] FIRST =
      Exchanges.utf8("r=rOprNGfwEbeRWgbNEkqO%hvYDp,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,x=ext");
  private static final byte[] FINAL =
      Exchanges.utf8("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,x=ext");

  private final Random random = new Random(5802);

  @Test
  void damagedServerFirst_parsesOrIsRefused_andNeverAnythingElse() {
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = damage(FIRST);
      try {
        ServerFirstMessage parsed = ServerFirstMessage.parse(damaged, NONCE, 100_000);
        accepted++;
        if (parsed.iterations() < 1 || parsed.salt().length == 0) {
          fail("accepted: " + Arrays.toString(damaged));
        }
        assertEquals(-1, Arrays.mismatch(NONCE, Arrays.copyOf(parsed.nonce(), NONCE.length)));
      } catch (ServerProofException refused) {
        requireBounded(refused);
      }
    }
    requireMostlyRefused(accepted);
  }

  @Test
  void damagedServerFinal_parsesOrIsRefused_andNeverAnythingElse() {
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try {
        ServerFinalMessage.parse(damage(FINAL));
        accepted++;
      } catch (ServerProofException refused) {
        requireBounded(refused);
      }
    }
    requireMostlyRefused(accepted);
  }

  private byte[] damage(byte[] message) {
    byte[] damaged = message.clone();
    switch (random.nextInt(6)) {
      case 0 -> random.nextBytes(damaged);
      case 1 -> damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length + 1));
      case 2 -> damaged = Arrays.copyOf(damaged, damaged.length + random.nextInt(5000));
      case 3 -> {
        int from = random.nextInt(damaged.length);
        damaged = Arrays.copyOfRange(damaged, from, damaged.length);
      }
      case 4 -> {
        byte[] hot = Exchanges.utf8(",=mrsivex+-09\u007f");
        for (int k = random.nextInt(4); k >= 0; k--) {
          damaged[random.nextInt(damaged.length)] = hot[random.nextInt(hot.length)];
        }
      }
      default -> damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }

  private static void requireBounded(ServerProofException refused) {
    String message = refused.getMessage();
    if (message == null || message.length() > 500 || !message.chars().allMatch(c -> c >= 0x20)) {
      fail("not fit for a log: " + message);
    }
  }

  private static void requireMostlyRefused(int accepted) {
    if (accepted == 0 || accepted > ROUNDS / 2) {
      fail(accepted + " of " + ROUNDS + " accepted: the damage is too much or too little");
    }
  }
}

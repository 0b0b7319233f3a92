package io.mooring.bench.micro;

import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.identity.Secret;
import io.mooring.scram.DerivedScramKeys;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.ScramCredential;
import io.mooring.testkit.ScramHash;
import io.mooring.testkit.ScramRefusal;
import io.mooring.testkit.ScramServer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** SCRAM-SHA-256: a whole login, the server's half included, and what stored keys save. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ScramBenchmark {
  private static final String USER = "bench";
  private static final String MECHANISM = "SCRAM-SHA-256";
  private static final char[] PASSWORD = "bench-password".toCharArray();
  private static final int ITERATIONS = 4096;
  private static final byte[] SALT = new byte[16];

  private final Secret password = Secret.of(PASSWORD);
  private final DerivedScramKeys keys =
      ScramKeyDerivation.derive(MECHANISM, USER, password, SALT, ITERATIONS);
  private final Scram scram = Scram.keys(keys);
  private final ScramCredential known =
      ScramCredential.of(ScramHash.SHA_256, PASSWORD, SALT, ITERATIONS);
  private final ScramServer.Config server =
      ScramServer.Config.of(ScramHash.SHA_256, name -> Optional.of(known));

  /** Both sides of a login with stored keys, both signatures verified. */
  @Benchmark
  public boolean loginByStoredKeys() throws ScramRefusal {
    ScramServer broker = server.begin();
    try (AuthenticationExchange exchange =
        scram.begin(new AuthenticationContext("localhost", USER, null))) {
      byte[] clientFirst = required(exchange.initialData());
      byte[] clientFinal = required(exchange.respond(broker.serverFirst(clientFirst)));
      exchange.finish(broker.serverFinal(clientFinal));
    }
    return broker.authenticated();
  }

  /** What a login by password does besides: PBKDF2 with 4,096 iterations. */
  @Benchmark
  public int deriveKeys() {
    try (DerivedScramKeys derived =
        ScramKeyDerivation.derive(MECHANISM, USER, password, SALT, ITERATIONS)) {
      return derived.iterations();
    }
  }

  private static byte[] required(byte @Nullable [] data) {
    if (data == null) {
      throw new IllegalStateException("SCRAM answers with data");
    }
    return data;
  }
}

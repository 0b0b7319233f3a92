package io.mooring.cli;

import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.tls.ChannelBinding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The device's SCRAM as it is, with a look at the one number that the broker asks for. */
final class WatchedScram implements EnhancedAuthenticator {
  private static final Pattern ITERATIONS = Pattern.compile(",i=([0-9]{1,9})(,|$)");

  private final EnhancedAuthenticator scram;
  private final IntConsumer iterations;

  WatchedScram(EnhancedAuthenticator scram, IntConsumer iterations) {
    this.scram = scram;
    this.iterations = iterations;
  }

  @Override
  public String method() {
    return scram.method();
  }

  @Override
  public boolean mutual() {
    return scram.mutual();
  }

  @Override
  public @Nullable String userName() {
    return scram.userName();
  }

  @Override
  public @Nullable ChannelBinding channelBinding() {
    return scram.channelBinding();
  }

  @Override
  public @Nullable Duration reauthenticateEvery() {
    return scram.reauthenticateEvery();
  }

  @Override
  public AuthenticationExchange begin(AuthenticationContext context) {
    return new Watched(scram.begin(context));
  }

  private final class Watched implements AuthenticationExchange {
    private final AuthenticationExchange exchange;

    Watched(AuthenticationExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public byte @Nullable [] initialData() {
      return exchange.initialData();
    }

    @Override
    public byte @Nullable [] respond(byte @Nullable [] serverData) {
      if (serverData != null) {
        Matcher found = ITERATIONS.matcher(new String(serverData, StandardCharsets.ISO_8859_1));
        if (found.find()) {
          iterations.accept(Integer.parseInt(found.group(1)));
        }
      }
      return exchange.respond(serverData);
    }

    @Override
    public void finish(byte @Nullable [] serverData) {
      exchange.finish(serverData);
    }

    @Override
    public void close() {
      exchange.close();
    }
  }
}

package io.mooring.internal.net;

import io.mooring.internal.telemetry.Log;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The names that clients of the loop are waiting for. All who ask for one name share one look-up,
 * so a name that hangs holds one thread of the {@link Resolver}, however many clients want it.
 * Confined to the event loop.
 */
public final class Names {
  private static final Log LOG = Log.LOOP;

  private final Executor loop;
  private final Lookup lookup;
  private final Map<String, List<Outcome>> underWay = new HashMap<>();

  /** Hears, on the loop, either the addresses or the failure. */
  public interface Outcome {
    /** The look-up has ended. */
    void resolved(InetAddress @Nullable [] addresses, @Nullable UnknownHostException failure);
  }

  /** Looks up one name on some thread, as {@link Resolver#resolve} does. */
  interface Lookup {
    void resolve(
        String host, BiConsumer<InetAddress @Nullable [], @Nullable UnknownHostException> then);
  }

  /** Outcomes are told on {@code loop}. */
  Names(Executor loop, Lookup lookup) {
    this.loop = loop;
    this.lookup = lookup;
  }

  /** Looks up {@code host}, or joins a look-up of it that is under way. */
  public void resolve(String host, Outcome then) {
    List<Outcome> asking = underWay.get(host);
    if (asking != null) {
      asking.add(then);
      return;
    }
    underWay.put(host, new ArrayList<>(List.of(then)));
    try {
      lookup.resolve(host, (found, failure) -> loop.execute(() -> tell(host, found, failure)));
    } catch (RuntimeException | Error e) { // no thread, say: a name never answered is dead for all
      UnknownHostException failure = Resolver.failure(host, e);
      loop.execute(() -> tell(host, null, failure));
    }
  }

  private void tell(
      String host, InetAddress @Nullable [] found, @Nullable UnknownHostException failure) {
    List<Outcome> asked = underWay.remove(host);
    if (asked != null) {
      asked.forEach(each -> tell(each, found, failure));
    }
  }

  private static void tell(
      Outcome one, InetAddress @Nullable [] found, @Nullable UnknownHostException failure) {
    try {
      one.resolved(found, failure);
    } catch (RuntimeException | Error e) { // one client's fault must not leave the others waiting
      LOG.log(System.Logger.Level.ERROR, "A fault inside Mooring; please report it", e);
    }
  }
}

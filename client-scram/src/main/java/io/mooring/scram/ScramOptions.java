package io.mooring.scram;

import io.mooring.tls.ChannelBinding;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All that {@link Scram} can be set to, beside mechanism and credential. */
record ScramOptions(
    @Nullable ChannelBinding channelBinding,
    IterationBounds bounds,
    boolean saslPrep,
    MqttUserName userName,
    @Nullable Duration reauthenticateEvery,
    @Nullable Consumer<DerivedScramKeys> provisioning,
    SecureRandom random,
    Pbkdf2 pbkdf2) {
  static final ScramOptions DEFAULT =
      new ScramOptions(
          null,
          IterationBounds.DEFAULT,
          true,
          new MqttUserName.SameAsScram(),
          null,
          null,
          new SecureRandom(),
          Pbkdf2.HI);

  ScramOptions channelBinding(ChannelBinding changed) {
    return new ScramOptions(
        changed, bounds, saslPrep, userName, reauthenticateEvery, provisioning, random, pbkdf2);
  }

  ScramOptions bounds(IterationBounds changed) {
    return new ScramOptions(
        channelBinding,
        changed,
        saslPrep,
        userName,
        reauthenticateEvery,
        provisioning,
        random,
        pbkdf2);
  }

  ScramOptions saslPrep(boolean changed) {
    return new ScramOptions(
        channelBinding,
        bounds,
        changed,
        userName,
        reauthenticateEvery,
        provisioning,
        random,
        pbkdf2);
  }

  ScramOptions userName(MqttUserName changed) {
    return new ScramOptions(
        channelBinding,
        bounds,
        saslPrep,
        changed,
        reauthenticateEvery,
        provisioning,
        random,
        pbkdf2);
  }

  ScramOptions reauthenticateEvery(Duration changed) {
    return new ScramOptions(
        channelBinding, bounds, saslPrep, userName, changed, provisioning, random, pbkdf2);
  }

  ScramOptions provisioning(Consumer<DerivedScramKeys> changed) {
    return new ScramOptions(
        channelBinding, bounds, saslPrep, userName, reauthenticateEvery, changed, random, pbkdf2);
  }

  ScramOptions seams(SecureRandom changedRandom, Pbkdf2 changedPbkdf2) {
    return new ScramOptions(
        channelBinding,
        bounds,
        saslPrep,
        userName,
        reauthenticateEvery,
        provisioning,
        changedRandom,
        changedPbkdf2);
  }
}

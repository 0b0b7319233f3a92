package io.mooring.enrol.rotation;

import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.tls.ChannelBinding;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The login that a client holds, whose keys change behind it. */
final class CurrentLogin implements EnhancedAuthenticator {
  private volatile EnhancedAuthenticator delegate;

  CurrentLogin(EnhancedAuthenticator delegate) {
    this.delegate = delegate;
  }

  void follow(EnhancedAuthenticator next) {
    delegate = next;
  }

  @Override
  public String method() {
    return delegate.method();
  }

  @Override
  public boolean mutual() {
    return delegate.mutual();
  }

  @Override
  public @Nullable String userName() {
    return delegate.userName();
  }

  @Override
  public @Nullable ChannelBinding channelBinding() {
    return delegate.channelBinding();
  }

  @Override
  public @Nullable Duration reauthenticateEvery() {
    return delegate.reauthenticateEvery();
  }

  @Override
  public AuthenticationExchange begin(AuthenticationContext context) {
    return delegate.begin(context);
  }

  @Override
  public String toString() {
    return delegate.toString();
  }
}

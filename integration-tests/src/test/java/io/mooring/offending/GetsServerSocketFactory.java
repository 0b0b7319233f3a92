package io.mooring.offending;

import javax.net.ssl.SSLContext;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class GetsServerSocketFactory {
  Object factory(SSLContext context) {
    return context.getServerSocketFactory();
  }
}

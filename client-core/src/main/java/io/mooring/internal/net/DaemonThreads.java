package io.mooring.internal.net;

import java.util.concurrent.ThreadFactory;

/** Every thread of the client is a daemon: none keeps a JVM alive. */
final class DaemonThreads {
  private DaemonThreads() {}

  static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}

package io.mooring.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All processes of one quickstart: they end together, and none starts after that. */
final class ChildJvms implements AutoCloseable {
  private final Path temporary;
  private final List<ChildJvm> children = new ArrayList<>();
  private boolean closed;

  ChildJvms(Path temporary) {
    this.temporary = temporary;
  }

  synchronized ChildJvm start(String name, List<String> arguments) throws IOException {
    if (closed) {
      throw new IOException("The quickstart is ending; no " + name + " is started.");
    }
    ChildJvm child = ChildJvm.start(name, temporary, arguments);
    children.add(child);
    return child;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Ends all processes and waits until they are gone. */
  @Override
  public synchronized void close() {
    closed = true;
    children.forEach(ChildJvm::terminate);
    children.forEach(ChildJvm::close);
  }
}

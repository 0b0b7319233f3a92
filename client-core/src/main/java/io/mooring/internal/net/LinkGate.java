package io.mooring.internal.net;

/** Says how much of what was written may leave already. */
public interface LinkGate {
  /** Lets everything leave. */
  LinkGate OPEN = waiting -> waiting;

  /** How many of the first {@code waiting} bytes of {@link Link#out} may leave now. */
  int open(int waiting);

  /** {@code count} of them left. */
  default void left(int count) {}
}

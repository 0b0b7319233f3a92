package io.mooring.offending.internal.session;

import java.util.concurrent.locks.ReentrantLock;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class Locks {
  final ReentrantLock lock = new ReentrantLock();
}

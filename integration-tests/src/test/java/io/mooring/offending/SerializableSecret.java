package io.mooring.offending;

import java.io.Serializable;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class SerializableSecret implements Serializable {
  private static final long serialVersionUID = 1;
}

package io.mooring.offending;

import java.util.List;
import org.bouncycastle.asn1.ASN1Primitive;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class ExportsBouncyCastle {
  /** Hidden in a type argument. */
  public List<ASN1Primitive> parts() {
    return List.of();
  }
}

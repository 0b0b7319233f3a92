package io.mooring.cli;

import io.mooring.identity.Secret;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * One device of a fleet, as its CSV line says.
 *
 * @param line of the CSV
 * @param name a file name, different from all others without regard to case
 * @param password null to make a random one, which nobody learns
 */
record FleetRow(
    int line,
    String name,
    String clientId,
    X500Principal subject,
    String user,
    @Nullable Secret password) {
  /** Never the password. */
  @Override
  public String toString() {
    return "FleetRow[line " + line + ", " + name + "]";
  }
}

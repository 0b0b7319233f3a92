package io.mooring.testkit;

/** Why a SCRAM server ends an exchange; for the log of the server, not for the client. */
public final class ScramRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  ScramRefusal(String why) {
    super(why);
  }

  ScramRefusal(String why, Throwable cause) {
    super(why, cause);
  }
}

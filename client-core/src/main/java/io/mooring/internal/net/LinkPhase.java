package io.mooring.internal.net;

/** What was reached; its words stand in the message of a deadline. */
public enum LinkPhase {
  NEW("nothing was sent"),
  TCP("no TCP connection"),
  PROXY("the proxy was reached, and did not open the tunnel"),
  TLS("TCP succeeded, TLS did not finish"),
  SECURE("TCP and TLS succeeded"),
  ENDED("the connection is closed");

  private final String words;

  LinkPhase(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}

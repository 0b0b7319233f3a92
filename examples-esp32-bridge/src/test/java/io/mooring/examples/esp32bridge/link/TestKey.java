package io.mooring.examples.esp32bridge.link;

/** A device's key that lies open. */
record TestKey(byte[] key) implements DeviceKey {
  @Override
  public FrameKey helloKey(String id) {
    return KeyDerivation.hello(key, id);
  }

  @Override
  public SessionKeys sessionKeys(byte[] salt) {
    return KeyDerivation.session(key, salt);
  }
}

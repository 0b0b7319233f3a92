package io.mooring.examples.esp32bridge.link;

/** Bytes as they go on the line. */
final class Lines {
  private Lines() {}

  /** A frame with one more delimiter before it, which ends whatever noise came before. */
  static byte[] afterDelimiter(byte[] line) {
    byte[] out = new byte[line.length + 1];
    System.arraycopy(line, 0, out, 1, line.length);
    return out;
  }
}

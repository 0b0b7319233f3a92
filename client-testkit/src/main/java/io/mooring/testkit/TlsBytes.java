package io.mooring.testkit;

/** Hand-made TLS records, for servers that the JDK declines to be. */
public final class TlsBytes {
  /** TLS 1.0 on the wire. */
  public static final int TLS_1_0 = 0x0301;

  /** TLS 1.1 on the wire. */
  public static final int TLS_1_1 = 0x0302;

  /** TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA (RFC 8422), which every old server had. */
  public static final int ECDHE_RSA_AES_128_CBC_SHA = 0xC013;

  private static final int HANDSHAKE = 22;
  private static final int ALERT = 21;
  private static final int FATAL = 2;
  private static final int SERVER_HELLO = 2;
  private static final int RANDOM_LENGTH = 32;

  private TlsBytes() {}

  /** A ServerHello (RFC 5246, 7.4.1.3) that chooses the version and suite, in its record. */
  public static byte[] serverHello(int version, int cipherSuite) {
    byte[] body =
        new MqttOutput()
            .u16(version)
            .raw(new byte[RANDOM_LENGTH])
            .u8(0)
            .u16(cipherSuite)
            .u8(0)
            .toBytes();
    byte[] message = new MqttOutput().u8(SERVER_HELLO).u8(0).binary(body).toBytes();
    return record(HANDSHAKE, version, message);
  }

  /** A fatal alert (RFC 8446, 6.2) in its record. */
  public static byte[] fatalAlert(int description) {
    return record(ALERT, 0x0303, new byte[] {FATAL, (byte) description});
  }

  private static byte[] record(int contentType, int version, byte[] content) {
    return new MqttOutput().u8(contentType).u16(version).binary(content).toBytes();
  }
}

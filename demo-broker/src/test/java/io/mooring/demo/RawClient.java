package io.mooring.demo;

import com.ongres.scram.client.ScramClient;
import io.mooring.testkit.Bytes;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.TestTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A client of few lines that shares nothing with Mooring's: JDK TLS, testkit codec, ongres SCRAM.
 */
final class RawClient implements AutoCloseable {
  private static final int BOUND_MILLIS = 20_000;

  private final SSLSocket socket;

  RawClient(SSLContext tls, int port) throws IOException {
    socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(BOUND_MILLIS);
  }

  static RawClient to(DemoBroker broker) throws IOException {
    return new RawClient(TestTls.client(broker.identity().root()), broker.port());
  }

  /**
   * Logs in and returns the broker's last word, whose signature has been checked if it is a yes.
   */
  static MqttPacket login(RawClient client, String clientId, ScramClient scram) throws Exception {
    String method = scram.getScramMechanism().getName();
    byte[] first = bytes(scram.clientFirstMessage().toString());
    MqttPacket answer = client.exchange(MqttPackets.connect(clientId, method, first).encode());
    MqttPacket last = client.proceed(answer, method, scram);
    if (last instanceof MqttPacket.Connack connack && connack.reasonCode() == 0) {
      Bytes data = connack.properties().bytes(MqttProperty.AUTHENTICATION_DATA).orElseThrow();
      scram.serverFinalMessage(data.toUtf8());
    }
    return last;
  }

  /** Sends client-final if the answer is server-first; any other answer is returned as it is. */
  MqttPacket proceed(MqttPacket answer, String method, ScramClient scram) throws Exception {
    if (!(answer instanceof MqttPacket.Auth auth) || auth.reasonCode() != 0x18) {
      return answer;
    }
    scram.serverFirstMessage(auth.data().toUtf8());
    return exchange(MqttPackets.auth(0x18, method, bytes(scram.clientFinalMessage().toString())));
  }

  static ScramClient scram(String mechanism, String user, String password) {
    return ScramClient.builder()
        .advertisedMechanisms(List.of(mechanism))
        .username(user)
        .password(password.toCharArray())
        .build();
  }

  static MqttPacket.Connect passwordConnect(String clientId, String user, String password) {
    return new MqttPacket.Connect(
        true,
        60,
        clientId,
        Optional.empty(),
        Optional.of(user),
        Optional.of(Bytes.utf8(password)),
        MqttProperties.NONE);
  }

  MqttPacket exchange(byte[] packet) throws IOException {
    send(packet);
    return read();
  }

  void send(byte[] packet) throws IOException {
    socket.getOutputStream().write(packet);
    socket.getOutputStream().flush();
  }

  MqttPacket read() throws IOException {
    return MqttPackets.read(socket.getInputStream())
        .orElseThrow(() -> new IOException("The broker closed"));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

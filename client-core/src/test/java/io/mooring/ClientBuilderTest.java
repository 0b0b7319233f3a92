package io.mooring;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Misuse is told at build time, by the option's name. */
class ClientBuilderTest {
  static Stream<Arguments> misuse() {
    return Stream.of(
        option("keepAlive", builder -> builder.keepAlive(Duration.ofSeconds(65_536))),
        option("keepAlive", builder -> builder.keepAlive(Duration.ofMillis(1500))),
        option("sessionExpiry", builder -> builder.sessionExpiry(Duration.ofSeconds(-1))),
        option("connectTimeout", builder -> builder.connectTimeout(Duration.ofMillis(99))),
        option("connectTimeout", builder -> builder.connectTimeout(Duration.ofMinutes(11))),
        option(
            "connectTimeout",
            builder -> builder.connectTimeout(Duration.ofSeconds(Long.MAX_VALUE))),
        option("receiveMaximum", builder -> builder.receiveMaximum(0)),
        option("maximumPacketSize", builder -> builder.maximumPacketSize(127)),
        option("topicAliasMaximum", builder -> builder.topicAliasMaximum(65_536)),
        option("outboundTopicAliases", builder -> builder.outboundTopicAliases(-1)),
        option("queue messages", builder -> builder.queue(0, 1024)),
        option("queue bytes", builder -> builder.queue(1, 1023)),
        option("inbound messages", builder -> builder.inboundQueue(0, 1024)),
        option("the number of brokers", builder -> builder.brokers(List.of())),
        option(
            "named twice",
            builder ->
                builder.brokers(
                    List.of(Endpoint.parse("mqtts://a"), Endpoint.parse("mqtts://A:8883")))),
        option("client identifier", builder -> builder.clientId("a\u0000b")),
        option("client identifier", builder -> builder.clientId("a\u0007b")),
        option("user property", builder -> builder.userProperty("a", "\uD800")));
  }

  private static Arguments option(String name, Consumer<ClientBuilder> wrong) {
    return Arguments.of(name, wrong);
  }

  @ParameterizedTest
  @MethodSource("misuse")
  void option_outOfRange_isRefusedByName(String option, Consumer<ClientBuilder> wrong) {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> wrong.accept(SecureMqttClient.builder()));
    assertTrue(refusal.getMessage().contains(option), refusal::getMessage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqtt://broker", "tcp://broker", "ws://broker"})
  void broker_plaintextScheme_isRefusedByName(String uri) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> SecureMqttClient.builder().broker(uri));
    assertTrue(refusal.getMessage().contains("plaintext"), refusal::getMessage);
  }

  @Test
  void followServerReference_nothingSaysWhoMayFollow_isRefused() {
    ClientBuilder anybody =
        SecureMqttClient.builder()
            .broker("mqtts://broker.example")
            .authenticate(PasswordAuthentication.of("a", Secret.of(new char[] {'b'})))
            .followServerReference(true);
    IllegalStateException refusal = assertThrows(IllegalStateException.class, anybody::build);
    assertTrue(refusal.getMessage().contains("pins"), refusal::getMessage);
  }

  @Test
  void build_withoutBrokerOrCredential_isRefused() {
    ClientBuilder noBroker =
        SecureMqttClient.builder()
            .authenticate(PasswordAuthentication.of("a", Secret.of(new char[] {'b'})));
    assertThrows(IllegalStateException.class, noBroker::build);
    ClientBuilder nobody = SecureMqttClient.builder().broker("mqtts://broker.example");
    IllegalStateException refusal = assertThrows(IllegalStateException.class, nobody::build);
    assertTrue(refusal.getMessage().contains("dangerous"), refusal::getMessage);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "open files are read from /proc")
  void capture_keyLogCannotBeMade_isClosed(@TempDir Path folder) throws Exception {
    Path capture = folder.toRealPath().resolve("bench.pcapng");
    ClientBuilder builder = SecureMqttClient.builder().broker("mqtts://broker.example");
    builder.dangerous().anonymous();
    builder.dangerous().capture(capture);
    builder.dangerous().keyLog(folder.resolve("missing").resolve("bench.keys"));
    assertThrows(UncheckedIOException.class, builder::build);
    assertTrue(Files.exists(capture));
    assertFalse(openFiles().contains(capture));
  }

  private static Set<Path> openFiles() throws IOException {
    Set<Path> files = new HashSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        try {
          files.add(Files.readSymbolicLink(descriptor));
        } catch (NoSuchFileException e) {
          // Another thread has closed it meanwhile.
        }
      }
    }
    return files;
  }
}

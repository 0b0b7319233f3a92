package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ReasonCode;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.CertificatePathException;
import io.mooring.error.ClientCertificateRefusedException;
import io.mooring.error.ClientClosedException;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.CredentialException;
import io.mooring.error.ErrorCode;
import io.mooring.error.HostNameException;
import io.mooring.error.InternalFaultException;
import io.mooring.error.KeystoreException;
import io.mooring.error.ListeningSocketException;
import io.mooring.error.MessageDroppedException;
import io.mooring.error.MessageExpiredException;
import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import io.mooring.error.OutboxException;
import io.mooring.error.PinMismatchException;
import io.mooring.error.ProtocolViolationException;
import io.mooring.error.ProxyException;
import io.mooring.error.PublishException;
import io.mooring.error.PublishNotAllowedException;
import io.mooring.error.PublishRefusedException;
import io.mooring.error.QueueFullException;
import io.mooring.error.ServerIdentityException;
import io.mooring.error.ServerProofException;
import io.mooring.error.SubscribeException;
import io.mooring.error.SubscribeNotAllowedException;
import io.mooring.error.SubscribeRefusedException;
import io.mooring.error.TimeoutException;
import io.mooring.error.TlsException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
  private static final Map<MooringException, ExitCode> TABLE = new LinkedHashMap<>();

  static {
    TABLE.put(new NetworkException("m"), ExitCode.NETWORK);
    TABLE.put(new ProxyException(ErrorCode.PROXY_REFUSED, "m", 403, null), ExitCode.NETWORK);
    TABLE.put(new ListeningSocketException("m", List.of()), ExitCode.LISTENING);
    TABLE.put(new PublishNotAllowedException("m", "t", List.of()), ExitCode.MESSAGE_REFUSED);
    TABLE.put(new SubscribeNotAllowedException("m", "t", List.of()), ExitCode.MESSAGE_REFUSED);
    TABLE.put(new TimeoutException("m"), ExitCode.NETWORK);
    TABLE.put(new ConnectionLostException("m", null), ExitCode.NETWORK);
    TABLE.put(new TlsException("m"), ExitCode.TLS);
    TABLE.put(
        new CertificatePathException("m", CertificatePathException.Reason.values()[0], null),
        ExitCode.TLS);
    TABLE.put(new HostNameException("m", "h", List.of()), ExitCode.TLS);
    TABLE.put(new PinMismatchException("m", List.of(), List.of()), ExitCode.TLS);
    TABLE.put(new ClientCertificateRefusedException("m", 42, null), ExitCode.REFUSED);
    TABLE.put(new BrokerRefusalException("m", ReasonCode.NOT_AUTHORIZED, null), ExitCode.REFUSED);
    TABLE.put(new ServerProofException("m"), ExitCode.SERVER_PROOF);
    TABLE.put(new PublishException("m"), ExitCode.MESSAGE_REFUSED);
    TABLE.put(
        new PublishRefusedException("m", ReasonCode.NOT_AUTHORIZED, null),
        ExitCode.MESSAGE_REFUSED);
    TABLE.put(new QueueFullException("m"), ExitCode.MESSAGE_REFUSED);
    TABLE.put(new MessageDroppedException("m"), ExitCode.MESSAGE_REFUSED);
    TABLE.put(new MessageExpiredException("m"), ExitCode.MESSAGE_REFUSED);
    TABLE.put(new SubscribeException("m"), ExitCode.MESSAGE_REFUSED);
    TABLE.put(
        new SubscribeRefusedException("m", ReasonCode.NOT_AUTHORIZED, null),
        ExitCode.MESSAGE_REFUSED);
    TABLE.put(new OutboxException(OutboxException.Reason.DISK_FULL, "m"), ExitCode.OUTBOX);
    TABLE.put(new CredentialException("m"), ExitCode.CREDENTIAL);
    TABLE.put(new KeystoreException("m"), ExitCode.CREDENTIAL);
    TABLE.put(
        new ProtocolViolationException("m", ReasonCode.PROTOCOL_ERROR, null),
        ExitCode.PROTOCOL_VIOLATION);
    TABLE.put(new ClientClosedException("m"), ExitCode.FAULT);
    TABLE.put(InternalFaultException.of(new IllegalStateException("m")), ExitCode.FAULT);
  }

  @Test
  void eachError_hasItsCode() {
    TABLE.forEach(
        (failure, code) -> assertEquals(code, ExitCode.of(failure), failure.getClass()::getName));
    assertEquals(ExitCode.USAGE, ExitCode.of(new UsageException("m")));
    assertEquals(ExitCode.FAULT, ExitCode.of(new OutputException()));
    assertEquals(ExitCode.FAULT, ExitCode.of(new IllegalStateException("m")));
  }

  @Test
  void table_namesEveryErrorOfTheTree() throws Exception {
    Set<String> named =
        TABLE.keySet().stream()
            .map(failure -> failure.getClass().getSimpleName())
            .collect(Collectors.toCollection(TreeSet::new));
    named.add(MooringException.class.getSimpleName());
    named.add(ServerIdentityException.class.getSimpleName()); // abstract, as the one above
    Set<String> present = errorsOfCore();
    assertTrue(present.size() > 10, present::toString);
    assertEquals(present, named);
  }

  private static Set<String> errorsOfCore() throws Exception {
    URI code = MooringException.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path location = Path.of(code);
    if (Files.isDirectory(location)) {
      return classNames(location.resolve("io/mooring/error"));
    }
    try (FileSystem jar = FileSystems.newFileSystem(location)) {
      return classNames(jar.getPath("io/mooring/error"));
    }
  }

  private static Set<String> classNames(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith("Exception.class") && !name.contains("$"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}

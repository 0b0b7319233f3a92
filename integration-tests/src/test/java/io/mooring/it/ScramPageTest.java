package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.demo.DemoBroker;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/SCRAM.md against HiveMQ CE with the demo's extension. */
@Timeout(300)
class ScramPageTest {
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void hiveMq_isSetUp_andProvesItself() throws Exception {
    RequiredTool.orSkip("bash");
    TestIdentity identity = TestCertificates.ca("Brokers").create().server("localhost");
    identity.writeRoot(folder.resolve("ca.pem"));
    Files.createFile(
        folder.resolve("password"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(folder.resolve("password"), Canaries.PASSWORD + "\n");
    String page = Files.readString(Path.of("..", "docs", "SCRAM.md"));
    String blocks =
        BLOCK
            .matcher(page)
            .results()
            .map((MatchResult block) -> block.group(1))
            .collect(Collectors.joining("\n"));
    try (DemoBroker broker =
        DemoBroker.builder()
            .certificate(identity)
            .device("meter-0042", Canaries.PASSWORD)
            .start()) {
      Shell.Result result =
          new Shell(folder)
              .run(blocks.replace("broker.example:8883", "localhost:" + broker.port()));
      assertEquals(0, result.code(), () -> blocks + result.err() + result.out());
      assertTrue(result.err().contains("proven by SCRAM-SHA-256"), result::err);
      assertFalse(Files.exists(folder.resolve("password")));
    }
  }
}

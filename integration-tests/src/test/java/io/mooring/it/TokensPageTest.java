package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs11KeyPair;
import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Pin;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.SwTpm;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/TOKENS.md, line by line in a shell. */
@Timeout(300)
class TokensPageTest {
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void everyCommandOfThePage_works() throws Exception {
    RequiredTool.orSkip("pkcs11-tool");
    RequiredTool.orSkip("openssl");
    List<String> blocks = blocks();
    assertEquals(5, blocks.size(), "the blocks that this test knows how to run");
    TestIdentity devices = TestCertificates.ca("Device CA").create();
    Files.writeString(folder.resolve("password"), "the device's password\n");
    Files.createDirectory(folder.resolve("store"));
    try (MosquittoProcess broker =
        MosquittoProcess.builder()
            .requireClientCertificate(devices.root())
            .certificateIsUser()
            .start()) {
      broker.identity().writeRoot(folder.resolve("ca.pem"));
      run(blocks.get(0), broker);
      issue(devices).writeChain(folder.resolve("cert.pem"));
      String shown = String.join("\n", run(blocks.get(1), broker), run(blocks.get(2), broker));
      assertTrue(shown.contains("\"label\":\"scram\""), shown);
      run(blocks.get(3), broker);
      run(blocks.get(4), broker);
      assertTrue(Files.notExists(folder.resolve("salted")), "the page deletes the file");
    }
  }

  private static List<String> blocks() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.isDirectory(here.resolve("docs")) ? here : here.getParent();
    Matcher block = BLOCK.matcher(Files.readString(root.resolve("docs/TOKENS.md")));
    List<String> blocks = new ArrayList<>();
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }

  /** What the reader's certificate authority does between the first block and the second. */
  private static TestIdentity issue(TestIdentity devices) {
    try (Secret pin = Secret.of("247195".toCharArray());
        Pkcs11Token token =
            Pkcs11Token.library(SoftHsm.shared().library())
                .tokenLabel("device-01")
                .pin(Pkcs11Pin.of(pin))
                .open()) {
      Pkcs11KeyPair pair = token.keyPair(Pkcs11Name.label("mqtt"));
      return devices
          .issues("meter-0042")
          .clientAuth()
          .key(KeyKind.EC_P256, new KeyPair(pair.publicKey(), null))
          .create();
    }
  }

  private String run(String block, MosquittoProcess broker) throws Exception {
    String script =
        "set -e\nmooring() { \"$JAVA\" -XX:TieredStopAtLevel=1 -cp \"$CP\" io.mooring.cli.Mooring"
            + " \"$@\"; }\n"
            + block;
    Path output = Files.createTempFile(folder, "shell", ".log");
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = shell.environment();
    environment.putAll(SoftHsm.shared().environment());
    environment.putAll(SwTpm.shared().environment());
    environment.put("TPM2_PKCS11_STORE", folder.resolve("store").toString());
    environment.put("STORE", folder.resolve("store").toString());
    environment.put("SOFTHSM", SoftHsm.shared().library().toString());
    environment.put("TPM", SwTpm.shared().library().toString());
    environment.put("BROKER", broker.uri());
    environment.put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    environment.put("CP", System.getProperty("java.class.path"));
    Process process = shell.start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assertEquals(0, process.exitValue(), block + "\n" + said);
    return said;
  }
}

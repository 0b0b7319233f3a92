package io.mooring.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.ScramHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoUserTest {
  private static final char[] PASSWORD = "correct horse".toCharArray();
  private static final DemoUser USER =
      DemoUser.of("meter-0042", DemoUser.Role.DEVICE, PASSWORD, 4096);

  @Test
  void line_readsBack_andHoldsNoPassword() {
    String line = USER.toLine();

    DemoUser read = DemoUser.parse(line);
    assertEquals(line, read.toLine());
    assertTrue(read.matches(PASSWORD));
    assertFalse(read.matches("wrong".toCharArray()));
    assertTrue(read.credential(ScramHash.SHA_512).isPresent());
    assertFalse(line.contains("correct horse"));
    assertFalse(
        line.contains(
            Base64.getEncoder().encodeToString("correct horse".getBytes(StandardCharsets.UTF_8))));
    assertEquals("DemoUser[meter-0042, DEVICE]", USER.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+", "#", "a/b", "a b", "$SYS", "a\nb"})
  void nameThatWidensAFilter_isRefused(String name) {
    assertThrows(
        IllegalArgumentException.class,
        () -> DemoUser.of(name, DemoUser.Role.DEVICE, PASSWORD, 4096));
  }

  @Test
  void file_belongsToItsOwner_andNamesTheLineThatIsWrong(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("users");
    UsersFile.append(file, USER);
    UsersFile.append(file, DemoUser.of("control", DemoUser.Role.OPERATOR, PASSWORD, 4096));

    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(2, UsersFile.read(file).size());
    Files.writeString(file, "# a comment\n\nmeter DEVICE nonsense\n");
    var refused = assertThrows(IOException.class, () -> UsersFile.read(file));
    assertTrue(refused.getMessage().contains("line 3"), refused::getMessage);
  }
}

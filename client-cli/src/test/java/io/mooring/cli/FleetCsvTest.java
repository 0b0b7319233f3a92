package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetCsvTest {
  @TempDir Path folder;

  @Test
  void byteOrderMark_crlf_quotes_andLineEndsWithin_areRead() throws Exception {
    List<FleetRow> rows =
        read(
            "\uFEFFName , subject,user,password\r\n"
                + "meter-1,\"CN=a,O=\"\"Acme\"\"\",\"u,1\",\"p\"\"w\n2\"\r\n"
                + "\r\n"
                + "meter-2,,,");
    assertEquals(2, rows.size());
    FleetRow one = rows.get(0);
    assertEquals("u,1", one.user());
    assertEquals("CN=a,O=Acme", one.subject().getName());
    assertArrayEquals("p\"w\n2".toCharArray(), one.password().copyChars());
    FleetRow two = rows.get(1);
    assertEquals(5, two.line());
    assertEquals("meter-2", two.user());
    assertEquals("meter-2", two.clientId());
    assertEquals("CN=meter-2", two.subject().getName());
    assertEquals(null, two.password());
    assertFalse(one.toString().contains("p\""), one::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "name;a;../b                       |line 3: the name '../b'",
        "name;a;b/c                        |line 3: the name 'b/c'",
        "name;a;.b                         |line 3: the name '.b'",
        "name;a;-b                         |line 3: the name '-b'",
        "name;a;b c                        |line 3: the name 'b c'",
        "name;a;A                          |line 3: the name 'a' is that of line 2",
        "name,user;a,u;b,u                 |line 3: the user 'u' is that of line 2",
        "name,client-id;a,u;b,u            |line 3: the client-id 'u' is that of line 2",
        "name,user;a,u;b                   |line 3: 1 fields, but the first line has 2",
        "name,subject;a,nonsense           |line 2: the subject 'nonsense'",
        "name;a;\"b                        |line 3: a quote that is not closed",
        "name;a;b\"                        |line 3: a quote inside a field",
        "name;a;\"b\"c                     |line 3: text behind a closing quote",
        "name,colour;a,red                 |line 1: the column 'colour'",
        "name,name;a,b                     |line 1: the column 'name'",
        "user;a                            |line 1: there is no column 'name'",
        "name                              |needs a first line",
        ";                                 |needs a first line",
      })
  void mistakes_areSaidWithTheirLine(String content, String expected) throws Exception {
    String said = refused(content.strip().replace(';', '\n') + "\n");
    assertTrue(said.contains(expected.strip()), said);
  }

  @Test
  void allMistakes_areSaidAtOnce() throws Exception {
    String said = refused("name\na/b\n..\nok\nok\n");
    assertTrue(said.contains("line 2: ") && said.contains("line 3: "), said);
    assertTrue(said.contains("line 5: ") && said.contains("3 mistakes"), said);
  }

  @Test
  void bytesThatAreNotUtf8_areRefused() throws Exception {
    Path file = folder.resolve("f.csv");
    Files.write(file, new byte[] {'n', 'a', 'm', 'e', '\n', (byte) 0xE4, '\n'});
    Cli run = run(file);
    assertTrue(run.err().contains("not UTF-8"), run::err);
  }

  @Test
  void password_thatSaslprepRefuses_isSaidWithItsLine_beforeAnythingIsMade() throws Exception {
    Path file = Cli.secret(folder.resolve("f.csv"), "name,password\na,good\nb,bad\u0007bell\n");
    Cli run = run(file);
    assertTrue(run.err().contains("line 3"), run::err);
    assertFalse(run.err().contains("bell"), run::err);
  }

  private String refused(String content) throws Exception {
    return run(Cli.secret(folder.resolve("f.csv"), content)).err();
  }

  private Cli run(Path file) {
    Path out = folder.resolve("out");
    Cli run =
        Cli.run(
            ExitCode.USAGE,
            "fleet",
            "--csv=" + file,
            "--out=" + out,
            "--broker=mqtts://b",
            "--scram=scram-sha-256");
    assertFalse(Files.exists(out), "something was made");
    return run;
  }

  private List<FleetRow> read(String content) throws Exception {
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            question -> null);
    return FleetCsv.read(terminal, Cli.secret(folder.resolve("f.csv"), content));
  }
}

package io.mooring.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
  private static Figures figures() {
    Map<Figure, Statistics> all = new LinkedHashMap<>();
    all.put(
        new Figure("publish-q1-64-w100", "mooring", "rate", "msg/s"),
        new Statistics(150_289, 114_670, 156_095, 5));
    all.put(
        new Figure("publish-q1-64-w100", "aws-crt", "cpu", "us/msg"),
        new Statistics(6.5, 6.25, 9.75, 5));
    return new Figures(all);
  }

  @Test
  void of_hasTheColumnsThatOthersRead() {
    assertEquals(
        """
        row,client,metric,unit,median,min,max,runs
        publish-q1-64-w100,mooring,rate,msg/s,150289,114670,156095,5
        publish-q1-64-w100,aws-crt,cpu,us/msg,6.5,6.25,9.75,5
        """,
        Csv.of(figures()));
  }

  @Test
  void parse_readsWhatOfWrites() throws IOException {
    assertEquals(figures(), Csv.parse(Csv.of(figures())));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "1234567, 1234570",
    "0.000123456789, 0.000123457",
    "1e9, 1000000000",
    "100, 100",
    "-2.5, -2.5"
  })
  void number_hasSixDigits_andNoExponent(double value, String expected) {
    assertEquals(expected, Csv.number(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "row,client\n",
        "row,client,metric,unit,median,min,max,runs\na,b,c,d,1,1,1\n",
        "row,client,metric,unit,median,min,max,runs\na,b,c,d,1,x,1,5\n"
      })
  void parse_somethingElse_isRefused(String text) {
    assertThrows(IOException.class, () -> Csv.parse(text));
  }

  @Test
  void names_holdNoSeparator() {
    Options.CLIENTS.forEach(client -> assertTrue(client.matches("[a-z-]+")));
    Targets.all().forEach(target -> assertTrue(target.row().matches("[a-z0-9-]+")));
  }
}

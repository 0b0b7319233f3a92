package io.mooring.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The values of {@code --auth}. */
enum AuthMethod {
  SCRAM_SHA_256("scram-sha-256", "SCRAM-SHA-256", false),
  SCRAM_SHA_512("scram-sha-512", "SCRAM-SHA-512", false),
  SCRAM_SHA_256_PLUS("scram-sha-256-plus", "SCRAM-SHA-256", true),
  SCRAM_SHA_512_PLUS("scram-sha-512-plus", "SCRAM-SHA-512", true),
  PASSWORD("password", null, false),
  CERTIFICATE("certificate", null, false);

  private final String option;
  private final @Nullable String mechanism;
  private final boolean plus;

  AuthMethod(String option, @Nullable String mechanism, boolean plus) {
    this.option = option;
    this.mechanism = mechanism;
    this.plus = plus;
  }

  /** The SCRAM mechanism without {@code -PLUS}, or null if this is not SCRAM. */
  @Nullable String mechanism() {
    return mechanism;
  }

  /** Whether the exchange is bound to the TLS connection. */
  boolean plus() {
    return plus;
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return option;
  }

  /** Reads the option. */
  static final class Converter implements ITypeConverter<AuthMethod> {
    @Override
    public AuthMethod convert(String value) {
      return Arrays.stream(values())
          .filter(method -> method.option.equals(value))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + value
                          + "' is none of "
                          + Arrays.stream(values())
                              .map(AuthMethod::toString)
                              .collect(Collectors.joining(", "))));
    }
  }
}

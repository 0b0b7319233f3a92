package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.Qos;
import io.mooring.UserProperty;
import io.mooring.enrol.EstEndpoint;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.outbox.Overflow;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.SpkiPin;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Makes the library's types of option values; what the library refuses is a usage error. */
final class Converters {
  private static final double MAX_SECONDS = 86_400.0 * 365;

  private Converters() {}

  static void register(CommandLine line) {
    line.registerConverter(Endpoint.class, checked(Endpoint::parse));
    line.registerConverter(SpkiPin.class, checked(SpkiPin::parse));
    line.registerConverter(Qos.class, checked(Converters::qos));
    line.registerConverter(Duration.class, checked(Converters::seconds));
    line.registerConverter(ChannelBinding.class, checked(Converters::channelBinding));
    line.registerConverter(UserProperty.class, checked(Converters::userProperty));
    line.registerConverter(EstEndpoint.class, checked(EstEndpoint::parse));
    line.registerConverter(KeyAlgorithm.class, checked(Converters::keyAlgorithm));
    line.registerConverter(Overflow.class, checked(Converters::overflow));
    line.registerConverter(AuthMethod.class, new AuthMethod.Converter());
  }

  private static Qos qos(String text) {
    return switch (text) {
      case "0" -> Qos.AT_MOST_ONCE;
      case "1" -> Qos.AT_LEAST_ONCE;
      case "2" -> Qos.EXACTLY_ONCE;
      default -> throw new IllegalArgumentException("'" + text + "' is none of 0, 1, 2");
    };
  }

  private static Overflow overflow(String text) {
    return switch (text) {
      case "reject" -> Overflow.REJECT;
      case "drop-oldest" -> Overflow.DROP_OLDEST;
      case "drop-newest" -> Overflow.DROP_NEWEST;
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' is none of reject, drop-oldest, drop-newest");
    };
  }

  private static Duration seconds(String text) {
    double seconds;
    try {
      seconds = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number of seconds", e);
    }
    if (!(seconds >= 0.1 && seconds <= MAX_SECONDS)) {
      throw new IllegalArgumentException("'" + text + "' is not 0.1 s to 31536000 s");
    }
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  private static ChannelBinding channelBinding(String text) {
    return Arrays.stream(ChannelBinding.values())
        .filter(binding -> binding.registeredName().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + text + "' is none of tls-exporter, tls-server-end-point"));
  }

  private static KeyAlgorithm keyAlgorithm(String text) {
    return Arrays.stream(KeyAlgorithm.values())
        .filter(algorithm -> algorithm.label().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + text + "' is none of ec-p256, ec-p384, rsa-2048, rsa-3072"));
  }

  private static UserProperty userProperty(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("'" + text + "' is not NAME=VALUE");
    }
    return new UserProperty(text.substring(0, equals), text.substring(equals + 1));
  }

  private static <T> ITypeConverter<T> checked(Function<String, T> parser) {
    return value -> {
      try {
        return parser.apply(value);
      } catch (IllegalArgumentException e) {
        TypeConversionException refused = new TypeConversionException(e.getMessage());
        refused.initCause(e);
        throw refused;
      }
    };
  }
}

package io.mooring.cli;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.UserProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a message goes and what it carries besides its payload. */
final class MessageOptions {
  @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "Topic Name.")
  String topic = "";

  @Option(names = "--qos", paramLabel = "0|1|2", description = "Quality of Service. Default: 1.")
  Qos qos = Qos.AT_LEAST_ONCE;

  @Option(names = "--retain", description = "Ask the broker to keep it for later subscribers.")
  boolean retain;

  @Option(
      names = "--message-expiry",
      paramLabel = "SECONDS",
      description = "Message Expiry Interval, whole seconds. Default: never.")
  @Nullable Long expirySeconds;

  @Option(names = "--content-type", paramLabel = "TYPE", description = "Content Type.")
  @Nullable String contentType;

  @Option(names = "--response-topic", paramLabel = "TOPIC", description = "Response Topic.")
  @Nullable String responseTopic;

  @Option(
      names = "--user-property",
      paramLabel = "NAME=VALUE",
      description = "User Property; repeat it for more.")
  List<UserProperty> userProperties = new ArrayList<>();

  /** A message without payload; what cannot be is a usage error. */
  Message.Builder message() {
    Message.Builder message =
        UsageException.parse("--topic", () -> Message.to(topic)).qos(qos).retain(retain);
    Long seconds = expirySeconds;
    if (seconds != null) {
      UsageException.parse("--message-expiry", () -> message.expiry(Duration.ofSeconds(seconds)));
    }
    String type = contentType;
    if (type != null) {
      UsageException.parse("--content-type", () -> message.contentType(type));
    }
    String response = responseTopic;
    if (response != null) {
      UsageException.parse("--response-topic", () -> message.responseTopic(response));
    }
    userProperties.forEach(property -> message.userProperty(property.name(), property.value()));
    return message;
  }
}

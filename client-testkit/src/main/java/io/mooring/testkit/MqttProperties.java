package io.mooring.testkit;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The properties of one packet, immutable and in the order of the wire. Building checks nothing, so
 * that a test can send a duplicate or a stranger; reading checks all of MQTT 5, section 2.2.2.
 */
public final class MqttProperties {
  /** No properties. */
  public static final MqttProperties NONE = new MqttProperties(List.of());

  private final List<Entry> entries;

  private MqttProperties(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** One property: {@code value} is a Long, a String, {@link Bytes} or a {@link Pair}. */
  public record Entry(MqttProperty property, Object value) {}

  /** A User Property. */
  public record Pair(String name, String value) {}

  /** These properties and one number more. */
  public MqttProperties with(MqttProperty property, long value) {
    return and(property, value);
  }

  /** These properties and one text more. */
  public MqttProperties with(MqttProperty property, String value) {
    return and(property, value);
  }

  /** These properties and one run of bytes more. */
  public MqttProperties with(MqttProperty property, byte[] value) {
    return and(property, Bytes.of(value));
  }

  /** These properties and one User Property more. */
  public MqttProperties withUser(String name, String value) {
    return and(MqttProperty.USER_PROPERTY, new Pair(name, value));
  }

  /** All of them, in order. */
  public List<Entry> entries() {
    return entries;
  }

  /** Whether the property is there. */
  public boolean has(MqttProperty property) {
    return entries.stream().anyMatch(entry -> entry.property() == property);
  }

  /** The first value of a property that holds a number. */
  public OptionalLong number(MqttProperty property) {
    return values(property, Long.class).stream().mapToLong(Long::longValue).findFirst();
  }

  /** Every value of a property that holds a number, as Subscription Identifier may repeat. */
  public List<Long> numbers(MqttProperty property) {
    return values(property, Long.class);
  }

  /** The first value of a property that holds a text. */
  public Optional<String> text(MqttProperty property) {
    return values(property, String.class).stream().findFirst();
  }

  /** The first value of a property that holds bytes. */
  public Optional<Bytes> bytes(MqttProperty property) {
    return values(property, Bytes.class).stream().findFirst();
  }

  /** The User Properties, in order. */
  public List<Pair> user() {
    return values(MqttProperty.USER_PROPERTY, Pair.class);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MqttProperties that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  /** Names and values; the content of Authentication Data is left out. */
  @Override
  public String toString() {
    List<String> shown = new ArrayList<>();
    for (Entry entry : entries) {
      boolean hidden = entry.property() == MqttProperty.AUTHENTICATION_DATA;
      shown.add(entry.property() + "=" + (hidden ? "(hidden)" : entry.value()));
    }
    return shown.toString();
  }

  void write(MqttOutput out) {
    var body = new MqttOutput();
    for (Entry entry : entries) {
      body.u8(entry.property().id());
      writeValue(body, entry);
    }
    out.variable(body.size()).raw(body.toBytes());
  }

  static MqttProperties read(MqttInput in, MqttType packet, boolean will)
      throws MalformedPacketException {
    MqttInput body = in.slice(in.variable());
    List<Entry> entries = new ArrayList<>();
    Set<MqttProperty> seen = EnumSet.noneOf(MqttProperty.class);
    while (body.hasRemaining()) {
      MqttProperty property = MqttProperty.of(body.variable());
      if (will ? !property.allowedInWill() : !property.allowedIn(packet)) {
        throw new MalformedPacketException(
            property + " is not allowed in " + (will ? "Will Properties" : packet));
      }
      if (!seen.add(property) && !property.repeatableIn(packet)) {
        throw new MalformedPacketException(property + " occurs twice in " + packet);
      }
      Object value = readValue(body, property);
      if (value instanceof Long number && !property.permits(number)) {
        throw new MalformedPacketException(
            property + " is " + number + " (MQTT 5, " + packet + ")");
      }
      entries.add(new Entry(property, value));
    }
    return new MqttProperties(entries);
  }

  private MqttProperties and(MqttProperty property, Object value) {
    List<Entry> more = new ArrayList<>(entries);
    more.add(new Entry(property, value));
    return new MqttProperties(more);
  }

  private <T> List<T> values(MqttProperty property, Class<T> type) {
    List<T> found = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.property() == property) {
        found.add(type.cast(entry.value()));
      }
    }
    return found;
  }

  private static void writeValue(MqttOutput out, Entry entry) {
    if (entry.value() instanceof Pair pair) {
      out.utf8(pair.name()).utf8(pair.value());
    } else if (entry.value() instanceof Bytes bytes) {
      out.binary(bytes.toArray());
    } else if (entry.value() instanceof String text) {
      out.utf8(text);
    } else if (entry.value() instanceof Long number) {
      switch (entry.property().form()) {
        case BYTE -> out.u8(number.intValue());
        case TWO_BYTES -> out.u16(number.intValue());
        case VARIABLE -> out.variable(number);
        default -> out.u32(number);
      }
    }
  }

  private static Object readValue(MqttInput in, MqttProperty property)
      throws MalformedPacketException {
    return switch (property.form()) {
      case BYTE -> (long) in.u8();
      case TWO_BYTES -> (long) in.u16();
      case FOUR_BYTES -> in.u32();
      case VARIABLE -> (long) in.variable();
      case UTF8 -> in.utf8();
      case BINARY -> in.binary();
      case PAIR -> new Pair(in.utf8(), in.utf8());
    };
  }
}

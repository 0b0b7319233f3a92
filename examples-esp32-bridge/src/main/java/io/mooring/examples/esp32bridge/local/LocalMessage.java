package io.mooring.examples.esp32bridge.local;

import org.jspecify.annotations.Nullable;

/**
 * A message of the local broker, or for it.
 *
 * @param device whose
 * @param suffix the topic below the device's subtree
 * @param qos 0, 1 or 2
 * @param retain the RETAIN flag
 * @param content the payload; not copied
 * @param correlation Correlation Data, or null
 * @param responseTopic Response Topic, or null
 * @param hops the bridges that it came through; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record LocalMessage(
    String device,
    String suffix,
    int qos,
    boolean retain,
    byte[] content,
    byte @Nullable [] correlation,
    @Nullable String responseTopic,
    String hops) {
  /** Never the content. */
  @Override
  public String toString() {
    return "LocalMessage[" + device + "/" + suffix + ", QoS " + qos + "]";
  }
}

package io.mooring.policy;

import io.mooring.Message;
import io.mooring.error.PublishNotAllowedException;
import io.mooring.error.SubscribeNotAllowedException;
import io.mooring.internal.topic.TopicFilter;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A {@link TopicPolicy} with the names of one device filled in. The client asks it; an application
 * can ask it in its own tests. Immutable; any thread.
 */
public final class DeviceTopics {
  private final List<TopicFilter> publish;
  private final List<TopicFilter> subscribe;
  private final List<TopicFilter> refuseRetained;

  DeviceTopics(
      List<TopicFilter> publish, List<TopicFilter> subscribe, List<TopicFilter> refuseRetained) {
    this.publish = publish;
    this.subscribe = subscribe;
    this.refuseRetained = refuseRetained;
  }

  /** The filters that a published topic has to match one of. */
  public List<String> publishFilters() {
    return texts(publish);
  }

  /** The filters that together have to cover a subscription. */
  public List<String> subscribeFilters() {
    return texts(subscribe);
  }

  /** True if the device may publish to the Topic Name {@code topic}. */
  public boolean mayPublish(String topic) {
    return matches(publish, topic);
  }

  /**
   * True if each topic that {@code filter} matches is one that the device may hear.
   *
   * @throws IllegalArgumentException if {@code filter} is not a Topic Filter (MQTT 5, section 4.7)
   */
  public boolean maySubscribe(String filter) {
    return TopicFilter.covers(subscribe, TopicFilter.parse(filter));
  }

  /** True if a message on {@code topic} may be handed to the application. */
  public boolean mayReceive(String topic, boolean retained) {
    return matches(subscribe, topic) && !(retained && matches(refuseRetained, topic));
  }

  /**
   * Checks a message, or the Will, before it is accepted: its topic has to be one that the device
   * may publish to, and its Response Topic one that it may hear.
   *
   * @param what names the message in the error, such as "The message" or "The Will"
   * @throws PublishNotAllowedException if one of them is not
   */
  public void requirePublish(String what, Message message) {
    if (!mayPublish(message.topic())) {
      throw new PublishNotAllowedException(
          what
              + " to '"
              + message.topic()
              + "' was not accepted: this device's topic policy allows to publish "
              + list(publish)
              + ". Correct the topic, or extend the policy by publish(...).",
          message.topic(),
          publishFilters());
    }
    String response = message.responseTopic();
    if (response != null && !matches(subscribe, response)) {
      throw new PublishNotAllowedException(
          what
              + " to '"
              + message.topic()
              + "' was not accepted: it asks for answers on '"
              + response
              + "', and this device's topic policy allows to subscribe "
              + list(subscribe)
              + ". Correct the response topic, or extend the policy by subscribe(...).",
          response,
          subscribeFilters());
    }
  }

  /**
   * Checks a subscription before anything is sent.
   *
   * @throws SubscribeNotAllowedException if {@link #maySubscribe} is false
   */
  public void requireSubscribe(String filter) {
    if (!maySubscribe(filter)) {
      throw new SubscribeNotAllowedException(
          "The subscription to '"
              + filter
              + "' was not made: this device's topic policy allows to subscribe "
              + list(subscribe)
              + ". Narrow the filter, or extend the policy by subscribe(...).",
          filter,
          subscribeFilters());
    }
  }

  private static boolean matches(List<TopicFilter> filters, String topic) {
    for (TopicFilter filter : filters) {
      if (filter.matches(topic)) {
        return true;
      }
    }
    return false;
  }

  private static List<String> texts(List<TopicFilter> filters) {
    return filters.stream().map(TopicFilter::toString).toList();
  }

  private static String list(List<TopicFilter> filters) {
    return filters.isEmpty()
        ? "nothing"
        : filters.stream().map(filter -> "'" + filter + "'").collect(Collectors.joining(", "));
  }

  /** The filters. */
  @Override
  public String toString() {
    return "DeviceTopics[publish "
        + publish
        + ", subscribe "
        + subscribe
        + ", refuse retained "
        + refuseRetained
        + "]";
  }
}

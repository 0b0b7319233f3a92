package io.mooring.internal.engine;

import io.mooring.Message;
import io.mooring.error.ErrorCode;
import io.mooring.error.PublishNotAllowedException;
import io.mooring.error.SubscribeNotAllowedException;
import io.mooring.internal.topic.TopicFilter;
import io.mooring.policy.DeviceTopics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The topics that this client may use: those of its policy, or without one all that do not take in
 * everything. Immutable; any thread.
 */
public final class TopicGuard {
  private final @Nullable DeviceTopics policy;
  private final boolean wide;

  private TopicGuard(@Nullable DeviceTopics policy, boolean wide) {
    this.policy = policy;
    this.wide = wide;
  }

  /** Holds the client to {@code policy}. */
  public static TopicGuard of(DeviceTopics policy) {
    return new TopicGuard(policy, false);
  }

  /**
   * Without a policy.
   *
   * @param wide whether filters that name no level, such as {@code #}, may be subscribed
   */
  public static TopicGuard withoutPolicy(boolean wide) {
    return new TopicGuard(null, wide);
  }

  /**
   * Checks a message, or the Will, that the client is to publish.
   *
   * @throws PublishNotAllowedException if the policy does not allow it
   */
  public void requirePublish(String what, Message message) {
    if (policy != null) {
      policy.requirePublish(what, message);
    }
  }

  /**
   * Checks a Topic Filter before anything is sent.
   *
   * @throws SubscribeNotAllowedException if it is not allowed
   */
  void requireSubscribe(String filter) {
    if (policy != null) {
      policy.requireSubscribe(filter);
    } else if (!wide && TopicFilter.parse(filter).isWide()) {
      throw new SubscribeNotAllowedException(
          ErrorCode.SUBSCRIPTION_TOO_WIDE,
          "The subscription to '"
              + filter
              + "' was not made: no level of it is a text, so it takes in the topics of every"
              + " device. Name what this device needs, or say dangerous().wideSubscriptions() when"
              + " the client is built.",
          filter,
          List.of());
    }
  }

  /** True if the policy allows this device to receive what is on {@code topic}. */
  boolean mayReceive(String topic) {
    return policy == null || policy.mayReceive(topic, false);
  }

  /** True for a retained message on a topic whose retained messages the policy refuses. */
  boolean refusesRetained(String topic, boolean retained) {
    return retained
        && policy != null
        && policy.mayReceive(topic, false)
        && !policy.mayReceive(topic, true);
  }
}

package io.mooring.demo;

import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.packets.auth.ModifiableDefaultPermissions;
import com.hivemq.extension.sdk.api.services.builder.Builders;

/**
 * Who may use which topics: a device its own subtree {@code base/clientId/#}, an operator {@code
 * base/#}. Everything else is denied: SUBACK, PUBACK and PUBREC say 0x87.
 */
final class TopicRules {
  private final String base;

  TopicRules(String base) {
    this.base = base;
  }

  void device(String clientId, ModifiableDefaultPermissions permissions) {
    allowOnly(base + "/" + clientId + "/#", permissions);
  }

  void operator(ModifiableDefaultPermissions permissions) {
    allowOnly(base + "/#", permissions);
  }

  private static void allowOnly(String filter, ModifiableDefaultPermissions permissions) {
    permissions.clear();
    permissions.setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
    permissions.add(Builders.topicPermission().topicFilter(filter).build());
  }
}

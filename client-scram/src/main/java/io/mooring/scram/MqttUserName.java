package io.mooring.scram;

import java.util.Objects;

/** Which User Name goes into CONNECT. */
sealed interface MqttUserName {
  /** The SCRAM user name. */
  record SameAsScram() implements MqttUserName {}

  /** One of its own. */
  record Given(String value) implements MqttUserName {
    public Given {
      Objects.requireNonNull(value, "mqttUserName");
    }
  }

  /** None. */
  record None() implements MqttUserName {}
}

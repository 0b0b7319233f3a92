package io.mooring.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.error.PublishNotAllowedException;
import io.mooring.error.SubscribeNotAllowedException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a device may publish, subscribe and hear. */
class TopicPolicyTest {
  private static final TopicPolicy METER =
      TopicPolicy.device("plant/7/{clientId}")
          .publish("telemetry/#", "status")
          .subscribe("command/+")
          .publishAbsolute("plant/7/register/{userName}")
          .subscribeAbsolute("plant/7/all/notice")
          .refuseRetained("command/+");
  private static final DeviceTopics TOPICS = METER.resolve("meter-0042", "anna");

  @Test
  void filters_areBelowThePrefixOrWhole() {
    assertEquals(
        List.of(
            "plant/7/meter-0042/telemetry/#", "plant/7/meter-0042/status", "plant/7/register/anna"),
        TOPICS.publishFilters());
    assertEquals(
        List.of("plant/7/meter-0042/command/+", "plant/7/all/notice"), TOPICS.subscribeFilters());
  }

  @ParameterizedTest
  @CsvSource({
    "plant/7/meter-0042/telemetry, true",
    "plant/7/meter-0042/telemetry/temp/1, true",
    "plant/7/meter-0042/status, true",
    "plant/7/register/anna, true",
    "plant/7/register/bert, false",
    "plant/7/meter-0042/status/x, false",
    "plant/7/meter-0042/command/on, false",
    "plant/7/meter-0043/telemetry/temp, false",
    "telemetry/temp, false",
    "plant/7/{clientId}/status, false"
  })
  void publish_onlyToWhatIsNamed(String topic, boolean allowed) {
    assertEquals(allowed, TOPICS.mayPublish(topic));
    Message message = Message.of(topic, "x");
    if (allowed) {
      assertDoesNotThrow(() -> TOPICS.requirePublish("The message", message));
    } else {
      PublishNotAllowedException refusal =
          assertThrows(
              PublishNotAllowedException.class,
              () -> TOPICS.requirePublish("The message", message));
      assertEquals(topic, refusal.topic());
      assertEquals(TOPICS.publishFilters(), refusal.allowed());
      assertFalse(refusal.retryable());
      assertTrue(refusal.getMessage().contains("'plant/7/meter-0042/telemetry/#'"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "plant/7/meter-0042/command/+, true",
    "plant/7/meter-0042/command/on, true",
    "$share/g/plant/7/meter-0042/command/+, true",
    "plant/7/all/notice, true",
    "plant/7/meter-0042/command/#, false",
    "plant/7/meter-0042/#, false",
    "plant/7/+/command/+, false",
    "plant/7/+/notice, false",
    "#, false",
    "+/#, false",
    "$share/g/#, false",
    "$SYS/#, false"
  })
  void subscribe_onlyWhereEachTopicIsAllowed(String filter, boolean allowed) {
    assertEquals(allowed, TOPICS.maySubscribe(filter));
    if (allowed) {
      assertDoesNotThrow(() -> TOPICS.requireSubscribe(filter));
    } else {
      SubscribeNotAllowedException refusal =
          assertThrows(SubscribeNotAllowedException.class, () -> TOPICS.requireSubscribe(filter));
      assertEquals(filter, refusal.filter());
      assertEquals(TOPICS.subscribeFilters(), refusal.allowed());
      assertTrue(refusal.getMessage().contains("'plant/7/all/notice'"));
    }
  }

  @Test
  void receive_refusesWhatMayNotBeHeard_andRetainedCommands() {
    assertTrue(TOPICS.mayReceive("plant/7/meter-0042/command/on", false));
    assertFalse(TOPICS.mayReceive("plant/7/meter-0042/command/on", true));
    assertTrue(TOPICS.mayReceive("plant/7/all/notice", true));
    assertFalse(TOPICS.mayReceive("plant/7/meter-0043/command/on", false));
    assertFalse(
        METER
            .refuseRetainedAbsolute("#")
            .resolve("meter-0042", "anna")
            .mayReceive("plant/7/all/notice", true));
  }

  @Test
  void responseTopic_mustBeOneThatTheDeviceMayHear() {
    String topic = "plant/7/meter-0042/status";
    Message heard =
        Message.to(topic).responseTopic("plant/7/meter-0042/command/r").payload("x").build();
    assertDoesNotThrow(() -> TOPICS.requirePublish("The message", heard));
    Message elsewhere = Message.to(topic).responseTopic("plant/8/lock").payload("x").build();
    PublishNotAllowedException refusal =
        assertThrows(
            PublishNotAllowedException.class, () -> TOPICS.requirePublish("The Will", elsewhere));
    assertEquals("plant/8/lock", refusal.topic());
    assertEquals(TOPICS.subscribeFilters(), refusal.allowed());
    assertTrue(refusal.getMessage().startsWith("The Will to '" + topic + "'"));
  }

  @Test
  void nothingNamed_nothingAllowed() {
    DeviceTopics nothing = TopicPolicy.topics().resolve("c", null);
    assertFalse(nothing.mayPublish("a"));
    assertFalse(nothing.maySubscribe("a"));
    assertFalse(nothing.mayReceive("a", false));
    PublishNotAllowedException refusal =
        assertThrows(
            PublishNotAllowedException.class,
            () -> nothing.requirePublish("The message", Message.of("a", "x")));
    assertTrue(refusal.getMessage().contains("allows to publish nothing"));
  }

  @Test
  void leadingWildcards_neverReachTheBrokersOwnTopics() {
    DeviceTopics wide =
        TopicPolicy.topics()
            .dangerous()
            .subscribeWide("#")
            .dangerous()
            .publishWide("+/status")
            .resolve("c", null);
    assertTrue(wide.maySubscribe("#"));
    assertTrue(wide.maySubscribe("a/+/#"));
    assertFalse(wide.maySubscribe("$SYS/#"));
    assertFalse(wide.mayReceive("$SYS/uptime", false));
    assertTrue(wide.mayPublish("a/status"));
    assertFalse(wide.mayPublish("$a/status"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a+b", "+", "#", "a/b", "a\0b", "/"})
  void name_thatWouldWidenThePolicy_isRefused(String name) {
    TopicPolicy byClient = TopicPolicy.topics().subscribe("a/x-{clientId}/#");
    TopicPolicy byUser = TopicPolicy.topics().publish("a/{userName}");
    assertRefused("{clientId}", () -> byClient.resolve(name, null));
    assertRefused("{userName}", () -> byUser.resolve("c", name));
    assertDoesNotThrow(() -> byUser.resolve(name, "u"), "a name that is not used does no harm");
  }

  @ParameterizedTest
  @ValueSource(strings = {"$share", "$SYS", "$"})
  void name_thatWouldReachTheBrokersTopics_isRefusedAtTheStartOnly(String name) {
    assertRefused(
        "{clientId}", () -> TopicPolicy.device("{clientId}").subscribe("a/#").resolve(name, null));
    assertTrue(
        TopicPolicy.device("a/{clientId}")
            .subscribe("#")
            .resolve(name, null)
            .maySubscribe("a/" + name + "/x"));
  }

  @Test
  void name_thatLooksLikeAPlaceholder_isANameOnly() {
    assertEquals(
        List.of("a/{userName}/b"),
        TopicPolicy.topics().publish("a/{clientId}/b").resolve("{userName}", "#").publishFilters());
  }

  @Test
  void name_thatIsMissing_isRefused() {
    assertRefused("{clientId}", () -> METER.resolve("", "anna"));
    assertRefused("{userName}", () -> METER.resolve("meter-0042", null));
    assertRefused("{userName}", () -> METER.resolve("meter-0042", ""));
  }

  private static void assertRefused(String placeholder, Supplier<@Nullable DeviceTopics> resolve) {
    PlaceholderException refusal = assertThrows(PlaceholderException.class, resolve::get);
    assertEquals(placeholder, refusal.placeholder());
    assertTrue(refusal.getMessage().contains(placeholder), refusal::getMessage);
  }

  static Stream<Arguments> overBroad() {
    TopicPolicy meter = TopicPolicy.device("plant/7/{clientId}");
    TopicPolicy whole = TopicPolicy.topics();
    return Stream.of(
            "#",
            "+",
            "+/#",
            "+/+/+",
            "+/status",
            "/#",
            "$SYS/#",
            "plant/#",
            "plant/+/x",
            "plant/7/#",
            "plant/7/+",
            "plant/7/+/command/+")
        .flatMap(filter -> Stream.of(Arguments.of(meter, filter)))
        .flatMap(
            pair ->
                ((String) pair.get()[1]).startsWith("plant")
                    ? Stream.of(pair)
                    : Stream.of(pair, Arguments.of(whole, pair.get()[1])));
  }

  @ParameterizedTest
  @MethodSource("overBroad")
  void overBroadFilter_takesDangerous(TopicPolicy policy, String filter) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> policy.publishAbsolute(filter));
    assertTrue(refusal.getMessage().contains("dangerous().publishWide"), refusal::getMessage);
    refusal = assertThrows(IllegalArgumentException.class, () -> policy.subscribeAbsolute(filter));
    assertTrue(refusal.getMessage().contains("dangerous().subscribeWide"), refusal::getMessage);
    assertTrue(policy.dangerous().subscribeWide(filter).resolve("c", null).maySubscribe(filter));
    assertEquals(
        List.of(filter),
        policy.dangerous().publishWide(filter).resolve("c", null).publishFilters());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plant/7/{clientId}/#",
        "plant/7/all/#",
        "plant/8/#",
        "fleet/+/notice",
        "fleet/#",
        "$aws/things/{clientId}/shadow/#",
        "/a/#"
      })
  void narrowFilter_isFine(String filter) {
    TopicPolicy meter = TopicPolicy.device("plant/7/{clientId}");
    assertDoesNotThrow(() -> meter.publishAbsolute(filter).subscribeAbsolute(filter));
  }

  @Test
  void withoutPrefix_eachFilterIsWholeAndChecked() {
    TopicPolicy policy = TopicPolicy.topics().publish("a/{clientId}/#").subscribe("b/+");
    assertEquals(List.of("a/c/#"), policy.resolve("c", null).publishFilters());
    assertThrows(IllegalArgumentException.class, () -> policy.publish("+/x"));
    assertThrows(IllegalArgumentException.class, () -> policy.subscribe("#"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a/", "a/+", "a/#", "#", "a/{clientID}", "a/{", "a/}", "${clientId}", "a\0"})
  void prefix_thatNamesNoDevice_isRefused(String prefix) {
    assertThrows(IllegalArgumentException.class, () -> TopicPolicy.device(prefix));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/telemetry",
        "a/#/b",
        "a+",
        "$share/g/a",
        "{clientid}",
        "a/${userName}",
        "plant/7/{clientId}",
        "plant/7/{clientId}/telemetry"
      })
  void filter_thatCannotBeBelowThePrefix_isRefused(String filter) {
    TopicPolicy policy = TopicPolicy.device("plant/7/{clientId}");
    assertThrows(IllegalArgumentException.class, () -> policy.publish(filter));
    assertThrows(IllegalArgumentException.class, () -> policy.subscribe(filter));
    assertThrows(IllegalArgumentException.class, () -> policy.refuseRetained(filter));
  }

  @Test
  void policy_isImmutable() {
    TopicPolicy empty = TopicPolicy.device("p");
    empty.publish("a").subscribe("b").refuseRetained("c");
    assertEquals("TopicPolicy[publish [], subscribe [], refuse retained []]", empty.toString());
    assertEquals(
        "TopicPolicy[publish [p/a], subscribe [], refuse retained []]",
        empty.publish("a").toString());
  }
}

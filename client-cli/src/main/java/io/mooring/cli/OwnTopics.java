package io.mooring.cli;

import io.mooring.identity.DeviceIdentity;
import io.mooring.internal.topic.TopicMatch;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * What counts as this device's own topics: those that were named to the doctor, and those with a
 * name of the device as one of their levels.
 */
record OwnTopics(Set<String> names, List<String> filters) implements Predicate<String> {
  OwnTopics {
    names = Set.copyOf(names);
    filters = List.copyOf(filters);
  }

  /** Those of a device that is connected as {@code clientId}. */
  static OwnTopics of(String clientId, ClientMaterial material, List<String> filters) {
    Set<String> names = new HashSet<>();
    names.add(clientId);
    String user = material.userName();
    if (user != null) {
      names.add(user);
    }
    DeviceIdentity identity = material.identity();
    if (identity != null) {
      names.addAll(commonNames(identity.certificateChain().get(0)));
    }
    names.remove("");
    return new OwnTopics(names, filters);
  }

  /** Brokers that take the user name from a certificate mostly take this. */
  private static List<String> commonNames(X509Certificate certificate) {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    return Arrays.stream(subject.getRDNs(BCStyle.CN))
        .map(rdn -> IETFUtils.valueToString(rdn.getFirst().getValue()))
        .toList();
  }

  @Override
  public boolean test(String topic) {
    return List.of(topic.split("/", -1)).stream().anyMatch(names::contains)
        || filters.stream().anyMatch(filter -> TopicMatch.matches(filter, topic));
  }
}

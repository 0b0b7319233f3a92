package io.mooring.enrol;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.jspecify.annotations.Nullable;

/**
 * Whom a certificate is asked for: a subject, and subject alternative names (RFC 5280, sections
 * 4.1.2.6 and 4.2.1.6). Immutable; every method returns a new one.
 */
public final class RequestedNames {
  private static final Pattern DNS_NAME =
      Pattern.compile("(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_-]+)*");
  private static final int MAX_DNS_NAME = 253;

  private final X500Principal subject;
  private final List<GeneralName> names;
  private final @Nullable Extension copied;

  private RequestedNames(
      X500Principal subject, List<GeneralName> names, @Nullable Extension copied) {
    this.subject = subject;
    this.names = List.copyOf(names);
    this.copied = copied;
  }

  /**
   * A subject such as {@code CN=meter-0042,O=Acme} (RFC 4514); empty if the authority is to choose,
   * or if the alternative names are all there is.
   *
   * @throws IllegalArgumentException if it is no distinguished name
   */
  public static RequestedNames subject(String distinguishedName) {
    Objects.requireNonNull(distinguishedName, "distinguishedName");
    try {
      return new RequestedNames(new X500Principal(distinguishedName), List.of(), null);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'"
              + Printable.of(distinguishedName)
              + "' is no distinguished name ("
              + e.getMessage()
              + "); write, for example, CN=meter-0042,O=Acme",
          e);
    }
  }

  /**
   * Subject and alternative names of a certificate, byte for byte: what a renewal must ask for (RFC
   * 7030, section 4.2.2).
   */
  public static RequestedNames of(X509Certificate certificate) {
    String oid = Extension.subjectAlternativeName.getId();
    byte[] value = certificate.getExtensionValue(oid);
    Extension copied =
        value == null
            ? null
            : new Extension(
                Extension.subjectAlternativeName,
                certificate.getCriticalExtensionOIDs().contains(oid),
                ASN1OctetString.getInstance(value));
    return new RequestedNames(certificate.getSubjectX500Principal(), List.of(), copied);
  }

  /**
   * Adds alternative names, each as {@code dns:NAME}, {@code ip:ADDRESS}, {@code uri:URI} or {@code
   * email:ADDRESS}.
   *
   * @throws IllegalArgumentException for any other form, and for what cannot be such a name
   * @throws IllegalStateException if the names were copied from a certificate
   */
  public RequestedNames alternativeNames(List<String> texts) {
    if (copied != null) {
      throw new IllegalStateException("the alternative names are those of a certificate");
    }
    List<GeneralName> all = new ArrayList<>(names);
    texts.forEach(text -> all.add(parse(text)));
    return new RequestedNames(subject, all, null);
  }

  /** The subject in RFC 2253 form; empty if there is none. */
  public String subject() {
    return subject.getName();
  }

  /** Whether there is neither a subject nor an alternative name. */
  public boolean isEmpty() {
    return subject.getName().isEmpty() && names.isEmpty() && copied == null;
  }

  /** The subject as RFC 2253 has it; names are no secret. */
  @Override
  public String toString() {
    return "RequestedNames[" + Printable.of(subject()) + "]";
  }

  byte[] subjectDer() {
    return subject.getEncoded();
  }

  /** The extension to ask for, or null. RFC 5280 wants it critical where the subject is empty. */
  @Nullable Extension alternativeNamesExtension() {
    if (copied != null || names.isEmpty()) {
      return copied;
    }
    try {
      return new Extension(
          Extension.subjectAlternativeName,
          subject.getName().isEmpty(),
          new GeneralNames(names.toArray(new GeneralName[0])).getEncoded("DER"));
    } catch (IOException e) {
      throw new IllegalStateException("names that were checked have an encoding", e);
    }
  }

  private static GeneralName parse(String text) {
    int colon = text.indexOf(':');
    String value = text.substring(colon + 1);
    String kind = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    return switch (kind) {
      case "dns" -> dns(value);
      case "ip" -> ip(value);
      case "uri" -> uri(value);
      case "email" -> email(value);
      default ->
          throw new IllegalArgumentException(
              "'"
                  + Printable.of(text)
                  + "' is none of dns:NAME, ip:ADDRESS, uri:URI, email:ADDRESS");
    };
  }

  private static GeneralName dns(String value) {
    if (value.length() > MAX_DNS_NAME || !DNS_NAME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "'" + Printable.of(value) + "' is no DNS name; write A-labels (xn--...) for Unicode");
    }
    return ia5(GeneralName.dNSName, value);
  }

  private static GeneralName ip(String value) {
    if (value.indexOf('/') < 0) {
      try {
        return new GeneralName(GeneralName.iPAddress, value);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "'" + Printable.of(value) + "' is neither an IPv4 nor an IPv6 address", e);
      }
    }
    throw new IllegalArgumentException("'" + Printable.of(value) + "' is a network, no address");
  }

  private static GeneralName uri(String value) {
    try {
      if (new URI(value).isAbsolute() && isAscii(value)) {
        return ia5(GeneralName.uniformResourceIdentifier, value);
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'" + Printable.of(value) + "' is no URI", e);
    }
    throw new IllegalArgumentException("'" + Printable.of(value) + "' is no absolute URI in ASCII");
  }

  private static GeneralName email(String value) {
    int at = value.indexOf('@');
    if (at < 1 || at == value.length() - 1 || !isAscii(value)) {
      throw new IllegalArgumentException("'" + Printable.of(value) + "' is no mail address");
    }
    return ia5(GeneralName.rfc822Name, value);
  }

  private static GeneralName ia5(int tag, String value) {
    return new GeneralName(tag, new DERIA5String(value, true));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7F);
  }
}

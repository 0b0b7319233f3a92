package io.mooring.cli;

import io.mooring.identity.ScramKeys;
import io.mooring.tls.SpkiPin;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of a device that was made. Both lines follow from its bundle, so that they
 * can be written again after a crash.
 *
 * @param name of the device
 * @param manifest a line without secrets
 * @param user of the credential, or null if there is no SCRAM
 * @param credential the line for the broker, or null
 */
record FleetEntry(
    String name, String manifest, @Nullable String user, @Nullable String credential) {

  /** Describes a bundle with what is in it. */
  static FleetEntry of(
      Bundle bundle,
      Path file,
      byte[] encoded,
      @Nullable X509Certificate certificate,
      @Nullable ScramKeys scram) {
    Json manifest =
        Json.object()
            .put("name", bundle.name())
            .put("clientId", bundle.clientId())
            .put("file", file.getFileName().toString())
            .put("sha256", Fingerprints.hex(Fingerprints.sha256(encoded)));
    if (certificate != null) {
      manifest
          .put("subject", certificate.getSubjectX500Principal().getName())
          .put("serial", certificate.getSerialNumber().toString(16))
          .put("notAfter", certificate.getNotAfter().toInstant())
          .put("fingerprint", Fingerprints.of(certificate))
          .put("pin", SpkiPin.of(certificate).toString());
    }
    if (scram == null) {
      return new FleetEntry(bundle.name(), manifest.toString(), null, null);
    }
    manifest
        .put("user", scram.userName())
        .put("mechanism", scram.mechanism())
        .put("iterations", scram.iterations());
    return new FleetEntry(bundle.name(), manifest.toString(), scram.userName(), credential(scram));
  }

  /** StoredKey := H(ClientKey) (RFC 5802, section 3): what the broker needs, and no more. */
  private static String credential(ScramKeys keys) {
    byte[] clientKey = keys.clientKey();
    byte[] serverKey = keys.serverKey();
    try {
      String hash = keys.mechanism().equals("SCRAM-SHA-512") ? "SHA-512" : "SHA-256";
      String salt = base64(keys.salt());
      String storedKey = base64(MessageDigest.getInstance(hash).digest(clientKey));
      String server = base64(serverKey);
      return Json.object()
          .put("user", keys.userName())
          .put("mechanism", keys.mechanism())
          .put("iterations", keys.iterations())
          .put("salt", salt)
          .put("storedKey", storedKey)
          .put("serverKey", server)
          .put(
              "rfc5803",
              keys.mechanism()
                  + "$"
                  + keys.iterations()
                  + ":"
                  + salt
                  + "$"
                  + storedKey
                  + ":"
                  + server)
          .toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256 and SHA-512", e);
    } finally {
      Arrays.fill(clientKey, (byte) 0);
      Arrays.fill(serverKey, (byte) 0);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}

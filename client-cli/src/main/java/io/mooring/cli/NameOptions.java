package io.mooring.cli;

import io.mooring.enrol.Enrolment;
import io.mooring.enrol.RequestedNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom a certificate is asked for. */
final class NameOptions {
  @Option(
      names = "--subject",
      paramLabel = "DN",
      description =
          "For example CN=meter-0042,O=Acme. Default: the names of the certificate in use.")
  private @Nullable String subject;

  @Option(
      names = "--san",
      paramLabel = "KIND:NAME",
      description =
          "Subject alternative name: dns:NAME, ip:ADDRESS, uri:URI or email:ADDRESS; repeat it for"
              + " more.")
  private List<String> alternativeNames = new ArrayList<>();

  /** The names on the command line, or null if there are none. */
  @Nullable RequestedNames given() {
    if (subject == null && alternativeNames.isEmpty()) {
      return null;
    }
    RequestedNames names =
        UsageException.parse(
            "--subject", () -> RequestedNames.subject(subject == null ? "" : subject));
    return UsageException.parse("--san", () -> names.alternativeNames(alternativeNames));
  }

  /** The names on the command line, else those of the certificate in use. */
  static RequestedNames orCurrent(@Nullable RequestedNames given, Enrolment enrolment) {
    if (given != null) {
      return given;
    }
    return enrolment
        .currentNames()
        .orElseThrow(
            () ->
                new UsageException(
                    "Missing required option: '--subject=DN' (there is no certificate yet to take"
                        + " it from)"));
  }
}

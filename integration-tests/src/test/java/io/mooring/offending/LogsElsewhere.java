package io.mooring.offending;

import java.util.logging.Logger;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class LogsElsewhere {
  final Logger logger = Logger.getLogger("elsewhere");
}

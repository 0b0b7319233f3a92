package io.mooring.offending.examples;

import io.mooring.offending.cli.Command;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class ExampleKnowsCli {
  final Object beside = new Command();
}

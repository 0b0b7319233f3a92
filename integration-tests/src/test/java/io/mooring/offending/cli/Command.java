package io.mooring.offending.cli;

/** The target of an arrow that points up. */
public final class Command {}

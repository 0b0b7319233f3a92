package io.mooring.offending;

/** Breaks a rule of io.mooring.architecture on purpose. */
public record PasswordRecord(String password) {}

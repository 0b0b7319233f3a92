package io.mooring.architecture;

import com.tngtech.archunit.lang.ArchRule;

/**
 * A rule of the house, and a class of the test sources that breaks it: a rule that lets its
 * offender pass checks nothing.
 */
record Rule(String name, ArchRule rule, Class<?> offender) {
  @Override
  public String toString() {
    return name;
  }
}

package io.mooring.image;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which of the JDK's modules a list of them means; the same for every architecture. */
final class SystemModules {
  private SystemModules() {}

  /**
   * The modules and all that they require, sorted.
   *
   * @param modules names, divided by commas
   */
  static Set<String> required(String modules) {
    return Configuration.empty()
        .resolve(ModuleFinder.ofSystem(), ModuleFinder.of(), List.of(modules.split(",", -1)))
        .modules()
        .stream()
        .map(ResolvedModule::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}

package io.mooring.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.mooring.offending.BindsDatagrams;
import io.mooring.offending.GetsServerSocketFactory;
import io.mooring.offending.Listens;
import java.nio.channels.DatagramChannel;
import java.util.stream.Stream;

/** Promise 4: nothing that a device runs can listen. */
final class OutboundRules {
  private OutboundRules() {}

  static Stream<Rule> all() {
    return Stream.of(noListeningSocket(), noBoundDatagrams(), noFactoryOfListeningSockets());
  }

  private static Rule noListeningSocket() {
    return new Rule(
        "no listening socket",
        noClasses()
            .should()
            .dependOnClassesThat(
                assignableTo("java.net.ServerSocket")
                    .or(assignableTo("java.nio.channels.ServerSocketChannel"))
                    .or(assignableTo("java.nio.channels.AsynchronousServerSocketChannel"))
                    .or(assignableTo("javax.net.ServerSocketFactory"))
                    .or(resideInAnyPackage("com.sun.net.httpserver..", "java.rmi..")))
            .because("a device is outbound only"),
        Listens.class);
  }

  private static Rule noBoundDatagrams() {
    return new Rule(
        "no bound datagram socket",
        noClasses()
            .should()
            .callMethodWhere(
                target(name("bind")).and(target(owner(assignableTo(DatagramChannel.class)))))
            .orShould()
            .dependOnClassesThat(assignableTo("java.net.DatagramSocket"))
            .because("a bound datagram socket receives from anyone"),
        BindsDatagrams.class);
  }

  private static Rule noFactoryOfListeningSockets() {
    return new Rule(
        "no factory of listening sockets",
        noClasses()
            .should()
            .callMethodWhere(
                target(
                    nameMatching(
                        "getServerSocketFactory|openServerSocketChannel|inheritedChannel")))
            .because("these hand out listening sockets under another type"),
        GetsServerSocketFactory.class);
  }
}

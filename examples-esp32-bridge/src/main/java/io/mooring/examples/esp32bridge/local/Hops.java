package io.mooring.examples.esp32bridge.local;

import java.util.Arrays;
import java.util.List;

/**
 * The bridges that a message came through, as the User Property {@value #PROPERTY}: names with
 * commas between. A message is not bridged twice by one bridge, nor by more than {@value #MOST}.
 */
public final class Hops {
  /** The name of the User Property. */
  public static final String PROPERTY = "mooring-bridge-hops";

  private static final int MOST = 4;

  private Hops() {}

  /** Whether this bridge must not pass it on. */
  public static boolean isLoop(String hops, String bridge) {
    List<String> names = Arrays.asList(hops.split(",", -1));
    return names.contains(bridge) || (!hops.isEmpty() && names.size() >= MOST);
  }

  /** With this bridge added. */
  public static String through(String hops, String bridge) {
    return hops.isEmpty() ? bridge : hops + "," + bridge;
  }
}

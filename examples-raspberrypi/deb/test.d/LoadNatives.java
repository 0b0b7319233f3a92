/** Loads what Pi4J has of native libraries: without a board this is all of it that can be tried. */
final class LoadNatives {
  private LoadNatives() {}

  public static void main(String[] arguments) throws ClassNotFoundException {
    for (String name : arguments) {
      Class.forName(name);
      System.out.println("loaded: the libraries of " + name);
    }
  }
}

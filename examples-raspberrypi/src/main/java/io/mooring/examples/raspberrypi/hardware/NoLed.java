package io.mooring.examples.raspberrypi.hardware;

/** An LED that is not there, and why. */
record NoLed(String why) implements Led {
  @Override
  public String set(boolean on) throws HardwareException {
    throw new HardwareException(why);
  }

  @Override
  public String describe() {
    return "no LED";
  }
}

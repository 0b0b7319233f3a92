package io.mooring.internal.net;

import java.io.IOException;
import java.nio.channels.Selector;

/** Where the event loop's selectors come from: the operating system. */
interface SelectorSource {
  Selector open() throws IOException;
}

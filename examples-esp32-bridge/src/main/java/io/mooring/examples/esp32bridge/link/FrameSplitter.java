package io.mooring.examples.esp32bridge.link;

import java.util.function.Consumer;

/** Cuts the line into frames at each 0x00; never holds more than the largest frame. */
final class FrameSplitter {
  private final int largestPayload;
  private final byte[] piece;
  private int length;
  private boolean tooLong;

  FrameSplitter(int largestPayload) {
    this.largestPayload = largestPayload;
    this.piece = new byte[Cobs.longest(Frame.OVERHEAD + largestPayload)];
  }

  /** Hands on each whole frame, and runs {@code damaged} for each piece that is none. */
  void feed(byte[] bytes, int count, Consumer<Frame> frames, Runnable damaged) {
    for (int i = 0; i < count; i++) {
      if (bytes[i] != 0) {
        if (length < piece.length) {
          piece[length++] = bytes[i];
        } else {
          tooLong = true;
        }
      } else if (length > 0) {
        Frame frame = tooLong ? null : Frame.read(piece, length, largestPayload);
        length = 0;
        tooLong = false;
        if (frame == null) {
          damaged.run();
        } else {
          frames.accept(frame);
        }
      }
    }
  }
}

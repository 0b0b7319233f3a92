package io.mooring.bench.peer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Encodes packets into one buffer, which goes out when it is full or flushed. */
final class RawOutput {
  private static final int CAPACITY = 64 * 1024;
  private static final int MOST_HEADER = 16;
  private static final int LAST_ID = 0xFFFF;
  private static final byte[] CONNECT_HEAD = {0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60, 0};

  private final OutputStream stream;
  private final byte[] buffer = new byte[CAPACITY];
  private int length;
  private int lastId;

  RawOutput(OutputStream stream) {
    this.stream = stream;
  }

  synchronized void connect(String clientId) throws IOException {
    byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
    put(0x10);
    remainingLength(CONNECT_HEAD.length + 2 + id.length);
    put(CONNECT_HEAD);
    text(id);
    flush();
  }

  synchronized void publish(byte[] topic, int qos, byte[] payload) throws IOException {
    int rest = 2 + topic.length + (qos > 0 ? 2 : 0) + 1 + payload.length;
    room(topic.length + payload.length + MOST_HEADER);
    put(0x30 | qos << 1);
    remainingLength(rest);
    text(topic);
    if (qos > 0) {
      nextId();
    }
    put(0);
    put(payload);
  }

  synchronized void subscribe(String filter, int qos) throws IOException {
    byte[] bytes = filter.getBytes(StandardCharsets.UTF_8);
    room(bytes.length + MOST_HEADER);
    put(0x82);
    remainingLength(2 + 1 + 2 + bytes.length + 1);
    nextId();
    put(0);
    text(bytes);
    put(qos);
  }

  synchronized void acknowledge(int first, byte idHigh, byte idLow) throws IOException {
    room(4);
    put(first);
    put(2);
    put(idHigh);
    put(idLow);
  }

  synchronized void disconnect() throws IOException {
    room(2);
    put(0xE0);
    put(0);
  }

  synchronized void flush() throws IOException {
    stream.write(buffer, 0, length);
    length = 0;
  }

  private void room(int bytes) throws IOException {
    if (CAPACITY - length < bytes) {
      flush();
    }
  }

  private void nextId() {
    lastId = lastId == LAST_ID ? 1 : lastId + 1;
    put(lastId >> 8);
    put(lastId);
  }

  private void text(byte[] bytes) {
    put(bytes.length >> 8);
    put(bytes.length);
    put(bytes);
  }

  private void remainingLength(int value) {
    int rest = value;
    while (rest > 0x7F) {
      put((rest & 0x7F) | 0x80);
      rest >>= 7;
    }
    put(rest);
  }

  private void put(int value) {
    buffer[length++] = (byte) value;
  }

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
  }
}

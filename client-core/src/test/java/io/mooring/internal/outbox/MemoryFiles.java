package io.mooring.internal.outbox;

import io.mooring.error.OutboxException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file system in memory that knows which operations a power cut may undo: all that were not
 * forced, file by file and folder by folder.
 */
public final class MemoryFiles implements FileOps {
  private enum Kind {
    CREATE,
    WRITE,
    TRUNCATE,
    RENAME,
    DELETE
  }

  private static final class Op {
    private final Kind kind;
    private final int node;
    private final String name;
    private final String to;
    private final byte[] bytes;
    private final long position;
    private boolean durable;

    Op(Kind kind, int node, String name, String to, byte[] bytes, long position) {
      this.kind = kind;
      this.node = node;
      this.name = name;
      this.to = to;
      this.bytes = bytes;
      this.position = position;
    }

    boolean isOfFolder() {
      return kind == Kind.CREATE || kind == Kind.RENAME || kind == Kind.DELETE;
    }
  }

  private static final class Node {
    private byte[] bytes = new byte[0];
    private int length;

    Node copy() {
      Node copy = new Node();
      copy.bytes = Arrays.copyOf(bytes, length);
      copy.length = length;
      return copy;
    }

    void write(byte[] more, long position) {
      int end = (int) position + more.length;
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
      }
      System.arraycopy(more, 0, bytes, (int) position, more.length);
      length = Math.max(length, end);
    }

    void truncate(long to) {
      length = (int) Math.min(length, to);
      Arrays.fill(bytes, length, bytes.length, (byte) 0);
    }
  }

  private final Map<String, Integer> names = new TreeMap<>();
  private final Map<Integer, Node> nodes = new HashMap<>();
  private final List<Op> ops = new ArrayList<>();
  private Map<String, Integer> baseNames = new TreeMap<>();
  private final Map<Integer, Node> baseNodes = new HashMap<>();
  private int lastNode;
  private boolean locked;
  private int renames;

  /** Operations that a power cut may undo. */
  public int undecided() {
    return (int) ops.stream().filter(op -> !op.durable).count();
  }

  /**
   * The disk after a power cut: everything forced, the first {@code kept} of the other operations,
   * and, if that one writes, half of the next.
   */
  public MemoryFiles afterPowerCut(int kept, boolean halfOfNext) {
    MemoryFiles after = new MemoryFiles();
    after.names.putAll(baseNames);
    baseNodes.forEach((id, node) -> after.nodes.put(id, node.copy()));
    after.lastNode = lastNode;
    after.renames = renames;
    int left = kept;
    boolean half = halfOfNext;
    for (Op op : ops) {
      if (op.durable || left > 0) {
        after.apply(op, op.bytes);
        left -= op.durable ? 0 : 1;
      } else if (half && op.kind == Kind.WRITE) {
        after.apply(op, Arrays.copyOf(op.bytes, op.bytes.length / 2));
        half = false;
      } else {
        half = false;
      }
    }
    after.rebase();
    return after;
  }

  /** The disk as the system shows it: after the process was killed. */
  public MemoryFiles copy() {
    return afterPowerCut(Integer.MAX_VALUE, false);
  }

  /** How many were made so far: each rewrite ends in one. */
  int renames() {
    return renames;
  }

  byte[] contents(String name) {
    Node node = nodes.get(names.get(name));
    return Arrays.copyOf(node.bytes, node.length);
  }

  /** Flips a bit of {@code text} where it first stands on disk. */
  public void damage(String text) {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    for (String name : names()) {
      byte[] bytes = contents(name);
      for (int at = 0; at + wanted.length <= bytes.length; at++) {
        if (Arrays.equals(wanted, 0, wanted.length, bytes, at, at + wanted.length)) {
          bytes[at] ^= 1;
          contents(name, bytes);
          return;
        }
      }
    }
    throw new AssertionError("nowhere on disk: " + text);
  }

  void contents(String name, byte[] bytes) {
    Node node = nodes.get(names.computeIfAbsent(name, made -> ++lastNode));
    if (node == null) {
      node = new Node();
      nodes.put(lastNode, node);
    }
    node.bytes = bytes.clone();
    node.length = bytes.length;
    baseNodes.clear();
    rebase();
  }

  void remove(String name) {
    names.remove(name);
    rebase();
  }

  List<String> names() {
    return new ArrayList<>(names.keySet());
  }

  private void rebase() {
    baseNames = new TreeMap<>(names);
    ops.forEach(op -> baseNodes.remove(op.node));
    names.values().forEach(id -> baseNodes.computeIfAbsent(id, changed -> nodes.get(id).copy()));
    ops.clear();
  }

  private void run(Op op) {
    apply(op, op.bytes);
    ops.add(op);
  }

  private void apply(Op op, byte[] bytes) {
    switch (op.kind) {
      case CREATE -> {
        nodes.computeIfAbsent(op.node, id -> new Node());
        names.put(op.name, op.node);
      }
      case WRITE -> nodes.computeIfAbsent(op.node, id -> new Node()).write(bytes, op.position);
      case TRUNCATE -> nodes.computeIfAbsent(op.node, id -> new Node()).truncate(op.position);
      case RENAME -> {
        if (names.remove(op.name, op.node)) {
          names.put(op.to, op.node);
        }
      }
      case DELETE -> names.remove(op.name, op.node);
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private int node(Path file) throws NoSuchFileException {
    Integer node = names.get(name(file));
    if (node == null) {
      throw new NoSuchFileException(file.toString());
    }
    return node;
  }

  @Override
  public void prepareFolder(Path folder) {}

  @Override
  public void checkFolder(Path folder) {}

  @Override
  public Closeable lock(Path folder, boolean create) {
    if (locked) {
      throw new OutboxException(OutboxException.Reason.LOCKED, "locked");
    }
    locked = true;
    return () -> locked = false;
  }

  @Override
  public List<String> list(Path folder) {
    return names();
  }

  @Override
  public Handle create(Path file) throws IOException {
    if (names.containsKey(name(file))) {
      throw new FileAlreadyExistsException(file.toString());
    }
    run(new Op(Kind.CREATE, ++lastNode, name(file), "", new byte[0], 0));
    return new Open(lastNode);
  }

  @Override
  public Handle read(Path file) throws IOException {
    return new Open(node(file));
  }

  @Override
  public Handle write(Path file) throws IOException {
    return new Open(node(file));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    renames++;
    run(new Op(Kind.RENAME, node(from), name(from), name(to), new byte[0], 0));
  }

  @Override
  public void delete(Path file) {
    Integer node = names.get(name(file));
    if (node != null) {
      run(new Op(Kind.DELETE, node, name(file), "", new byte[0], 0));
    }
  }

  @Override
  public void forceFolder(Path folder) {
    for (Op op : ops) {
      op.durable |= op.isOfFolder();
    }
    forget();
  }

  private void forget() {
    if (ops.stream().allMatch(op -> op.durable)) {
      rebase();
    }
  }

  private final class Open implements Handle {
    private final int id;

    Open(int id) {
      this.id = id;
    }

    private Node node() {
      return nodes.get(id);
    }

    @Override
    public int write(ByteBuffer from) {
      byte[] bytes = new byte[from.remaining()];
      from.get(bytes);
      run(new Op(Kind.WRITE, id, "", "", bytes, node().length));
      return bytes.length;
    }

    @Override
    public int read(ByteBuffer into, long position) {
      int left = (int) Math.max(0, node().length - position);
      int length = Math.min(left, into.remaining());
      into.put(node().bytes, (int) Math.min(position, node().length), length);
      return left == 0 ? -1 : length;
    }

    @Override
    public void force(boolean metadata) {
      for (Op op : ops) {
        op.durable |= op.node == id && !op.isOfFolder();
      }
      forget();
    }

    @Override
    public void truncate(long length) {
      run(new Op(Kind.TRUNCATE, id, "", "", new byte[0], length));
    }

    @Override
    public long size() {
      return node().length;
    }

    @Override
    public void close() {}
  }
}

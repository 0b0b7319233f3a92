package io.mooring.internal.engine;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The items of an {@link InboundQueue} in the order of arrival. Not thread-safe. */
interface Waiting<T extends InboundQueue.Item> extends Iterable<T> {
  /** What {@code item} stands in for, if it is put in; null if nothing. */
  @Nullable T outdatedBy(T item);

  /** Takes that away. */
  void removeOutdatedBy(T item);

  /** Appends {@code item}, or puts it in the place of what it stands in for. */
  void put(T item);

  /** Takes the oldest away; null if there is none. */
  @Nullable T poll();

  int size();

  /** Every item waits until it is taken. */
  final class InLine<T extends InboundQueue.Item> implements Waiting<T> {
    private final ArrayDeque<T> items = new ArrayDeque<>(2);

    @Override
    public @Nullable T outdatedBy(T item) {
      return null;
    }

    @Override
    public void removeOutdatedBy(T item) {}

    @Override
    public void put(T item) {
      items.addLast(item);
    }

    @Override
    public @Nullable T poll() {
      return items.pollFirst();
    }

    @Override
    public int size() {
      return items.size();
    }

    @Override
    public Iterator<T> iterator() {
      return items.iterator();
    }
  }

  /** Of each topic only the latest item waits. */
  final class ByTopic<T extends InboundQueue.Item> implements Waiting<T> {
    private final Map<String, T> items = new LinkedHashMap<>();

    @Override
    public @Nullable T outdatedBy(T item) {
      return items.get(item.topic());
    }

    @Override
    public void removeOutdatedBy(T item) {
      items.remove(item.topic());
    }

    @Override
    public void put(T item) {
      items.put(item.topic(), item);
    }

    @Override
    public @Nullable T poll() {
      Iterator<T> oldest = items.values().iterator();
      if (!oldest.hasNext()) {
        return null;
      }
      T next = oldest.next();
      oldest.remove();
      return next;
    }

    @Override
    public int size() {
      return items.size();
    }

    @Override
    public Iterator<T> iterator() {
      return items.values().iterator();
    }
  }
}

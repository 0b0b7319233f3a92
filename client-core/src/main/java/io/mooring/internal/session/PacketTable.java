package io.mooring.internal.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values by Packet Identifier or Topic Alias, 1 to 65,535, in constant time and without boxing:
 * pages of 64, made when needed and dropped when empty. Identifiers are handed out in turn, so a
 * small window takes one or two pages. (A hash table with linear probing makes one long run of
 * them, which each removal of the oldest would walk.)
 */
final class PacketTable<T> {
  private static final int PAGE_BITS = 6;
  private static final int PAGE_SIZE = 1 << PAGE_BITS;
  private static final int PAGES = 65_536 >> PAGE_BITS;

  private static final @Nullable Page[] NOTHING = {};

  private @Nullable Page[] pages = NOTHING;
  private @Nullable Page spare;
  private int size;

  private static final class Page {
    private final @Nullable Object[] values = new Object[PAGE_SIZE];
    private int used;
  }

  int size() {
    return size;
  }

  boolean contains(int key) {
    return get(key) != null;
  }

  @SuppressWarnings("unchecked")
  @Nullable T get(int key) {
    int index = key >>> PAGE_BITS;
    Page page = index < pages.length ? pages[index] : null;
    return page == null ? null : (T) page.values[key & (PAGE_SIZE - 1)];
  }

  void put(int key, T value) {
    Page page = pageFor(key >>> PAGE_BITS);
    int slot = key & (PAGE_SIZE - 1);
    if (page.values[slot] == null) {
      page.used++;
      size++;
    }
    page.values[slot] = value;
  }

  @Nullable T remove(int key) {
    T removed = get(key);
    if (removed == null) {
      return null;
    }
    int index = key >>> PAGE_BITS;
    Page page = pageFor(index);
    page.values[key & (PAGE_SIZE - 1)] = null;
    page.used--;
    size--;
    if (page.used == 0) {
      pages[index] = null;
      spare = page;
    }
    return removed;
  }

  void clear() {
    pages = NOTHING;
    spare = null;
    size = 0;
  }

  private Page pageFor(int index) {
    if (index >= pages.length) {
      pages = Arrays.copyOf(pages, Math.min(PAGES, Math.max(index + 1, pages.length * 2)));
    }
    Page page = pages[index];
    if (page == null) {
      page = spare != null ? spare : new Page();
      spare = null;
      pages[index] = page;
    }
    return page;
  }
}

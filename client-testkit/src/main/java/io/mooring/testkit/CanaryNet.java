package io.mooring.testkit;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What was planted and what was heard. One for the JVM, as what it listens to is. A search is one
 * pass over the text, however many secrets there are.
 */
final class CanaryNet {
  static final CanaryNet NET = new CanaryNet();

  /** The first characters of a form, by which it is looked up. */
  private static final int HEAD = 8;

  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final int BITS = 22;

  /** Of a load test, more is not kept: what came first is searched, with what was known by then. */
  private static final int MOST_HEARD = 8 * 1024 * 1024;

  private static final int MOST_FORMS = 200_000;

  /** Of a class of tests: a flood of messages must not crowd out the keys of those behind it. */
  private static final int MOST_PAYLOADS = 500;

  private static final int EVIDENCE = 120;

  private final Map<Long, List<Form>> forms = new HashMap<>();
  private final BitSet heads = new BitSet(1 << BITS);
  private final Map<String, StringBuilder> heard = new LinkedHashMap<>();
  private final TreeSet<String> found = new TreeSet<>();
  private int count;
  private int payloads;
  private volatile boolean watching;

  private CanaryNet() {}

  private record Form(String secret, String kind, String text) {}

  /** Whether a test run looks for secrets in this JVM. */
  boolean isWatching() {
    return watching;
  }

  void watch(boolean on) {
    watching = on;
  }

  /** How many forms of secrets are looked for. */
  synchronized int size() {
    return count;
  }

  /**
   * @param certain whether it must be planted: too short a secret is an error of the test
   */
  synchronized void plant(String name, byte[] secret, boolean certain) {
    Map<String, String> all = CanaryForms.of(secret);
    if (certain && all.isEmpty()) {
      throw new IllegalArgumentException(name + " is too short or too plain to be looked for");
    }
    if (!certain && (count > MOST_FORMS || CanaryForms.isLanguage(secret))) {
      return;
    }
    all.forEach((text, kind) -> add(new Form(name, kind, text)));
  }

  /** Plants a payload, unless this class of tests has planted many. */
  synchronized void plantPayload(String name, byte[] payload) {
    if (payloads < MOST_PAYLOADS) {
      payloads++;
      plant(name, payload, false);
    }
  }

  /** The next class of tests begins. */
  synchronized void nextClass() {
    payloads = 0;
  }

  private void add(Form form) {
    long head = 0;
    for (int i = 0; i < HEAD; i++) {
      head = (head << Byte.SIZE) ^ form.text().charAt(i);
    }
    List<Form> same = forms.computeIfAbsent(head, unused -> new ArrayList<>(1));
    if (same.stream().noneMatch(known -> known.text().equals(form.text()))) {
      same.add(form);
      heads.set(slot(head));
      count++;
    }
  }

  private static int slot(long head) {
    return (int) ((head * SPREAD) >>> (Long.SIZE - BITS));
  }

  synchronized void hear(String source, CharSequence said) {
    StringBuilder words = heard.computeIfAbsent(source, unused -> new StringBuilder());
    words.append(said).append('\n');
    if (words.length() > MOST_HEARD) {
      found.addAll(find(source, words));
      words.setLength(0);
    }
  }

  /** The secrets in all that was heard since the last call. */
  synchronized List<String> finds() {
    heard.forEach((source, words) -> found.addAll(find(source, words)));
    heard.clear();
    List<String> all = List.copyOf(found);
    found.clear();
    return all;
  }

  /** The secrets in a text, each told by name, form and surroundings, and never itself. */
  synchronized List<String> find(String source, CharSequence said) {
    TreeSet<String> finds = new TreeSet<>();
    long head = 0;
    for (int i = 0; i < said.length(); i++) {
      head = (head << Byte.SIZE) ^ said.charAt(i);
      if (i >= HEAD - 1 && heads.get(slot(head))) {
        int start = i - HEAD + 1;
        for (Form form : forms.getOrDefault(head, List.of())) {
          if (stands(form.text(), said, start)) {
            finds.add(evidence(source, form, said, start));
          }
        }
      }
    }
    return List.copyOf(finds);
  }

  private static boolean stands(String form, CharSequence said, int start) {
    if (said.length() - start < form.length()) {
      return false;
    }
    for (int i = HEAD; i < form.length(); i++) {
      if (said.charAt(start + i) != form.charAt(i)) {
        return false;
      }
    }
    return said.subSequence(start, start + HEAD).toString().equals(form.substring(0, HEAD));
  }

  private static String evidence(String source, Form form, CharSequence said, int start) {
    CharSequence before = said.subSequence(Math.max(0, start - EVIDENCE), start);
    return form.secret() + " (" + form.kind() + ") in " + source + ", after: " + before;
  }
}

package io.mooring.enrol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One challenge of a WWW-Authenticate field (RFC 9110, section 11.6.1).
 *
 * @param scheme in lower case
 * @param parameters by name in lower case
 */
record HttpChallenge(String scheme, Map<String, String> parameters) {

  /** The challenges of all such fields, in order. What is malformed is left out. */
  static List<HttpChallenge> parse(List<String> fields) {
    List<HttpChallenge> challenges = new ArrayList<>();
    for (String field : fields) {
      new Parser(field, challenges).run();
    }
    return challenges;
  }

  boolean isBasic() {
    return scheme.equals("basic");
  }

  /** Whether this is Digest with the algorithm, MD5 where none is named, and a nonce. */
  boolean isDigest(String algorithm) {
    return scheme.equals("digest")
        && has("nonce")
        && parameter("algorithm", "MD5").equalsIgnoreCase(algorithm)
        && (!has("qop") || offersQopAuth());
  }

  boolean offersQopAuth() {
    return List.of(parameter("qop", "").toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
        .contains("auth");
  }

  boolean has(String name) {
    return parameters.containsKey(name);
  }

  String parameter(String name, String otherwise) {
    return parameters.getOrDefault(name, otherwise);
  }

  /** Walks over the field once; a word before '=' is a parameter, any other a scheme. */
  private static final class Parser {
    private final String text;
    private final List<HttpChallenge> challenges;
    private int position;

    Parser(String text, List<HttpChallenge> challenges) {
      this.text = text;
      this.challenges = challenges;
    }

    void run() {
      HttpChallenge current = null;
      while (position < text.length()) {
        String word = token();
        if (word.isEmpty()) {
          position++; // a comma, a blank, or what belongs to no grammar
          continue;
        }
        if (peekAfterBlanks() == '=' && current != null) {
          skipBlanks();
          position++;
          skipBlanks();
          current.parameters.put(word.toLowerCase(Locale.ROOT), value());
        } else {
          current = new HttpChallenge(word.toLowerCase(Locale.ROOT), new LinkedHashMap<>());
          challenges.add(current);
        }
      }
    }

    private String token() {
      int start = position;
      while (position < text.length() && isTokenChar(text.charAt(position))) {
        position++;
      }
      return text.substring(start, position);
    }

    private String value() {
      if (position >= text.length() || text.charAt(position) != '"') {
        return token();
      }
      StringBuilder value = new StringBuilder();
      for (position++; position < text.length(); position++) {
        char c = text.charAt(position);
        if (c == '"') {
          position++;
          break;
        }
        if (c == '\\' && position + 1 < text.length()) {
          position++;
          c = text.charAt(position);
        }
        value.append(c);
      }
      return value.toString();
    }

    private char peekAfterBlanks() {
      int at = position;
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private void skipBlanks() {
      while (position < text.length() && text.charAt(position) == ' ') {
        position++;
      }
    }

    private static boolean isTokenChar(char c) {
      return c > ' ' && c < 0x7F && "()<>@,;:\\\"[]?={}".indexOf(c) < 0;
    }
  }
}

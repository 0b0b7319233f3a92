package io.mooring.cli;

import io.mooring.identity.SaltedPassword;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.scram.DerivedSaltedPassword;
import io.mooring.scram.ScramKeyDerivation;
import java.nio.file.Path;
import java.util.Arrays;

/** Where a SaltedPassword goes that {@code put-scram} made: into a token, or on its way there. */
final class TokenScramStore {
  /** The label of a SCRAM key that none is named for. */
  static final String DEFAULT_LABEL = "scram";

  private TokenScramStore() {}

  /** What a broker knows of a user beside the password. */
  @SuppressWarnings("ArrayRecordComponent")
  record Account(String mechanism, String user, byte[] salt, int iterations, boolean saslPrep) {}

  /** Derives SaltedPassword and stores it in the token, in place of the one there. */
  static SaltedPassword store(
      Pkcs11Token token, TokenOptions options, Account account, Secret password) {
    try (DerivedSaltedPassword key = derive(account, password)) {
      byte[] bytes = key.copyBytes();
      try {
        return token.storeScramKey(
            label(options), key.mechanism(), key.userName(), key.salt(), key.iterations(), bytes);
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }

  /** Writes SaltedPassword to a new file of mode 0600, for the import tool of a token. */
  static void export(Path file, Account account, Secret password) {
    try (DerivedSaltedPassword key = derive(account, password)) {
      byte[] bytes = key.copyBytes();
      try {
        WholeFile.create(file, bytes);
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }

  /** Says what the secret key that the token's tool imported is for. */
  static SaltedPassword adopt(Pkcs11Token token, TokenOptions options, Account account) {
    return token.adoptScramKey(
        Pkcs11Name.label(label(options)),
        account.mechanism(),
        account.user(),
        account.salt(),
        account.iterations());
  }

  private static String label(TokenOptions options) {
    return options.scramLabel == null ? DEFAULT_LABEL : options.scramLabel;
  }

  private static DerivedSaltedPassword derive(Account account, Secret password) {
    return UsageException.parse(
        "--user, --salt, --iterations",
        () ->
            ScramKeyDerivation.saltedPassword(
                account.mechanism(),
                account.user(),
                password,
                account.salt(),
                account.iterations(),
                account.saslPrep()));
  }
}

package io.mooring.keystore.internal.cryptoki;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions of one PKCS#11 library. Stateless: who calls keeps sessions apart. */
public final class Cryptoki {
  /** RTLD_NOW without RTLD_GLOBAL: two libraries export the same names. */
  private static final int OPEN_FLAGS = 2;

  private static final long CKF_OS_LOCKING_OK = 0x2;
  private static final int TOKEN_INFO_BYTES = 512;
  private static final int FIND_AT_ONCE = 64;

  /** Places in CK_FUNCTION_LIST, behind its version. */
  private enum Call {
    C_Initialize(0),
    C_Finalize(1),
    C_GetSlotList(4),
    C_GetTokenInfo(6),
    C_GetMechanismList(7),
    C_OpenSession(12),
    C_CloseSession(13),
    C_Login(18),
    C_Logout(19),
    C_CreateObject(20),
    C_DestroyObject(22),
    C_GetAttributeValue(24),
    C_FindObjectsInit(26),
    C_FindObjects(27),
    C_FindObjectsFinal(28),
    C_SignInit(42),
    C_Sign(43),
    C_GenerateKey(58),
    C_GenerateKeyPair(59);

    private final int place;

    Call(int place) {
      this.place = place;
    }
  }

  /** Held because JNA unloads a library that nobody refers to any more. */
  private final NativeLibrary library;

  private final Pointer functions;

  private Cryptoki(NativeLibrary library, Pointer functions) {
    this.library = library;
    this.functions = functions;
  }

  /**
   * Loads a library.
   *
   * @throws UnsatisfiedLinkError if it is none, not one for this machine, or not a PKCS#11 one
   * @throws CryptokiException if it refuses
   */
  public static Cryptoki load(Path library) throws CryptokiException {
    if (Platform.isWindows() || Native.LONG_SIZE != Native.POINTER_SIZE) {
      throw new UnsatisfiedLinkError("PKCS#11 is supported on Linux and macOS only");
    }
    NativeLibrary loaded =
        NativeLibrary.getInstance(
            library.toString(), Map.of(Library.OPTION_OPEN_FLAGS, OPEN_FLAGS));
    Function getFunctionList = loaded.getFunction("C_GetFunctionList");
    try (Memory list = Words.zero()) {
      check("C_GetFunctionList", invoke(getFunctionList, list));
      Pointer functions = list.getPointer(0);
      if (functions == null) {
        throw new UnsatisfiedLinkError("C_GetFunctionList gave no list");
      }
      return new Cryptoki(loaded, functions);
    }
  }

  /** True if this call initialised the library, false if it was before. */
  public boolean initialise() throws CryptokiException {
    try (Memory arguments = new Memory(6L * Words.SIZE)) {
      arguments.clear();
      Words.put(arguments, 4L * Words.SIZE, CKF_OS_LOCKING_OK);
      long result = result(Call.C_Initialize, arguments);
      if (result == Ck.CKR_CRYPTOKI_ALREADY_INITIALIZED) {
        return false;
      }
      check(Call.C_Initialize.name(), result);
      return true;
    }
  }

  /** Ends the library's state in this process; every session of it is gone. */
  public void finish() throws CryptokiException {
    call(Call.C_Finalize, (Object) null);
  }

  /** The tokens in all slots; asking also makes the library look for new ones. */
  public List<TokenInfo> tokens() throws CryptokiException {
    List<TokenInfo> tokens = new ArrayList<>();
    for (long slot : numbers(Call.C_GetSlotList, (byte) 1)) {
      try {
        tokens.add(token(slot));
      } catch (CryptokiException e) {
        if (e.returnValue() != Ck.CKR_TOKEN_NOT_PRESENT
            && e.returnValue() != Ck.CKR_TOKEN_NOT_RECOGNIZED
            && e.returnValue() != Ck.CKR_SLOT_ID_INVALID) {
          throw e;
        }
      }
    }
    return tokens;
  }

  /** The token in a slot. */
  public TokenInfo token(long slot) throws CryptokiException {
    try (Memory info = new Memory(TOKEN_INFO_BYTES)) {
      info.clear();
      call(Call.C_GetTokenInfo, Words.argument(slot), info);
      return new TokenInfo(slot, padded(info, 0, 32), padded(info, 80, 16), Words.get(info, 96));
    }
  }

  /** The mechanisms that the token claims. */
  public Set<Long> mechanisms(long slot) throws CryptokiException {
    return new LinkedHashSet<>(numbers(Call.C_GetMechanismList, Words.argument(slot)));
  }

  /** Opens a session for reading and writing, or for reading only. */
  public long openSession(long slot, boolean writable) throws CryptokiException {
    try (Memory session = Words.zero()) {
      long flags = Ck.CKF_SERIAL_SESSION | (writable ? Ck.CKF_RW_SESSION : 0);
      call(Call.C_OpenSession, Words.argument(slot), Words.argument(flags), null, null, session);
      return Words.get(session, 0);
    }
  }

  public void closeSession(long session) throws CryptokiException {
    call(Call.C_CloseSession, Words.argument(session));
  }

  /**
   * Logs the user in.
   *
   * @param pin in UTF-8, copied and wiped here, or null for the protected authentication path
   * @return false if the user was logged in already
   */
  public boolean login(long session, byte @Nullable [] pin) throws CryptokiException {
    long result;
    if (pin == null) {
      result =
          result(
              Call.C_Login,
              Words.argument(session),
              Words.argument(Ck.CKU_USER),
              null,
              Words.argument(0));
    } else {
      try (NativeBytes utf8 = NativeBytes.of(pin)) {
        result =
            result(
                Call.C_Login,
                Words.argument(session),
                Words.argument(Ck.CKU_USER),
                utf8.pointer(),
                Words.argument(pin.length));
      }
    }
    if (result == Ck.CKR_USER_ALREADY_LOGGED_IN) {
      return false;
    }
    check(Call.C_Login.name(), result);
    return true;
  }

  public void logout(long session) throws CryptokiException {
    call(Call.C_Logout, Words.argument(session));
  }

  /** The handles of all objects that have these attributes. */
  public List<Long> find(long session, Template template) throws CryptokiException {
    try (NativeTemplate wanted = template.toNative()) {
      call(
          Call.C_FindObjectsInit,
          Words.argument(session),
          wanted.pointer(),
          Words.argument(template.size()));
    }
    List<Long> found = new ArrayList<>();
    try (Memory handles = new Memory((long) FIND_AT_ONCE * Words.SIZE);
        Memory count = Words.zero()) {
      long now;
      do {
        call(
            Call.C_FindObjects,
            Words.argument(session),
            handles,
            Words.argument(FIND_AT_ONCE),
            count);
        now = Words.get(count, 0);
        for (int i = 0; i < now; i++) {
          found.add(Words.get(handles, (long) i * Words.SIZE));
        }
      } while (now > 0);
    } finally {
      result(Call.C_FindObjectsFinal, Words.argument(session));
    }
    return found;
  }

  /**
   * Reads one attribute that is no secret.
   *
   * @return null if the object has no such attribute, or does not show it
   */
  public byte @Nullable [] attribute(long session, long object, long type)
      throws CryptokiException {
    try (Memory entry = new Memory(3L * Words.SIZE)) {
      entry.clear();
      Words.put(entry, 0, type);
      if (!readable(session, object, entry)) {
        return null;
      }
      long length = Words.get(entry, 2L * Words.SIZE);
      if (length == Words.unavailable()) {
        return null;
      }
      if (length == 0) {
        return new byte[0];
      }
      try (Memory value = new Memory(length)) {
        entry.setPointer(Words.SIZE, value);
        if (!readable(session, object, entry)) {
          return null;
        }
        return value.getByteArray(0, (int) Words.get(entry, 2L * Words.SIZE));
      }
    }
  }

  private boolean readable(long session, long object, Memory entry) throws CryptokiException {
    long result =
        result(
            Call.C_GetAttributeValue,
            Words.argument(session),
            Words.argument(object),
            entry,
            Words.argument(1));
    if (result == Ck.CKR_ATTRIBUTE_TYPE_INVALID || result == Ck.CKR_ATTRIBUTE_SENSITIVE) {
      return false;
    }
    check(Call.C_GetAttributeValue.name(), result);
    return true;
  }

  /** Makes an object. */
  public long create(long session, Template template) throws CryptokiException {
    try (NativeTemplate attributes = template.toNative();
        Memory handle = Words.zero()) {
      call(
          Call.C_CreateObject,
          Words.argument(session),
          attributes.pointer(),
          Words.argument(template.size()),
          handle);
      return Words.get(handle, 0);
    }
  }

  public void destroy(long session, long object) throws CryptokiException {
    call(Call.C_DestroyObject, Words.argument(session), Words.argument(object));
  }

  /** Makes a secret key in the token. */
  public long generateKey(long session, Mechanism mechanism, Template template)
      throws CryptokiException {
    try (Memory how = mechanism.toNative();
        NativeTemplate attributes = template.toNative();
        Memory handle = Words.zero()) {
      call(
          Call.C_GenerateKey,
          Words.argument(session),
          how,
          attributes.pointer(),
          Words.argument(template.size()),
          handle);
      return Words.get(handle, 0);
    }
  }

  /** Makes a key pair in the token. */
  public void generateKeyPair(
      long session, Mechanism mechanism, Template publicKey, Template privateKey)
      throws CryptokiException {
    try (Memory how = mechanism.toNative();
        NativeTemplate ofPublic = publicKey.toNative();
        NativeTemplate ofPrivate = privateKey.toNative();
        Memory publicHandle = Words.zero();
        Memory privateHandle = Words.zero()) {
      call(
          Call.C_GenerateKeyPair,
          Words.argument(session),
          how,
          ofPublic.pointer(),
          Words.argument(publicKey.size()),
          ofPrivate.pointer(),
          Words.argument(privateKey.size()),
          publicHandle,
          privateHandle);
    }
  }

  /**
   * Signs or MACs at once.
   *
   * @param maxBytes the longest result that may come
   */
  public byte[] sign(long session, Mechanism mechanism, long key, byte[] data, int maxBytes)
      throws CryptokiException {
    try (Memory how = mechanism.toNative()) {
      call(Call.C_SignInit, Words.argument(session), how, Words.argument(key));
    }
    try (NativeBytes input = NativeBytes.of(data);
        Memory output = new Memory(maxBytes);
        Memory length = Words.zero()) {
      Words.put(length, 0, maxBytes);
      try {
        call(
            Call.C_Sign,
            Words.argument(session),
            input.pointer(),
            Words.argument(data.length),
            output,
            length);
        return output.getByteArray(0, (int) Words.get(length, 0));
      } finally {
        output.clear();
      }
    }
  }

  private List<Long> numbers(Call call, Object first) throws CryptokiException {
    // Two calls, as 5.2 of the standard wants it; a list that grew in between is asked for again.
    try (Memory count = Words.zero()) {
      call(call, first, null, count);
      long room = Words.get(count, 0);
      if (room == 0) {
        return List.of();
      }
      try (Memory list = new Memory((room + FIND_AT_ONCE) * Words.SIZE)) {
        Words.put(count, 0, room + FIND_AT_ONCE);
        call(call, first, list, count);
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < Words.get(count, 0); i++) {
          numbers.add(Words.get(list, (long) i * Words.SIZE));
        }
        return numbers;
      }
    }
  }

  private static String padded(Memory memory, long offset, int length) {
    return new String(memory.getByteArray(offset, length), StandardCharsets.UTF_8)
        .replace('\0', ' ')
        .stripTrailing();
  }

  private void call(Call call, @Nullable Object... arguments) throws CryptokiException {
    check(call.name(), result(call, arguments));
  }

  private long result(Call call, @Nullable Object... arguments) {
    Pointer address = functions.getPointer((1L + call.place) * Words.SIZE);
    if (address == null) {
      return Ck.CKR_FUNCTION_NOT_SUPPORTED;
    }
    return invoke(Function.getFunction(address), arguments);
  }

  private static long invoke(Function function, @Nullable Object... arguments) {
    return Words.SIZE == Long.BYTES
        ? function.invokeLong(arguments)
        : function.invokeInt(arguments) & 0xFFFF_FFFFL;
  }

  private static void check(String function, long result) throws CryptokiException {
    if (result != Ck.CKR_OK) {
      throw new CryptokiException(function, result);
    }
  }

  @Override
  public String toString() {
    return library.getFile().toString();
  }
}

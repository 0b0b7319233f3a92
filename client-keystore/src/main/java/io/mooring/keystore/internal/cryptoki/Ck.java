package io.mooring.keystore.internal.cryptoki;

/** The constants of PKCS#11 2.40 that are used here, under their own names. */
public final class Ck {
  public static final long CKO_DATA = 0x0;
  public static final long CKO_CERTIFICATE = 0x1;
  public static final long CKO_PUBLIC_KEY = 0x2;
  public static final long CKO_PRIVATE_KEY = 0x3;
  public static final long CKO_SECRET_KEY = 0x4;

  public static final long CKK_RSA = 0x0;
  public static final long CKK_EC = 0x3;
  public static final long CKK_GENERIC_SECRET = 0x10;
  public static final long CKC_X_509 = 0x0;

  public static final long CKA_CLASS = 0x0;
  public static final long CKA_TOKEN = 0x1;
  public static final long CKA_PRIVATE = 0x2;
  public static final long CKA_LABEL = 0x3;
  public static final long CKA_APPLICATION = 0x10;
  public static final long CKA_VALUE = 0x11;
  public static final long CKA_CERTIFICATE_TYPE = 0x80;
  public static final long CKA_ISSUER = 0x81;
  public static final long CKA_SERIAL_NUMBER = 0x82;
  public static final long CKA_KEY_TYPE = 0x100;
  public static final long CKA_SUBJECT = 0x101;
  public static final long CKA_ID = 0x102;
  public static final long CKA_SENSITIVE = 0x103;
  public static final long CKA_ENCRYPT = 0x104;
  public static final long CKA_DECRYPT = 0x105;
  public static final long CKA_WRAP = 0x106;
  public static final long CKA_UNWRAP = 0x107;
  public static final long CKA_SIGN = 0x108;
  public static final long CKA_VERIFY = 0x10A;
  public static final long CKA_DERIVE = 0x10C;
  public static final long CKA_MODULUS = 0x120;
  public static final long CKA_MODULUS_BITS = 0x121;
  public static final long CKA_PUBLIC_EXPONENT = 0x122;
  public static final long CKA_VALUE_LEN = 0x161;
  public static final long CKA_EXTRACTABLE = 0x162;
  public static final long CKA_EC_PARAMS = 0x180;
  public static final long CKA_EC_POINT = 0x181;

  public static final long CKM_RSA_PKCS_KEY_PAIR_GEN = 0x0;
  public static final long CKM_RSA_PKCS = 0x1;
  public static final long CKM_RSA_PKCS_PSS = 0xD;
  public static final long CKM_SHA256_RSA_PKCS = 0x40;
  public static final long CKM_SHA384_RSA_PKCS = 0x41;
  public static final long CKM_SHA512_RSA_PKCS = 0x42;
  public static final long CKM_SHA256_RSA_PKCS_PSS = 0x43;
  public static final long CKM_SHA384_RSA_PKCS_PSS = 0x44;
  public static final long CKM_SHA512_RSA_PKCS_PSS = 0x45;
  public static final long CKM_SHA256 = 0x250;
  public static final long CKM_SHA256_HMAC = 0x251;
  public static final long CKM_SHA384 = 0x260;
  public static final long CKM_SHA512 = 0x270;
  public static final long CKM_SHA512_HMAC = 0x271;
  public static final long CKM_GENERIC_SECRET_KEY_GEN = 0x350;
  public static final long CKM_EC_KEY_PAIR_GEN = 0x1040;
  public static final long CKM_ECDSA = 0x1041;
  public static final long CKM_ECDSA_SHA256 = 0x1044;
  public static final long CKM_ECDSA_SHA384 = 0x1045;
  public static final long CKM_ECDSA_SHA512 = 0x1046;

  public static final long CKG_MGF1_SHA256 = 0x2;
  public static final long CKG_MGF1_SHA384 = 0x3;
  public static final long CKG_MGF1_SHA512 = 0x4;

  public static final long CKF_RW_SESSION = 0x2;
  public static final long CKF_SERIAL_SESSION = 0x4;
  public static final long CKU_USER = 1;

  public static final long CKR_OK = 0x0;
  public static final long CKR_HOST_MEMORY = 0x2;
  public static final long CKR_SLOT_ID_INVALID = 0x3;
  public static final long CKR_GENERAL_ERROR = 0x5;
  public static final long CKR_FUNCTION_FAILED = 0x6;
  public static final long CKR_ARGUMENTS_BAD = 0x7;
  public static final long CKR_ATTRIBUTE_READ_ONLY = 0x10;
  public static final long CKR_ATTRIBUTE_SENSITIVE = 0x11;
  public static final long CKR_ATTRIBUTE_TYPE_INVALID = 0x12;
  public static final long CKR_ATTRIBUTE_VALUE_INVALID = 0x13;
  public static final long CKR_ACTION_PROHIBITED = 0x1B;
  public static final long CKR_DATA_LEN_RANGE = 0x21;
  public static final long CKR_DEVICE_ERROR = 0x30;
  public static final long CKR_DEVICE_MEMORY = 0x31;
  public static final long CKR_DEVICE_REMOVED = 0x32;
  public static final long CKR_FUNCTION_CANCELED = 0x50;
  public static final long CKR_FUNCTION_NOT_SUPPORTED = 0x54;
  public static final long CKR_KEY_HANDLE_INVALID = 0x60;
  public static final long CKR_KEY_SIZE_RANGE = 0x62;
  public static final long CKR_KEY_TYPE_INCONSISTENT = 0x63;
  public static final long CKR_KEY_FUNCTION_NOT_PERMITTED = 0x68;
  public static final long CKR_MECHANISM_INVALID = 0x70;
  public static final long CKR_MECHANISM_PARAM_INVALID = 0x71;
  public static final long CKR_OBJECT_HANDLE_INVALID = 0x82;
  public static final long CKR_OPERATION_ACTIVE = 0x90;
  public static final long CKR_OPERATION_NOT_INITIALIZED = 0x91;
  public static final long CKR_PIN_INCORRECT = 0xA0;
  public static final long CKR_PIN_INVALID = 0xA1;
  public static final long CKR_PIN_LEN_RANGE = 0xA2;
  public static final long CKR_PIN_EXPIRED = 0xA3;
  public static final long CKR_PIN_LOCKED = 0xA4;
  public static final long CKR_SESSION_CLOSED = 0xB0;
  public static final long CKR_SESSION_COUNT = 0xB1;
  public static final long CKR_SESSION_HANDLE_INVALID = 0xB3;
  public static final long CKR_SESSION_READ_ONLY = 0xB5;
  public static final long CKR_TEMPLATE_INCOMPLETE = 0xD0;
  public static final long CKR_TEMPLATE_INCONSISTENT = 0xD1;
  public static final long CKR_TOKEN_NOT_PRESENT = 0xE0;
  public static final long CKR_TOKEN_NOT_RECOGNIZED = 0xE1;
  public static final long CKR_TOKEN_WRITE_PROTECTED = 0xE2;
  public static final long CKR_USER_ALREADY_LOGGED_IN = 0x100;
  public static final long CKR_USER_NOT_LOGGED_IN = 0x101;
  public static final long CKR_USER_PIN_NOT_INITIALIZED = 0x102;
  public static final long CKR_CURVE_NOT_SUPPORTED = 0x140;
  public static final long CKR_CRYPTOKI_NOT_INITIALIZED = 0x190;
  public static final long CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;

  private Ck() {}

  /** The name of a return value, or its number for one that a vendor defined. */
  public static String nameOfReturnValue(long value) {
    for (var field : Ck.class.getFields()) {
      if (field.getName().startsWith("CKR_") && valueOf(field) == value) {
        return field.getName();
      }
    }
    return "CKR 0x" + Long.toHexString(value);
  }

  private static long valueOf(java.lang.reflect.Field field) {
    try {
      return field.getLong(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a public constant of this class can be read", e);
    }
  }
}

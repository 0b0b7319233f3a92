/**
 * PKCS#11 2.40 (OASIS) as far as a device needs it, called through JNA. Not SunPKCS11, since that
 * shows no private key without a certificate, picks slots by number, and hides CKA_ID, the tokens'
 * labels and the PIN flags. No key material of a token passes through here: there is no call that
 * reads one.
 */
@NullMarked
package io.mooring.keystore.internal.cryptoki;

import org.jspecify.annotations.NullMarked;

/**
 * Where a device's keys live: a PKCS#12 keystore file ({@link io.mooring.keystore.Pkcs12Identity}
 * reads, {@link io.mooring.keystore.DeviceKeystoreFile} writes) , PEM files ({@link
 * io.mooring.keystore.PemIdentity}), a PKCS#11 token ({@link io.mooring.keystore.Pkcs11Token}), a
 * BCFKS file ({@link io.mooring.keystore.BcfksIdentity}) or any other store of the JCA ({@link
 * io.mooring.keystore.KeyStoreIdentity}). Code above holds handles that sign; the private key is
 * never exported from them.
 *
 * <p>What a JVM cannot wipe: the JDK's private key objects do not support destruction, so {@code
 * close()} drops the reference and the memory lives until the garbage collector reuses it. Byte
 * arrays of this package are overwritten.
 */
@NullMarked
package io.mooring.keystore;

import org.jspecify.annotations.NullMarked;

/**
 * MQTT 5 on the wire: {@link io.mooring.internal.wire.PacketReader} takes bytes and gives {@link
 * io.mooring.internal.wire.Packet}s, {@link io.mooring.internal.wire.PacketWriter} the other way
 * round. Nothing here knows of sockets, threads or the order of packets.
 *
 * <p>Paho's {@code common.packet} classes encode CONNECT, SUBSCRIBE and UNSUBSCRIBE: rare packets,
 * rich in fields, and byte-exact once their input is checked. The rest is our own codec:
 *
 * <ul>
 *   <li>PUBLISH, its acknowledgements and PINGREQ/PINGRESP, because they are the hot path.
 *   <li>AUTH out, because Paho writes a malformed first byte (0xF1) and leaves copies of the
 *       Authentication Data behind. Password and Authentication Data of CONNECT stay out of Paho's
 *       hands for the same reason: {@code ConnectEncoder} adds them to what Paho has made.
 *   <li>DISCONNECT out, because Paho cannot write it in its short form of two bytes and does not
 *       know 0x8C.
 *   <li>All that comes in. Paho refuses what is allowed: Reason Codes 0x99 and 0x9B in CONNACK,
 *       0x97, 0xA1 and 0xA2 in SUBACK, AUTH without a body, Authentication Data over 32,767 bytes,
 *       and every string with a control character, such as a Reason String of two lines; no guard
 *       around it can undo that. It takes what is forbidden: invalid UTF-8, reserved flags, zero
 *       values, trailing bytes, a property list shorter than announced; a guard would have to parse
 *       all of it, which is the codec.
 * </ul>
 */
@NullMarked
package io.mooring.internal.wire;

import org.jspecify.annotations.NullMarked;

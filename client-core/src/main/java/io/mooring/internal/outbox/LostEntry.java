package io.mooring.internal.outbox;

/**
 * An entry that was accepted and has become unreadable.
 *
 * @param size what it counted against the bound on bytes
 */
public record LostEntry(long id, long size) {}

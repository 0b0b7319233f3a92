package io.mooring.auth;

/**
 * How the device authenticates inside MQTT, beside or instead of a client certificate: {@link
 * PasswordAuthentication}, or an {@link EnhancedAuthenticator} such as SCRAM.
 */
public sealed interface Authentication permits PasswordAuthentication, EnhancedAuthenticator {}

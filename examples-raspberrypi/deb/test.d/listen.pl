# In a copy of the unit: what a program that listens would do is refused, and calling out is not. Argument: a port that
# somebody listens on.
use strict;
use warnings;
use Errno qw(EPERM);
use Socket qw(:DEFAULT AF_INET6 pack_sockaddr_in6 inet_pton);

my $port = shift;
my %places = (
  'TCP over IPv4' => [AF_INET, SOCK_STREAM, pack_sockaddr_in(0, inet_aton('127.0.0.1'))],
  'TCP over IPv6' => [AF_INET6, SOCK_STREAM, pack_sockaddr_in6(0, inet_pton(AF_INET6, '::1'))],
  'UDP' => [AF_INET, SOCK_DGRAM, pack_sockaddr_in(0, inet_aton('127.0.0.1'))],
);
for my $place (sort keys %places) {
  my ($family, $kind, $address) = @{ $places{$place} };
  socket(my $socket, $family, $kind, 0) or die "$place: socket: $!";
  die "$place was bound\n" if bind($socket, $address);
  die "$place: bind: $!\n" unless $! == EPERM;
}
# A socket that is not bound gets a port of the kernel's by listen(2).
socket(my $socket, AF_INET, SOCK_STREAM, 0) or die "socket: $!";
die "it listens\n" if listen($socket, 1);
die "listen: $!\n" unless $! == EPERM;
socket(my $line, AF_INET, SOCK_STREAM, 0) or die "socket: $!";
connect($line, pack_sockaddr_in($port, inet_aton('127.0.0.1'))) or die "cannot call out: $!\n";

# Perl's Cache::Memcached against the server named by host and port.
use strict;
use warnings;
use Cache::Memcached;

my ($host, $port) = @ARGV;
my $checks = 0;

sub check {
    my ($what, $got, $wanted) = @_;
    $checks++;
    my ($g, $w) = map { defined $_ ? "'$_'" : 'undef' } $got, $wanted;
    die "$what: got $g, wanted $w\n" if $g ne $w;
}

my $client = Cache::Memcached->new({ servers => ["$host:$port"], compress_threshold => 10_000 });

check('get of nothing', $client->get('nothing'), undef);
check('set', $client->set('a', 'value'), 1);
check('get', $client->get('a'), 'value');
check('add of what is there', $client->add('a', 'x') ? 1 : 0, 0);
check('add', $client->add('b', 'added'), 1);
check('replace', $client->replace('b', 'replaced'), 1);
check('replace of nothing', $client->replace('nothing', 'x') ? 1 : 0, 0);
check('append', $client->append('b', '>'), 1);
check('prepend', $client->prepend('b', '<'), 1);
check('get of all that', $client->get('b'), '<replaced>');
check('delete', $client->delete('b'), 1);
check('delete again', $client->delete('b') ? 1 : 0, 0);

check('set of a number', $client->set('n', 10), 1);
check('incr', $client->incr('n', 5), 15);
check('decr', $client->decr('n', 1), 14);
check('incr of nothing', $client->incr('nothing'), undef);

# A structure is frozen with Storable and marked by client flags; a long text is compressed.
check('set of a structure', $client->set('structure', { list => [1, 2, 3], text => 'x' }), 1);
my $structure = $client->get('structure');
check('get of a structure', join(',', @{ $structure->{list} }), '1,2,3');
my $long = 'lorem ipsum ' x 20_000;
check('set of a long text', $client->set('long', $long), 1);
check('get of a long text', $client->get('long'), $long);

$client->set("many$_", "v$_") for 1 .. 100;
my $many = $client->get_multi(map { "many$_" } 1 .. 110);
check('get_multi, number', scalar(keys %$many), 100);
check('get_multi, one of them', $many->{many77}, 'v77');

check('expired at once', $client->set('past', 'x', -1), 1);
check('get of it', $client->get('past'), undef);

my $stats = $client->stats(['misc', 'items']);
my $misc = $stats->{hosts}{"$host:$port"}{misc};
check('stats', defined $misc->{pid} && $misc->{curr_items} > 0 ? 1 : 0, 1);

$client->flush_all;
check('get after flush_all', $client->get('a'), undef);
$client->disconnect_all;
print "ok, $checks checks\n";

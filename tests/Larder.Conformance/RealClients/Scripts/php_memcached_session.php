<?php
// PHP's memcached extension (on libmemcached) against the server named by host and port; a third word "binary" takes
// the binary protocol.
[, $host, $port] = $argv;
$isBinary = ($argv[3] ?? '') === 'binary';
$checks = 0;

function check(string $what, mixed $got, mixed $wanted): void
{
    global $checks;
    $checks++;
    if ($got !== $wanted) {
        fwrite(STDERR, "$what: got " . var_export($got, true) . ', wanted ' . var_export($wanted, true) . "\n");
        exit(1);
    }
}

$client = new Memcached();
$client->setOption(Memcached::OPT_BINARY_PROTOCOL, $isBinary);
$client->setOption(Memcached::OPT_TCP_NODELAY, true);
$client->addServer($host, (int)$port);

check('version', is_string(current($client->getVersion())), true);
check('get of nothing', $client->get('nothing'), false);
check('its code', $client->getResultCode(), Memcached::RES_NOTFOUND);
check('set', $client->set('a', 'value'), true);
check('get', $client->get('a'), 'value');
check('add of what is there', $client->add('a', 'x'), false);
// libmemcached tells what the protocol tells: NOT_STORED here, "data exists" there.
$notAdded = $isBinary ? Memcached::RES_DATA_EXISTS : Memcached::RES_NOTSTORED;
check('its code', $client->getResultCode(), $notAdded);
check('replace', $client->replace('a', 'mid'), true);
$client->setOption(Memcached::OPT_COMPRESSION, false);
check('append', $client->append('a', '>'), true);
check('prepend', $client->prepend('a', '<'), true);
check('get of all that', $client->get('a'), '<mid>');
$client->setOption(Memcached::OPT_COMPRESSION, true);

$extended = $client->get('a', null, Memcached::GET_EXTENDED);
check('cas', $client->cas($extended['cas'], 'a', 'new'), true);
check('cas again', $client->cas($extended['cas'], 'a', 'newer'), false);
check('its code', $client->getResultCode(), Memcached::RES_DATA_EXISTS);

check('touch', $client->touch('a', 100), true);
check('delete', $client->delete('a'), true);
check('delete again', $client->delete('a'), false);

check('set of a number', $client->set('n', 10), true);
check('increment', $client->increment('n', 5), 15);
check('decrement', $client->decrement('n', 1), 14);
check('increment of nothing', $client->increment('nothing'), false);

// Types travel in the client flags; an array is serialised, a long text compressed.
$values = ['int' => 5, 'float' => 1.5, 'bool' => true, 'array' => [1, 'x' => [2]], 'long' => str_repeat('lorem ipsum ', 20000)];
check('setMulti', $client->setMulti($values), true);
$got = $client->getMulti(array_keys($values));
ksort($got);
ksort($values);
check('getMulti', $got, $values);
check('deleteMulti', $client->deleteMulti(array_keys($values)), array_fill_keys(array_keys($values), true));

$client->setOption(Memcached::OPT_BUFFER_WRITES, true);
for ($i = 0; $i < 500; $i++) {
    $client->set("buffered$i", "v$i");
}
$client->setOption(Memcached::OPT_BUFFER_WRITES, false);
check('buffered writes', $client->get('buffered499'), 'v499');
$client->setOption(Memcached::OPT_NOREPLY, true);
$client->set('quiet', 'q');
$client->setOption(Memcached::OPT_NOREPLY, false);
check('a set without an answer', $client->get('quiet'), 'q');

// The exptime of the binary protocol has no sign: a time in 1970 has passed in both.
check('expired at once', $client->set('past', 'x', 60 * 60 * 24 * 30 + 1), true);
check('get of it', $client->get('past'), false);
$stats = current($client->getStats());
check('stats', $stats['pid'] > 0 && $stats['curr_items'] > 0, true);
check('flush', $client->flush(), true);
check('get after flush', $client->get('n'), false);
$client->quit();
echo "ok, $checks checks\n";

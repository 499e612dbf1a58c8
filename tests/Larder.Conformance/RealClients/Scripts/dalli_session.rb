# Ruby's dalli against the server named by host and port: its meta protocol, or before 3.1, which has none, binary.
require 'dalli'

begin
  require 'dalli/protocol/meta'
  PROTOCOL = :meta
rescue LoadError
  PROTOCOL = :binary
end

HOST, PORT = ARGV
$checks = 0

def check(what, got, wanted)
  $checks += 1
  abort "#{what}: got #{got.inspect}, wanted #{wanted.inspect}" if got != wanted
end

client = Dalli::Client.new("#{HOST}:#{PORT}", protocol: PROTOCOL, compress: true, socket_timeout: 20)

check 'get of nothing', client.get('nothing'), nil
check 'set', client.set('a', 'value') ? true : false, true
check 'get', client.get('a'), 'value'
check 'add of what is there', client.add('a', 'x'), false
check 'replace', client.replace('a', 'mid') ? true : false, true
check 'set of raw text', client.set('r', 'mid', nil, raw: true) ? true : false, true
check 'append', client.append('r', '>'), true
check 'prepend', client.prepend('r', '<'), true
check 'get of all that', client.get('r', raw: true), '<mid>'
value, cas = client.get_cas('a')
check 'get_cas', value, 'mid'
check 'set_cas', client.set_cas('a', 'new', cas) ? true : false, true
check 'set_cas again', client.set_cas('a', 'newer', cas) ? true : false, false
check 'touch', client.touch('a', 100), true
check 'gat', client.gat('a', 100), 'new'
check 'delete', client.delete('a'), true
check 'delete again', client.delete('a') ? true : false, false
check 'incr with a first value', client.incr('n', 5, 100, 10), 10
check 'incr', client.incr('n', 5), 15
check 'decr', client.decr('n', 1), 14
check 'incr of nothing', client.incr('nothing', 1), nil

check 'set of a structure', client.set('structure', { list: [1, 2, 3] }) ? true : false, true
check 'get of a structure', client.get('structure'), { list: [1, 2, 3] }
long = 'lorem ipsum ' * 20_000
check 'set of a long text', client.set('long', long) ? true : false, true
check 'get of a long text', client.get('long'), long
check 'set with a key that is not ASCII', client.set('schlüssel mit blank', 'x') ? true : false, true
check 'get with it', client.get('schlüssel mit blank'), 'x'

in_bulk = client.method(client.respond_to?(:quiet) ? :quiet : :multi) # before 3.1 it has the other name
in_bulk.call { 200.times { |i| client.set("q#{i}", i) } }
many = client.get_multi((0...210).map { |i| "q#{i}" })
check 'get_multi', many, (0...200).to_h { |i| ["q#{i}", i] }
check 'fetch', client.fetch('fetched', 100) { 'made' }, 'made'
check 'fetch again', client.fetch('fetched', 100) { 'other' }, 'made'
check 'stats', client.stats.values.first['curr_items'].to_i.positive?, true
check 'version', client.version.values.first.nil?, false
check 'flush', client.flush, [true]
check 'get after flush', client.get('n'), nil
client.close
puts "ok, #{$checks} checks"

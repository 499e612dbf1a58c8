/* libmemcached's client: one caller, one request after the other, or so many at once.
   libmemcached-client HOST PORT get|set VALUEBYTES SECONDS DEPTH; build: cc -O2 -o x libmemcached-client.c -lmemcached
   The keys must be there. Writes a row: operation, bytes, who, operations a second, CPU microseconds for each. */
#include <libmemcached/memcached.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { KEYS = 10000, KEY_BYTES = 14, DEPTH_MAX = 1000 };

static char names[KEYS][KEY_BYTES + 1];
static unsigned random_state = 1;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double cpu(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static const char *next_key(void)
{
    random_state ^= random_state << 13, random_state ^= random_state >> 17, random_state ^= random_state << 5;
    return names[random_state % KEYS];
}

static void expect(int holds, const char *what, memcached_st *client, memcached_return_t result)
{
    if (holds) return;
    fprintf(stderr, "%s: %s\n", what, memcached_strerror(client, result));
    exit(1);
}

static void get_one(memcached_st *client)
{
    size_t length;
    uint32_t flags;
    memcached_return_t result;
    free(memcached_get(client, next_key(), KEY_BYTES, &length, &flags, &result));
    expect(result == MEMCACHED_SUCCESS, "get", client, result);
}

static void get_many(memcached_st *client, memcached_result_st *item, int depth)
{
    const char *keys[DEPTH_MAX];
    size_t lengths[DEPTH_MAX];
    int found = 0;
    for (int i = 0; i < depth; i++) keys[i] = next_key(), lengths[i] = KEY_BYTES;
    memcached_return_t result = memcached_mget(client, keys, lengths, (size_t)depth);
    expect(result == MEMCACHED_SUCCESS, "mget", client, result);
    while (memcached_fetch_result(client, item, &result)) found++;
    expect(found == depth, "fetch", client, result);
}

static void set_one(memcached_st *client, const char *value, size_t length)
{
    memcached_return_t result = memcached_set(client, next_key(), KEY_BYTES, value, length, 0, 0);
    expect(result == MEMCACHED_SUCCESS || result == MEMCACHED_BUFFERED, "set", client, result);
}

int main(int argc, char **argv)
{
    if (argc != 7) return 64;
    int is_set = strcmp(argv[3], "set") == 0, depth = atoi(argv[6]);
    size_t length = strtoul(argv[4], NULL, 10);
    if (depth < 1 || depth > DEPTH_MAX) return 64;
    char *value = calloc(1, length + 1);
    memcached_st *client = memcached_create(NULL);
    memcached_server_add(client, argv[1], (in_port_t)atoi(argv[2]));
    memcached_behavior_set(client, MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
    memcached_behavior_set(client, MEMCACHED_BEHAVIOR_BUFFER_REQUESTS, is_set && depth > 1);
    for (int i = 0; i < KEYS; i++) snprintf(names[i], sizeof names[i], "bench:%08d", i);
    memcached_result_st item;
    memcached_result_create(client, &item);
    long count = 0;
    double started = now(), used = cpu(), end = started + atof(argv[5]);
    while (now() < end) {
        if (!is_set && depth == 1) {
            get_one(client);
        } else if (!is_set) {
            get_many(client, &item, depth);
        } else {
            for (int i = 0; i < depth; i++) set_one(client, value, length);
            if (depth > 1) memcached_flush_buffers(client);
        }
        count += depth;
    }
    double elapsed = now() - started;
    used = cpu() - used;
    printf("%s\t%zu\tlibmemcached, ", argv[3], length);
    if (depth == 1) printf("blocking");
    else printf("%d at once", depth);
    printf("\t%.0f\t%.3f\n", count / elapsed, used / count * 1e6);
    memcached_result_free(&item);
    memcached_free(client);
    free(value);
    return 0;
}

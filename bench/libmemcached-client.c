/* libmemcached's blocking client: one caller, one request after the other.
   libmemcached-client HOST PORT get|set VALUEBYTES SECONDS; build: cc -O2 -o x libmemcached-client.c -lmemcached */
#include <libmemcached/memcached.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { KEYS = 10000 };

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

static void fail(const char *what, memcached_st *client, memcached_return_t result)
{
    fprintf(stderr, "%s: %s\n", what, memcached_strerror(client, result));
    exit(1);
}

int main(int argc, char **argv)
{
    if (argc != 6) return 64;
    size_t length = strtoul(argv[4], NULL, 10);
    int is_set = strcmp(argv[3], "set") == 0;
    char *value = calloc(1, length + 1), key[32];
    memcached_return_t result;
    memcached_st *client = memcached_create(NULL);
    memcached_server_add(client, argv[1], (in_port_t)atoi(argv[2]));
    memcached_behavior_set(client, MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
    for (int i = 0; i < KEYS; i++) {
        int n = snprintf(key, sizeof key, "bench:%08d", i);
        result = memcached_set(client, key, (size_t)n, value, length, 0, 0);
        if (result != MEMCACHED_SUCCESS) fail("set", client, result);
    }
    unsigned random = 1;
    long count = 0;
    double started = now(), used = cpu(), end = started + atof(argv[5]);
    while (now() < end) {
        random ^= random << 13, random ^= random >> 17, random ^= random << 5;
        int n = snprintf(key, sizeof key, "bench:%08u", random % KEYS);
        if (is_set) {
            result = memcached_set(client, key, (size_t)n, value, length, 0, 0);
        } else {
            size_t found;
            uint32_t flags;
            char *got = memcached_get(client, key, (size_t)n, &found, &flags, &result);
            free(got);
        }
        if (result != MEMCACHED_SUCCESS) fail(argv[3], client, result);
        count++;
    }
    double elapsed = now() - started;
    used = cpu() - used;
    printf("libmemcached %s %zu B, 1 caller: %.0f/s, %.2f us CPU\n", argv[3], length, count / elapsed, used / count * 1e6);
    memcached_free(client);
    free(value);
    return 0;
}

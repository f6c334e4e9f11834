/*
 * The allocator of the program and all its libraries: that of the C library, which counts, and fails one allocation of
 * libgnutls on request. The counts are those of the calling thread.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <execinfo.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

static __thread long live, bytes, peak;

/*
 * The frames that distinguish an allocation, with two of this file. The outer ones differ, since a C program and the crate call
 * different functions of libgnutls.
 */
#define FRAMES 7

/* The allocations of the code in [low, high), which are recorded in `paths`, and the one of them that fails. */
static __thread struct {
	const char *low, *high;
	size_t seen, fails_at;
	size_t *paths;
	size_t capacity;
} watch;

/* Returns the number of live allocations. */
long gauntlet_live(void)
{
	return live;
}

/* Returns the bytes of the live allocations. */
long gauntlet_bytes(void)
{
	return bytes;
}

/* Returns the greatest number of bytes since the last call. */
long gauntlet_take_peak(void)
{
	long result = peak;

	peak = bytes;
	return result;
}

/*
 * Watches the allocations of the code in [low, high). Number `fails_at` fails, counted from 1; none with 0. Of each, a digest of
 * the inner calls within that code is recorded.
 */
void gauntlet_watch(const void *low, const void *high, size_t fails_at, size_t *paths, size_t capacity)
{
	void *frame;

	/* The first call allocates memory. */
	backtrace(&frame, 1);
	watch.low = low;
	watch.high = high;
	watch.seen = 0;
	watch.fails_at = fails_at;
	watch.paths = paths;
	watch.capacity = capacity;
}

/* Ends watching. Returns the number of the allocations. */
size_t gauntlet_unwatch(void)
{
	watch.low = watch.high = NULL;
	return watch.seen;
}

#if defined(__GLIBC__) && !defined(SANITIZED)
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

static int is_watched(const void *address)
{
	return (const char *)address >= watch.low && (const char *)address < watch.high;
}

/* Returns a digest of the calls in the watched code that lead to the allocation. */
static size_t path(void)
{
	void *frames[FRAMES];
	int i, count = backtrace(frames, FRAMES);
	size_t digest = 0;

	for (i = 0; i < count; i++)
		if (is_watched(frames[i]))
			digest = digest * 31 + ((const char *)frames[i] - watch.low);
	return digest;
}

static int fails(const void *caller)
{
	if (!is_watched(caller))
		return 0;
	if (watch.seen < watch.capacity)
		watch.paths[watch.seen] = path();
	if (++watch.seen != watch.fails_at)
		return 0;
	errno = ENOMEM;
	return 1;
}

static void *added(void *pointer)
{
	if (pointer) {
		live++;
		bytes += malloc_usable_size(pointer);
		if (bytes > peak)
			peak = bytes;
	}
	return pointer;
}

static void removed(void *pointer)
{
	if (pointer) {
		live--;
		bytes -= malloc_usable_size(pointer);
	}
}

void *malloc(size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : added(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : added(__libc_calloc(count, size));
}

void *realloc(void *pointer, size_t size)
{
	void *result;
	size_t before = pointer ? malloc_usable_size(pointer) : 0;

	if (fails(__builtin_return_address(0)))
		return NULL;
	result = __libc_realloc(pointer, size);
	if (pointer && (result || size == 0)) {
		live--;
		bytes -= before;
	}
	return added(result);
}

void free(void *pointer)
{
	removed(pointer);
	__libc_free(pointer);
}

void *memalign(size_t alignment, size_t size)
{
	return added(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return added(__libc_memalign(alignment, size));
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
	void *pointer = added(__libc_memalign(alignment, size));

	if (!pointer)
		return ENOMEM;
	*result = pointer;
	return 0;
}
#endif

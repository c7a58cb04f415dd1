#include "allocation_counter.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_OWN_MALLOC 1
#endif
#endif

#ifdef HAS_OWN_MALLOC

// A sanitizer counts for itself, with a malloc of its own.
long allocations_of_all_threads(void) { return -1; }
long allocations_of_this_thread(void) { return -1; }

#else

#include <stdatomic.h>
#include <stddef.h>

static atomic_long all_threads;
static _Thread_local long this_thread;

long allocations_of_all_threads(void) { return atomic_load(&all_threads); }
long allocations_of_this_thread(void) { return this_thread; }

static void count(void) {
  atomic_fetch_add_explicit(&all_threads, 1, memory_order_relaxed);
  this_thread++;
}

// The program's own malloc stands before the C library's; each counts and passes the request on.

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void *calloc(size_t items, size_t size) {
  count();
  return __libc_calloc(items, size);
}

void *realloc(void *old, size_t size) {
  count();
  return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  count();
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : 12;
}

#endif

#include "yardstick.h"

#include <stddef.h>
#include <stdlib.h>
#include <time.h>

void sgemm_(const char *transA, const char *transB, const int *m, const int *n, const int *k,
            const float *alpha, const float *a, const int *lda, const float *b, const int *ldb,
            const float *beta, float *c, const int *ldc);
void openblas_set_num_threads(int threads);
char *openblas_get_corename(void);

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double yardstick_product_seconds(int side, int threads, int repeats) {
  size_t count = (size_t)side * (size_t)side;
  float *a = malloc(count * sizeof(float));
  float *b = malloc(count * sizeof(float));
  float *c = malloc(count * sizeof(float));
  float one = 1, zero = 0;
  double best = -1;
  if (a && b && c) {
    for (size_t i = 0; i < count; i++) {
      a[i] = (float)(i % 7) * 0.1f;
      b[i] = (float)(i % 5) * 0.1f;
      c[i] = 0;
    }
    openblas_set_num_threads(threads);
    for (int i = 0; i < repeats; i++) {
      double start = seconds();
      sgemm_("N", "N", &side, &side, &side, &one, a, &side, b, &side, &zero, c, &side);
      double taken = seconds() - start;
      if (best < 0 || taken < best) best = taken;
    }
    openblas_set_num_threads(1);
  }
  free(a);
  free(b);
  free(c);
  return best;
}

const char *yardstick_core(void) { return openblas_get_corename(); }

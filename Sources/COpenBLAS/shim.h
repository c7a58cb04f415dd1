// The few OpenBLAS functions that the kernel calls, declared here because OpenBLAS's own cblas.h
// defines the same enumerations as GSL's with other members, which Swift refuses. The Fortran name
// also makes sure whose product runs: GSL's reference library defines cblas_sgemm, but no sgemm_.

// C = alpha · op(A) · op(B) + beta · C on column-major matrices; op(C) is m × n.
void sgemm_(const char *transA, const char *transB, const int *m, const int *n, const int *k,
            const float *alpha, const float *a, const int *lda, const float *b, const int *ldb,
            const float *beta, float *c, const int *ldc);

// Sets the threads of every later product of this process.
void openblas_set_num_threads(int threads);

// The processor family whose kernels the library chose, such as "Haswell".
char *openblas_get_corename(void);

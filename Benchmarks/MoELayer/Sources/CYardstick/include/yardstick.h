// What the layer is measured against: one large product, and no allocation.

/// Seconds of one product of two square matrices of this side, on so many threads of OpenBLAS:
/// the shortest of `repeats`. Afterwards products run on one thread again.
double yardstick_product_seconds(int side, int threads, int repeats);

/// The processor family whose kernels OpenBLAS chose.
const char *yardstick_core(void);

/// Requests for memory that this process has made, by malloc and its kin.
long yardstick_allocations(void);

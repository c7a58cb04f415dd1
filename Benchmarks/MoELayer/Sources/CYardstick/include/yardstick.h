// What the layer is measured against: one large product.

/// Seconds of one product of two square matrices of this side, on so many threads of OpenBLAS:
/// the shortest of `repeats`. Afterwards products run on one thread again.
double yardstick_product_seconds(int side, int threads, int repeats);

/// The processor family whose kernels OpenBLAS chose.
const char *yardstick_core(void);

// The yardstick: the hold model on a C++ std::priority_queue.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Seconds of this thread's processor time, and a number that depends on every event and their order.
typedef struct {
  double seconds;
  uint64_t checksum;
} HoldResult;

/// Runs the hold model with a number of pending events.
///
/// A delay is one of 1,024 quantiles and the bits of `spread` of a random number.
HoldResult hold_priority_queue(uint64_t pending, uint64_t events, const uint64_t *quantiles,
                               uint64_t spread);

/// The processor time of this thread, in seconds.
double thread_seconds(void);

#ifdef __cplusplus
}
#endif

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
HoldResult hold_priority_queue(uint64_t pending, uint64_t events, int skewed);

/// The processor time of this thread, in seconds.
double thread_seconds(void);

#ifdef __cplusplus
}
#endif

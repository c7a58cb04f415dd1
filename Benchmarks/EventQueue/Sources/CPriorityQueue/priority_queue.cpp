#include "priority_queue.h"

#include <time.h>

#include <queue>
#include <vector>

namespace {

struct Event {
  uint64_t time;
  uint64_t inserted;
  uint32_t node;
  uint32_t kind;
};

struct IsLater {
  bool operator()(const Event& a, const Event& b) const {
    return a.time != b.time ? a.time > b.time : a.inserted > b.inserted;
  }
};

// As on the Swift side: Marsaglia's xorshift64 picks one of 1,024 quantiles.
struct Delays {
  uint64_t state = 88172645463325252ull;
  const uint64_t* quantiles;
  uint64_t spread;

  uint64_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return quantiles[state >> 54] + (state & spread);
  }
};

}  // namespace

double thread_seconds(void) {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

HoldResult hold_priority_queue(uint64_t pending, uint64_t events, const uint64_t* quantiles,
                               uint64_t spread) {
  std::vector<Event> storage;
  storage.reserve(pending + 1);
  std::priority_queue<Event, std::vector<Event>, IsLater> queue(IsLater(), std::move(storage));
  Delays delays;
  delays.quantiles = quantiles;
  delays.spread = spread;
  uint64_t inserted = 0;
  for (uint64_t i = 0; i < pending; i++)
    queue.push({delays.next(), inserted++, uint32_t(i & 1023), 0});
  std::vector<uint64_t> nodes(1024, 0);
  uint64_t checksum = 0;
  double start = thread_seconds();
  for (uint64_t i = 0; i < events; i++) {
    Event event = queue.top();
    queue.pop();
    uint64_t& node = nodes[event.node];
    node = node * 31 + event.time;
    checksum = checksum * 31 + event.time + event.node;
    queue.push({event.time + delays.next(), inserted++, uint32_t(node & 1023), 0});
  }
  return {thread_seconds() - start, checksum};
}

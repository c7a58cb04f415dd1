#pragma once

/// Requests for memory since the program started, by all threads; -1 where they cannot be counted.
long allocations_of_all_threads(void);

/// The same by the calling thread.
long allocations_of_this_thread(void);

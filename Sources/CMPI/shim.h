// The few calls of MPI that dealing out numbered tasks needs. Communicators, types and statuses are
// macros that Swift cannot read, and differ between MPI libraries: they stay on this side.
// MPI's default error handler ends all ranks, so that no call here returns an error.
#include <mpi.h>

enum { steelyard_ask = 1, steelyard_answer = 2 };

static inline void steelyard_mpi_join(int *rank, int *size) {
  int provided;
  MPI_Init_thread(0, 0, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, size);
}

// Tells rank 0 that this rank is ready for a task.
static inline void steelyard_mpi_ask(void) {
  MPI_Send(0, 0, MPI_INT, 0, steelyard_ask, MPI_COMM_WORLD);
}

// Takes the next ask that has arrived. Returns whether there was one.
static inline int steelyard_mpi_take_ask(int *from) {
  int arrived;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, steelyard_ask, MPI_COMM_WORLD, &arrived, &status);
  if (!arrived) return 0;
  *from = status.MPI_SOURCE;
  MPI_Recv(0, 0, MPI_INT, *from, steelyard_ask, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  return 1;
}

static inline void steelyard_mpi_answer(int to, int task) {
  MPI_Send(&task, 1, MPI_INT, to, steelyard_answer, MPI_COMM_WORLD);
}

// Takes rank 0's answer. Returns whether it has arrived.
static inline int steelyard_mpi_take_answer(int *task) {
  int arrived;
  MPI_Iprobe(0, steelyard_answer, MPI_COMM_WORLD, &arrived, MPI_STATUS_IGNORE);
  if (!arrived) return 0;
  MPI_Recv(task, 1, MPI_INT, 0, steelyard_answer, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  return 1;
}

static inline void steelyard_mpi_leave(void) { MPI_Finalize(); }
